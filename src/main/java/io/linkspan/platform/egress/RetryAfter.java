package io.linkspan.platform.egress;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.apache.hc.client5.http.utils.DateUtils;

/**
 * How long a server asks to wait: seconds or a date, in any of the three forms that recipients must
 * read (RFC 9110, sections 10.2.3 and 5.6.7).
 */
public final class RetryAfter {
  private RetryAfter() {}

  /**
   * @param header the value of {@code Retry-After}
   * @param max what counts at most, however long is asked for
   * @return how long from {@code now}, not negative; empty if the value makes no sense
   */
  public static Optional<Duration> read(String header, Instant now, Duration max) {
    var text = header.strip();
    if (text.matches("[0-9]{1,9}")) {
      return Optional.of(bounded(Duration.ofSeconds(Long.parseLong(text)), max));
    }
    return Optional.ofNullable(DateUtils.parseStandardDate(text))
        .map(until -> bounded(Duration.between(now, until), max));
  }

  private static Duration bounded(Duration wait, Duration max) {
    if (wait.isNegative()) {
      return Duration.ZERO;
    }
    return wait.compareTo(max) > 0 ? max : wait;
  }
}
