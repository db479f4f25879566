package io.linkspan.webhook.delivery;

import io.linkspan.webhook.EndpointQueue;
import io.linkspan.webhook.Rows;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** The queue as an operator sees it, over all organizers. */
final class QueueMonitorStore {
  /** Counted exactly up to here; beyond it PostgreSQL's own estimate costs nothing. */
  private static final int MAX_EXACT_COUNT = 10_000;

  private static final int MAX_QUEUES = 5_000;

  /**
   * @param oldestDue when the delivery should have been sent that has waited longest; null: none
   *     waits
   * @param deadRows of the hot table, which vacuum has not removed yet
   * @param oldestTransaction of this database that keeps vacuum from removing rows; zero: there is
   *     none
   * @param holder whose transaction that is; null when there is none
   */
  record State(
      long pending,
      long webhooks,
      @Nullable Instant oldestDue,
      long deadRows,
      Duration oldestTransaction,
      @Nullable String holder) {}

  State look(Handle tx) {
    EndpointQueueStore.byIndex(tx);
    return tx.createQuery(
            EndpointQueueStore.HEADS
                + """
            , counted AS (
              SELECT count(*) AS n FROM (SELECT FROM pending_deliveries LIMIT :counted + 1) few
            ), table_facts AS (
              SELECT n_live_tup, n_dead_tup FROM pg_stat_user_tables WHERE relid = 'pending_deliveries'::regclass
            ), holder AS (
              SELECT xact_start AS since, 'pid ' || pid || ' (' || application_name || ', ' || state || ')' AS who
              FROM pg_stat_activity
              WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()
                AND (backend_xmin IS NOT NULL OR backend_xid IS NOT NULL)
              UNION ALL
              SELECT prepared, 'the prepared transaction ' || gid FROM pg_prepared_xacts
              WHERE database = current_database()
              ORDER BY since LIMIT 1
            )
            SELECT CASE WHEN counted.n <= :counted THEN counted.n ELSE greatest(table_facts.n_live_tup, counted.n) END
                     AS pending,
                   (SELECT count(*) FROM heads) AS webhooks,
                   (SELECT min(due_at) FROM heads) AS oldest_due,
                   table_facts.n_dead_tup AS dead,
                   extract(epoch FROM clock_timestamp() - holder.since) AS held,
                   holder.who
            FROM counted CROSS JOIN table_facts LEFT JOIN holder ON true
            """)
        .bind("organizer", EndpointQueue.FIRST.organizerId())
        .bind("webhook", EndpointQueue.FIRST.webhookId())
        .bind("limit", MAX_QUEUES)
        .bind("counted", MAX_EXACT_COUNT)
        .map((rs, context) -> state(rs))
        .one();
  }

  private static State state(ResultSet rs) throws SQLException {
    return new State(
        rs.getLong("pending"),
        rs.getLong("webhooks"),
        Rows.maybeInstant(rs, "oldest_due"),
        rs.getLong("dead"),
        Duration.ofMillis((long) (rs.getDouble("held") * 1000)),
        rs.getString("who"));
  }
}
