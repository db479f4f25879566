package io.linkspan.availability;

import io.linkspan.platform.db.Storable;
import io.linkspan.platform.http.Cursor;
import io.linkspan.platform.time.TimeRange;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/**
 * Rows of {@code blocked_times}, whatever they come from; those of calendars are written elsewhere.
 */
final class BlockedTimeStore {
  private static final String SELECT =
      """
      SELECT id, start_at, end_at, all_day, reason, source, external_id, integration_id, calendar_id, resource,
             marked_free, version, created_at, updated_at
      FROM blocked_times
      """;

  // half-open, as the times are stored
  private static final String IN_RANGE =
      "organizer_id = :organizer AND tstzrange(start_at, end_at) && tstzrange(:from, :to)";

  private static final String COUNTS =
      "NOT marked_free AND (calendar_id IS NULL OR calendar_id = ANY(:calendars))";

  /** What a list is asked for; {@code from} and {@code to} as in {@link TimeRange}. */
  record Filter(
      Optional<Instant> from,
      Optional<Instant> to,
      Optional<String> source,
      Optional<UUID> integrationId,
      Optional<UUID> calendarId) {}

  /** By start. */
  List<BlockedTime> list(
      Handle handle, UUID organizerId, Filter filter, Optional<Cursor> after, int limit) {
    var sql = new StringBuilder(SELECT).append("WHERE organizer_id = :organizer");
    filter.from().ifPresent(from -> sql.append(" AND end_at > :from"));
    filter.to().ifPresent(to -> sql.append(" AND start_at < :to"));
    filter.source().ifPresent(source -> sql.append(" AND source = :source"));
    filter.integrationId().ifPresent(id -> sql.append(" AND integration_id = :integration"));
    filter.calendarId().ifPresent(id -> sql.append(" AND calendar_id = :calendar"));
    after.ifPresent(last -> sql.append(" AND (start_at, id) > (:lastAt, :lastId)"));
    var query =
        handle
            .createQuery(sql.append(" ORDER BY start_at, id LIMIT :limit").toString())
            .bind("organizer", organizerId)
            .bind("limit", limit);
    filter.from().ifPresent(from -> query.bind("from", from));
    filter.to().ifPresent(to -> query.bind("to", to));
    filter.source().ifPresent(source -> query.bind("source", source));
    filter.integrationId().ifPresent(id -> query.bind("integration", id));
    filter.calendarId().ifPresent(id -> query.bind("calendar", id));
    after.ifPresent(last -> query.bind("lastAt", last.at()).bind("lastId", last.id()));
    return query.map((rs, context) -> block(rs)).list();
  }

  /** Events marked as free that end after a time, by start. */
  List<BlockedTime> markedFree(
      Handle handle, UUID organizerId, Instant from, Optional<Cursor> after, int limit) {
    var last = after.orElse(new Cursor(TimeRange.ALL.start(), new UUID(0, 0)));
    return handle
        .createQuery(
            SELECT
                + """
                WHERE organizer_id = :organizer AND marked_free AND calendar_id IS NOT NULL
                  AND end_at > :from AND (start_at, id) > (:lastAt, :lastId)
                ORDER BY start_at, id LIMIT :limit
                """)
        .bind("organizer", organizerId)
        .bind("from", from)
        .bind("lastAt", last.at())
        .bind("lastId", last.id())
        .bind("limit", limit)
        .map((rs, context) -> block(rs))
        .list();
  }

  Optional<BlockedTime> find(Handle handle, UUID organizerId, UUID id) {
    return one(handle, organizerId, id, "");
  }

  Optional<BlockedTime> lock(Handle tx, UUID organizerId, UUID id) {
    return one(tx, organizerId, id, " FOR UPDATE");
  }

  private static Optional<BlockedTime> one(
      Handle handle, UUID organizerId, UUID id, String suffix) {
    return handle
        .createQuery(SELECT + "WHERE organizer_id = :organizer AND id = :id" + suffix)
        .bind("organizer", organizerId)
        .bind("id", id)
        .map((rs, context) -> block(rs))
        .findOne();
  }

  /**
   * What takes time in the range, in no order.
   *
   * @param calendars whose blocks count; manual ones always do
   */
  List<BlockedTime> counting(
      Handle handle, UUID organizerId, Collection<UUID> calendars, TimeRange range) {
    return handle
        .createQuery(SELECT + "WHERE " + IN_RANGE + " AND " + COUNTS)
        .bind("organizer", organizerId)
        .bind("from", range.start())
        .bind("to", range.end())
        .bind("calendars", calendars.toArray(UUID[]::new))
        .setFetchSize(1_000)
        .map((rs, context) -> block(rs))
        .list();
  }

  /** What takes time in the range, merged and cut to it, by start. */
  List<TimeRange> busy(
      Handle handle, UUID organizerId, Collection<UUID> calendars, TimeRange range) {
    return handle
        .createQuery(
            """
            SELECT lower(busy) AS start_at, upper(busy) AS end_at
            FROM (
              SELECT unnest(range_agg(tstzrange(greatest(start_at, :from), least(end_at, :to)))) AS busy
              FROM blocked_times
              WHERE %s AND %s) merged
            ORDER BY 1
            """
                .formatted(IN_RANGE, COUNTS))
        .bind("organizer", organizerId)
        .bind("from", range.start())
        .bind("to", range.end())
        .bind("calendars", calendars.toArray(UUID[]::new))
        .map((rs, context) -> new TimeRange(instant(rs, "start_at"), instant(rs, "end_at")))
        .list();
  }

  BlockedTimes.Counts count(
      Handle handle, UUID organizerId, Collection<UUID> calendars, TimeRange range) {
    return handle
        .createQuery(
            """
            SELECT count(*) FILTER (WHERE source = 'manual') AS manual,
                   count(*) FILTER (WHERE calendar_id IS NOT NULL) AS synced,
                   count(*) FILTER (WHERE source = 'manual' AND %1$s) AS counting_manual,
                   count(*) FILTER (WHERE calendar_id IS NOT NULL AND %1$s) AS counting_synced
            FROM blocked_times
            WHERE %2$s
            """
                .formatted(COUNTS, IN_RANGE))
        .bind("organizer", organizerId)
        .bind("from", range.start())
        .bind("to", range.end())
        .bind("calendars", calendars.toArray(UUID[]::new))
        .map(
            (rs, context) ->
                new BlockedTimes.Counts(
                    rs.getInt("manual"),
                    rs.getInt("synced"),
                    rs.getInt("counting_manual"),
                    rs.getInt("counting_synced")))
        .one();
  }

  /** All there are, manual ones and those of calendars. */
  long countAll(Handle handle, UUID organizerId) {
    return handle
        .createQuery("SELECT count(*) FROM blocked_times WHERE organizer_id = :organizer")
        .bind("organizer", organizerId)
        .mapTo(Long.class)
        .one();
  }

  void insert(Handle tx, UUID organizerId, BlockedTime block) {
    tx.createUpdate(
            """
            INSERT INTO blocked_times (organizer_id, id, start_at, end_at, all_day, reason, source, marked_free,
                                       version, created_at, updated_at)
            VALUES (:organizer, :id, :start, :end, :allDay, :reason, :source, :markedFree,
                    :version, :createdAt, :updatedAt)
            """)
        .bind("organizer", organizerId)
        .bind("id", block.id())
        .bind("start", block.start())
        .bind("end", block.end())
        .bind("allDay", block.allDay())
        .bind("reason", Storable.text(block.reason()))
        .bind("source", block.source())
        .bind("markedFree", block.markedFree())
        .bind("version", block.version())
        .bind("createdAt", block.createdAt())
        .bind("updatedAt", block.updatedAt())
        .execute();
  }

  void update(Handle tx, UUID organizerId, BlockedTime block) {
    tx.createUpdate(
            """
            UPDATE blocked_times
            SET start_at = :start, end_at = :end, all_day = :allDay, reason = :reason, marked_free = :markedFree,
                version = :version, updated_at = :updatedAt
            WHERE organizer_id = :organizer AND id = :id
            """)
        .bind("organizer", organizerId)
        .bind("id", block.id())
        .bind("start", block.start())
        .bind("end", block.end())
        .bind("allDay", block.allDay())
        .bind("reason", Storable.text(block.reason()))
        .bind("markedFree", block.markedFree())
        .bind("version", block.version())
        .bind("updatedAt", block.updatedAt())
        .execute();
  }

  void markFree(Handle tx, UUID organizerId, UUID id, boolean free, Instant now) {
    tx.createUpdate(
            """
            UPDATE blocked_times SET marked_free = :free, version = version + 1, updated_at = :now
            WHERE organizer_id = :organizer AND id = :id
            """)
        .bind("organizer", organizerId)
        .bind("id", id)
        .bind("free", free)
        .bind("now", now)
        .execute();
  }

  void delete(Handle tx, UUID organizerId, UUID id) {
    tx.createUpdate("DELETE FROM blocked_times WHERE organizer_id = :organizer AND id = :id")
        .bind("organizer", organizerId)
        .bind("id", id)
        .execute();
  }

  ZoneId zone(Handle handle, UUID organizerId) {
    return handle
        .createQuery("SELECT time_zone FROM organizers WHERE id = :organizer")
        .bind("organizer", organizerId)
        .mapTo(String.class)
        .findOne()
        .map(ZoneId::of)
        .orElseThrow(() -> new IllegalStateException("no organizer " + organizerId));
  }

  private static BlockedTime block(ResultSet rs) throws SQLException {
    return new BlockedTime(
        rs.getObject("id", UUID.class),
        instant(rs, "start_at"),
        instant(rs, "end_at"),
        rs.getBoolean("all_day"),
        rs.getString("reason"),
        rs.getString("source"),
        rs.getString("external_id"),
        rs.getObject("integration_id", UUID.class),
        rs.getObject("calendar_id", UUID.class),
        rs.getString("resource"),
        rs.getBoolean("marked_free"),
        rs.getLong("version"),
        instant(rs, "created_at"),
        instant(rs, "updated_at"));
  }

  private static Instant instant(ResultSet rs, String column) throws SQLException {
    return rs.getObject(column, OffsetDateTime.class).toInstant();
  }
}
