package io.linkspan.identity;

import static io.linkspan.identity.OrganizerStore.utc;

import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** API keys, and the hashes they are found by. */
final class ApiKeyStore {
  private static final String COLUMNS =
      "k.organizer_id, k.id, k.name, k.prefix, k.scopes, k.expires_at, k.last_used_at, k.created_at";

  /** A key and the role its organizer has now. */
  record Found(ApiKey key, Role role) {}

  /**
   * @param creator the key that it is created with, and revoked together with
   */
  void insert(Handle tx, ApiKey key, byte[] hash, Optional<ApiKey> creator) {
    tx.createUpdate(
            """
            INSERT INTO api_keys
              (organizer_id, id, name, prefix, scopes, expires_at, created_at, creator_organizer_id,
               creator_key_id)
            VALUES (:organizerId, :id, :name, :prefix, :scopes, :expiresAt, :createdAt, :creatorOrganizerId,
                    :creatorKeyId)
            """)
        .bind("organizerId", key.organizerId())
        .bind("id", key.id())
        .bind("name", key.name())
        .bind("prefix", key.prefix())
        .bind("scopes", key.scopes().toArray(String[]::new))
        .bind("expiresAt", key.expiresAt() == null ? null : utc(key.expiresAt()))
        .bind("createdAt", utc(key.createdAt()))
        .bind("creatorOrganizerId", creator.map(ApiKey::organizerId).orElse(null))
        .bind("creatorKeyId", creator.map(ApiKey::id).orElse(null))
        .execute();
    tx.createUpdate(
            """
            INSERT INTO api_key_hashes (key_hash, organizer_id, api_key_id)
            VALUES (:hash, :organizerId, :id)
            """)
        .bind("hash", hash)
        .bind("organizerId", key.organizerId())
        .bind("id", key.id())
        .execute();
  }

  Optional<Found> findByHash(Handle handle, byte[] hash) {
    return handle
        .createQuery(
            "SELECT "
                + COLUMNS
                + """
                , o.role
                  FROM api_key_hashes h
                  JOIN api_keys k ON k.organizer_id = h.organizer_id AND k.id = h.api_key_id
                  JOIN organizers o ON o.id = h.organizer_id
                 WHERE h.key_hash = :hash
                """)
        .bind("hash", hash)
        .map((rs, ctx) -> new Found(key(rs), Role.of(rs.getString("role"))))
        .findOne();
  }

  List<ApiKey> list(Handle handle, UUID organizerId) {
    return handle
        .createQuery(
            "SELECT "
                + COLUMNS
                + " FROM api_keys k WHERE k.organizer_id = :organizerId ORDER BY k.id DESC")
        .bind("organizerId", organizerId)
        .map((rs, ctx) -> key(rs))
        .list();
  }

  int count(Handle handle, UUID organizerId) {
    return handle
        .createQuery("SELECT count(*) FROM api_keys WHERE organizer_id = :organizerId")
        .bind("organizerId", organizerId)
        .mapTo(Integer.class)
        .one();
  }

  void used(Handle handle, UUID organizerId, UUID id, Instant now) {
    handle
        .createUpdate(
            """
            UPDATE api_keys SET last_used_at = :now
             WHERE organizer_id = :organizerId AND id = :id
            """)
        .bind("organizerId", organizerId)
        .bind("id", id)
        .bind("now", utc(now))
        .execute();
  }

  boolean delete(Handle tx, UUID organizerId, UUID id) {
    return tx.createUpdate("DELETE FROM api_keys WHERE organizer_id = :organizerId AND id = :id")
            .bind("organizerId", organizerId)
            .bind("id", id)
            .execute()
        == 1;
  }

  private static ApiKey key(ResultSet rs) throws SQLException {
    Array scopes = rs.getArray("scopes");
    return new ApiKey(
        rs.getObject("organizer_id", UUID.class),
        rs.getObject("id", UUID.class),
        rs.getString("name"),
        rs.getString("prefix"),
        List.of((String[]) scopes.getArray()),
        instant(rs, "expires_at"),
        instant(rs, "last_used_at"),
        rs.getObject("created_at", OffsetDateTime.class).toInstant());
  }

  private static @Nullable Instant instant(ResultSet rs, String column) throws SQLException {
    OffsetDateTime value = rs.getObject(column, OffsetDateTime.class);
    return value == null ? null : value.toInstant();
  }
}
