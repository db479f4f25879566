package io.linkspan.event.ical;

import io.linkspan.event.EventEnd;
import io.linkspan.event.EventTime;
import io.linkspan.event.recurrence.TimeText;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads property values: times, durations, offsets. */
final class Values {
  /** No event lasts a thousand years. */
  private static final long MOST_DAYS = 366_000;

  private Values() {}

  /**
   * What a property's parameters say of its times, looked up once for all of them.
   *
   * @param dates whether they are said to be dates
   */
  record TimeKind(@Nullable String tzid, boolean dates) {
    static TimeKind of(Property property) {
      String tzid = property.parameter("TZID");
      return new TimeKind(
          tzid == null || tzid.isEmpty() ? null : tzid, property.parameterIs("VALUE", "DATE"));
    }
  }

  /** The DATE or DATE-TIME that is the property's only value. */
  static Optional<EventTime> time(Property property) {
    return time(TimeKind.of(property), property.value());
  }

  /** A DATE or DATE-TIME, one of a property's values. */
  static Optional<EventTime> time(TimeKind kind, String value) {
    String tzid = kind.tzid();
    String text = value.strip();
    int colon = tzid == null ? -1 : text.lastIndexOf(':');
    if (colon >= 0 && text.length() - colon >= 9) {
      // TZID=(UTC+01:00) Amsterdam, Berlin:20260329T090000, without the quotes it needs
      tzid = (tzid + ':' + text.substring(0, colon)).strip();
      text = text.substring(colon + 1);
    }
    return time(text, tzid).map(time -> kind.dates() ? date(time) : time);
  }

  static Optional<EventTime> time(String text, @Nullable String tzid) {
    try {
      return Optional.of(TimeText.parseBasic(text, tzid));
    } catch (DateTimeException e) {
      return extended(text, tzid);
    }
  }

  /** ISO 8601's extended form is not iCalendar, and occurs. */
  private static Optional<EventTime> extended(String text, @Nullable String tzid) {
    if (text.length() < 10 || text.length() > 30 || text.charAt(4) != '-') {
      return Optional.empty();
    }
    int fraction = text.indexOf('.');
    String basic =
        text.substring(0, 10).replace("-", "")
            + (text.length() > 10
                ? "T"
                    + text.substring(11, fraction > 0 ? fraction : text.length()).replace(":", "")
                    + (fraction > 0 && text.endsWith("Z") ? "Z" : "")
                : "");
    try {
      return Optional.of(TimeText.parseBasic(basic, tzid));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  /** The day of a time that is said to be a DATE. */
  private static EventTime date(EventTime time) {
    return switch (time) {
      case EventTime.Date date -> date;
      case EventTime.Floating floating -> new EventTime.Date(floating.local().toLocalDate());
      case EventTime.Zoned zoned -> new EventTime.Date(zoned.local().toLocalDate());
      case EventTime.Utc utc ->
          new EventTime.Date(utc.instant().atOffset(ZoneOffset.UTC).toLocalDate());
    };
  }

  /** A DURATION (RFC 5545, 3.3.6): weeks and days are nominal, the rest is exact. */
  static Optional<EventEnd.Lasting> duration(String value) {
    String text = value.strip();
    boolean negative = text.startsWith("-");
    int at = negative || text.startsWith("+") ? 1 : 0;
    if (at >= text.length() || Character.toUpperCase(text.charAt(at)) != 'P') {
      return Optional.empty();
    }
    long days = 0;
    long seconds = 0;
    long number = -1;
    boolean any = false;
    for (at++; at < text.length(); at++) {
      char c = Character.toUpperCase(text.charAt(at));
      if (c >= '0' && c <= '9') {
        number = Math.min(Math.max(number, 0) * 10 + (c - '0'), MOST_DAYS * 86_400);
        continue;
      }
      if (c == 'T' && number < 0) {
        continue;
      }
      if (number < 0) {
        return Optional.empty();
      }
      switch (c) {
        case 'W' -> days += 7 * number;
        case 'D' -> days += number;
        case 'H' -> seconds += 3600 * number;
        case 'M' -> seconds += 60 * number;
        case 'S' -> seconds += number;
        default -> {
          return Optional.empty();
        }
      }
      any = true;
      number = -1;
    }
    if (!any || number >= 0) {
      return Optional.empty();
    }
    days = Math.min(days, MOST_DAYS);
    seconds = Math.min(seconds, MOST_DAYS * 86_400);
    return Optional.of(
        new EventEnd.Lasting(
            (int) (negative ? -days : days), Duration.ofSeconds(negative ? -seconds : seconds)));
  }

  /** A UTC-OFFSET (RFC 5545, 3.3.14), in seconds east. */
  static Optional<Integer> offset(String value) {
    String text = value.strip();
    if (text.length() < 5 || text.charAt(0) != '+' && text.charAt(0) != '-') {
      return Optional.empty();
    }
    String digits = text.substring(1).replace(":", "");
    try {
      int hours = Integer.parseInt(digits.substring(0, 2));
      int minutes = Integer.parseInt(digits.substring(2, 4));
      int seconds = digits.length() >= 6 ? Integer.parseInt(digits.substring(4, 6)) : 0;
      int all = hours * 3600 + minutes * 60 + seconds;
      return hours > 18 || minutes > 59 || seconds > 59
          ? Optional.empty()
          : Optional.of(text.charAt(0) == '-' ? -all : all);
    } catch (NumberFormatException | StringIndexOutOfBoundsException e) {
      return Optional.empty();
    }
  }
}
