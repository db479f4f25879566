package io.linkspan.availability;

import io.linkspan.availability.SyncedBlocks.Block;
import io.linkspan.availability.SyncedBlocks.Origin;
import io.linkspan.platform.db.Storable;
import io.linkspan.platform.time.TimeRange;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;

/**
 * The synced rows of {@code blocked_times}, written in batches: one statement for any number of
 * rows.
 */
final class SyncedBlockStore {
  record Key(String resource, String occurrence) {}

  record Row(UUID id, String resource, Block block) {
    Key key() {
      return new Key(resource, block.occurrence());
    }
  }

  List<Row> find(Handle tx, Origin origin, Collection<String> resources) {
    return tx.createQuery(
            """
            SELECT id, resource, occurrence, start_at, end_at, all_day, reason, external_id
            FROM blocked_times
            WHERE organizer_id = :organizer AND calendar_id = :calendar AND resource = ANY(:resources)
            """)
        .bind("organizer", origin.organizerId())
        .bind("calendar", origin.calendarId())
        .bind("resources", resources.toArray(String[]::new))
        .map((rs, context) -> row(rs))
        .list();
  }

  void insert(Handle tx, Origin origin, List<Row> rows, Instant now) {
    if (rows.isEmpty()) {
      return;
    }
    tx.createUpdate(
            """
            INSERT INTO blocked_times (organizer_id, id, start_at, end_at, all_day, reason, source, external_id,
                                       integration_id, calendar_id, resource, occurrence, created_at, updated_at)
            SELECT :organizer, b.id, b.start_at, b.end_at, b.all_day, b.reason, :source, b.external_id,
                   :integration, :calendar, b.resource, b.occurrence, :now, :now
            FROM unnest(:ids, :starts::timestamptz[], :ends::timestamptz[], :allDay, :reasons, :externalIds,
                        :resources, :occurrences)
                 AS b (id, start_at, end_at, all_day, reason, external_id, resource, occurrence)
            """)
        .bind("organizer", origin.organizerId())
        .bind("source", origin.source())
        .bind("integration", origin.integrationId())
        .bind("calendar", origin.calendarId())
        .bind("now", now)
        .bind("ids", rows.stream().map(Row::id).toArray(UUID[]::new))
        .bind("starts", times(rows, Block::start))
        .bind("ends", times(rows, Block::end))
        .bind("allDay", rows.stream().map(row -> row.block().allDay()).toArray(Boolean[]::new))
        .bind("reasons", texts(rows, Block::reason))
        .bind("externalIds", texts(rows, Block::externalId))
        .bind("resources", rows.stream().map(Row::resource).toArray(String[]::new))
        .bind("occurrences", texts(rows, Block::occurrence))
        .execute();
  }

  void update(Handle tx, UUID organizerId, List<Row> rows, Instant now) {
    if (rows.isEmpty()) {
      return;
    }
    tx.createUpdate(
            """
            UPDATE blocked_times t
            SET start_at = b.start_at, end_at = b.end_at, all_day = b.all_day, reason = b.reason,
                external_id = b.external_id, version = t.version + 1, updated_at = :now
            FROM unnest(:ids, :starts::timestamptz[], :ends::timestamptz[], :allDay, :reasons, :externalIds)
                 AS b (id, start_at, end_at, all_day, reason, external_id)
            WHERE t.organizer_id = :organizer AND t.id = b.id
            """)
        .bind("organizer", organizerId)
        .bind("now", now)
        .bind("ids", rows.stream().map(Row::id).toArray(UUID[]::new))
        .bind("starts", times(rows, Block::start))
        .bind("ends", times(rows, Block::end))
        .bind("allDay", rows.stream().map(row -> row.block().allDay()).toArray(Boolean[]::new))
        .bind("reasons", texts(rows, Block::reason))
        .bind("externalIds", texts(rows, Block::externalId))
        .execute();
  }

  void delete(Handle tx, UUID organizerId, List<UUID> blocks) {
    if (blocks.isEmpty()) {
      return;
    }
    tx.createUpdate("DELETE FROM blocked_times WHERE organizer_id = :organizer AND id = ANY(:ids)")
        .bind("organizer", organizerId)
        .bind("ids", blocks.toArray(UUID[]::new))
        .execute();
  }

  void deleteEndedBefore(Handle tx, Origin origin, Instant windowStart) {
    tx.createUpdate(
            """
            DELETE FROM blocked_times
            WHERE organizer_id = :organizer AND calendar_id = :calendar AND end_at <= :start
            """)
        .bind("organizer", origin.organizerId())
        .bind("calendar", origin.calendarId())
        .bind("start", windowStart)
        .execute();
  }

  void lock(Handle tx, UUID organizerId, Collection<UUID> calendars) {
    tx.createQuery(
            """
            SELECT count(*) FROM (
              SELECT 1 FROM blocked_times WHERE organizer_id = :organizer AND calendar_id = ANY(:calendars)
              ORDER BY id FOR UPDATE) locked
            """)
        .bind("organizer", organizerId)
        .bind("calendars", calendars.toArray(UUID[]::new))
        .mapTo(Integer.class)
        .one();
  }

  int deleteCalendar(Handle tx, UUID organizerId, UUID calendarId) {
    return tx.createUpdate(
            "DELETE FROM blocked_times WHERE organizer_id = :organizer AND calendar_id = :calendar")
        .bind("organizer", organizerId)
        .bind("calendar", calendarId)
        .execute();
  }

  List<SyncedBlocks.Freed> freed(Handle tx, UUID organizerId, UUID calendarId) {
    return tx.createQuery(
            """
            SELECT resource, occurrence FROM blocked_times
            WHERE organizer_id = :organizer AND calendar_id = :calendar AND marked_free
            ORDER BY resource, occurrence
            """)
        .bind("organizer", organizerId)
        .bind("calendar", calendarId)
        .map(
            (rs, context) ->
                new SyncedBlocks.Freed(rs.getString("resource"), rs.getString("occurrence")))
        .list();
  }

  void free(
      Handle tx, UUID organizerId, UUID calendarId, List<SyncedBlocks.Freed> freed, Instant now) {
    if (freed.isEmpty()) {
      return;
    }
    tx.createUpdate(
            """
            UPDATE blocked_times b SET marked_free = true, version = version + 1, updated_at = :now
            FROM unnest(:resources, :occurrences) AS f (resource, occurrence)
            WHERE b.organizer_id = :organizer AND b.calendar_id = :calendar
              AND b.resource = f.resource AND b.occurrence = f.occurrence
            """)
        .bind("organizer", organizerId)
        .bind("calendar", calendarId)
        .bind("now", now)
        .bind("resources", freed.stream().map(SyncedBlocks.Freed::resource).toArray(String[]::new))
        .bind(
            "occurrences",
            freed.stream().map(SyncedBlocks.Freed::occurrence).toArray(String[]::new))
        .execute();
  }

  /** The stretch that a calendar's blocks cover; empty if it has none. */
  Optional<TimeRange> extent(Handle tx, UUID organizerId, UUID calendarId) {
    return tx.createQuery(
            """
            SELECT min(start_at) AS start_at, max(end_at) AS end_at FROM blocked_times
            WHERE organizer_id = :organizer AND calendar_id = :calendar
            HAVING count(*) > 0
            """)
        .bind("organizer", organizerId)
        .bind("calendar", calendarId)
        .map((rs, context) -> new TimeRange(instant(rs, "start_at"), instant(rs, "end_at")))
        .findOne();
  }

  // PostgreSQL's driver has no array of Instant
  private static String[] times(List<Row> rows, Function<Block, Instant> time) {
    return rows.stream().map(row -> time.apply(row.block()).toString()).toArray(String[]::new);
  }

  private static String[] texts(List<Row> rows, Function<Block, String> text) {
    return rows.stream().map(row -> Storable.text(text.apply(row.block()))).toArray(String[]::new);
  }

  private static Row row(ResultSet rs) throws SQLException {
    return new Row(
        rs.getObject("id", UUID.class),
        rs.getString("resource"),
        new Block(
            rs.getString("occurrence"),
            instant(rs, "start_at"),
            instant(rs, "end_at"),
            rs.getBoolean("all_day"),
            rs.getString("reason"),
            rs.getString("external_id")));
  }

  private static Instant instant(ResultSet rs, String column) throws SQLException {
    return rs.getObject(column, OffsetDateTime.class).toInstant();
  }
}
