package io.linkspan.event;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;

/**
 * A time as an event states it (RFC 5545, 3.3.4 and 3.3.5), before any zone is applied. Zones are
 * resolved when a series is expanded, so that a stored series follows later changes of the zone
 * database.
 */
public sealed interface EventTime {
  /** A whole day, without a zone. */
  record Date(LocalDate date) implements EventTime {}

  /** A time of day that is the same everywhere. */
  record Floating(LocalDateTime local) implements EventTime {}

  /**
   * A time of day in a named zone.
   *
   * @param tzid as written: an IANA or Windows name, or a custom zone of the series ({@link
   *     EventSeries#zones})
   */
  record Zoned(LocalDateTime local, String tzid) implements EventTime {}

  /** A point in time. */
  record Utc(Instant instant) implements EventTime {}
}
