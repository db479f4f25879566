package io.linkspan.platform.crypto;

import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** The table of wrapped keysets. */
final class KeysetStore {
  Optional<byte[]> find(Handle db, String name) {
    return db.createQuery("SELECT wrapped FROM keysets WHERE name = :name")
        .bind("name", name)
        .mapTo(byte[].class)
        .findOne();
  }

  /** Keeps what is there: of nodes that start together, the first one's keyset stays. */
  void insertIfAbsent(Handle db, String name, byte[] wrapped) {
    db.createUpdate(
            """
            INSERT INTO keysets (name, wrapped) VALUES (:name, :wrapped)
            ON CONFLICT (name) DO NOTHING
            """)
        .bind("name", name)
        .bind("wrapped", wrapped)
        .execute();
  }
}
