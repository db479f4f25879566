package io.linkspan.event.recurrence;

import io.linkspan.event.EventTime;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

/** iCalendar's basic form of dates and times: {@code 20260329}, {@code 20260329T090000Z}. */
public final class TimeText {
  private TimeText() {}

  /**
   * Reads a DATE or DATE-TIME (RFC 5545, 3.3.4 and 3.3.5).
   *
   * @param tzid the zone of a time that is not in UTC; null if it has none
   * @throws DateTimeException if it is neither
   */
  public static EventTime parseBasic(String text, @Nullable String tzid) {
    int length = text.length();
    if (length < 8) {
      throw new DateTimeException("too short for a date");
    }
    var date = LocalDate.of(digits(text, 0, 4), digits(text, 4, 2), digits(text, 6, 2));
    if (length == 8) {
      return new EventTime.Date(date);
    }
    if (text.charAt(8) != 'T' && text.charAt(8) != 't' || length < 13) {
      throw new DateTimeException("not a date and time");
    }
    boolean seconds = length >= 15 && Character.isDigit(text.charAt(13));
    // a leap second is read as the one before it (RFC 5545, 3.3.12)
    int second = seconds ? Math.min(digits(text, 13, 2), 59) : 0;
    int at = seconds ? 15 : 13;
    int hour = digits(text, 9, 2);
    int minute = digits(text, 11, 2);
    boolean midnightAfter = hour == 24 && minute == 0 && second == 0;
    var local = date.atTime(midnightAfter ? 0 : hour, minute, second);
    if (midnightAfter) {
      local = local.plusDays(1); // not allowed, and written
    }
    if (length == at) {
      return tzid == null ? new EventTime.Floating(local) : new EventTime.Zoned(local, tzid);
    }
    char end = text.charAt(at);
    if ((end == 'Z' || end == 'z') && length == at + 1) {
      return utc(local);
    }
    if ((end == '+' || end == '-') && (length == at + 5 || length == at + 6)) {
      // ISO 8601 offsets are not iCalendar, and occur
      int minuteAt = length == at + 6 ? at + 4 : at + 3;
      int offset = digits(text, at + 1, 2) * 3600 + digits(text, minuteAt, 2) * 60;
      return utc(local.minusSeconds(end == '+' ? offset : -offset));
    }
    throw new DateTimeException("followed by something");
  }

  private static EventTime.Utc utc(LocalDateTime local) {
    return new EventTime.Utc(local.toInstant(ZoneOffset.UTC));
  }

  private static int digits(String text, int from, int count) {
    int value = 0;
    for (int i = from; i < from + count; i++) {
      int digit = i < text.length() ? text.charAt(i) - '0' : -1;
      if (digit < 0 || digit > 9) {
        throw new DateTimeException("not a digit");
      }
      value = value * 10 + digit;
    }
    return value;
  }
}
