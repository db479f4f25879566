package io.linkspan.webhook.subscription;

import io.linkspan.webhook.Rows;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.SqlStatement;
import org.jspecify.annotations.Nullable;

/** Subscriptions. */
public final class WebhookStore {
  void insert(Handle tx, Webhook webhook) {
    bind(
            tx.createUpdate(
                """
                INSERT INTO webhooks (organizer_id, id, name, url, events, headers, is_active, retry_failed, max_retries,
                                      ordering_key, rate_limit, keys, secret_hint, ed25519, off_since, created_at, updated_at)
                VALUES (:organizer, :id, :name, :url, :events, :headers, :active, :retryFailed, :maxRetries,
                        :orderingKey, :rateLimit, :keys, :hint, :asymmetric, :offSince, :now, :now)
                """),
            webhook)
        .bind("now", webhook.createdAt())
        .execute();
  }

  /** Stores what a person may change; the version moves on. */
  void update(Handle tx, Webhook webhook, Instant now) {
    bind(
            tx.createUpdate(
                """
                UPDATE webhooks
                SET name = :name, url = :url, events = :events, headers = :headers, is_active = :active,
                    retry_failed = :retryFailed, max_retries = :maxRetries, ordering_key = :orderingKey,
                    rate_limit = :rateLimit, keys = :keys, secret_hint = :hint, ed25519 = :asymmetric,
                    disabled_reason = :reason,
                    off_since = :offSince, failing_since = :failingSince, version = version + 1, updated_at = :now
                WHERE organizer_id = :organizer AND id = :id
                """),
            webhook)
        .bind("reason", webhook.disabledReason())
        .bind("failingSince", webhook.failingSince())
        .bind("now", now)
        .execute();
  }

  private static <S extends SqlStatement<S>> S bind(S statement, Webhook webhook) {
    return statement
        .bind("organizer", webhook.organizerId())
        .bind("id", webhook.id())
        .bind("name", webhook.name())
        .bind("url", webhook.url())
        .bind("events", webhook.events().toArray(String[]::new))
        .bind("headers", webhook.headers())
        .bind("active", webhook.active())
        .bind("retryFailed", webhook.retryFailed())
        .bind("maxRetries", webhook.maxRetries())
        .bind("orderingKey", webhook.orderingKey())
        .bind("rateLimit", webhook.rateLimit())
        .bind("offSince", webhook.offSince())
        .bind("keys", webhook.keys())
        .bind("asymmetric", webhook.asymmetric())
        .bind("hint", webhook.secretHint());
  }

  List<Webhook> list(Handle handle, UUID organizerId) {
    return handle
        .createQuery("SELECT * FROM webhooks WHERE organizer_id = :organizer ORDER BY id")
        .bind("organizer", organizerId)
        .map((rs, context) -> webhook(rs))
        .list();
  }

  long count(Handle handle, UUID organizerId) {
    return handle
        .createQuery("SELECT count(*) FROM webhooks WHERE organizer_id = :organizer")
        .bind("organizer", organizerId)
        .mapTo(Long.class)
        .one();
  }

  public Optional<Webhook> find(Handle handle, UUID organizerId, UUID id) {
    return handle
        .createQuery("SELECT * FROM webhooks WHERE organizer_id = :organizer AND id = :id")
        .bind("organizer", organizerId)
        .bind("id", id)
        .map((rs, context) -> webhook(rs))
        .findOne();
  }

  public Optional<Webhook> lock(Handle tx, UUID organizerId, UUID id) {
    return tx.createQuery(
            "SELECT * FROM webhooks WHERE organizer_id = :organizer AND id = :id FOR UPDATE")
        .bind("organizer", organizerId)
        .bind("id", id)
        .map((rs, context) -> webhook(rs))
        .findOne();
  }

  /** Those of the pairs that exist. */
  public List<Webhook> findAll(Handle handle, Collection<UUID> organizers, Collection<UUID> ids) {
    return handle
        .createQuery(
            "SELECT * FROM webhooks WHERE (organizer_id, id) IN (SELECT * FROM unnest(:organizers, :ids))")
        .bind("organizers", organizers.toArray(UUID[]::new))
        .bind("ids", ids.toArray(UUID[]::new))
        .map((rs, context) -> webhook(rs))
        .list();
  }

  /** Its deliveries are cleared afterwards, however many there are. */
  void delete(Handle tx, UUID organizerId, UUID id) {
    for (String statement :
        List.of(
            "INSERT INTO deleted_webhooks (organizer_id, id) VALUES (:organizer, :id)",
            "DELETE FROM webhooks WHERE organizer_id = :organizer AND id = :id")) {
      tx.createUpdate(statement).bind("organizer", organizerId).bind("id", id).execute();
    }
  }

  /** Something arrived at these. */
  public void arrived(Handle tx, Collection<Webhook> webhooks) {
    tx.createUpdate(
            """
            UPDATE webhooks w SET failing_since = NULL
            FROM unnest(:organizers, :ids) AS a (organizer_id, id)
            WHERE w.organizer_id = a.organizer_id AND w.id = a.id AND w.failing_since IS NOT NULL
            """)
        .bind("organizers", webhooks.stream().map(Webhook::organizerId).toArray(UUID[]::new))
        .bind("ids", webhooks.stream().map(Webhook::id).toArray(UUID[]::new))
        .execute();
  }

  /**
   * Remembers since when nothing but failure comes, unless another address was given meanwhile.
   *
   * @param sent as it was when it was sent to
   */
  public void failed(Handle tx, Webhook sent, Instant now) {
    tx.createUpdate(
            """
            UPDATE webhooks SET failing_since = :now
            WHERE organizer_id = :organizer AND id = :id AND url = :url AND is_active AND failing_since IS NULL
            """)
        .bind("organizer", sent.organizerId())
        .bind("id", sent.id())
        .bind("url", sent.url())
        .bind("now", now)
        .execute();
  }

  /**
   * Switches it off; false when it was off already, was given another address meanwhile, or has not
   * failed for so long.
   *
   * @param sent as it was when it was sent to
   * @param failingSince no later than this; null: however long
   */
  public boolean disable(
      Handle tx, Webhook sent, String reason, @Nullable Instant failingSince, Instant now) {
    return tx.createUpdate(
                """
                UPDATE webhooks
                SET is_active = false, disabled_reason = :reason, off_since = :now, version = version + 1, updated_at = :now
                WHERE organizer_id = :organizer AND id = :id AND url = :url AND is_active
                  AND (:since::timestamptz IS NULL OR failing_since <= :since)
                """)
            .bind("organizer", sent.organizerId())
            .bind("id", sent.id())
            .bind("url", sent.url())
            .bind("reason", reason)
            .bind("since", failingSince)
            .bind("now", now)
            .execute()
        > 0;
  }

  private static Webhook webhook(ResultSet rs) throws SQLException {
    return new Webhook(
        rs.getObject("organizer_id", UUID.class),
        rs.getObject("id", UUID.class),
        rs.getString("name"),
        rs.getString("url"),
        Rows.texts(rs, "events"),
        rs.getBytes("headers"),
        rs.getBoolean("is_active"),
        rs.getBoolean("retry_failed"),
        rs.getInt("max_retries"),
        rs.getBytes("keys"),
        rs.getString("secret_hint"),
        rs.getBoolean("ed25519"),
        rs.getString("disabled_reason"),
        Rows.maybeInstant(rs, "off_since"),
        Rows.maybeInstant(rs, "failing_since"),
        rs.getString("ordering_key"),
        Rows.maybeInt(rs, "rate_limit"),
        rs.getLong("version"),
        Rows.instant(rs, "created_at"),
        Rows.instant(rs, "updated_at"));
  }
}
