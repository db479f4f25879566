package io.linkspan.event;

import java.time.LocalDateTime;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A VTIMEZONE (RFC 5545, 3.6.5), kept as data because no known zone has its name.
 *
 * @param tzid as the event's times name it
 */
public record CustomZone(String tzid, List<Observance> observances) {
  public CustomZone {
    observances = List.copyOf(observances);
  }

  /**
   * A STANDARD or DAYLIGHT part.
   *
   * @param start first onset, in the local time before it
   * @param offsetFrom seconds east of UTC before the onset
   * @param offsetTo seconds east of UTC from the onset on
   * @param rrule when it recurs, or null
   * @param rdates further onsets
   */
  public record Observance(
      boolean daylight,
      LocalDateTime start,
      int offsetFrom,
      int offsetTo,
      @Nullable String rrule,
      List<LocalDateTime> rdates) {
    public Observance {
      rdates = List.copyOf(rdates);
    }
  }
}
