package io.linkspan.identity;

import static io.linkspan.identity.OrganizerStore.utc;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** Signed-in browsers, by the hash of their token. */
final class SessionStore {
  record Row(UUID organizerId, Role role, Instant createdAt, Instant seenAt) {}

  void insert(Handle tx, byte[] tokenHash, UUID organizerId, Instant now) {
    tx.createUpdate(
            """
            INSERT INTO sessions (token_hash, organizer_id, created_at, seen_at)
            VALUES (:hash, :organizerId, :now, :now)
            """)
        .bind("hash", tokenHash)
        .bind("organizerId", organizerId)
        .bind("now", utc(now))
        .execute();
  }

  Optional<Row> find(Handle handle, byte[] tokenHash) {
    return handle
        .createQuery(
            """
            SELECT s.organizer_id, o.role, s.created_at, s.seen_at
              FROM sessions s JOIN organizers o ON o.id = s.organizer_id
             WHERE s.token_hash = :hash
            """)
        .bind("hash", tokenHash)
        .map(
            (rs, ctx) ->
                new Row(
                    rs.getObject("organizer_id", UUID.class),
                    Role.of(rs.getString("role")),
                    rs.getObject("created_at", OffsetDateTime.class).toInstant(),
                    rs.getObject("seen_at", OffsetDateTime.class).toInstant()))
        .findOne();
  }

  void touch(Handle handle, byte[] tokenHash, Instant now) {
    handle
        .createUpdate("UPDATE sessions SET seen_at = :now WHERE token_hash = :hash")
        .bind("hash", tokenHash)
        .bind("now", utc(now))
        .execute();
  }

  void delete(Handle handle, byte[] tokenHash) {
    handle
        .createUpdate("DELETE FROM sessions WHERE token_hash = :hash")
        .bind("hash", tokenHash)
        .execute();
  }

  void deleteAll(Handle tx, UUID organizerId) {
    tx.createUpdate("DELETE FROM sessions WHERE organizer_id = :organizerId")
        .bind("organizerId", organizerId)
        .execute();
  }

  void deleteOthers(Handle tx, UUID organizerId, byte[] keptHash) {
    tx.createUpdate(
            "DELETE FROM sessions WHERE organizer_id = :organizerId AND token_hash <> :kept")
        .bind("organizerId", organizerId)
        .bind("kept", keptHash)
        .execute();
  }

  /** Over all organizers; leaves to others what they are deleting at this moment. */
  void deleteEnded(Handle handle, Instant seenBefore, Instant createdBefore) {
    handle
        .createUpdate(
            """
            DELETE FROM sessions WHERE token_hash IN (
              SELECT token_hash FROM sessions
               WHERE seen_at < :seen OR created_at < :created
                 FOR UPDATE SKIP LOCKED)
            """)
        .bind("seen", utc(seenBefore))
        .bind("created", utc(createdBefore))
        .execute();
  }
}
