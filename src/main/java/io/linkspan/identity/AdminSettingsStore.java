package io.linkspan.identity;

import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** What of the operator's settings for the first administrator was applied. */
final class AdminSettingsStore {
  /**
   * @param passwordHash of the password applied last; null for none
   */
  record Applied(UUID organizerId, @Nullable String passwordHash) {}

  Optional<Applied> find(Handle handle, String email) {
    return handle
        .createQuery("SELECT organizer_id, password_hash FROM admin_settings WHERE email = :email")
        .bind("email", email)
        .map(
            (rs, ctx) ->
                new Applied(
                    rs.getObject("organizer_id", UUID.class), rs.getString("password_hash")))
        .findOne();
  }

  void put(Handle tx, String email, UUID organizerId, @Nullable String passwordHash) {
    tx.createUpdate(
            """
            INSERT INTO admin_settings (email, organizer_id, password_hash)
            VALUES (:email, :organizerId, :passwordHash)
            ON CONFLICT (email)
              DO UPDATE SET organizer_id = :organizerId, password_hash = :passwordHash
            """)
        .bind("email", email)
        .bind("organizerId", organizerId)
        .bind("passwordHash", passwordHash)
        .execute();
  }
}
