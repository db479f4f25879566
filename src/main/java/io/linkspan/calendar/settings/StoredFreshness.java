package io.linkspan.calendar.settings;

import io.linkspan.availability.CalendarFreshness;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** How far calendars can be relied on, by what their passes wrote down. */
public final class StoredFreshness implements CalendarFreshness {
  private final CalendarStore calendars;
  private final Clock clock;

  /**
   * @param interval between two passes over a calendar
   */
  public StoredFreshness(Duration interval, Clock clock) {
    this.calendars = new CalendarStore(interval);
    this.clock = clock;
  }

  @Override
  public List<SourceCalendar> calendars(Handle handle, UUID organizerId) {
    return calendars.freshness(handle, organizerId, clock.instant());
  }
}
