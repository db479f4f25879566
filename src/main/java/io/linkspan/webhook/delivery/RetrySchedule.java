package io.linkspan.webhook.delivery;

import io.linkspan.platform.egress.RetryAfter;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/** When a failed delivery is tried again. */
public final class RetrySchedule {
  /** Longer than this no receiver may put us off. */
  private static final Duration MAX_RETRY_AFTER = Duration.ofDays(1);

  private static final double JITTER = 0.1;

  private final List<Duration> delays;
  private final Clock clock;

  /**
   * @param delays before each retry
   */
  public RetrySchedule(List<Duration> delays, Clock clock) {
    this.delays = List.copyOf(delays);
    this.clock = clock;
  }

  int steps() {
    return delays.size();
  }

  /**
   * When to try again; empty: give up.
   *
   * @param tries attempts since it was queued, the failed one included
   */
  Optional<Instant> after(int tries, int maxRetries, Optional<Instant> retryAfter) {
    if (tries > Math.min(maxRetries, delays.size())) {
      return Optional.empty();
    }
    double factor = 1 + ThreadLocalRandom.current().nextDouble(-JITTER, JITTER);
    var delay = Duration.ofMillis((long) (delays.get(tries - 1).toMillis() * factor));
    var next = clock.instant().plus(delay);
    return Optional.of(retryAfter.filter(asked -> asked.isAfter(next)).orElse(next));
  }

  /** Until when a receiver asks to wait, at most a day. */
  Optional<Instant> retryAfter(Optional<String> header) {
    var now = clock.instant();
    return header.flatMap(text -> RetryAfter.read(text, now, MAX_RETRY_AFTER)).map(now::plus);
  }
}
