package io.linkspan.webhook.delivery;

import io.linkspan.platform.db.Purge;
import io.linkspan.platform.http.Json;
import io.linkspan.webhook.EndpointQueue;
import io.linkspan.webhook.Payload;
import io.linkspan.webhook.Rows;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.SqlStatement;
import org.jspecify.annotations.Nullable;

/** The queue of what is to be sent, and where it ends. */
final class QueueStore {
  private final OrderingStore order;

  QueueStore(OrderingStore order) {
    this.order = order;
  }

  /**
   * A delivery that this node may send while its lease lasts.
   *
   * @param orderKey those with the same one are sent one after the other; null: whenever
   * @param test whether a person waits for its answer, on the node that queued it
   * @param bytes of the event's data, about
   * @param body null when the event is gone
   */
  record Claim(
      EndpointQueue queue,
      UUID id,
      String eventId,
      String eventType,
      Instant queuedAt,
      int attempts,
      int tries,
      long fence,
      @Nullable Long orderKey,
      boolean test,
      int bytes,
      @Nullable String body) {
    /** For what is kept until its end is written: messages may be large. */
    Claim withoutBody() {
      return new Claim(
          queue, id, eventId, eventType, queuedAt, attempts, tries, fence, orderKey, test, bytes,
          null);
    }
  }

  /**
   * How a claim ended.
   *
   * @param attempt null when nothing could be sent
   * @param retryAt null when it is finished
   */
  record Outcome(Claim claim, @Nullable Attempt attempt, @Nullable Instant retryAt) {
    Outcome withoutResponse() {
      return new Outcome(claim, attempt == null ? null : attempt.withoutResponse(), retryAt);
    }

    boolean delivered() {
      return attempt != null && attempt.succeeded();
    }

    String status() {
      return delivered() ? "delivered" : "failed";
    }
  }

  /**
   * What there is room for.
   *
   * @param perQueue how many deliveries each queue may have more
   * @param deliveries how many all of them together
   * @param bytes from which on no more is taken; one at least is
   */
  record ClaimBudget(
      List<EndpointQueue> queues, List<Integer> perQueue, int deliveries, long bytes) {}

  /**
   * Takes what is due: each organizer in turn, and of each its webhooks in turn. Of what keeps an
   * order ({@link OrderingStore}) only the first of each key.
   *
   * @param ordered webhooks in whose queues anything keeps an order
   */
  List<Claim> claim(Handle tx, ClaimBudget budget, Set<UUID> ordered, Instant now, Duration lease) {
    // a claim that is lost in a crash is made again: nobody waits for the disk here
    EndpointQueueStore.byIndex(tx, "off");
    return tx.createQuery(
            """
            WITH queues AS (
              SELECT * FROM unnest(:organizers, :webhooks, :perQueue) AS l (organizer_id, webhook_id, room)
            ), due AS (
              SELECT queues.*, p.id, p.due_at, p.bytes
              FROM queues
              CROSS JOIN LATERAL (
                SELECT d.id, d.due_at, d.bytes FROM pending_deliveries d
                WHERE d.organizer_id = queues.organizer_id AND d.webhook_id = queues.webhook_id
                  AND d.order_key IS NULL
                  AND d.due_at <= :now AND (d.leased_until IS NULL OR d.leased_until < clock_timestamp())
                ORDER BY d.due_at, d.id LIMIT queues.room
                FOR UPDATE SKIP LOCKED) p
              UNION ALL
              SELECT queues.*, p.id, p.due_at, p.bytes
              FROM queues
              CROSS JOIN LATERAL (
                SELECT d.id, d.due_at, d.bytes FROM pending_deliveries d
                WHERE d.organizer_id = queues.organizer_id AND d.webhook_id = queues.webhook_id
                  AND d.due_at <= :now AND (d.leased_until IS NULL OR d.leased_until < clock_timestamp())
                  AND d.id = ANY(ARRAY(
                    SELECT f.id FROM (
                      SELECT * FROM pending_deliveries f
                      WHERE f.organizer_id = queues.organizer_id AND f.webhook_id = queues.webhook_id
                        AND f.order_key IS NOT NULL
                        AND f.due_at <= :now AND (f.leased_until IS NULL OR f.leased_until < clock_timestamp())
                      ORDER BY f.due_at, f.id LIMIT :window) f
                    CROSS JOIN LATERAL (
                      SELECT e.id FROM pending_deliveries e
                      WHERE e.organizer_id = queues.organizer_id AND e.webhook_id = queues.webhook_id
                        AND e.order_key = f.order_key
                      ORDER BY e.event_at, e.id LIMIT 1) first
                    WHERE first.id = f.id
                    ORDER BY f.due_at, f.id LIMIT queues.room))
                FOR UPDATE SKIP LOCKED) p
              WHERE queues.webhook_id = ANY(:ordered)
            ), places AS (
              SELECT *, row_number() OVER (PARTITION BY webhook_id ORDER BY due_at, id) AS place FROM due
            ), turns AS (
              SELECT *, row_number() OVER (PARTITION BY organizer_id ORDER BY place, webhook_id) AS turn
              FROM places WHERE place <= room
            ), weighed AS (
              SELECT *, sum(bytes) OVER (ORDER BY turn, place, id) - bytes AS before FROM turns
            ), chosen AS (
              SELECT organizer_id, webhook_id, id, turn FROM weighed
              WHERE before < :bytes ORDER BY turn, place LIMIT :batch
            ), claimed AS (
              UPDATE pending_deliveries p
              SET leased_until = clock_timestamp() + :lease * interval '1 millisecond', fence = p.fence + 1
              FROM chosen
              WHERE p.organizer_id = ANY(ARRAY[chosen.organizer_id]) AND p.webhook_id = ANY(ARRAY[chosen.webhook_id])
                AND p.id = ANY(ARRAY[chosen.id])
              RETURNING p.*, chosen.turn
            )
            SELECT c.*, e.data
            FROM claimed c
            LEFT JOIN LATERAL (
              SELECT data::text AS data FROM events
              WHERE organizer_id = c.organizer_id AND created_at = c.event_at AND id = c.event_id LIMIT 1) e ON true
            ORDER BY c.turn
            """)
        .bind(
            "organizers",
            budget.queues().stream().map(EndpointQueue::organizerId).toArray(UUID[]::new))
        .bind(
            "webhooks", budget.queues().stream().map(EndpointQueue::webhookId).toArray(UUID[]::new))
        .bind("perQueue", budget.perQueue().toArray(Integer[]::new))
        .bind("ordered", ordered.toArray(UUID[]::new))
        .bind("window", OrderingStore.WINDOW)
        .bind("now", now)
        .bind("lease", lease.toMillis())
        .bind("batch", budget.deliveries())
        .bind("bytes", budget.bytes())
        .map((rs, context) -> claim(rs))
        .list();
  }

  /** Gives claims back, to be taken at once by anyone. */
  void release(Handle tx, List<Claim> claims) {
    bind(
            tx.createUpdate(
                """
                UPDATE pending_deliveries p SET leased_until = NULL
                FROM unnest(:organizers, :webhooks, :ids, :fences) AS r (organizer_id, webhook_id, id, fence)
                WHERE p.organizer_id = ANY(ARRAY[r.organizer_id]) AND p.webhook_id = ANY(ARRAY[r.webhook_id])
                  AND p.id = ANY(ARRAY[r.id])
                  AND p.fence = r.fence
                """),
            claims,
            Function.identity())
        .execute();
  }

  /**
   * Writes down how claims ended.
   *
   * @return the deliveries whose claim still held; what a later claim overtook is its business
   */
  Set<UUID> finish(Handle tx, List<Outcome> batch, Instant now) {
    EndpointQueueStore.byIndex(tx);
    var outcomes = onePerDelivery(batch);
    var held = new HashSet<UUID>();
    var ended = outcomes.stream().filter(outcome -> outcome.retryAt() == null).toList();
    if (!ended.isEmpty()) {
      held.addAll(end(tx, ended, now));
      order.next(tx, ended.stream().map(Outcome::claim).toList(), now);
    }
    var retried = outcomes.stream().filter(outcome -> outcome.retryAt() != null).toList();
    if (!retried.isEmpty()) {
      held.addAll(retry(tx, retried));
    }
    record(tx, outcomes.stream().filter(outcome -> held.contains(outcome.claim().id())).toList());
    return held;
  }

  /**
   * Of a node that slept, the outcome from before may come in one batch with that of the claim it
   * made since: what a later claim overtook does not count here either.
   */
  private static List<Outcome> onePerDelivery(List<Outcome> batch) {
    var chosen = new LinkedHashMap<UUID, Outcome>();
    for (var outcome : batch) {
      chosen.merge(
          outcome.claim().id(),
          outcome,
          (one, other) -> other.claim().fence() > one.claim().fence() ? other : one);
    }
    return List.copyOf(chosen.values());
  }

  private static List<UUID> end(Handle tx, List<Outcome> ended, Instant now) {
    return bind(
            tx.createQuery(
                """
                WITH gone AS (
                  DELETE FROM pending_deliveries p
                  USING unnest(:organizers, :webhooks, :ids, :fences, :statuses, :sent)
                        AS r (organizer_id, webhook_id, id, fence, status, sent)
                  WHERE p.organizer_id = ANY(ARRAY[r.organizer_id]) AND p.webhook_id = ANY(ARRAY[r.webhook_id])
                    AND p.id = ANY(ARRAY[r.id])
                    AND p.fence = r.fence
                  RETURNING p.*, r.status, r.sent
                )
                INSERT INTO finished_deliveries (organizer_id, webhook_id, id, event_id, event_type, event_at,
                                                 created_at, status, attempts, finished_at, replay_id, test)
                SELECT organizer_id, webhook_id, id, event_id, event_type, event_at, created_at, status,
                       attempts + sent, :now, replay_id, test
                FROM gone
                RETURNING id
                """),
            ended,
            Outcome::claim)
        .bind("statuses", ended.stream().map(Outcome::status).toArray(String[]::new))
        .bind(
            "sent",
            ended.stream()
                .map(outcome -> outcome.attempt() == null ? 0 : 1)
                .toArray(Integer[]::new))
        .bind("now", now)
        .mapTo(UUID.class)
        .list();
  }

  private static List<UUID> retry(Handle tx, List<Outcome> retried) {
    return bind(
            tx.createQuery(
                """
                UPDATE pending_deliveries p
                SET attempts = p.attempts + 1, tries = p.tries + 1, leased_until = NULL,
                    -- a person asked for it while it was on its way
                    due_at = CASE WHEN p.due_at > r.begun::timestamptz THEN p.due_at ELSE r.due::timestamptz END,
                    -- written once, also when nobody hears that it was committed
                    fence = p.fence + 1
                FROM unnest(:organizers, :webhooks, :ids, :fences, :begun, :dues)
                     AS r (organizer_id, webhook_id, id, fence, begun, due)
                WHERE p.organizer_id = ANY(ARRAY[r.organizer_id]) AND p.webhook_id = ANY(ARRAY[r.webhook_id])
                  AND p.id = ANY(ARRAY[r.id])
                  AND p.fence = r.fence
                RETURNING p.id
                """),
            retried,
            Outcome::claim)
        .bind(
            "begun",
            retried.stream()
                .map(outcome -> Objects.requireNonNull(outcome.attempt()).startedAt().toString())
                .toArray(String[]::new))
        .bind(
            "dues",
            retried.stream()
                .map(outcome -> String.valueOf(outcome.retryAt()))
                .toArray(String[]::new))
        .mapTo(UUID.class)
        .list();
  }

  private static void record(Handle tx, List<Outcome> outcomes) {
    var batch =
        tx.prepareBatch(
            """
            INSERT INTO delivery_attempts (organizer_id, webhook_id, delivery_id, number, started_at, duration_ms,
                succeeded, request_headers, response_status, response_headers, response_body, body_cut, error)
            VALUES (:organizer, :webhook, :id, :number, :at, :took, :succeeded, :request::jsonb, :status,
                    :response::jsonb, :body, :cut, :error)
            """);
    for (var outcome : outcomes) {
      var attempt = outcome.attempt();
      if (attempt == null) {
        continue;
      }
      var answer = attempt.answer();
      batch
          .bind("organizer", outcome.claim().queue().organizerId())
          .bind("webhook", outcome.claim().queue().webhookId())
          .bind("id", outcome.claim().id())
          .bind("number", outcome.claim().attempts() + 1)
          .bind("at", attempt.startedAt())
          .bind("took", attempt.durationMs())
          .bind("succeeded", attempt.succeeded())
          .bind("request", Json.text(attempt.requestHeaders()))
          .bind("status", answer == null ? null : answer.status())
          .bind("response", answer == null ? null : Json.text(answer.headers()))
          .bind("body", answer == null ? null : answer.body())
          .bind("cut", answer != null && answer.cut())
          .bind("error", attempt.error())
          .add();
    }
    if (batch.size() > 0) {
      batch.execute();
    }
  }

  private static <T, S extends SqlStatement<S>> S bind(
      S statement, List<T> items, Function<T, Claim> claim) {
    var claims = items.stream().map(claim).toList();
    return statement
        .bind("organizers", claims.stream().map(c -> c.queue().organizerId()).toArray(UUID[]::new))
        .bind("webhooks", claims.stream().map(c -> c.queue().webhookId()).toArray(UUID[]::new))
        .bind("ids", claims.stream().map(Claim::id).toArray(UUID[]::new))
        .bind("fences", claims.stream().map(Claim::fence).toArray(Long[]::new));
  }

  /**
   * Gives up some of what waits for a webhook, if it is switched off; what is on its way ends as it
   * ends.
   *
   * @return how many
   */
  int discardPending(Handle tx, EndpointQueue queue, Instant now) {
    EndpointQueueStore.byIndex(tx);
    return tx.createUpdate(
            """
            WITH off AS (
              SELECT organizer_id, id FROM webhooks
              WHERE organizer_id = :organizer AND id = :webhook AND NOT is_active FOR SHARE
            ), gone AS (
              DELETE FROM pending_deliveries p
              WHERE p.organizer_id = :organizer AND p.webhook_id = :webhook AND p.id = ANY(ARRAY(
                SELECT d.id FROM off
                CROSS JOIN LATERAL (
                  SELECT id FROM pending_deliveries
                  WHERE organizer_id = off.organizer_id AND webhook_id = off.id
                    AND (leased_until IS NULL OR leased_until < clock_timestamp())
                  LIMIT :batch FOR UPDATE SKIP LOCKED) d))
              RETURNING *
            )
            INSERT INTO finished_deliveries (organizer_id, webhook_id, id, event_id, event_type, event_at, created_at,
                                             status, attempts, finished_at, replay_id, test)
            SELECT organizer_id, webhook_id, id, event_id, event_type, event_at, created_at, 'failed', attempts, :now,
                   replay_id, test
            FROM gone
            """)
        .bind("organizer", queue.organizerId())
        .bind("webhook", queue.webhookId())
        .bind("batch", Purge.BATCH)
        .bind("now", now)
        .execute();
  }

  /** Webhooks that are switched off and for which something waits. */
  List<EndpointQueue> inactiveWithPending(Handle handle) {
    return handle
        .createQuery(
            """
            SELECT w.organizer_id, w.id AS webhook_id FROM webhooks w
            WHERE NOT w.is_active AND EXISTS (
              SELECT FROM pending_deliveries p WHERE p.organizer_id = w.organizer_id AND p.webhook_id = w.id
                AND (p.leased_until IS NULL OR p.leased_until < clock_timestamp()))
            """)
        .map((rs, context) -> EndpointQueue.of(rs))
        .list();
  }

  /** Removes some of what a webhook left behind that was deleted meanwhile. */
  void clear(Handle tx, EndpointQueue queue) {
    tx.createUpdate(
            """
            DELETE FROM pending_deliveries
            WHERE organizer_id = :organizer AND webhook_id = :webhook AND ctid = ANY(ARRAY(
              SELECT ctid FROM pending_deliveries
              WHERE organizer_id = :organizer AND webhook_id = :webhook LIMIT :batch FOR UPDATE SKIP LOCKED))
            """)
        .bind("organizer", queue.organizerId())
        .bind("webhook", queue.webhookId())
        .bind("batch", Purge.BATCH)
        .execute();
  }

  private static Claim claim(ResultSet rs) throws SQLException {
    String data = rs.getString("data");
    String eventId = rs.getString("event_id");
    String type = rs.getString("event_type");
    return new Claim(
        EndpointQueue.of(rs),
        rs.getObject("id", UUID.class),
        eventId,
        type,
        Rows.instant(rs, "created_at"),
        rs.getInt("attempts"),
        rs.getInt("tries"),
        rs.getLong("fence"),
        rs.getObject("order_key", Long.class),
        rs.getBoolean("test"),
        rs.getInt("bytes"),
        data == null ? null : Payload.body(eventId, type, Rows.instant(rs, "event_at"), data));
  }
}
