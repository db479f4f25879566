package io.linkspan.availability;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Calendars that are as a test says. */
public final class FakeCalendars implements CalendarFreshness {
  private final Map<UUID, List<SourceCalendar>> calendars = new ConcurrentHashMap<>();

  @Override
  public List<SourceCalendar> calendars(Handle handle, UUID organizerId) {
    return List.copyOf(calendars.getOrDefault(organizerId, List.of()));
  }

  /** A fresh, active one that is read for all time. */
  public SourceCalendar add(UUID organizerId, String name) {
    return put(
        organizerId,
        new SourceCalendar(
            UUID.randomUUID(),
            UUID.randomUUID(),
            name,
            true,
            Instant.parse("2026-03-01T00:00:00Z"),
            State.FRESH,
            StalePolicy.LAST_KNOWN,
            0,
            null,
            Instant.parse("2020-01-01T00:00:00Z"),
            Instant.parse("2030-01-01T00:00:00Z")));
  }

  /** Replaces the one of the same id. */
  public SourceCalendar put(UUID organizerId, SourceCalendar calendar) {
    var all = calendars.computeIfAbsent(organizerId, _ -> new CopyOnWriteArrayList<>());
    all.removeIf(other -> other.calendarId().equals(calendar.calendarId()));
    all.add(calendar);
    return calendar;
  }

  public SourceCalendar with(
      UUID organizerId, SourceCalendar calendar, State state, StalePolicy policy) {
    return put(organizerId, changed(calendar, calendar.active(), state, policy));
  }

  /** Of which so many events were left out or guessed. */
  public SourceCalendar leavingOut(
      UUID organizerId, SourceCalendar calendar, int leftOut, String reason) {
    return put(
        organizerId,
        new SourceCalendar(
            calendar.integrationId(),
            calendar.calendarId(),
            calendar.name(),
            calendar.active(),
            calendar.lastSyncedAt(),
            calendar.state(),
            calendar.policy(),
            leftOut,
            reason,
            calendar.syncedFrom(),
            calendar.syncedTo()));
  }

  public SourceCalendar switchedOff(UUID organizerId, SourceCalendar calendar) {
    return put(organizerId, changed(calendar, false, State.DISABLED, calendar.policy()));
  }

  public SourceCalendar readOnlyFor(
      UUID organizerId, SourceCalendar calendar, @Nullable Instant from, @Nullable Instant to) {
    return put(
        organizerId,
        new SourceCalendar(
            calendar.integrationId(),
            calendar.calendarId(),
            calendar.name(),
            calendar.active(),
            calendar.lastSyncedAt(),
            calendar.state(),
            calendar.policy(),
            calendar.leftOut(),
            calendar.reason(),
            from,
            to));
  }

  private static SourceCalendar changed(
      SourceCalendar calendar, boolean active, State state, StalePolicy policy) {
    return new SourceCalendar(
        calendar.integrationId(),
        calendar.calendarId(),
        calendar.name(),
        active,
        calendar.lastSyncedAt(),
        state,
        policy,
        calendar.leftOut(),
        calendar.reason(),
        calendar.syncedFrom(),
        calendar.syncedTo());
  }
}
