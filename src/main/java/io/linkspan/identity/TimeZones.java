package io.linkspan.identity;

import io.linkspan.platform.http.Problem;
import java.time.ZoneId;

/** Time zones by their IANA names. */
final class TimeZones {
  private TimeZones() {}

  /**
   * @param pointer of the field it came in
   * @throws Problem 400 when there is no such zone, with the right spelling where only that is off
   */
  static ZoneId check(String name, String pointer) {
    // ZoneId also knows offsets ("+02:00") and prefixes ("GMT+2"), which have no daylight saving
    if (known(name)) {
      return ZoneId.of(name);
    }
    String wanted = name.strip().replace(' ', '_');
    String hint =
        ZoneId.getAvailableZoneIds().stream()
            .filter(id -> id.equalsIgnoreCase(wanted) && known(id))
            .findFirst()
            .map(id -> "Did you mean " + id + "?")
            .orElse("Use an IANA name such as Europe/Berlin or America/New_York.");
    throw Problem.badField(pointer, "There is no time zone of this name. " + hint);
  }

  private static boolean known(String name) {
    return !name.startsWith("SystemV/") && ZoneId.getAvailableZoneIds().contains(name);
  }
}
