package io.linkspan.calendar.sync;

import io.linkspan.calendar.sync.SyncStore.Key;
import io.linkspan.calendar.sync.SyncStore.Target;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** Which calendars are due, and which node reads them: leases by the database's clock, fenced. */
final class LeaseStore {
  /** By the database's clock; a sync whose node is silent for so long is taken over. */
  static final Duration LEASE = Duration.ofSeconds(15);

  /** A calendar that is due. */
  record Due(UUID organizerId, UUID integrationId, UUID calendarId) {}

  /** How many calendars of one integration are being read. */
  record Running(UUID organizerId, UUID integrationId, int count) {}

  /** Over all organizers: what is being read now, which is little. */
  List<Running> running(Handle tx) {
    return tx.createQuery(
            """
            SELECT organizer_id, integration_id, count(*) AS running FROM calendars
            WHERE leased_until > now() GROUP BY organizer_id, integration_id
            """)
        .map(
            (rs, context) ->
                new Running(
                    rs.getObject("organizer_id", UUID.class),
                    rs.getObject("integration_id", UUID.class),
                    rs.getInt("running")))
        .list();
  }

  /**
   * The longest due over all organizers, oldest first.
   *
   * @param without organizers whose share is taken
   * @param limit how many are read: what is due may be much more
   */
  List<Due> longestDue(Handle tx, Instant now, Collection<UUID> without, int limit) {
    return tx.createQuery(
            """
            SELECT c.organizer_id, c.integration_id, c.id FROM calendars c
            WHERE c.next_sync_at <= :now AND (c.leased_until IS NULL OR c.leased_until < now())
              AND c.organizer_id <> ALL(:without)
              AND EXISTS (SELECT 1 FROM calendar_integrations i
                          WHERE i.organizer_id = c.organizer_id AND i.id = c.integration_id
                            AND i.is_active AND i.sync_enabled)
            ORDER BY c.next_sync_at, c.id LIMIT :limit
            """)
        .bind("now", now)
        .bind("without", without.toArray(UUID[]::new))
        .bind("limit", limit)
        .map(
            (rs, context) ->
                new Due(
                    rs.getObject("organizer_id", UUID.class),
                    rs.getObject("integration_id", UUID.class),
                    rs.getObject("id", UUID.class)))
        .list();
  }

  /**
   * Leases calendars of one organizer that are still due, under a higher fencing number. One that
   * is being written just now is left for the next time, not waited for.
   *
   * @return those that were leased
   */
  List<Key> lease(Handle tx, UUID organizerId, Collection<UUID> calendars, Instant now) {
    return tx.createQuery(
            """
            WITH free AS (
              SELECT id FROM calendars
              WHERE organizer_id = :organizer AND id = ANY(:ids)
                AND next_sync_at <= :now AND (leased_until IS NULL OR leased_until < now())
              FOR UPDATE SKIP LOCKED
            )
            UPDATE calendars c SET fence = fence + 1, leased_until = now() + :lease * interval '1 second'
            FROM free
            WHERE c.organizer_id = :organizer AND c.id = free.id
            RETURNING c.id
            """)
        .bind("organizer", organizerId)
        .bind("ids", calendars.toArray(UUID[]::new))
        .bind("now", now)
        .bind("lease", LEASE.toSeconds())
        .map((rs, context) -> new Key(organizerId, rs.getObject("id", UUID.class)))
        .list();
  }

  /**
   * Prolongs the leases of passes that still run, except of calendars that are being written just
   * now: that itself does ({@link #wrote}).
   */
  void prolong(Handle tx, Collection<Target> running) {
    tx.createUpdate(
            """
            WITH free AS (
              SELECT c.organizer_id, c.id FROM calendars c
              JOIN unnest(:organizers, :ids, :fences) AS r (organizer_id, id, fence)
                ON c.organizer_id = r.organizer_id AND c.id = r.id AND c.fence = r.fence
              WHERE c.leased_until IS NOT NULL
              FOR UPDATE OF c SKIP LOCKED
            )
            UPDATE calendars c SET leased_until = now() + :lease * interval '1 second'
            FROM free
            WHERE c.organizer_id = free.organizer_id AND c.id = free.id
            """)
        .bind("lease", LEASE.toSeconds())
        .bind("organizers", running.stream().map(Target::organizerId).toArray(UUID[]::new))
        .bind("ids", running.stream().map(Target::calendarId).toArray(UUID[]::new))
        .bind("fences", running.stream().map(Target::fence).toArray(Long[]::new))
        .execute();
  }

  /** Gives the calendar back untouched, to be taken again at once: the node shuts down. */
  void release(Handle tx, Target target) {
    tx.createUpdate(
            """
            UPDATE calendars SET leased_until = NULL
            WHERE organizer_id = :organizer AND id = :id AND fence = :fence
            """)
        .bind("organizer", target.organizerId())
        .bind("id", target.calendarId())
        .bind("fence", target.fence())
        .execute();
  }
}
