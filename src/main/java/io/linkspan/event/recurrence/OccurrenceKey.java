package io.linkspan.event.recurrence;

import java.nio.charset.StandardCharsets;
import java.time.LocalDate;

/** Writes occurrence keys: for a year of a large calendar that is half a million of them. */
final class OccurrenceKey {
  private static final int DAY = 86_400;

  private OccurrenceKey() {}

  static String date(long local) {
    return text(local, 10, false);
  }

  static String floating(long local) {
    return text(local, 19, false);
  }

  static String utc(long instant) {
    return text(instant, 20, true);
  }

  private static String text(long seconds, int length, boolean utc) {
    long day = Math.floorDiv(seconds, DAY);
    var date = LocalDate.ofEpochDay(day);
    var out = new byte[length];
    int year = Math.floorMod(date.getYear(), 10_000);
    two(out, 0, year / 100);
    two(out, 2, year % 100);
    out[4] = '-';
    two(out, 5, date.getMonthValue());
    out[7] = '-';
    two(out, 8, date.getDayOfMonth());
    if (length > 10) {
      int second = (int) (seconds - day * DAY);
      out[10] = 'T';
      two(out, 11, second / 3600);
      out[13] = ':';
      two(out, 14, second / 60 % 60);
      out[16] = ':';
      two(out, 17, second % 60);
      if (utc) {
        out[19] = 'Z';
      }
    }
    return new String(out, StandardCharsets.ISO_8859_1);
  }

  private static void two(byte[] out, int at, int value) {
    out[at] = (byte) ('0' + value / 10);
    out[at + 1] = (byte) ('0' + value % 10);
  }
}
