package io.linkspan.webhook.delivery;

import io.linkspan.webhook.EndpointQueue;
import java.time.Instant;
import java.util.List;
import org.jdbi.v3.core.Handle;

/** The queues of the queue, in which of them something is due, and how they are looked through. */
final class EndpointQueueStore {
  /**
   * Queues with anything in them, in their order, behind one of them ({@code :organizer}, {@code
   * :webhook}), at most {@code :limit}: as {@code heads}, each with the time at which its first is
   * due that is not on its way. A few entries of an index for each, however long the queues are.
   */
  static final String HEADS =
      """
      WITH RECURSIVE queues AS (
        (SELECT organizer_id, webhook_id, 1 AS n FROM pending_deliveries
         WHERE (organizer_id, webhook_id) > (:organizer, :webhook)
         ORDER BY organizer_id, webhook_id LIMIT 1)
        UNION ALL
        SELECT next.organizer_id, next.webhook_id, queues.n + 1
        FROM queues CROSS JOIN LATERAL (
          SELECT p.organizer_id, p.webhook_id FROM pending_deliveries p
          WHERE (p.organizer_id, p.webhook_id) > (queues.organizer_id, queues.webhook_id)
          ORDER BY p.organizer_id, p.webhook_id LIMIT 1) next
        WHERE queues.n < :limit
      ), heads AS (
        SELECT organizer_id, webhook_id, n,
               least((SELECT d.due_at FROM pending_deliveries d
                      WHERE d.organizer_id = queues.organizer_id AND d.webhook_id = queues.webhook_id
                        AND d.order_key IS NULL
                        AND (d.leased_until IS NULL OR d.leased_until < clock_timestamp())
                      ORDER BY d.organizer_id, d.webhook_id, d.due_at, d.id LIMIT 1),
                     (SELECT d.due_at FROM pending_deliveries d
                      WHERE d.organizer_id = queues.organizer_id AND d.webhook_id = queues.webhook_id
                        AND d.order_key IS NOT NULL
                        AND (d.leased_until IS NULL OR d.leased_until < clock_timestamp())
                      ORDER BY d.organizer_id, d.webhook_id, d.due_at, d.id LIMIT 1)) AS due_at
        FROM queues
      )
      """;

  /**
   * @param due whether anything in it may be taken
   */
  record QueueState(EndpointQueue queue, boolean due) {}

  /** Queues with anything in them, in their order, behind one of them. */
  List<QueueState> list(Handle tx, EndpointQueue after, int limit, Instant now) {
    byIndex(tx);
    return tx.createQuery(
            HEADS + "SELECT organizer_id, webhook_id, due_at <= :now AS due FROM heads ORDER BY n")
        .bind("organizer", after.organizerId())
        .bind("webhook", after.webhookId())
        .bind("limit", limit)
        .bind("now", now)
        .map((rs, context) -> new QueueState(EndpointQueue.of(rs), rs.getBoolean("due")))
        .list();
  }

  /**
   * How PostgreSQL is to plan the statements of a transaction over the queue. It grows by 100,000
   * rows in a moment, and plans are made by statistics of a minute ago: a scan of what was a small
   * table, a hash of it or sorting it must not be thought of. Where rows are joined it says {@code
   * = ANY(ARRAY[x])} instead of {@code = x} for the same reason: an equality may be merged, so the
   * planner also thinks of walking through the whole index, which is cheapest as long as the table
   * was empty when it was last looked at.
   */
  static void byIndex(Handle tx) {
    byIndex(tx, "on");
  }

  /**
   * @param synchronousCommit whether the commit waits for the disk
   */
  static void byIndex(Handle tx, String synchronousCommit) {
    tx.createQuery(
            """
            SELECT set_config('synchronous_commit', :synchronous, true), set_config('enable_seqscan', 'off', true),
                   set_config('enable_bitmapscan', 'off', true), set_config('enable_hashjoin', 'off', true),
                   set_config('enable_mergejoin', 'off', true), set_config('enable_sort', 'off', true),
                   set_config('enable_incremental_sort', 'off', true),
                   -- what is switched off and needed all the same counts as so dear that it would be compiled
                   set_config('jit', 'off', true),
                   -- planning a claim anew each time takes half as long as claiming
                   set_config('plan_cache_mode', 'force_generic_plan', true)
            """)
        .bind("synchronous", synchronousCommit)
        .mapTo(String.class)
        .one();
  }
}
