package io.linkspan.conflict;

import io.linkspan.platform.text.English;

/** Conflicts in sentences. */
final class ConflictWords {
  private static final int MINUTES_OF_HOUR = 60;
  private static final int MINUTES_OF_DAY = 24 * 60;

  private ConflictWords() {}

  /** Such as: “Team meeting” and “Focus time” overlap for 30 minutes. */
  static String sentence(Conflict conflict) {
    return "%s and %s overlap for %s."
        .formatted(
            English.capitalized(conflict.first().name()),
            conflict.second().name(),
            duration(conflict.overlap().minutes()));
  }

  static String duration(long minutes) {
    if (minutes % MINUTES_OF_DAY == 0) {
      return English.count(minutes / MINUTES_OF_DAY, "day");
    }
    if (minutes < MINUTES_OF_HOUR) {
      return English.count(minutes, "minute");
    }
    long hours = minutes / MINUTES_OF_HOUR;
    long rest = minutes % MINUTES_OF_HOUR;
    return rest == 0
        ? English.count(hours, "hour")
        : English.count(hours, "hour") + " " + English.count(rest, "minute");
  }
}
