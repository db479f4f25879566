package io.linkspan.availability;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Which calendars an answer about time rests on, and how far each can be relied on. */
public interface CalendarFreshness {
  /**
   * All calendars of the organizer that block time, those switched off included, in an order that
   * stays.
   */
  List<SourceCalendar> calendars(Handle handle, UUID organizerId);

  /**
   * @param name for people
   * @param active whether its integration is switched on: of one that is not, no block counts
   * @param lastSyncedAt when a sync last succeeded; null: never
   * @param leftOut how many of its events could not be read or had to be guessed
   * @param reason why it cannot be relied on entirely, in words; null if it can
   * @param syncedFrom where the stretch begins whose blocks are stored; null: nothing is yet
   * @param syncedTo where it ends, excluding; null: nothing is yet
   */
  record SourceCalendar(
      UUID integrationId,
      UUID calendarId,
      String name,
      boolean active,
      @Nullable Instant lastSyncedAt,
      State state,
      StalePolicy policy,
      int leftOut,
      @Nullable String reason,
      @Nullable Instant syncedFrom,
      @Nullable Instant syncedTo) {}

  /** Of the contract's {@code CalendarState}. */
  enum State {
    NEVER_SYNCED,
    FRESH,
    STALE,
    FAILED,
    DISABLED
  }

  /** How a calendar counts while it is not {@link State#FRESH}. */
  enum StalePolicy {
    /** All of the time is busy. */
    BLOCK,
    /** None of its stored blocks count. */
    ALLOW,
    /** Its stored blocks count. */
    LAST_KNOWN
  }
}
