package io.linkspan.provider.caldav;

/** Small calendars as text. */
public final class Events {
  private Events() {}

  /** An hour on a day of 2026 that the title decides. */
  public static String hour(String uid, String summary) {
    var day = 1 + Math.floorMod(summary.hashCode(), 28);
    return calendar(
        """
        BEGIN:VEVENT
        UID:%s
        DTSTAMP:20260101T000000Z
        DTSTART:202606%02dT090000Z
        DTEND:202606%02dT100000Z
        SUMMARY:%s
        END:VEVENT
        """
            .formatted(uid, day, day, summary));
  }

  /** Wraps components, and ends lines as the standard wants. */
  public static String calendar(String components) {
    return ("BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//Example//Test//EN\n"
            + components
            + "END:VCALENDAR\n")
        .replace("\n", "\r\n");
  }
}
