package io.linkspan.webhook.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class EndpointThrottleTest {
  private static final long MILLISECOND = Duration.ofMillis(1).toNanos();

  private final EndpointThrottle throttle = new EndpointThrottle();
  private long now = Long.MAX_VALUE - 1_000_000; // as System.nanoTime may: it runs over

  @Test
  void aReceiverThatAnswersGetsMoreAtATimeAndASilentOneIsLeftAlone() {
    assertThat(throttle.capacity(now)).isEqualTo(1);
    throttle.begin(null, now);
    assertThat(throttle.capacity(now)).isEqualTo(1);
    throttle.answered(now);
    for (int i = 0; i < 20; i++) {
      exchange(null);
    }
    assertThat(throttle.capacity(now)).isEqualTo(EndpointThrottle.MAX_CONCURRENT);
    silence();
    assertThat(throttle.capacity(now)).isZero();
    now += 1499 * MILLISECOND;
    assertThat(throttle.capacity(now)).isZero();
    now += MILLISECOND;
    assertThat(throttle.capacity(now)).isEqualTo(1);
  }

  @Test
  void whoKeepsARequestWaitingForHalfASecondStalls() {
    long begun = now;
    assertThat(throttle.isIdle()).isTrue();
    throttle.begin(null, begun);
    assertThat(throttle.isIdle()).isFalse();
    now += 500 * MILLISECOND;
    assertThat(throttle.isStalled(now)).isFalse();
    now += MILLISECOND;
    assertThat(throttle.isStalled(now)).isTrue();
    throttle.begin(null, now);
    throttle.answered(begun);
    assertThat(throttle.isStalled(now)).isFalse();
  }

  @Test
  void theRestGrowsWithEachSilenceToFifteenSeconds() {
    for (int i = 0; i < 30; i++) {
      silence();
    }
    now += Duration.ofSeconds(15).toNanos() - MILLISECOND;
    assertThat(throttle.capacity(now)).isZero();
    now += MILLISECOND;
    assertThat(throttle.capacity(now)).isEqualTo(1);
  }

  @Test
  void whoAsksForAPauseIsLeftAloneForAMinuteAtMost() {
    exchange(null);
    pause(Duration.ofSeconds(30));
    now += 29_999 * MILLISECOND;
    assertThat(throttle.capacity(now)).isZero();
    now += MILLISECOND;
    assertThat(throttle.capacity(now)).isEqualTo(1);
    pause(Duration.ofHours(5));
    now += 60_000 * MILLISECOND;
    assertThat(throttle.capacity(now)).isEqualTo(1);
  }

  @Test
  void anAnswerThatWasUnderWayDoesNotEndAPause() {
    throttle.begin(null, now);
    pause(Duration.ofSeconds(30));
    throttle.answered(now);
    assertThat(throttle.capacity(now)).isZero();
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
    assertThat(throttle.capacity(now)).isZero();
    assertThat(throttle.untilAllowed(now)).isEqualTo(20 * MILLISECOND);
  }

  @Test
  void oneASecondIsOneASecond() {
    exchange(1);
    assertThat(throttle.capacity(now)).isZero();
    assertThat(throttle.untilAllowed(now)).isEqualTo(1000 * MILLISECOND);
    now += 999 * MILLISECOND;
    assertThat(throttle.capacity(now)).isZero();
    now += MILLISECOND;
    assertThat(throttle.capacity(now)).isEqualTo(1);
  }

  @Test
  void aLimitThatWasTakenAwayLimitsNoMore() {
    exchange(1);
    exchange(null);
    assertThat(throttle.capacity(now)).isEqualTo(4);
    assertThat(throttle.untilAllowed(now)).isEqualTo(Long.MAX_VALUE);
  }

  private int sendAll(@Nullable Integer limit) {
    int sent = 0;
    while (throttle.capacity(now) > 0) {
      exchange(limit);
      sent++;
    }
    return sent;
  }

  private void exchange(@Nullable Integer limit) {
    throttle.begin(limit, now);
    throttle.answered(now);
  }

  private void silence() {
    throttle.begin(null, now);
    throttle.unanswered(0.5, now, now);
  }

  private void pause(Duration pause) {
    throttle.begin(null, now);
    throttle.paused(pause, now, now);
  }
}
