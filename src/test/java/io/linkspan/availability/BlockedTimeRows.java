package io.linkspan.availability;

import io.linkspan.availability.CalendarFreshness.SourceCalendar;
import io.linkspan.platform.db.Database;
import io.linkspan.platform.time.TimeRange;
import java.time.Instant;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** Organizers and synced blocks, written as identity and a sync write them. */
public final class BlockedTimeRows {
  private BlockedTimeRows() {}

  public static UUID organizer(Database database, String timeZone) {
    var id = UUID.randomUUID();
    database.useTransaction(
        tx ->
            tx.execute(
                """
                INSERT INTO organizers (id, email, time_zone, role, created_at, updated_at)
                VALUES (?, ?, ?, 'organizer', now(), now())
                """,
                id,
                id + "@example.org",
                timeZone));
    return id;
  }

  /** An occurrence of an event of its own, noted as changed. */
  public static UUID synced(
      Handle tx,
      UUID organizerId,
      SourceCalendar calendar,
      String title,
      Instant start,
      Instant end) {
    var id = UUID.randomUUID();
    return synced(
        tx, organizerId, calendar, title, start, end, "uid-" + id, id + ".ics", id.toString());
  }

  public static UUID synced(
      Handle tx,
      UUID organizerId,
      SourceCalendar calendar,
      String title,
      Instant start,
      Instant end,
      String uid,
      String resource,
      String occurrence) {
    var id = UUID.randomUUID();
    tx.execute(
        """
        INSERT INTO blocked_times (organizer_id, id, start_at, end_at, reason, source, external_id, integration_id,
                                   calendar_id, resource, occurrence, created_at, updated_at)
        VALUES (?, ?, ?, ?, ?, 'caldav_calendar', ?, ?, ?, ?, ?, now(), now())
        """,
        organizerId,
        id,
        start,
        end,
        title,
        uid,
        calendar.integrationId(),
        calendar.calendarId(),
        resource,
        occurrence);
    new BlockChangeStore().note(tx, organizerId, new TimeRange(start, end));
    return id;
  }

  public static void move(Handle tx, UUID organizerId, UUID block, Instant start, Instant end) {
    var before = new BlockedTimeStore().lock(tx, organizerId, block).orElseThrow();
    tx.execute(
        """
        UPDATE blocked_times SET start_at = ?, end_at = ?, version = version + 1 WHERE organizer_id = ? AND id = ?
        """,
        start,
        end,
        organizerId,
        block);
    new BlockChangeStore().note(tx, organizerId, before.time().hull(new TimeRange(start, end)));
  }

  public static void remove(Handle tx, UUID organizerId, UUID block) {
    var before = new BlockedTimeStore().lock(tx, organizerId, block).orElseThrow();
    tx.execute("DELETE FROM blocked_times WHERE organizer_id = ? AND id = ?", organizerId, block);
    new BlockChangeStore().note(tx, organizerId, before.time());
  }
}
