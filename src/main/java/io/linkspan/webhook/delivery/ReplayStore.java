package io.linkspan.webhook.delivery;

import io.linkspan.platform.time.Ids;
import io.linkspan.webhook.OutboxStore;
import io.linkspan.webhook.Rows;
import io.linkspan.webhook.subscription.Webhook;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.SqlStatement;
import org.jspecify.annotations.Nullable;

/** Replays: what they find, how far they are, and queuing them part by part. */
final class ReplayStore {
  /** How many one transaction queues. */
  static final int BATCH = 1_000;

  // ids begin with their time, so that a range of the primary key is read and nothing more
  private static final String FINISHED =
      """
      FROM finished_deliveries f
      WHERE f.organizer_id = :organizer AND f.webhook_id = :webhook AND f.id > :after AND f.created_at < :to
        AND f.finished_at <= :begun AND (:status::text IS NULL OR f.status = :status) AND NOT f.test
      """;

  private static final String BY_BEGIN = "AND f.id >= :first AND f.created_at >= :from";

  private static final String BY_END = "AND f.finished_at >= :from";

  private static final String WAITING =
      """
      FROM pending_deliveries p
      WHERE p.organizer_id = :organizer AND p.webhook_id = :webhook AND p.id > :after AND p.id >= :first
        AND p.created_at >= :from AND p.created_at < :to AND p.due_at > :begun
        AND (p.leased_until IS NULL OR p.leased_until < clock_timestamp())
      """;

  private static final String UNHEARD =
      """
      FROM events e
      WHERE e.organizer_id = :organizer AND e.created_at >= :from AND e.created_at < :to
        AND (:afterAt::timestamptz IS NULL OR (e.created_at, e.id) > (:afterAt, :afterId))
        AND (e.type = ANY(:types) OR '*' = ANY(:types)) AND NOT e.test
        AND NOT EXISTS (SELECT FROM pending_deliveries p WHERE p.organizer_id = :organizer
                        AND p.webhook_id = :webhook AND p.id >= :first AND p.event_id = e.id)
        AND NOT EXISTS (SELECT FROM finished_deliveries f WHERE f.organizer_id = :organizer
                        AND f.webhook_id = :webhook AND f.id >= :first AND f.event_id = e.id)
      """;

  private final Ids ids;

  ReplayStore(Ids ids) {
    this.ids = ids;
  }

  /** How many it would send. */
  int count(Handle tx, Webhook webhook, Replay replay) {
    if (replay.ofPending()) {
      return waiting(tx.createQuery("SELECT count(*) " + WAITING), replay)
          .mapTo(Integer.class)
          .one();
    }
    int count =
        finished(tx.createQuery("SELECT count(*) " + finished(replay)), replay)
            .mapTo(Integer.class)
            .one();
    if (replay.wantsMissed()) {
      count +=
          byHash(
              tx,
              () ->
                  unheard(tx.createQuery("SELECT count(*) " + UNHEARD), webhook, replay)
                      .mapTo(Integer.class)
                      .one());
    }
    return count;
  }

  /**
   * Where the queue was short when its statistics were made, the planner would go through all of it
   * for each event.
   */
  private static <T> T byHash(Handle tx, Supplier<T> look) {
    tx.execute("SET LOCAL enable_nestloop = off");
    var found = look.get();
    tx.execute("SET LOCAL enable_nestloop = DEFAULT");
    return found;
  }

  void insert(Handle tx, Replay replay, int total) {
    tx.createUpdate(
            """
            INSERT INTO replays (organizer_id, webhook_id, id, what, from_at, to_at, state, total, created_at,
                                 look_again_at)
            VALUES (:organizer, :webhook, :id, :what, :from, :to, :state, :total, :now, :lookAgainAt)
            """)
        .bind("organizer", replay.organizerId())
        .bind("webhook", replay.webhookId())
        .bind("id", replay.id())
        .bind("what", replay.what())
        .bind("from", replay.from())
        .bind("to", replay.to())
        .bind("state", replay.state())
        .bind("total", total)
        .bind("now", replay.createdAt())
        .bind("lookAgainAt", replay.lookAgainAt())
        .execute();
  }

  /** Goes on with those for which it is time to look once more for events that nobody had seen. */
  void lookAgain(Handle tx, Instant now) {
    tx.createUpdate(
            """
            UPDATE replays
            SET look_again_at = NULL, last_event_at = NULL, last_event_id = NULL,
                state = CASE WHEN state = 'queued' THEN 'queuing' ELSE state END
            WHERE look_again_at <= :now
            """)
        .bind("now", now)
        .execute();
  }

  /** One that is not queued to its end, unless another node is at it. */
  Optional<Replay> lockUnfinished(Handle tx) {
    return tx.createQuery(
            """
            SELECT * FROM replays WHERE state = 'queuing'
            ORDER BY created_at LIMIT 1 FOR UPDATE SKIP LOCKED
            """)
        .map((rs, context) -> replay(rs))
        .findFirst();
  }

  Optional<Replay> lock(Handle tx, UUID organizerId, UUID webhookId, UUID id) {
    return tx.createQuery(
            """
            SELECT * FROM replays
            WHERE organizer_id = :organizer AND webhook_id = :webhook AND id = :id FOR UPDATE
            """)
        .bind("organizer", organizerId)
        .bind("webhook", webhookId)
        .bind("id", id)
        .map((rs, context) -> replay(rs))
        .findFirst();
  }

  /** Queues the next part, and notes how far it came. */
  Replay queuePart(Handle tx, Webhook webhook, Replay replay, Instant now) {
    if (replay.ofPending()) {
      var part = makeDue(tx, replay, now);
      return advance(tx, replay, part.count() == BATCH ? Replay.QUEUING : Replay.QUEUED, part);
    }
    if (replay.lastEventAt() == null) {
      var part = requeue(tx, webhook, replay, now);
      if (part.count() == BATCH) {
        return advance(tx, replay, Replay.QUEUING, part);
      }
      replay = advance(tx, replay, replay.wantsMissed() ? Replay.QUEUING : Replay.QUEUED, part);
    }
    if (!replay.wantsMissed()) {
      return replay;
    }
    var part = queueUnheard(tx, webhook, replay, now);
    return advance(tx, replay, part.count() == BATCH ? Replay.QUEUING : Replay.QUEUED, part);
  }

  private static Part makeDue(Handle tx, Replay replay, Instant now) {
    var found =
        waiting(
                tx.createQuery(
                    "SELECT p.id " + WAITING + " ORDER BY p.id LIMIT :part FOR UPDATE SKIP LOCKED"),
                replay)
            .bind("part", BATCH)
            .mapTo(UUID.class)
            .list();
    if (found.isEmpty()) {
      return new Part(0, replay.lastDelivery(), null, null);
    }
    tx.createUpdate(
            """
            UPDATE pending_deliveries SET due_at = :now, replay_id = :replay
            WHERE organizer_id = :organizer AND webhook_id = :webhook AND id = ANY(:ids)
            """)
        .bind("now", now)
        .bind("replay", replay.id())
        .bind("organizer", replay.organizerId())
        .bind("webhook", replay.webhookId())
        .bind("ids", found.toArray(UUID[]::new))
        .execute();
    return new Part(found.size(), found.getLast(), null, null);
  }

  private static <S extends SqlStatement<S>> S waiting(S statement, Replay replay) {
    return range(statement, replay)
        .bind("after", replay.lastDelivery() == null ? Rows.FIRST_ID : replay.lastDelivery())
        .bind("begun", replay.createdAt());
  }

  private record Part(
      int count, @Nullable UUID last, @Nullable Instant eventAt, @Nullable String eventId) {}

  private static Part requeue(Handle tx, Webhook webhook, Replay replay, Instant now) {
    var found =
        finished(
                tx.createQuery("SELECT f.id " + finished(replay) + " ORDER BY f.id LIMIT :part"),
                replay)
            .bind("part", BATCH)
            .mapTo(UUID.class)
            .list();
    if (found.isEmpty()) {
      return new Part(0, replay.lastDelivery(), null, null);
    }
    tx.createUpdate(DeliveryStore.REQUEUE)
        .bind("organizer", replay.organizerId())
        .bind("webhook", replay.webhookId())
        .bind("path", webhook.orderingPath())
        .bind("ids", found.toArray(UUID[]::new))
        .bind("replay", replay.id())
        .bind("now", now)
        .execute();
    return new Part(found.size(), found.getLast(), null, null);
  }

  private record Unheard(String id, String type, Instant at, int bytes) {}

  private Part queueUnheard(Handle tx, Webhook webhook, Replay replay, Instant now) {
    var unheard = byHash(tx, () -> nextUnheard(tx, webhook, replay));
    if (unheard.isEmpty()) {
      return new Part(0, replay.lastDelivery(), replay.lastEventAt(), replay.lastEventId());
    }
    tx.createUpdate(
            """
            INSERT INTO pending_deliveries (organizer_id, webhook_id, id, event_id, event_type, event_at, created_at,
                                            due_at, replay_id, bytes, order_key)
            SELECT :organizer, :webhook, id, event, type, at::timestamptz, :now, :now, :replay, bytes,
            """
                + OutboxStore.orderKey(":path::text", "at::timestamptz", "event")
                + "FROM unnest(:ids, :events, :types, :ats, :bytes) AS d (id, event, type, at, bytes)")
        .bind("organizer", replay.organizerId())
        .bind("webhook", replay.webhookId())
        .bind("path", webhook.orderingPath())
        .bind("replay", replay.id())
        .bind("ids", unheard.stream().map(event -> ids.next()).toArray(UUID[]::new))
        .bind("events", unheard.stream().map(Unheard::id).toArray(String[]::new))
        .bind("types", unheard.stream().map(Unheard::type).toArray(String[]::new))
        .bind("ats", unheard.stream().map(event -> event.at().toString()).toArray(String[]::new))
        .bind("bytes", unheard.stream().map(Unheard::bytes).toArray(Integer[]::new))
        .bind("now", now)
        .execute();
    var last = unheard.getLast();
    return new Part(unheard.size(), replay.lastDelivery(), last.at(), last.id());
  }

  private static List<Unheard> nextUnheard(Handle tx, Webhook webhook, Replay replay) {
    return unheard(
            tx.createQuery(
                "SELECT e.id, e.type, e.created_at, octet_length(e.data::text) AS bytes "
                    + UNHEARD
                    + " ORDER BY e.created_at, e.id LIMIT :part"),
            webhook,
            replay)
        .bind("part", BATCH)
        .map(
            (rs, context) ->
                new Unheard(
                    rs.getString("id"),
                    rs.getString("type"),
                    Rows.instant(rs, "created_at"),
                    rs.getInt("bytes")))
        .list();
  }

  private static Replay advance(Handle tx, Replay replay, String state, Part part) {
    return tx.createQuery(
            """
            UPDATE replays
            SET state = :state, queued = queued + :count, last_delivery = :last, last_event_at = :eventAt,
                last_event_id = :eventId,
                total = CASE WHEN :state = 'queued' THEN queued + :count ELSE greatest(total, queued + :count) END
            WHERE organizer_id = :organizer AND webhook_id = :webhook AND id = :id
            RETURNING *
            """)
        .bind("state", state)
        .bind("count", part.count())
        .bind("last", part.last())
        .bind("eventAt", part.eventAt())
        .bind("eventId", part.eventId())
        .bind("organizer", replay.organizerId())
        .bind("webhook", replay.webhookId())
        .bind("id", replay.id())
        .map((rs, context) -> replay(rs))
        .one();
  }

  private static String finished(Replay replay) {
    return FINISHED + (replay.byEnd() ? BY_END : BY_BEGIN);
  }

  private static <S extends SqlStatement<S>> S finished(S statement, Replay replay) {
    return range(statement, replay)
        .bind("after", Objects.requireNonNullElse(replay.lastDelivery(), Rows.FIRST_ID))
        .bind("begun", replay.createdAt())
        .bind("status", replay.finishedStatus());
  }

  private static <S extends SqlStatement<S>> S unheard(
      S statement, Webhook webhook, Replay replay) {
    return range(statement, replay)
        .bind("afterAt", replay.lastEventAt())
        .bind("afterId", replay.lastEventId())
        .bind("types", webhook.events().toArray(String[]::new));
  }

  private static <S extends SqlStatement<S>> S range(S statement, Replay replay) {
    return statement
        .bind("organizer", replay.organizerId())
        .bind("webhook", replay.webhookId())
        .bind("from", replay.from())
        .bind("to", replay.to())
        .bind("first", Rows.idAt(replay.from().minus(DeliveryStore.MAX_CLOCK_SKEW)));
  }

  /** Queues nothing more of it. */
  void end(Handle tx, Replay replay, String state) {
    tx.createUpdate(
            """
            UPDATE replays SET state = :state
            WHERE organizer_id = :organizer AND webhook_id = :webhook AND id = :id
            """)
        .bind("state", state)
        .bind("organizer", replay.organizerId())
        .bind("webhook", replay.webhookId())
        .bind("id", replay.id())
        .execute();
  }

  /**
   * Takes back up to {@link #BATCH} of what is pending and not on its way: what had ended before is
   * as it was, what it never had a delivery of is as if it had not been asked for.
   *
   * @return how many
   */
  int takeBack(Handle tx, Replay replay, Instant now) {
    return tx.createQuery(
            """
            WITH gone AS (
              DELETE FROM pending_deliveries
              WHERE organizer_id = :organizer AND webhook_id = :webhook AND id = ANY(ARRAY(
                SELECT id FROM pending_deliveries
                WHERE organizer_id = :organizer AND webhook_id = :webhook AND replay_id = :id
                  AND (leased_until IS NULL OR leased_until < clock_timestamp())
                LIMIT :part FOR UPDATE SKIP LOCKED))
              RETURNING *
            ), kept AS (
              INSERT INTO finished_deliveries (organizer_id, webhook_id, id, event_id, event_type, event_at,
                                               created_at, status, attempts, finished_at)
              SELECT organizer_id, webhook_id, id, event_id, event_type, event_at, created_at,
                     CASE WHEN EXISTS (
                       SELECT FROM delivery_attempts a
                       WHERE a.organizer_id = :organizer AND a.webhook_id = :webhook AND a.delivery_id = gone.id
                         AND a.succeeded) THEN 'delivered' ELSE 'failed' END,
                     attempts, :now
              FROM gone WHERE attempts > 0 OR created_at < :begun
            )
            SELECT count(*) FROM gone
            """)
        .bind("organizer", replay.organizerId())
        .bind("webhook", replay.webhookId())
        .bind("id", replay.id())
        .bind("part", BATCH)
        .bind("begun", replay.createdAt())
        .bind("now", now)
        .mapTo(Integer.class)
        .one();
  }

  /** Newest first, at most 50. */
  List<Replay.Progress> list(Handle handle, UUID organizerId, UUID webhookId) {
    return progress(handle, organizerId, webhookId, null);
  }

  Optional<Replay.Progress> find(Handle handle, UUID organizerId, UUID webhookId, UUID id) {
    return progress(handle, organizerId, webhookId, id).stream().findFirst();
  }

  private static List<Replay.Progress> progress(
      Handle handle, UUID organizerId, UUID webhookId, @Nullable UUID id) {
    return handle
        .createQuery(
            """
            SELECT r.*, waiting.pending, ended.delivered, ended.failed
            FROM (SELECT * FROM replays
                  WHERE organizer_id = :organizer AND webhook_id = :webhook AND (:id::uuid IS NULL OR id = :id)
                  ORDER BY id DESC LIMIT 50) r
            CROSS JOIN LATERAL (
              SELECT count(*) AS pending FROM pending_deliveries p
              WHERE p.organizer_id = :organizer AND p.webhook_id = :webhook AND p.replay_id = r.id) waiting
            CROSS JOIN LATERAL (
              SELECT count(*) FILTER (WHERE f.status = 'delivered') AS delivered,
                     count(*) FILTER (WHERE f.status = 'failed') AS failed
              FROM finished_deliveries f
              WHERE f.organizer_id = :organizer AND f.webhook_id = :webhook AND f.replay_id = r.id) ended
            ORDER BY r.id DESC
            """)
        .bind("organizer", organizerId)
        .bind("webhook", webhookId)
        .bind("id", id)
        .map((rs, context) -> progress(rs))
        .list();
  }

  private static Replay.Progress progress(ResultSet rs) throws SQLException {
    var replay = replay(rs);
    int waiting = rs.getInt("pending");
    int unqueued = replay.queuing() ? Math.max(0, replay.total() - replay.queued()) : 0;
    String status =
        switch (replay.state()) {
          case Replay.CANCELLED -> Replay.CANCELLED;
          case Replay.QUEUING -> "running";
          default -> waiting > 0 ? "running" : "done";
        };
    return new Replay.Progress(
        replay.id(),
        status,
        replay.total(),
        waiting + unqueued,
        rs.getInt("delivered"),
        rs.getInt("failed"),
        replay.from(),
        replay.to(),
        replay.what(),
        replay.createdAt());
  }

  private static Replay replay(ResultSet rs) throws SQLException {
    return new Replay(
        rs.getObject("organizer_id", UUID.class),
        rs.getObject("webhook_id", UUID.class),
        rs.getObject("id", UUID.class),
        rs.getString("what"),
        Rows.instant(rs, "from_at"),
        Rows.instant(rs, "to_at"),
        rs.getString("state"),
        rs.getInt("total"),
        rs.getInt("queued"),
        rs.getObject("last_delivery", UUID.class),
        Rows.maybeInstant(rs, "last_event_at"),
        rs.getString("last_event_id"),
        Rows.instant(rs, "created_at"));
  }
}
