package io.linkspan.webhook.delivery;

import io.linkspan.platform.db.Purge;
import io.linkspan.platform.db.SqlStates;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.HandleCallback;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes room for what will be sent, and forgets what was sent long ago. */
final class RetentionStore {
  private static final Logger LOG = LoggerFactory.getLogger(RetentionStore.class);

  private static final int PARTITIONS_AHEAD = 3;

  /**
   * Who waits for the lock of the whole table makes everybody's attempts wait behind it, so not for
   * long. Longer than {@code deadlock_timeout}, 1 s, after which autovacuum gives way.
   */
  private static final Duration LOCK_TIMEOUT = Duration.ofMillis(1_500);

  private static final String LOCK_NOT_AVAILABLE = "55P03";

  /** Attempts of the day came into the default partition since it was looked at. */
  private static final String CHECK_VIOLATION = "23514";

  private static final Set<String> LEFT_TO_NEXT_RUN = Set.of(LOCK_NOT_AVAILABLE, CHECK_VIOLATION);

  /**
   * Makes the partitions of today and the next days. One that could not be made before its day, so
   * that the default partition has attempts of it, is not made any more: they are forgotten there.
   *
   * @param handle not within a transaction
   */
  void makePartitions(Handle handle, Instant now) {
    var today = now.atZone(ZoneOffset.UTC).toLocalDate();
    for (int ahead = 0; ahead <= PARTITIONS_AHEAD; ahead++) {
      var day = today.plusDays(ahead);
      if (!exists(handle, day) && !make(handle, day)) {
        return;
      }
    }
  }

  private static boolean exists(Handle handle, LocalDate day) {
    return handle
        .createQuery("SELECT to_regclass(:name) IS NOT NULL")
        .bind("name", partition(day))
        .mapTo(Boolean.class)
        .one();
  }

  /**
   * @return false where it is left to the next run
   */
  private static boolean make(Handle handle, LocalDate day) {
    // apart from making it: a lock for reading, kept until then, would stand in another node's way
    var inOther = unlessHeld(handle, day, tx -> inOther(tx, day));
    if (inOther.isEmpty() || inOther.get()) {
      return inOther.isPresent();
    }
    String create =
        "CREATE TABLE IF NOT EXISTS %s PARTITION OF delivery_attempts FOR VALUES FROM ('%s 00:00Z') TO ('%s 00:00Z')"
            .formatted(partition(day), day, day.plusDays(1));
    return unlessHeld(handle, day, tx -> tx.execute(create)).isPresent();
  }

  private static boolean inOther(Handle tx, LocalDate day) {
    return tx.createQuery(
            """
            SELECT EXISTS (SELECT FROM delivery_attempts_other WHERE started_at >= :from AND started_at < :to)
            """)
        .bind("from", day.atStartOfDay().toInstant(ZoneOffset.UTC))
        .bind("to", day.plusDays(1).atStartOfDay().toInstant(ZoneOffset.UTC))
        .mapTo(Boolean.class)
        .one();
  }

  private static <T> Optional<T> unlessHeld(
      Handle handle, LocalDate day, HandleCallback<T, RuntimeException> work) {
    return unlessHeld(handle, partition(day), work);
  }

  /**
   * Works on a partition, in a transaction of its own, unless others hold it or the whole table: a
   * backup or a report may do so for hours.
   *
   * @return empty where it is left to the next run
   */
  private static <T> Optional<T> unlessHeld(
      Handle handle, String partition, HandleCallback<T, RuntimeException> work) {
    try {
      return Optional.of(
          handle.inTransaction(
              tx -> {
                tx.createQuery("SELECT set_config('lock_timeout', :within, true)")
                    .bind("within", String.valueOf(LOCK_TIMEOUT.toMillis()))
                    .mapTo(String.class)
                    .one();
                return work.withHandle(tx);
              }));
    } catch (JdbiException e) {
      String state = SqlStates.of(e);
      if (!LEFT_TO_NEXT_RUN.contains(state)) {
        throw e;
      }
      LOG.warn(
          "partition {} is in use by others (SQLSTATE {}); it and those after it are left to the next run",
          partition,
          state);
      return Optional.empty();
    }
  }

  private static String partition(LocalDate day) {
    return "delivery_attempts_" + day.format(DateTimeFormatter.BASIC_ISO_DATE);
  }

  private record Deleted(UUID organizerId, UUID id) {}

  /** Clears what deleted webhooks left behind. */
  void clearDeleted(Handle handle) {
    var deleted =
        handle
            .createQuery("SELECT organizer_id, id FROM deleted_webhooks")
            .map(
                (rs, context) ->
                    new Deleted(
                        rs.getObject("organizer_id", UUID.class), rs.getObject("id", UUID.class)))
            .list();
    for (var webhook : deleted) {
      for (String table :
          List.of("pending_deliveries", "finished_deliveries", "delivery_attempts", "replays")) {
        clear(handle, table, webhook);
      }
      handle
          .createUpdate("DELETE FROM deleted_webhooks WHERE organizer_id = :organizer AND id = :id")
          .bind("organizer", webhook.organizerId())
          .bind("id", webhook.id())
          .execute();
    }
  }

  private static void clear(Handle handle, String table, Deleted webhook) {
    int cleared;
    do {
      // a place may be there in more than one partition: what is deleted besides has to go too
      cleared =
          handle
              .createUpdate(
                  """
                  DELETE FROM %1$s
                  WHERE organizer_id = :organizer AND webhook_id = :webhook AND ctid = ANY(ARRAY(
                    SELECT ctid FROM %1$s
                    WHERE organizer_id = :organizer AND webhook_id = :webhook LIMIT :batch))
                  """
                      .formatted(table))
              .bind("organizer", webhook.organizerId())
              .bind("webhook", webhook.id())
              .bind("batch", Purge.BATCH)
              .execute();
    } while (cleared > 0);
  }

  private static void dropPartitions(Handle handle, Instant before) {
    var old =
        handle
            .createQuery(
                """
                SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
                WHERE i.inhparent = 'delivery_attempts'::regclass AND c.relname ~ '^delivery_attempts_\\d{8}$'
                  AND c.relname < :first
                ORDER BY c.relname
                """)
            .bind("first", partition(before.atZone(ZoneOffset.UTC).toLocalDate()))
            .mapTo(String.class)
            .list();
    for (String table : old) {
      if (unlessHeld(handle, table, tx -> tx.execute("DROP TABLE " + table)).isEmpty()) {
        return;
      }
    }
  }

  /**
   * Forgets what is older; attempts by whole days.
   *
   * @param handle not within a transaction
   */
  void purge(Handle handle, Instant before) {
    dropPartitions(handle, before);
    purge(handle, "delivery_attempts_other", "started_at", before);
    purge(handle, "finished_deliveries", "finished_at", before);
    purge(handle, "replays", "created_at", before);
    purgeEvents(handle, before);
    purgeEventIds(handle, before);
  }

  /**
   * What a delivery still waits for is kept, however old, with all of its organizer that came
   * since: the queue has no index by events, and its oldest are found by one look through it. The
   * look is part of each statement, so that what is queued again meanwhile counts.
   */
  private static void purgeEvents(Handle handle, Instant before) {
    purge(
        handle,
        """
        WITH waiting AS MATERIALIZED (
          SELECT organizer_id, min(event_at) AS since FROM pending_deliveries
          WHERE event_at < :before GROUP BY organizer_id
        )
        DELETE FROM events WHERE ctid = ANY(ARRAY(
          SELECT e.ctid FROM events e LEFT JOIN waiting w ON w.organizer_id = e.organizer_id
          WHERE e.created_at < :before AND (w.since IS NULL OR e.created_at < w.since) LIMIT :batch))
        """,
        before);
  }

  /**
   * An id seen before is kept for as long as its event is there, and so are all of its organizer
   * that came since. It is noted before its event: by moments, for which an hour is plenty.
   */
  private static void purgeEventIds(Handle handle, Instant before) {
    purge(
        handle,
        """
        WITH kept AS MATERIALIZED (
          SELECT o.id AS organizer_id, oldest.created_at - interval '1 hour' AS since
          FROM organizers o
          CROSS JOIN LATERAL (
            SELECT created_at FROM events WHERE organizer_id = o.id ORDER BY created_at LIMIT 1) oldest
        )
        DELETE FROM event_ids WHERE ctid = ANY(ARRAY(
          SELECT i.ctid FROM event_ids i LEFT JOIN kept k ON k.organizer_id = i.organizer_id
          WHERE i.created_at < :before::timestamptz - interval '1 hour' AND (k.since IS NULL OR i.created_at < k.since) LIMIT :batch))
        """,
        before);
  }

  private static void purge(Handle handle, String table, String column, Instant before) {
    purge(
        handle,
        "DELETE FROM %1$s WHERE ctid = ANY(ARRAY(SELECT ctid FROM %1$s WHERE %2$s < :before LIMIT :batch))"
            .formatted(table, column),
        before);
  }

  private static void purge(Handle handle, String sql, Instant before) {
    Purge.run(
        () -> handle.createUpdate(sql).bind("before", before).bind("batch", Purge.BATCH).execute());
  }
}
