package io.linkspan.connection;

import io.linkspan.platform.http.Json;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.type.TypeReference;

/** Rows of {@code accounts}. */
final class AccountStore {
  /** A stored account, its credentials still sealed. */
  record Row(
      UUID organizerId,
      UUID id,
      String provider,
      String providerUserId,
      byte[] credentials,
      Map<String, String> attributes) {}

  private static final TypeReference<Map<String, String>> MEMBERS = new TypeReference<>() {};

  private static final String COLUMNS =
      "organizer_id, id, provider, provider_user_id, credentials, attributes::text AS attributes";

  Optional<Row> find(Handle tx, UUID organizerId, UUID id) {
    return tx.createQuery(
            "SELECT " + COLUMNS + " FROM accounts WHERE organizer_id = :organizer AND id = :id")
        .bind("organizer", organizerId)
        .bind("id", id)
        .map((rs, context) -> row(rs))
        .findOne();
  }

  boolean lock(Handle tx, UUID organizerId, UUID id) {
    return tx.createQuery(
            "SELECT 1 FROM accounts WHERE organizer_id = :organizer AND id = :id FOR UPDATE")
        .bind("organizer", organizerId)
        .bind("id", id)
        .mapTo(Integer.class)
        .findOne()
        .isPresent();
  }

  /** Locks the account of that identity, if it is connected. */
  Optional<UUID> findForUpdate(
      Handle tx, UUID organizerId, String provider, String providerUserId) {
    return tx.createQuery(
            """
            SELECT id FROM accounts
            WHERE organizer_id = :organizer AND provider = :provider AND provider_user_id = :user
            FOR NO KEY UPDATE
            """)
        .bind("organizer", organizerId)
        .bind("provider", provider)
        .bind("user", providerUserId)
        .mapTo(UUID.class)
        .findOne();
  }

  long count(Handle handle, UUID organizerId) {
    return handle
        .createQuery("SELECT count(*) FROM accounts WHERE organizer_id = :organizer")
        .bind("organizer", organizerId)
        .mapTo(Long.class)
        .one();
  }

  void insert(Handle tx, Row row, @Nullable String email, String displayName, Instant now) {
    tx.createUpdate(
            """
            INSERT INTO accounts (organizer_id, id, provider, provider_user_id, provider_email, display_name,
                                  credentials, attributes, created_at, updated_at)
            VALUES (:organizer, :id, :provider, :user, :email, :name, :credentials, :attributes::jsonb, :now, :now)
            """)
        .bind("organizer", row.organizerId())
        .bind("id", row.id())
        .bind("provider", row.provider())
        .bind("user", row.providerUserId())
        .bind("email", email)
        .bind("name", displayName)
        .bind("credentials", row.credentials())
        .bind("attributes", Json.text(row.attributes()))
        .bind("now", now)
        .execute();
  }

  /** Gives the account new credentials: it lives again. */
  void renew(Handle tx, Row row, @Nullable String email, String displayName, Instant now) {
    tx.createUpdate(
            """
            UPDATE accounts
            SET provider_user_id = :user, provider_email = :email, display_name = :name, credentials = :credentials,
                attributes = :attributes::jsonb, broken_since = NULL, broken_reason = NULL, updated_at = :now
            WHERE organizer_id = :organizer AND id = :id
            """)
        .bind("organizer", row.organizerId())
        .bind("id", row.id())
        .bind("user", row.providerUserId())
        .bind("email", email)
        .bind("name", displayName)
        .bind("credentials", row.credentials())
        .bind("attributes", Json.text(row.attributes()))
        .bind("now", now)
        .execute();
  }

  /**
   * @return whether it was live until now
   */
  boolean markBroken(Handle tx, UUID organizerId, UUID id, String reason, Instant now) {
    return tx.createUpdate(
                """
                UPDATE accounts SET broken_since = :now, broken_reason = :reason, updated_at = :now
                WHERE organizer_id = :organizer AND id = :id AND broken_since IS NULL
                """)
            .bind("organizer", organizerId)
            .bind("id", id)
            .bind("reason", reason)
            .bind("now", now)
            .execute()
        > 0;
  }

  /**
   * @return whether it was broken until now
   */
  boolean markLive(Handle tx, UUID organizerId, UUID id, Instant now) {
    return tx.createUpdate(
                """
                UPDATE accounts SET broken_since = NULL, broken_reason = NULL, updated_at = :now
                WHERE organizer_id = :organizer AND id = :id AND broken_since IS NOT NULL
                """)
            .bind("organizer", organizerId)
            .bind("id", id)
            .bind("now", now)
            .execute()
        > 0;
  }

  void delete(Handle tx, UUID organizerId, UUID id) {
    tx.createUpdate("DELETE FROM accounts WHERE organizer_id = :organizer AND id = :id")
        .bind("organizer", organizerId)
        .bind("id", id)
        .execute();
  }

  private static Row row(ResultSet rs) throws SQLException {
    return new Row(
        rs.getObject("organizer_id", UUID.class),
        rs.getObject("id", UUID.class),
        rs.getString("provider"),
        rs.getString("provider_user_id"),
        rs.getBytes("credentials"),
        Json.mapper().readValue(rs.getString("attributes"), MEMBERS));
  }
}
