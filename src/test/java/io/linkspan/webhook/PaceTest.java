package io.linkspan.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PaceTest {
  private static final long MILLISECOND = Duration.ofMillis(1).toNanos();

  private final Pace pace = new Pace();
  private long now = Long.MAX_VALUE - 1_000_000; // as System.nanoTime may: it runs over

  @Test
  void aReceiverThatAnswersGetsMoreAtATimeAndASilentOneIsLeftAlone() {
    assertThat(pace.room(now)).isEqualTo(1);
    pace.begin(null, now);
    assertThat(pace.room(now)).isEqualTo(1);
    pace.answered(now);
    for (int i = 0; i < 20; i++) {
      exchange(null);
    }
    assertThat(pace.room(now)).isEqualTo(Pace.CAP);
    silence();
    assertThat(pace.room(now)).isZero();
    now += 1499 * MILLISECOND;
    assertThat(pace.room(now)).isZero();
    now += MILLISECOND;
    assertThat(pace.room(now)).isEqualTo(1);
  }

  @Test
  void whoKeepsARequestWaitingForHalfASecondStalls() {
    long begun = now;
    assertThat(pace.idle()).isTrue();
    pace.begin(null, begun);
    assertThat(pace.idle()).isFalse();
    now += 500 * MILLISECOND;
    assertThat(pace.stalls(now)).isFalse();
    now += MILLISECOND;
    assertThat(pace.stalls(now)).isTrue();
    pace.begin(null, now);
    pace.answered(begun);
    assertThat(pace.stalls(now)).isFalse();
  }

  @Test
  void theRestGrowsWithEachSilenceToFifteenSeconds() {
    for (int i = 0; i < 30; i++) {
      silence();
    }
    now += Duration.ofSeconds(15).toNanos() - MILLISECOND;
    assertThat(pace.room(now)).isZero();
    now += MILLISECOND;
    assertThat(pace.room(now)).isEqualTo(1);
  }

  @Test
  void whoAsksForAPauseIsLeftAloneForAMinuteAtMost() {
    exchange(null);
    pause(Duration.ofSeconds(30));
    now += 29_999 * MILLISECOND;
    assertThat(pace.room(now)).isZero();
    now += MILLISECOND;
    assertThat(pace.room(now)).isEqualTo(1);
    pause(Duration.ofHours(5));
    now += 60_000 * MILLISECOND;
    assertThat(pace.room(now)).isEqualTo(1);
  }

  @Test
  void anAnswerThatWasUnderWayDoesNotEndAPause() {
    pace.begin(null, now);
    pause(Duration.ofSeconds(30));
    pace.answered(now);
    assertThat(pace.room(now)).isZero();
  }

  @Test
  void noMoreThanTheLimitGoOutInASecondHoweverFastTheAnswersAre() {
    exchange(50);
    int sent = 0;
    for (int i = 0; i < 10_000; i++) {
      sent += sendAll(50);
      now += MILLISECOND;
    }
    assertThat(sent).isBetween(499, 500);
  }

  @Test
  void whatWasNotUsedIsCaughtUpForATenthOfASecondOnly() {
    for (int i = 0; i < 20; i++) {
      exchange(100);
      now += 20 * MILLISECOND;
    }
    now += Duration.ofHours(1).toNanos();
    assertThat(sendAll(100)).isEqualTo(10);
    assertThat(pace.room(now)).isZero();
    assertThat(pace.untilAllowed(now)).isEqualTo(20 * MILLISECOND);
  }

  @Test
  void oneASecondIsOneASecond() {
    exchange(1);
    assertThat(pace.room(now)).isZero();
    assertThat(pace.untilAllowed(now)).isEqualTo(1000 * MILLISECOND);
    now += 999 * MILLISECOND;
    assertThat(pace.room(now)).isZero();
    now += MILLISECOND;
    assertThat(pace.room(now)).isEqualTo(1);
  }

  @Test
  void aLimitThatWasTakenAwayLimitsNoMore() {
    exchange(1);
    exchange(null);
    assertThat(pace.room(now)).isEqualTo(4);
    assertThat(pace.untilAllowed(now)).isEqualTo(Long.MAX_VALUE);
  }

  private int sendAll(@Nullable Integer limit) {
    int sent = 0;
    while (pace.room(now) > 0) {
      exchange(limit);
      sent++;
    }
    return sent;
  }

  private void exchange(@Nullable Integer limit) {
    pace.begin(limit, now);
    pace.answered(now);
  }

  private void silence() {
    pace.begin(null, now);
    pace.silent(0.5, now, now);
  }

  private void pause(Duration pause) {
    pace.begin(null, now);
    pace.paused(pause, now, now);
  }
}
