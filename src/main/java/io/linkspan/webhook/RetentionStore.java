package io.linkspan.webhook;

import io.linkspan.platform.db.Purge;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
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
