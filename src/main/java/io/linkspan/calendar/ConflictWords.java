package io.linkspan.calendar;

import java.util.Locale;

/** Conflicts in sentences. */
final class ConflictWords {
  private static final int MINUTES_OF_HOUR = 60;
  private static final int MINUTES_OF_DAY = 24 * 60;

  private ConflictWords() {}

  /** Such as: “Team meeting” and “Focus time” overlap for 30 minutes. */
  static String sentence(Conflict conflict) {
    return "%s and %s overlap for %s."
        .formatted(
            capital(conflict.first().name()),
            conflict.second().name(),
            duration(conflict.overlap().minutes()));
  }

  static String duration(long minutes) {
    if (minutes % MINUTES_OF_DAY == 0) {
      return count(minutes / MINUTES_OF_DAY, "day");
    }
    if (minutes < MINUTES_OF_HOUR) {
      return count(minutes, "minute");
    }
    long hours = minutes / MINUTES_OF_HOUR;
    long rest = minutes % MINUTES_OF_HOUR;
    return rest == 0 ? count(hours, "hour") : count(hours, "hour") + " " + count(rest, "minute");
  }

  static String capital(String text) {
    return text.isEmpty()
        ? text
        : text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1);
  }

  static String count(long n, String unit) {
    return n + " " + unit + (n == 1 ? "" : "s");
  }
}
