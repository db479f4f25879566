package io.linkspan.calendar.sync;

import io.linkspan.availability.SyncedBlocks;
import io.linkspan.calendar.sync.SyncRun.LeftOut;
import io.linkspan.calendar.sync.SyncRun.Mode;
import io.linkspan.calendar.sync.SyncRun.Outcome;
import io.linkspan.calendar.sync.SyncRun.Trigger;
import io.linkspan.platform.http.Json;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Rows of {@code sync_runs}. */
final class SyncRunStore {
  /** So many of what was left out or guessed are kept with a run. */
  private static final int LISTED_PROBLEMS = 20;

  /** The run of a calendar that waits for its turn, if there is one. */
  Optional<SyncRun> waiting(Handle tx, UUID organizerId, UUID calendarId) {
    return tx.createQuery(
            """
            SELECT * FROM sync_runs
            WHERE organizer_id = :organizer AND calendar_id = :calendar AND outcome = 'running' AND started_at IS NULL
            ORDER BY id LIMIT 1
            """)
        .bind("organizer", organizerId)
        .bind("calendar", calendarId)
        .map((rs, context) -> run(rs))
        .findOne();
  }

  void insertWaiting(
      Handle tx,
      UUID organizerId,
      UUID integrationId,
      UUID calendarId,
      UUID id,
      Trigger trigger,
      boolean full,
      Instant now) {
    tx.createUpdate(
            """
            INSERT INTO sync_runs (organizer_id, id, integration_id, calendar_id, mode, trigger, requested_at, full_requested)
            VALUES (:organizer, :id, :integration, :calendar, :mode, :trigger, :now, :full)
            """)
        .bind("organizer", organizerId)
        .bind("id", id)
        .bind("integration", integrationId)
        .bind("calendar", calendarId)
        .bind("mode", full ? "full" : "incremental")
        .bind("trigger", lower(trigger))
        .bind("now", now)
        .bind("full", full)
        .execute();
  }

  void askFull(Handle tx, UUID organizerId, UUID id) {
    tx.createUpdate(
            "UPDATE sync_runs SET full_requested = true, mode = 'full' WHERE organizer_id = :organizer AND id = :id")
        .bind("organizer", organizerId)
        .bind("id", id)
        .execute();
  }

  void start(Handle tx, UUID organizerId, UUID id, Mode mode, Instant now) {
    tx.createUpdate(
            """
            UPDATE sync_runs SET started_at = :now, mode = :mode WHERE organizer_id = :organizer AND id = :id
            """)
        .bind("organizer", organizerId)
        .bind("id", id)
        .bind("mode", lower(mode))
        .bind("now", now)
        .execute();
  }

  /**
   * Ends runs of the calendar that began and whose node is gone.
   *
   * @return those
   */
  List<SyncRun> failAbandoned(
      Handle tx, UUID organizerId, UUID calendarId, String error, Instant now) {
    return tx.createQuery(
            """
            UPDATE sync_runs SET outcome = 'failed', finished_at = :now, error = :error
            WHERE organizer_id = :organizer AND calendar_id = :calendar AND outcome = 'running'
              AND started_at IS NOT NULL
            RETURNING *
            """)
        .bind("organizer", organizerId)
        .bind("calendar", calendarId)
        .bind("error", error)
        .bind("now", now)
        .map((rs, context) -> run(rs))
        .list();
  }

  /** Ends runs of an integration that have begun, and may not write any more. */
  void failBegun(Handle tx, UUID organizerId, UUID integrationId, String error, Instant now) {
    tx.createUpdate(
            """
            UPDATE sync_runs SET outcome = 'failed', finished_at = :now, error = :error
            WHERE organizer_id = :organizer AND integration_id = :integration AND outcome = 'running'
              AND started_at IS NOT NULL
            """)
        .bind("organizer", organizerId)
        .bind("integration", integrationId)
        .bind("error", error)
        .bind("now", now)
        .execute();
  }

  /** Ends runs of an integration that wait for their turn, which will not come. */
  void failWaiting(Handle tx, UUID organizerId, UUID integrationId, String error, Instant now) {
    tx.createUpdate(
            """
            UPDATE sync_runs SET outcome = 'failed', finished_at = :now, error = :error
            WHERE organizer_id = :organizer AND integration_id = :integration AND outcome = 'running'
              AND started_at IS NULL
            """)
        .bind("organizer", organizerId)
        .bind("integration", integrationId)
        .bind("error", error)
        .bind("now", now)
        .execute();
  }

  void addProgress(
      Handle tx, UUID organizerId, UUID id, int eventsSeen, SyncedBlocks.Counts changes) {
    tx.createUpdate(
            """
            UPDATE sync_runs
            SET events_seen = events_seen + :seen, created = created + :created, updated = updated + :updated,
                removed = removed + :removed
            WHERE organizer_id = :organizer AND id = :id
            """)
        .bind("organizer", organizerId)
        .bind("id", id)
        .bind("seen", eventsSeen)
        .bind("created", changes.created())
        .bind("updated", changes.updated())
        .bind("removed", changes.removed())
        .execute();
  }

  SyncRun finish(
      Handle tx,
      UUID organizerId,
      UUID id,
      Outcome outcome,
      Mode mode,
      int requests,
      @Nullable String error,
      Instant now) {
    return tx.createQuery(
            """
            UPDATE sync_runs r
            SET finished_at = :now, outcome = :outcome, mode = :mode, requests = :requests, error = :error,
                left_out = (%s),
                problems = (
                  SELECT coalesce(jsonb_agg(jsonb_build_object('event', p.event, 'detail', p.detail)), '[]')
                  FROM (SELECT left(coalesce(nullif(btrim(k.series -> 0 -> 'master' ->> 'summary'), ''),
                                             k.series -> 0 ->> 'uid'), 200) AS event,
                               left(d.detail, 1000) AS detail
                        FROM (SELECT * FROM calendar_resources f
                              WHERE f.organizer_id = r.organizer_id AND f.calendar_id = r.calendar_id
                                AND f.left_out > 0
                              ORDER BY f.resource LIMIT :listed) AS k
                        CROSS JOIN LATERAL unnest(k.problems) WITH ORDINALITY AS d (detail, place)
                        ORDER BY k.resource, d.place LIMIT :listed) AS p)
            WHERE organizer_id = :organizer AND id = :id
            RETURNING *
            """
                .formatted(ResourceStore.leftOut("r.organizer_id", "r.calendar_id")))
        .bind("organizer", organizerId)
        .bind("id", id)
        .bind("outcome", lower(outcome))
        .bind("mode", lower(mode))
        .bind("requests", requests)
        .bind("listed", LISTED_PROBLEMS)
        .bind("error", error)
        .bind("now", now)
        .map((rs, context) -> run(rs))
        .one();
  }

  /** Newest first, older than {@code before} if given. */
  List<SyncRun> list(
      Handle tx, UUID organizerId, UUID integrationId, Optional<UUID> before, int limit) {
    return tx.createQuery(
            """
            SELECT * FROM sync_runs
            WHERE organizer_id = :organizer AND integration_id = :integration
              AND (:before::uuid IS NULL OR id < :before)
            ORDER BY id DESC LIMIT :limit
            """)
        .bind("organizer", organizerId)
        .bind("integration", integrationId)
        .bind("before", before.orElse(null))
        .bind("limit", limit)
        .map((rs, context) -> run(rs))
        .list();
  }

  Optional<SyncRun> find(Handle tx, UUID organizerId, UUID integrationId, UUID id) {
    return tx.createQuery(
            """
            SELECT * FROM sync_runs
            WHERE organizer_id = :organizer AND integration_id = :integration AND id = :id
            """)
        .bind("organizer", organizerId)
        .bind("integration", integrationId)
        .bind("id", id)
        .map((rs, context) -> run(rs))
        .findOne();
  }

  /**
   * Forgets finished runs: those in which something happened before {@code eventful}, the others
   * before {@code quiet}. Goes over all organizers.
   */
  int purge(Handle tx, Instant eventful, Instant quiet) {
    return tx.createUpdate(
            """
            DELETE FROM sync_runs
            WHERE outcome <> 'running'
              AND (finished_at < :eventful
                   OR finished_at < :quiet AND outcome = 'succeeded' AND created + updated + removed = 0)
            """)
        .bind("eventful", eventful)
        .bind("quiet", quiet)
        .execute();
  }

  private static SyncRun run(ResultSet rs) throws SQLException {
    return new SyncRun(
        rs.getObject("id", UUID.class),
        rs.getObject("calendar_id", UUID.class),
        Mode.valueOf(rs.getString("mode").toUpperCase(Locale.ROOT)),
        Trigger.valueOf(rs.getString("trigger").toUpperCase(Locale.ROOT)),
        instant(rs, "started_at"),
        instant(rs, "finished_at"),
        Outcome.valueOf(rs.getString("outcome").toUpperCase(Locale.ROOT)),
        rs.getInt("events_seen"),
        rs.getInt("created"),
        rs.getInt("updated"),
        rs.getInt("removed"),
        rs.getInt("requests"),
        rs.getInt("left_out"),
        List.of(Json.read(rs.getString("problems"), LeftOut[].class)),
        rs.getString("error"),
        rs.getBoolean("full_requested"),
        rs.getObject("requested_at", OffsetDateTime.class).toInstant());
  }

  private static @Nullable Instant instant(ResultSet rs, String column) throws SQLException {
    var time = rs.getObject(column, OffsetDateTime.class);
    return time == null ? null : time.toInstant();
  }

  private static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
