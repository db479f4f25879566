package io.linkspan.webhook.delivery;

import io.linkspan.platform.http.Cursor;
import io.linkspan.platform.http.Json;
import io.linkspan.webhook.OutboxStore;
import io.linkspan.webhook.Rows;
import io.linkspan.webhook.subscription.DeliveryStats;
import io.linkspan.webhook.subscription.DeliveryStats.LastAttempt;
import io.linkspan.webhook.subscription.Webhook;
import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Deliveries as people see them: pending and finished ones together. */
final class DeliveryStore {
  private static final String PENDING =
      """
      SELECT id, event_id, event_type, event_at, 'pending' AS status, attempts, tries, due_at, created_at,
             NULL::timestamptz AS finished_at
      FROM pending_deliveries WHERE organizer_id = :organizer AND webhook_id = :webhook
      """;

  private static final String FINISHED =
      """
      SELECT id, event_id, event_type, event_at, status, attempts, NULL::integer AS tries,
             NULL::timestamptz AS due_at, created_at, finished_at
      FROM finished_deliveries WHERE organizer_id = :organizer AND webhook_id = :webhook
      """;

  /** Each delivery of a list with its last attempt, whose partition its time tells. */
  private static final String WITH_LAST_ATTEMPT =
      """
      SELECT d.*, w.max_retries, w.retry_failed, a.number, a.started_at, a.response_status, a.error
      FROM (%s) d
      JOIN webhooks w ON w.organizer_id = :organizer AND w.id = :webhook
      LEFT JOIN LATERAL (
        SELECT number, started_at, response_status, error FROM delivery_attempts
        WHERE organizer_id = :organizer AND webhook_id = :webhook AND delivery_id = d.id
          AND started_at >= d.created_at - interval '1 minute'
        ORDER BY number DESC LIMIT 1) a ON true
      ORDER BY d.id DESC
      """;

  /** Failed attempts beyond so many are not counted; the newest are. */
  private static final int MAX_FAILURES = 5_000;

  private static final int MAX_CAUSES = 5;

  private final int scheduledRetries;

  /**
   * @param scheduledRetries how many the server has at most, whatever a webhook says
   */
  DeliveryStore(int scheduledRetries) {
    this.scheduledRetries = scheduledRetries;
  }

  /** Clocks of nodes may differ by so much. */
  static final Duration MAX_CLOCK_SKEW = Duration.ofMinutes(1);

  private static final Duration DAY = Duration.ofDays(1);

  /** Which deliveries; null leaves open. */
  record Filter(
      @Nullable String status,
      @Nullable String event,
      @Nullable Instant from,
      @Nullable Instant to) {}

  /** A delivery and the place of its event. */
  record Found(Delivery delivery, Instant eventAt) {}

  /** Newest first. */
  List<Delivery> list(
      Handle handle,
      UUID organizerId,
      UUID webhookId,
      Filter filter,
      Optional<Cursor> cursor,
      int limit) {
    String where =
        """
        AND (:status::text IS NULL OR :status = %s) AND (:event::text IS NULL OR event_type = :event)
        AND (:from::timestamptz IS NULL OR created_at >= :from) AND (:to::timestamptz IS NULL OR created_at < :to)
        -- ids begin with their time, so that a range of the primary key is read and nothing more
        AND id >= :first AND id < :last
        AND (:cursor::uuid IS NULL OR id < :cursor)
        ORDER BY id DESC LIMIT :limit
        """;
    String some =
        "(SELECT * FROM (%s %s) p UNION ALL SELECT * FROM (%s %s) f) ORDER BY id DESC LIMIT :limit"
            .formatted(PENDING, where.formatted("'pending'"), FINISHED, where.formatted("status"));
    return handle
        .createQuery(WITH_LAST_ATTEMPT.formatted(some))
        .bind("organizer", organizerId)
        .bind("webhook", webhookId)
        .bind("status", filter.status())
        .bind("event", filter.event())
        .bind("from", filter.from())
        .bind("to", filter.to())
        .bind(
            "first",
            filter.from() == null ? Rows.FIRST_ID : Rows.idAt(filter.from().minus(MAX_CLOCK_SKEW)))
        .bind(
            "last",
            filter.to() == null ? Rows.LAST_ID : Rows.idAt(filter.to().plus(MAX_CLOCK_SKEW)))
        .bind("cursor", cursor.map(Cursor::id).orElse(null))
        .bind("limit", limit)
        .map((rs, context) -> delivery(rs))
        .list();
  }

  Optional<Found> find(Handle handle, UUID organizerId, UUID webhookId, UUID id) {
    return handle
        .createQuery(
            WITH_LAST_ATTEMPT.formatted(
                PENDING + " AND id = :id UNION ALL " + FINISHED + " AND id = :id"))
        .bind("organizer", organizerId)
        .bind("webhook", webhookId)
        .bind("id", id)
        .map((rs, context) -> new Found(delivery(rs), Rows.instant(rs, "event_at")))
        .findFirst();
  }

  List<Delivery.AttemptView> attempts(Handle handle, UUID organizerId, UUID webhookId, UUID id) {
    return handle
        .createQuery(
            """
            SELECT * FROM delivery_attempts
            WHERE organizer_id = :organizer AND webhook_id = :webhook AND delivery_id = :id
            ORDER BY number
            """)
        .bind("organizer", organizerId)
        .bind("webhook", webhookId)
        .bind("id", id)
        .map((rs, context) -> tried(rs))
        .list();
  }

  /** Makes a pending delivery due now, or a finished one pending again. */
  void again(Handle tx, Webhook webhook, UUID id, Instant now) {
    tx.createUpdate(
            """
            UPDATE pending_deliveries SET due_at = :now
            WHERE organizer_id = :organizer AND webhook_id = :webhook AND id = :id
            """)
        .bind("organizer", webhook.organizerId())
        .bind("webhook", webhook.id())
        .bind("id", id)
        .bind("now", now)
        .execute();
    tx.createUpdate(REQUEUE)
        .bind("organizer", webhook.organizerId())
        .bind("webhook", webhook.id())
        .bind("path", webhook.orderingPath())
        .bind("ids", new UUID[] {id})
        .bind("replay", (UUID) null)
        .bind("now", now)
        .execute();
  }

  /** Makes finished deliveries pending again, on behalf of a replay or of nobody. */
  static final String REQUEUE =
      """
      WITH back AS (
        DELETE FROM finished_deliveries
        WHERE organizer_id = :organizer AND webhook_id = :webhook AND id = ANY(:ids)
        RETURNING *
      )
      INSERT INTO pending_deliveries (organizer_id, webhook_id, id, event_id, event_type, event_at, created_at,
                                      attempts, due_at, fence, replay_id, bytes, order_key)
      SELECT organizer_id, webhook_id, id, event_id, event_type, event_at, created_at, attempts, :now,
             -- no claim from before, of a node that slept since, fits what begins anew
             (extract(epoch FROM clock_timestamp()) * 1000000)::bigint, :replay::uuid,
             coalesce((SELECT octet_length(e.data::text) FROM events e
                       WHERE e.organizer_id = :organizer AND e.created_at = back.event_at AND e.id = back.event_id), 0),
      """
          + OutboxStore.orderKey(":path::text", "back.event_at", "back.event_id")
          + "FROM back";

  /** All from one statement: what ends meanwhile is neither missed nor counted twice. */
  Map<UUID, DeliveryStats> stats(
      Handle handle, UUID organizerId, List<UUID> webhooks, Instant now) {
    var stats = new LinkedHashMap<UUID, DeliveryStats>();
    handle
        .createQuery(
            """
            SELECT w.id, s.max_retries, s.retry_failed, waiting.*, took.p50, took.p95, last.*, failures.*, ended.*
            FROM unnest(:webhooks) AS w (id)
            JOIN webhooks s ON s.organizer_id = :organizer AND s.id = w.id
            CROSS JOIN LATERAL (
              SELECT count(*) AS pending, count(*) FILTER (WHERE tries > 0) AS retrying,
                     min(due_at) FILTER (WHERE tries > 0) AS next_retry
              FROM pending_deliveries p WHERE p.organizer_id = :organizer AND p.webhook_id = w.id) waiting
            CROSS JOIN LATERAL (
              SELECT array_agg(cause) AS causes, array_agg(status) AS statuses, array_agg(n) AS counts,
                     array_agg(last_at) AS lasts, coalesce(max(total), 0) AS failed_attempts
              FROM (SELECT error AS cause, max(response_status) AS status, count(*) AS n,
                           extract(epoch FROM max(started_at)) * 1000000 AS last_at, sum(count(*)) OVER () AS total
                    FROM (SELECT a.error, a.response_status, a.started_at FROM delivery_attempts a
                          WHERE a.organizer_id = :organizer AND a.webhook_id = w.id AND a.started_at > :since
                            AND NOT a.succeeded
                            AND NOT EXISTS (SELECT FROM finished_deliveries t
                                            WHERE t.organizer_id = :organizer AND t.webhook_id = w.id
                                              AND t.id = a.delivery_id AND t.test)
                          ORDER BY a.started_at DESC LIMIT :maxFailures) newest
                    GROUP BY error ORDER BY n DESC, cause LIMIT :maxCauses) by_cause) failures
            LEFT JOIN LATERAL (
              SELECT a.number, a.started_at, a.response_status, a.error, p.tries
              FROM ((SELECT * FROM delivery_attempts a
                     WHERE a.organizer_id = :organizer AND a.webhook_id = w.id AND a.started_at > :since
                       AND NOT a.succeeded ORDER BY a.started_at DESC LIMIT 1)
                    UNION ALL
                    (SELECT * FROM delivery_attempts a
                     WHERE a.organizer_id = :organizer AND a.webhook_id = w.id AND a.started_at > :since
                     ORDER BY a.delivery_id DESC, a.number DESC LIMIT 100)) a
              LEFT JOIN pending_deliveries p
                ON p.organizer_id = :organizer AND p.webhook_id = w.id AND p.id = a.delivery_id
              ORDER BY a.started_at DESC LIMIT 1) last ON true
            CROSS JOIN LATERAL (
              SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY duration_ms) AS p50,
                     percentile_disc(0.95) WITHIN GROUP (ORDER BY duration_ms) AS p95
              FROM (SELECT a.duration_ms FROM delivery_attempts a
                    WHERE a.organizer_id = :organizer AND a.webhook_id = w.id AND a.started_at > :since
                    ORDER BY a.delivery_id DESC LIMIT 1000) last) took
            CROSS JOIN LATERAL (
              SELECT array_agg(hour) AS hours, array_agg(delivered) AS delivered, array_agg(failed) AS failed
              -- the entries of an index and no row
              FROM (SELECT extract(epoch FROM date_trunc('hour', f.finished_at, 'UTC'))::bigint AS hour,
                           count(*) FILTER (WHERE f.status = 'delivered') AS delivered,
                           count(*) FILTER (WHERE f.status = 'failed') AS failed
                    FROM finished_deliveries f
                    WHERE f.organizer_id = :organizer AND f.webhook_id = w.id AND f.finished_at > :since
                      AND NOT f.test
                    GROUP BY hour) by_hour) ended
            """)
        .bind("organizer", organizerId)
        .bind("webhooks", webhooks.toArray(UUID[]::new))
        .bind("since", now.minus(DAY))
        .bind("maxFailures", MAX_FAILURES)
        .bind("maxCauses", MAX_CAUSES)
        .map((rs, context) -> Map.entry(rs.getObject("id", UUID.class), stats(rs, now)))
        .forEach(entry -> stats.put(entry.getKey(), entry.getValue()));
    return stats;
  }

  /** What ended within a day, by the hour of the clock. */
  private static List<DeliveryStats.Hour> hours(ResultSet rs) throws SQLException {
    long[] starts = counts(rs, "hours");
    long[] delivered = counts(rs, "delivered");
    long[] failed = counts(rs, "failed");
    return IntStream.range(0, starts.length)
        .mapToObj(
            i ->
                new DeliveryStats.Hour(
                    Instant.ofEpochSecond(starts[i]), (int) delivered[i], (int) failed[i]))
        .toList();
  }

  private static long[] counts(ResultSet rs, String column) throws SQLException {
    var array = rs.getArray(column);
    return array == null
        ? new long[0]
        : Arrays.stream((Long[]) array.getArray()).mapToLong(Long::longValue).toArray();
  }

  private DeliveryStats stats(ResultSet rs, Instant now) throws SQLException {
    var hours = hours(rs);
    int delivered = hours.stream().mapToInt(DeliveryStats.Hour::delivered).sum();
    int failed = hours.stream().mapToInt(DeliveryStats.Hour::failed).sum();
    int all = delivered + failed;
    int failedAttempts = rs.getInt("failed_attempts");
    return new DeliveryStats(
        delivered,
        failed,
        delivered + failedAttempts,
        failedAttempts,
        rs.getInt("pending"),
        rs.getInt("retrying"),
        all == 0 ? null : Math.round(1000.0 * delivered / all) / 1000.0,
        Rows.maybeInt(rs, "p50"),
        Rows.maybeInt(rs, "p95"),
        Rows.maybeInstant(rs, "next_retry"),
        lastAttempt(rs),
        causes(rs),
        DeliveryStats.strip(hours, now));
  }

  private static List<DeliveryStats.FailureCause> causes(ResultSet rs) throws SQLException {
    var causes = rs.getArray("causes");
    if (causes == null) {
      return List.of();
    }
    var errors = (String[]) causes.getArray();
    var statuses = (Integer[]) rs.getArray("statuses").getArray();
    var counts = (Long[]) rs.getArray("counts").getArray();
    var lasts = (BigDecimal[]) rs.getArray("lasts").getArray();
    return IntStream.range(0, errors.length)
        .mapToObj(
            i ->
                new DeliveryStats.FailureCause(
                    errors[i],
                    statuses[i],
                    counts[i].intValue(),
                    Instant.EPOCH.plus(lasts[i].longValue(), ChronoUnit.MICROS)))
        .toList();
  }

  /** Of a row with the attempt, its webhook's retries and, where it is pending, its tries. */
  private @Nullable LastAttempt lastAttempt(ResultSet rs) throws SQLException {
    Integer number = Rows.maybeInt(rs, "number");
    if (number == null) {
      return null;
    }
    int allowed =
        rs.getBoolean("retry_failed") ? Math.min(rs.getInt("max_retries"), scheduledRetries) : 0;
    Integer tries = Rows.maybeInt(rs, "tries");
    // one that a person sends again begins its schedule anew
    int before = tries == null ? 0 : Math.max(0, number - tries);
    return new LastAttempt(
        Rows.instant(rs, "started_at"),
        Rows.maybeInt(rs, "response_status"),
        rs.getString("error"),
        number,
        Math.max(number, before + 1 + allowed));
  }

  private Delivery delivery(ResultSet rs) throws SQLException {
    return new Delivery(
        rs.getObject("id", UUID.class),
        rs.getString("event_id"),
        rs.getString("event_type"),
        rs.getString("status"),
        rs.getInt("attempts"),
        Rows.maybeInstant(rs, "due_at"),
        Rows.instant(rs, "created_at"),
        Rows.maybeInstant(rs, "finished_at"),
        lastAttempt(rs));
  }

  private static Delivery.AttemptView tried(ResultSet rs) throws SQLException {
    String response = rs.getString("response_headers");
    return new Delivery.AttemptView(
        rs.getInt("number"),
        Rows.instant(rs, "started_at"),
        rs.getInt("duration_ms"),
        rs.getBoolean("succeeded"),
        headers(rs.getString("request_headers")),
        Rows.maybeInt(rs, "response_status"),
        response == null ? null : headers(response),
        rs.getString("response_body"),
        rs.getBoolean("body_cut"),
        rs.getString("error"));
  }

  private static Map<String, String> headers(String json) {
    var headers = new LinkedHashMap<String, String>();
    Json.mapper()
        .readTree(json)
        .properties()
        .forEach(header -> headers.put(header.getKey(), header.getValue().asString()));
    return headers;
  }
}
