package io.linkspan.identity;

import static io.linkspan.identity.OrganizerStore.utc;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** Links that work once: the one that makes the first administrator, and invitations. */
final class LinkStore {
  /** Replaces the set-up link, so that only the one printed last works. */
  void putSetup(Handle tx, byte[] tokenHash, Instant now) {
    tx.createUpdate(
            """
            INSERT INTO setup_link (token_hash, created_at) VALUES (:hash, :now)
            ON CONFLICT (singleton) DO UPDATE SET token_hash = :hash, created_at = :now
            """)
        .bind("hash", tokenHash)
        .bind("now", utc(now))
        .execute();
  }

  boolean isSetup(Handle handle, byte[] tokenHash) {
    return handle
        .createQuery("SELECT EXISTS (SELECT FROM setup_link WHERE token_hash = :hash)")
        .bind("hash", tokenHash)
        .mapTo(Boolean.class)
        .one();
  }

  void deleteSetup(Handle tx) {
    tx.execute("DELETE FROM setup_link");
  }

  /** Replaces the organizer's open invitation, if any. */
  void putInvitation(Handle tx, UUID organizerId, byte[] tokenHash, Instant expiresAt) {
    tx.createUpdate(
            """
            INSERT INTO invitations (token_hash, organizer_id, expires_at)
            VALUES (:hash, :organizerId, :expiresAt)
            ON CONFLICT (organizer_id) DO UPDATE SET token_hash = :hash, expires_at = :expiresAt
            """)
        .bind("hash", tokenHash)
        .bind("organizerId", organizerId)
        .bind("expiresAt", utc(expiresAt))
        .execute();
  }

  Optional<UUID> invited(Handle handle, byte[] tokenHash, Instant now) {
    return handle
        .createQuery(
            "SELECT organizer_id FROM invitations WHERE token_hash = :hash AND expires_at > :now")
        .bind("hash", tokenHash)
        .bind("now", utc(now))
        .mapTo(UUID.class)
        .findOne();
  }

  /** Uses the invitation up: of several at once, one finds it. */
  Optional<UUID> takeInvitation(Handle tx, byte[] tokenHash, Instant now) {
    return tx.createQuery(
            """
            DELETE FROM invitations WHERE token_hash = :hash AND expires_at > :now
            RETURNING organizer_id
            """)
        .bind("hash", tokenHash)
        .bind("now", utc(now))
        .mapTo(UUID.class)
        .findOne();
  }

  void deleteInvitation(Handle tx, UUID organizerId) {
    tx.createUpdate("DELETE FROM invitations WHERE organizer_id = :organizerId")
        .bind("organizerId", organizerId)
        .execute();
  }
}
