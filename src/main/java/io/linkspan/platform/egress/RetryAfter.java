package io.linkspan.platform.egress;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

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
    return date(text, now).map(until -> bounded(Duration.between(now, until), max));
  }

  /** The weekday says nothing that the date does not. */
  private static Optional<Instant> date(String text, Instant now) {
    var withoutWeekday = text.replaceFirst("^[A-Za-z]+,? +", "").replaceAll(" +", " ");
    var century = now.atOffset(ZoneOffset.UTC).toLocalDate().minusYears(50);
    return Stream.of(
            form("d MMM uuuu HH:mm:ss 'GMT'"),
            // of two digits, a year is the one nearest from 50 years ago on
            new DateTimeFormatterBuilder()
                .appendPattern("d-MMM-")
                .appendValueReduced(ChronoField.YEAR, 2, 2, century)
                .appendPattern(" HH:mm:ss 'GMT'")
                .toFormatter(Locale.ENGLISH),
            form("MMM d HH:mm:ss uuuu"))
        .flatMap(form -> parsed(withoutWeekday, form).stream())
        .findFirst();
  }

  private static DateTimeFormatter form(String pattern) {
    return DateTimeFormatter.ofPattern(pattern, Locale.ENGLISH);
  }

  private static Optional<Instant> parsed(String text, DateTimeFormatter form) {
    try {
      return Optional.of(LocalDateTime.parse(text, form).toInstant(ZoneOffset.UTC));
    } catch (DateTimeException _) {
      return Optional.empty();
    }
  }

  private static Duration bounded(Duration wait, Duration max) {
    if (wait.isNegative()) {
      return Duration.ZERO;
    }
    return wait.compareTo(max) > 0 ? max : wait;
  }
}
