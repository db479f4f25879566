package io.linkspan.identity;

import io.linkspan.identity.SignInAttemptStore.Count;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How many failures are free, and how long the wait grows after them: one second, then twice as
 * long each time.
 *
 * @param free failures before the first wait
 * @param forgottenEvery one failure leaks away in this time
 * @param longest no wait exceeds it
 */
record AttemptLimit(int free, Duration forgottenEvery, Duration longest) {
  /** The count with one more failure. */
  Count failed(Count before, Instant now) {
    double level = level(before, now) + 1;
    return new Count(level, now, wait(level, now), before.succeededAt());
  }

  /** The count without the attempt that turned out right. */
  Count taken(Count before, Instant now) {
    double level = Math.max(0, level(before, now) - 1);
    return new Count(level, now, wait(level, now), before.succeededAt());
  }

  private double level(Count before, Instant now) {
    double elapsed = Math.max(0, Duration.between(before.countedAt(), now).toMillis());
    return Math.max(0, before.level() - elapsed / forgottenEvery.toMillis());
  }

  private @Nullable Instant wait(double level, Instant now) {
    int over = (int) Math.ceil(level) - free;
    if (over <= 0) {
      return null;
    }
    Duration doubled = Duration.ofSeconds(1L << Math.min(over - 1, 30));
    return now.plus(doubled.compareTo(longest) < 0 ? doubled : longest);
  }
}
