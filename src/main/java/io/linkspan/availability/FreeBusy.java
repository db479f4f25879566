package io.linkspan.availability;

import io.linkspan.availability.CalendarFreshness.SourceCalendar;
import io.linkspan.availability.CalendarFreshness.StalePolicy;
import io.linkspan.availability.CalendarFreshness.State;
import io.linkspan.platform.time.TimeRange;
import java.time.Clock;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** When an organizer is busy, from what is stored: nothing is asked of a provider. */
public final class FreeBusy {
  /**
   * @param busy by start, merged and cut to the range
   */
  public record Answer(List<TimeRange> busy, Coverage coverage) {
    public Answer {
      busy = List.copyOf(busy);
    }
  }

  private final BlockedTimeStore store = new BlockedTimeStore();
  private final CalendarFreshness freshness;
  private final Clock clock;

  public FreeBusy(CalendarFreshness freshness, Clock clock) {
    this.freshness = freshness;
    this.clock = clock;
  }

  public Answer of(Handle handle, UUID organizerId, TimeRange range) {
    var calendars = freshness.calendars(handle, organizerId);
    var busy =
        calendars.stream().anyMatch(FreeBusy::blocksEverything)
            ? List.of(range)
            : store.busy(handle, organizerId, counting(calendars), range);
    return new Answer(busy, Coverage.of(calendars, range.start(), range.end(), clock.instant()));
  }

  private static boolean blocksEverything(SourceCalendar calendar) {
    return calendar.active()
        && calendar.state() != State.FRESH
        && calendar.policy() == StalePolicy.BLOCK;
  }

  private static Collection<UUID> counting(List<SourceCalendar> calendars) {
    return calendars.stream()
        .filter(SourceCalendar::active)
        .filter(
            calendar -> calendar.state() == State.FRESH || calendar.policy() != StalePolicy.ALLOW)
        .map(SourceCalendar::calendarId)
        .toList();
  }
}
