package io.linkspan.calendar.sync;

import static org.assertj.core.api.Assertions.assertThat;

import io.linkspan.calendar.CalendarReader.SyncFailure;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class NextSyncTest {
  private static final Duration INTERVAL = Duration.ofMinutes(5);
  private static final SyncFailure DOWN = new SyncFailure.Unavailable("Down.", "Wait.");

  private final NextSync next = new NextSync(INTERVAL, new Random(7));

  @Test
  void aGoodPassIsFollowedByAnotherAfterTheIntervalGiveOrTakeATenth() {
    for (int i = 0; i < 100; i++) {
      assertThat(next.afterSuccess(Optional.empty()))
          .isBetween(tenthLess(INTERVAL), tenthMore(INTERVAL));
    }
  }

  @Test
  void waitsAreSpreadSoThatCalendarsDoNotMarchInStep() {
    var distinct =
        IntStream.range(0, 100)
            .mapToObj(i -> next.afterSuccess(Optional.empty()))
            .distinct()
            .count();
    assertThat(distinct).isGreaterThan(90);
  }

  @Test
  void aHintSlowsThePollingButNeverUntilTheCalendarIsStaleNorQuickensIt() {
    var somewhat = INTERVAL.plus(INTERVAL.dividedBy(2));
    assertThat(next.afterSuccess(Optional.of(somewhat)))
        .isBetween(tenthLess(somewhat), tenthMore(somewhat));
    assertThat(next.afterSuccess(Optional.of(Duration.ofDays(7))))
        .isLessThanOrEqualTo(tenthMore(INTERVAL.multipliedBy(2)));
    assertThat(next.afterSuccess(Optional.of(Duration.ofSeconds(1))))
        .isGreaterThanOrEqualTo(tenthLess(INTERVAL));
  }

  @Test
  void theFirstFailuresAreRetriedSoonerThanTheInterval() {
    assertThat(next.afterFailure(DOWN, 1))
        .isBetween(Duration.ofSeconds(27), Duration.ofSeconds(33));
    assertThat(next.afterFailure(DOWN, 2))
        .isBetween(Duration.ofSeconds(54), Duration.ofSeconds(66));
  }

  @Test
  void fromTheFifthFailureOnRetriesSlowDownToAnHour() {
    assertThat(next.afterFailure(DOWN, 5)).isBetween(tenthLess(INTERVAL), tenthMore(INTERVAL));
    assertThat(next.afterFailure(DOWN, 6)).isGreaterThan(tenthMore(INTERVAL));
    assertThat(next.afterFailure(DOWN, 1_000_000))
        .isLessThanOrEqualTo(tenthMore(Duration.ofHours(1)));
  }

  @Test
  void aServerThatAsksToWaitIsObeyedForADayAtMost() {
    assertThat(next.afterFailure(throttled(Duration.ofHours(2)), 1)).isEqualTo(Duration.ofHours(2));
    assertThat(next.afterFailure(throttled(Duration.ofDays(400)), 1))
        .isEqualTo(Duration.ofHours(24));
  }

  @Test
  void aRefusedPasswordIsTriedSeldomSoThatTheAccountIsNotLocked() {
    var refused = new SyncFailure.Unauthorized("Wrong password.", "Reconnect.");
    assertThat(next.afterFailure(refused, 1))
        .isGreaterThanOrEqualTo(tenthLess(Duration.ofHours(1)));
    assertThat(next.afterFailure(refused, 50)).isLessThanOrEqualTo(tenthMore(Duration.ofHours(24)));
  }

  private static SyncFailure throttled(Duration wait) {
    return new SyncFailure.Throttled("Too many requests.", "Wait.", Optional.of(wait));
  }

  private static Duration tenthLess(Duration duration) {
    return duration.multipliedBy(9).dividedBy(10);
  }

  private static Duration tenthMore(Duration duration) {
    return duration.multipliedBy(11).dividedBy(10);
  }
}
