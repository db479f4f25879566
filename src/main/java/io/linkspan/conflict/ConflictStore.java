package io.linkspan.conflict;

import io.linkspan.platform.db.Purge;
import io.linkspan.platform.db.Storable;
import io.linkspan.platform.http.Json;
import io.linkspan.platform.time.Ids;
import io.linkspan.platform.time.TimeRange;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Rows of {@code conflicts}, {@code conflict_history} and {@code conflict_states}. */
final class ConflictStore {
  private static final String SELECT =
      """
      SELECT id, first_party::text AS first_party, second_party::text AS second_party, status,
             dismissed_from, dismissed_to, freed_block, replaced_block::text AS replaced_block,
             version, detected_at
      FROM conflicts
      """;
  private static final String IN_RANGE =
      "organizer_id = :organizer AND tstzrange(overlap_from, overlap_to) && tstzrange(:from, :to)";

  /**
   * What is written to the history of a conflict.
   *
   * @param action that somebody did; null when the blocks changed by themselves
   * @param userId who; null likewise
   */
  record NewEvent(
      UUID conflictId,
      Conflict.Status status,
      @Nullable String action,
      @Nullable UUID userId,
      String explanation) {}

  private final Ids ids;

  ConflictStore(Ids ids) {
    this.ids = ids;
  }

  /**
   * Lets nobody else reconcile this organizer until the transaction ends.
   *
   * @return whether there were more conflicts than are kept
   */
  boolean lock(Handle tx, UUID organizerId) {
    tx.createUpdate(
            "INSERT INTO conflict_states (organizer_id) VALUES (:organizer) ON CONFLICT DO NOTHING")
        .bind("organizer", organizerId)
        .execute();
    return tx.createQuery(
            "SELECT truncated FROM conflict_states WHERE organizer_id = :organizer FOR UPDATE")
        .bind("organizer", organizerId)
        .mapTo(Boolean.class)
        .one();
  }

  /**
   * Locks what conflicts are about before anything is done: calendars, as a page that is stored
   * does, then blocks, each in the order of their ids. Whoever came otherwise would wait for a page
   * that waits for them.
   */
  void lockParties(Handle tx, UUID organizerId, Collection<UUID> conflicts) {
    var blocks =
        tx.createQuery(
                """
                SELECT DISTINCT b.id FROM conflicts c
                CROSS JOIN LATERAL unnest(ARRAY[
                  c.block_a, c.block_b, c.freed_block, (c.replaced_block -> 'remainder' ->> 'id')::uuid]) AS b (id)
                WHERE c.organizer_id = :organizer AND c.id = ANY(:ids) AND b.id IS NOT NULL
                """)
            .bind("organizer", organizerId)
            .bind("ids", conflicts.toArray(UUID[]::new))
            .mapTo(UUID.class)
            .list()
            .toArray(UUID[]::new);
    lockBlocks(tx, organizerId, blocks);
  }

  /** Locks these blocks' calendars, then the blocks. */
  void lockBlocks(Handle tx, UUID organizerId, UUID... blocks) {
    tx.createQuery(
            """
            SELECT id FROM calendars
            WHERE organizer_id = :organizer
              AND id IN (SELECT calendar_id FROM blocked_times WHERE organizer_id = :organizer AND id = ANY(:blocks))
            ORDER BY id FOR UPDATE
            """)
        .bind("organizer", organizerId)
        .bind("blocks", blocks)
        .mapTo(UUID.class)
        .list();
    tx.createQuery(
            """
            SELECT id FROM blocked_times WHERE organizer_id = :organizer AND id = ANY(:blocks)
            ORDER BY id FOR UPDATE
            """)
        .bind("organizer", organizerId)
        .bind("blocks", blocks)
        .mapTo(UUID.class)
        .list();
  }

  /** Conflicts that marking one of these events as free resolved. */
  List<Conflict> resolvedByMarking(Handle tx, UUID organizerId, UUID event) {
    return tx.createQuery(SELECT + "WHERE organizer_id = :organizer AND freed_block = :event")
        .bind("organizer", organizerId)
        .bind("event", event)
        .map((rs, context) -> conflict(rs))
        .list();
  }

  boolean truncated(Handle handle, UUID organizerId) {
    return handle
        .createQuery("SELECT truncated FROM conflict_states WHERE organizer_id = :organizer")
        .bind("organizer", organizerId)
        .mapTo(Boolean.class)
        .findOne()
        .orElse(false);
  }

  void truncated(Handle tx, UUID organizerId, boolean truncated) {
    tx.createUpdate(
            "UPDATE conflict_states SET truncated = :truncated WHERE organizer_id = :organizer")
        .bind("organizer", organizerId)
        .bind("truncated", truncated)
        .execute();
  }

  List<Conflict> standing(Handle tx, UUID organizerId, TimeRange range) {
    return tx.createQuery(SELECT + "WHERE " + IN_RANGE + " AND status <> 'resolved'")
        .bind("organizer", organizerId)
        .bind("from", range.start())
        .bind("to", range.end())
        .map((rs, context) -> conflict(rs))
        .list();
  }

  int countStanding(Handle tx, UUID organizerId) {
    return tx.createQuery(
            "SELECT count(*) FROM conflicts WHERE organizer_id = :organizer AND status <> 'resolved'")
        .bind("organizer", organizerId)
        .mapTo(Integer.class)
        .one();
  }

  /** Conflicts of any status between these blocks. */
  List<Conflict> of(Handle tx, UUID organizerId, Collection<Conflict.Key> keys) {
    if (keys.isEmpty()) {
      return List.of();
    }
    return tx.createQuery(
            SELECT
                + """
                WHERE organizer_id = :organizer
                  AND (block_a, block_b) IN (SELECT * FROM unnest(:a, :b))
                """)
        .bind("organizer", organizerId)
        .bind("a", keys.stream().map(Conflict.Key::a).toArray(UUID[]::new))
        .bind("b", keys.stream().map(Conflict.Key::b).toArray(UUID[]::new))
        .map((rs, context) -> conflict(rs))
        .list();
  }

  /** By the start of the overlap. */
  List<Conflict> list(
      Handle handle,
      UUID organizerId,
      TimeRange range,
      Optional<Conflict.Status> status,
      int limit) {
    return handle
        .createQuery(
            SELECT
                + "WHERE "
                + IN_RANGE
                + " AND (:status::text IS NULL OR status = :status)"
                + " ORDER BY overlap_from, id LIMIT :limit")
        .bind("organizer", organizerId)
        .bind("from", range.start())
        .bind("to", range.end())
        .bind("status", status.map(ConflictStore::text).orElse(null))
        .bind("limit", limit)
        .map((rs, context) -> conflict(rs))
        .list();
  }

  Optional<Conflict> find(Handle handle, UUID organizerId, UUID id) {
    return handle
        .createQuery(SELECT + "WHERE organizer_id = :organizer AND id = :id")
        .bind("organizer", organizerId)
        .bind("id", id)
        .map((rs, context) -> conflict(rs))
        .findOne();
  }

  void insert(Handle tx, UUID organizerId, List<Conflict> conflicts, Instant now) {
    write(
        tx,
        """
        INSERT INTO conflicts (organizer_id, id, kind, block_a, block_b, first_party, second_party,
                               overlap_from, overlap_to, status, dismissed_from, dismissed_to, freed_block, replaced_block,
                               version, detected_at, updated_at)
        VALUES (:organizer, :id, :kind, :a, :b, :first::jsonb, :second::jsonb,
                :from, :to, :status, :dismissedFrom, :dismissedTo, :freed, :replaced::jsonb, :version, :detectedAt, :now)
        """,
        organizerId,
        conflicts,
        now);
  }

  void update(Handle tx, UUID organizerId, List<Conflict> conflicts, Instant now) {
    write(
        tx,
        """
        UPDATE conflicts
        SET kind = :kind, block_a = :a, block_b = :b, first_party = :first::jsonb, second_party = :second::jsonb,
            overlap_from = :from, overlap_to = :to, status = :status, dismissed_from = :dismissedFrom,
            dismissed_to = :dismissedTo, freed_block = :freed, replaced_block = :replaced::jsonb,
            version = :version, detected_at = :detectedAt,
            updated_at = :now
        WHERE organizer_id = :organizer AND id = :id
        """,
        organizerId,
        conflicts,
        now);
  }

  private static void write(
      Handle tx, String sql, UUID organizerId, List<Conflict> conflicts, Instant now) {
    if (conflicts.isEmpty()) {
      return;
    }
    try (var batch = tx.prepareBatch(sql)) {
      for (var conflict : conflicts) {
        var overlap = conflict.overlap();
        var dismissed = conflict.dismissed();
        batch
            .bind("organizer", organizerId)
            .bind("id", conflict.id())
            .bind("kind", overlap.kind())
            .bind("a", conflict.key().a())
            .bind("b", conflict.key().b())
            .bind("first", Storable.json(Json.text(conflict.first())))
            .bind("second", Storable.json(Json.text(conflict.second())))
            .bind("from", overlap.time().start())
            .bind("to", overlap.time().end())
            .bind("status", text(conflict.status()))
            .bind("dismissedFrom", dismissed == null ? null : dismissed.start())
            .bind("dismissedTo", dismissed == null ? null : dismissed.end())
            .bind("freed", conflict.undo() instanceof Undo.MarkedFree free ? free.block() : null)
            .bind(
                "replaced",
                conflict.undo() instanceof Undo.Replaced replaced
                    ? Storable.json(Json.text(replaced))
                    : null)
            .bind("version", conflict.version())
            .bind("detectedAt", conflict.detectedAt())
            .bind("now", now)
            .add();
      }
      batch.execute();
    }
  }

  void remember(Handle tx, UUID organizerId, List<NewEvent> events, Instant now) {
    if (events.isEmpty()) {
      return;
    }
    try (var batch =
        tx.prepareBatch(
            """
            INSERT INTO conflict_history (organizer_id, conflict_id, id, at, status, action, by_email, explanation)
            VALUES (:organizer, :conflict, :id, :now, :status, :action,
                    (SELECT email FROM organizers WHERE id = :user), :explanation)
            """)) {
      for (var event : events) {
        batch
            .bind("organizer", organizerId)
            .bind("conflict", event.conflictId())
            .bind("id", ids.next())
            .bind("now", now)
            .bind("status", text(event.status()))
            .bind("action", event.action())
            .bind("user", event.userId())
            .bind("explanation", Storable.text(event.explanation()))
            .add();
      }
      batch.execute();
    }
  }

  /** Oldest first. */
  List<Conflict.Event> history(Handle handle, UUID organizerId, UUID id) {
    return handle
        .createQuery(
            """
            SELECT at, status, action, by_email, explanation FROM conflict_history
            WHERE organizer_id = :organizer AND conflict_id = :id
            ORDER BY id
            """)
        .bind("organizer", organizerId)
        .bind("id", id)
        .map(
            (rs, context) ->
                new Conflict.Event(
                    rs.getObject("at", OffsetDateTime.class).toInstant(),
                    status(rs.getString("status")),
                    rs.getString("action"),
                    rs.getString("by_email"),
                    rs.getString("explanation")))
        .list();
  }

  /** Deletes what was resolved long ago, of all organizers; not within a transaction. */
  int purgeResolved(Handle handle, Instant before) {
    return Purge.run(
        () ->
            handle
                .createUpdate(
                    """
                    DELETE FROM conflicts WHERE (organizer_id, id) IN (
                      SELECT organizer_id, id FROM conflicts
                      WHERE status = 'resolved' AND updated_at < :before LIMIT :batch)
                    """)
                .bind("before", before)
                .bind("batch", Purge.BATCH)
                .execute());
  }

  private static Conflict conflict(ResultSet rs) throws SQLException {
    var dismissedFrom = instant(rs, "dismissed_from");
    var dismissedTo = instant(rs, "dismissed_to");
    return new Conflict(
        rs.getObject("id", UUID.class),
        Json.read(rs.getString("first_party"), ConflictParty.class),
        Json.read(rs.getString("second_party"), ConflictParty.class),
        status(rs.getString("status")),
        dismissedFrom == null || dismissedTo == null
            ? null
            : new TimeRange(dismissedFrom, dismissedTo),
        undo(rs),
        rs.getLong("version"),
        rs.getObject("detected_at", OffsetDateTime.class).toInstant());
  }

  private static @Nullable Undo undo(ResultSet rs) throws SQLException {
    var freed = rs.getObject("freed_block", UUID.class);
    if (freed != null) {
      return new Undo.MarkedFree(freed);
    }
    var replaced = rs.getString("replaced_block");
    return replaced == null ? null : Json.read(replaced, Undo.Replaced.class);
  }

  private static @Nullable Instant instant(ResultSet rs, String column) throws SQLException {
    var time = rs.getObject(column, OffsetDateTime.class);
    return time == null ? null : time.toInstant();
  }

  private static String text(Conflict.Status status) {
    return status.name().toLowerCase(Locale.ROOT);
  }

  private static Conflict.Status status(String text) {
    return Conflict.Status.valueOf(text.toUpperCase(Locale.ROOT));
  }
}
