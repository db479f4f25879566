package io.linkspan.calendar.sync;

import io.linkspan.calendar.CalendarReader.SyncFailure;
import io.linkspan.calendar.Integration;
import java.time.Duration;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** Decides when a calendar is read again. */
final class NextSync {
  private static final Duration FIRST_RETRY = Duration.ofSeconds(30);
  private static final Duration SLOWEST = Duration.ofHours(1);

  /** In intervals: a calendar counts as stale after three . */
  private static final int SLOWEST_HINT = 2;

  private static final Duration REFUSED = Duration.ofHours(1);
  private static final Duration REFUSED_SLOWEST = Duration.ofHours(24);
  private static final double JITTER = 0.1;

  private final Duration interval;
  private final RandomGenerator random;

  NextSync(Duration interval, RandomGenerator random) {
    this.interval = interval;
    this.random = random;
  }

  /**
   * After a pass that succeeded.
   *
   * @param hint how often the provider asks to be read; it can only slow the polling, and not so
   *     far that the calendar would count as stale
   */
  Duration afterSuccess(Optional<Duration> hint) {
    var wanted = hint.filter(h -> h.compareTo(interval) > 0).orElse(interval);
    return jittered(min(wanted, interval.multipliedBy(SLOWEST_HINT)));
  }

  /**
   * After a pass that failed: soon at first, since most failures pass by themselves, and slower
   * from the fifth on.
   *
   * @param failures in a row, this one included
   */
  Duration afterFailure(SyncFailure failure, int failures) {
    return switch (failure) {
      // trying a refused password again and again locks accounts; now and then shows whether it was
      // the server's fault
      case SyncFailure.Unauthorized _ ->
          jittered(min(doubled(REFUSED, failures - 1), REFUSED_SLOWEST));
      case SyncFailure.Throttled t ->
          max(
              t.retryAfter().map(wait -> min(wait, REFUSED_SLOWEST)).orElse(Duration.ZERO),
              backOff(failures));
      case SyncFailure.TokenRejected _, SyncFailure.CalendarGone _, SyncFailure.Unavailable _ ->
          backOff(failures);
    };
  }

  private Duration backOff(int failures) {
    var wait =
        failures < Integration.KEEPS_FAILING_AFTER
            ? min(doubled(FIRST_RETRY, failures - 1), interval)
            : min(
                doubled(interval, failures - Integration.KEEPS_FAILING_AFTER),
                max(interval, SLOWEST));
    return jittered(wait);
  }

  private Duration jittered(Duration wait) {
    return Duration.ofMillis(
        Math.round(wait.toMillis() * (1 + JITTER * (2 * random.nextDouble() - 1))));
  }

  private static Duration doubled(Duration first, int times) {
    return first.multipliedBy(1L << Math.clamp(times, 0, 20));
  }

  private static Duration min(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? a : b;
  }

  private static Duration max(Duration a, Duration b) {
    return a.compareTo(b) > 0 ? a : b;
  }
}
