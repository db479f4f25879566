package io.linkspan.identity;

import static io.linkspan.identity.OrganizerStore.utc;

import java.time.Instant;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** Table {@code known_devices}. */
final class KnownDeviceStore {
  boolean knows(Handle handle, String email, byte[] tokenHash, Instant seenSince) {
    return handle
        .createQuery(
            """
            SELECT EXISTS (
              SELECT 1 FROM emails e JOIN known_devices d ON d.organizer_id = e.organizer_id
               WHERE e.email = :email AND d.token_hash = :hash AND d.seen_at >= :since)
            """)
        .bind("email", email)
        .bind("hash", tokenHash)
        .bind("since", utc(seenSince))
        .mapTo(Boolean.class)
        .one();
  }

  /** False when the organizer has no such device. */
  boolean touch(Handle tx, UUID organizerId, byte[] tokenHash, Instant now) {
    return tx.createUpdate(
                """
                UPDATE known_devices SET seen_at = :now
                 WHERE organizer_id = :organizerId AND token_hash = :hash
                """)
            .bind("organizerId", organizerId)
            .bind("hash", tokenHash)
            .bind("now", utc(now))
            .execute()
        == 1;
  }

  void insert(Handle tx, UUID organizerId, byte[] tokenHash, Instant now) {
    tx.createUpdate(
            """
            INSERT INTO known_devices (organizer_id, token_hash, seen_at)
            VALUES (:organizerId, :hash, :now)
            """)
        .bind("organizerId", organizerId)
        .bind("hash", tokenHash)
        .bind("now", utc(now))
        .execute();
  }

  void deleteSeenBefore(Handle tx, UUID organizerId, Instant before) {
    tx.createUpdate(
            "DELETE FROM known_devices WHERE organizer_id = :organizerId AND seen_at < :before")
        .bind("organizerId", organizerId)
        .bind("before", utc(before))
        .execute();
  }
}
