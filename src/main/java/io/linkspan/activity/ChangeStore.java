package io.linkspan.activity;

import io.linkspan.platform.db.Purge;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** What changed for whom: {@code changes}. */
public final class ChangeStore implements Changes {

  /** A place in an organizer's changes: everything up to it was read. */
  record Place(long transaction, long position) {
    static final Place START = new Place(0, 0);

    /** As {@code Last-Event-ID}. */
    String id() {
      return transaction + "-" + position;
    }
  }

  /** A change, as sent. */
  record ChangeEvent(String kind, @Nullable UUID id, String change, Instant at) {}

  /**
   * @param settled whether nothing can appear before it any more, so that reading may go past it
   */
  record Row(Place place, ChangeEvent event, boolean settled) {}

  private final Clock clock;
  private final Consumer<UUID> afterCommit;

  /**
   * @param afterCommit told the organizer when a change is committed; must return at once
   */
  public ChangeStore(Clock clock, Consumer<UUID> afterCommit) {
    this.clock = clock;
    this.afterCommit = afterCommit;
  }

  @Override
  public void changed(
      Handle tx, UUID organizerId, String kind, @Nullable UUID resourceId, Change change) {
    tx.createUpdate(
            """
            INSERT INTO changes (organizer_id, kind, resource_id, change, created_at)
            SELECT :organizer, :kind, :resource, :change, :now
            WHERE :resource::uuid IS NOT NULL OR NOT EXISTS (
              SELECT 1 FROM changes
              WHERE organizer_id = :organizer AND transaction = pg_current_xact_id()::text::bigint
                AND kind = :kind AND resource_id IS NULL AND change = :change)
            """)
        .bind("organizer", organizerId)
        .bind("kind", kind)
        .bind("resource", resourceId)
        .bind("change", change.name().toLowerCase(Locale.ROOT))
        .bind("now", clock.instant())
        .execute();
    tx.afterCommit(() -> afterCommit.accept(organizerId));
  }

  /** What comes behind a place, in order. */
  List<Row> after(Handle handle, UUID organizerId, Place place, int limit) {
    return handle
        .createQuery(
            """
            SELECT transaction, position, kind, resource_id, change, created_at,
                   transaction < pg_snapshot_xmin(pg_current_snapshot())::text::bigint AS settled
            FROM changes
            WHERE organizer_id = :organizer AND (transaction, position) > (:transaction, :position)
            ORDER BY transaction, position
            LIMIT :limit
            """)
        .bind("organizer", organizerId)
        .bind("transaction", place.transaction())
        .bind("position", place.position())
        .bind("limit", limit)
        .map((rs, context) -> row(rs))
        .list();
  }

  /** The place behind which only what changes from now on will appear. */
  Place now(Handle handle) {
    return handle
        .createQuery("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
        .mapTo(Long.class)
        .map(oldestRunning -> new Place(oldestRunning - 1, Long.MAX_VALUE))
        .one();
  }

  /** The place behind which everything will appear that changed since a moment, or from now on. */
  Place before(Handle handle, UUID organizerId, Instant since) {
    return handle
        .createQuery(
            """
            SELECT transaction, position - 1 AS position
            FROM changes
            WHERE organizer_id = :organizer AND created_at >= :since
            UNION ALL
            SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint - 1, :end
            ORDER BY transaction, position
            LIMIT 1
            """)
        .bind("organizer", organizerId)
        .bind("since", since)
        .bind("end", Long.MAX_VALUE)
        .map((rs, context) -> new Place(rs.getLong("transaction"), rs.getLong("position")))
        .one();
  }

  /**
   * Whether everything behind the place is still stored.
   *
   * @param place as a caller sent it: perhaps from before a restore, or never ours
   */
  boolean reaches(Handle handle, UUID organizerId, Place place) {
    return handle
        .createQuery(
            """
            SELECT :transaction < pg_snapshot_xmax(pg_current_snapshot())::text::bigint
                   AND EXISTS (SELECT FROM changes
                               WHERE organizer_id = :organizer
                                 AND (transaction, position) <= (:transaction, :position))
            """)
        .bind("organizer", organizerId)
        .bind("transaction", place.transaction())
        .bind("position", place.position())
        .mapTo(Boolean.class)
        .one();
  }

  /**
   * Forgets what nobody resumes from any more, of all organizers; not within a transaction.
   *
   * @return how many rows
   */
  public int purge(Handle handle, Instant before) {
    return Purge.run(
        () ->
            handle
                .createUpdate(
                    """
                    DELETE FROM changes WHERE ctid = ANY(ARRAY(
                      SELECT ctid FROM changes WHERE created_at < :before LIMIT :batch))
                    """)
                .bind("before", before)
                .bind("batch", Purge.BATCH)
                .execute());
  }

  private static Row row(ResultSet rs) throws SQLException {
    return new Row(
        new Place(rs.getLong("transaction"), rs.getLong("position")),
        new ChangeEvent(
            rs.getString("kind"),
            rs.getObject("resource_id", UUID.class),
            rs.getString("change"),
            rs.getObject("created_at", OffsetDateTime.class).toInstant()),
        rs.getBoolean("settled"));
  }
}
