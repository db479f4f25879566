package io.linkspan.webhook.delivery;

import io.linkspan.webhook.EndpointQueue;
import io.linkspan.webhook.delivery.QueueStore.Claim;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/**
 * Deliveries that keep an order: those of one webhook with the same key are sent one after the
 * other, by the time of their events, the next one when the one before was delivered or given up.
 *
 * <p>The order is that of what is in the queue: an event whose transaction committed after a later
 * one was taken, and one that is sent again by hand, come when they come. A node that died may have
 * sent a message without writing it down; it is sent again before its successors.
 *
 * <p>No lock holds the order, so that a node that stands still holds up nobody: only the first of
 * its key is ever taken, and it stays in the table until its end is written down.
 */
final class OrderingStore {
  /**
   * How many of what is due are looked at in one claim: a long row behind one key costs no more.
   */
  static final int WINDOW = 500;

  private static final Duration POSTPONEMENT = Duration.ofMinutes(1);

  /** Of these queues, those in which anything keeps an order. */
  Set<UUID> among(Handle handle, Collection<EndpointQueue> queues) {
    return Set.copyOf(
        handle
            .createQuery(
                """
                SELECT queues.webhook_id FROM unnest(:organizers, :webhooks) AS queues (organizer_id, webhook_id)
                CROSS JOIN LATERAL (
                  SELECT FROM pending_deliveries d
                  WHERE d.organizer_id = queues.organizer_id AND d.webhook_id = queues.webhook_id
                    AND d.order_key IS NOT NULL LIMIT 1) ordered
                -- asked once: where nobody asks for an order, no queue is looked at; sorted as the index of those that
                -- keep one, which the planner would not choose by itself and read the whole table
                WHERE (SELECT organizer_id FROM pending_deliveries WHERE order_key IS NOT NULL
                       ORDER BY organizer_id, webhook_id, due_at, id LIMIT 1) IS NOT NULL
                """)
            .bind(
                "organizers", queues.stream().map(EndpointQueue::organizerId).toArray(UUID[]::new))
            .bind("webhooks", queues.stream().map(EndpointQueue::webhookId).toArray(UUID[]::new))
            .mapTo(UUID.class)
            .list());
  }

  /**
   * Where a whole window is due and waits for others, puts it back for a minute, so that the next
   * claim sees what is behind it.
   *
   * @return how many were put back
   */
  int postponeBlocked(Handle tx, Collection<EndpointQueue> queues, Instant now) {
    return tx.createUpdate(
            """
            WITH behind AS (
              SELECT queues.organizer_id, queues.webhook_id, due.id
              FROM unnest(:organizers, :webhooks) AS queues (organizer_id, webhook_id)
              CROSS JOIN LATERAL (
                SELECT f.id, f.order_key, count(*) OVER () AS length FROM (
                  SELECT d.id, d.order_key FROM pending_deliveries d
                  WHERE d.organizer_id = queues.organizer_id AND d.webhook_id = queues.webhook_id
                    AND d.order_key IS NOT NULL
                    AND d.due_at <= :now AND (d.leased_until IS NULL OR d.leased_until < clock_timestamp())
                  ORDER BY d.due_at, d.id LIMIT :window) f) due
              CROSS JOIN LATERAL (
                SELECT e.id FROM pending_deliveries e
                WHERE e.organizer_id = queues.organizer_id AND e.webhook_id = queues.webhook_id
                  AND e.order_key = due.order_key
                ORDER BY e.event_at, e.id LIMIT 1) first
              WHERE due.length = :window AND first.id <> due.id
            ), free AS (
              SELECT p.organizer_id, p.webhook_id, p.id
              FROM behind CROSS JOIN pending_deliveries p
              WHERE p.organizer_id = ANY(ARRAY[behind.organizer_id]) AND p.webhook_id = ANY(ARRAY[behind.webhook_id])
                AND p.id = ANY(ARRAY[behind.id]) AND p.due_at <= :now AND (p.leased_until IS NULL OR p.leased_until < clock_timestamp())
              FOR UPDATE OF p SKIP LOCKED
            )
            UPDATE pending_deliveries p SET due_at = :later FROM free
            WHERE p.organizer_id = ANY(ARRAY[free.organizer_id]) AND p.webhook_id = ANY(ARRAY[free.webhook_id])
              AND p.id = ANY(ARRAY[free.id])
            """)
        .bind("organizers", queues.stream().map(EndpointQueue::organizerId).toArray(UUID[]::new))
        .bind("webhooks", queues.stream().map(EndpointQueue::webhookId).toArray(UUID[]::new))
        .bind("window", WINDOW)
        .bind("now", now)
        .bind("later", now.plus(POSTPONEMENT))
        .execute();
  }

  /**
   * Makes due what waited for these to end. One that is put back at the same moment is not seen;
   * its minute ends by itself.
   */
  void next(Handle tx, List<Claim> ended, Instant now) {
    var keyed = ended.stream().filter(claim -> claim.orderKey() != null).toList();
    if (keyed.isEmpty()) {
      return;
    }
    tx.createUpdate(
            """
            UPDATE pending_deliveries p SET due_at = :now
            FROM (
              SELECT n.organizer_id, n.webhook_id, n.id
              FROM (SELECT DISTINCT * FROM unnest(:organizers, :webhooks, :keys)) AS k (organizer_id, webhook_id, key)
              CROSS JOIN LATERAL (
                SELECT * FROM pending_deliveries d
                WHERE d.organizer_id = k.organizer_id AND d.webhook_id = k.webhook_id AND d.order_key = k.key
                ORDER BY d.event_at, d.id LIMIT 1) n
              WHERE n.due_at > :now AND n.tries = 0) next
            WHERE p.organizer_id = ANY(ARRAY[next.organizer_id]) AND p.webhook_id = ANY(ARRAY[next.webhook_id])
              AND p.id = ANY(ARRAY[next.id])
            """)
        .bind("organizers", keyed.stream().map(c -> c.queue().organizerId()).toArray(UUID[]::new))
        .bind("webhooks", keyed.stream().map(c -> c.queue().webhookId()).toArray(UUID[]::new))
        .bind("keys", keyed.stream().map(Claim::orderKey).toArray(Long[]::new))
        .bind("now", now)
        .execute();
  }
}
