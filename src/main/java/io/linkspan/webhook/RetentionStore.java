package io.linkspan.webhook;

import io.linkspan.platform.db.Purge;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** Makes room for what will be sent, and forgets what was sent long ago. */
final class RetentionStore {
  private static final int PARTITIONS_AHEAD = 3;

  /** Makes the partitions of today and the next days. */
  void makePartitions(Handle handle, Instant now) {
    var today = now.atZone(ZoneOffset.UTC).toLocalDate();
    for (int ahead = 0; ahead <= PARTITIONS_AHEAD; ahead++) {
      var day = today.plusDays(ahead);
      boolean inOther =
          handle
              .createQuery(
                  """
                  SELECT EXISTS (SELECT FROM delivery_attempts_other WHERE started_at >= :from AND started_at < :to)
                      OR to_regclass(:name) IS NOT NULL
                  """)
              .bind("from", day.atStartOfDay().toInstant(ZoneOffset.UTC))
              .bind("to", day.plusDays(1).atStartOfDay().toInstant(ZoneOffset.UTC))
              .bind("name", partition(day))
              .mapTo(Boolean.class)
              .one();
      if (!inOther) {
        handle.execute(
            "CREATE TABLE IF NOT EXISTS %s PARTITION OF delivery_attempts FOR VALUES FROM ('%s 00:00Z') TO ('%s 00:00Z')"
                .formatted(partition(day), day, day.plusDays(1)));
      }
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

  /** Forgets what is older; attempts by whole days. */
  void purge(Handle handle, Instant before) {
    String first = partition(before.atZone(ZoneOffset.UTC).toLocalDate());
    handle
        .createQuery(
            """
            SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
            WHERE i.inhparent = 'delivery_attempts'::regclass AND c.relname ~ '^delivery_attempts_\\d{8}$'
              AND c.relname < :first
            """)
        .bind("first", first)
        .mapTo(String.class)
        .list()
        .forEach(table -> handle.execute("DROP TABLE " + table));
    purge(handle, "delivery_attempts_other", "started_at", before);
    purge(handle, "finished_deliveries", "finished_at", before);
    purge(handle, "replays", "created_at", before);
    purge(handle, "event_ids", "created_at", before);
    purge(handle, "events", "created_at", before);
  }

  private static void purge(Handle handle, String table, String column, Instant before) {
    Purge.run(
        () ->
            handle
                .createUpdate(
                    "DELETE FROM %1$s WHERE ctid = ANY(ARRAY(SELECT ctid FROM %1$s WHERE %2$s < :before LIMIT :batch))"
                        .formatted(table, column))
                .bind("before", before)
                .bind("batch", Purge.BATCH)
                .execute());
  }
}
