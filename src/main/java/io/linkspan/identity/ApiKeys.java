package io.linkspan.identity;

import io.linkspan.platform.crypto.Secret;
import io.linkspan.platform.db.Database;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/**
 * API keys. A revoked one stops at once, and with it those that it created: nothing about them is
 * cached.
 */
final class ApiKeys {
  static final String PREFIX = "lsk_";
  private static final int SHOWN = PREFIX.length() + 4;
  private static final Duration USED_WITHIN = Duration.ofMinutes(1);

  private final Database database;
  private final ApiKeyStore store = new ApiKeyStore();
  private final Clock clock;

  ApiKeys(Database database, Clock clock) {
    this.database = database;
    this.clock = clock;
  }

  /** A random key, to be shown once. */
  static Secret make() {
    return Token.make(PREFIX);
  }

  static String shown(Secret key) {
    return key.reveal().substring(0, SHOWN);
  }

  void store(Handle tx, ApiKey key, Secret secret, Optional<ApiKey> creator) {
    store.insert(tx, key, Token.hash(secret), creator);
  }

  /** Also those that have expired, to say so. */
  Optional<ApiKeyStore.Found> find(Secret key) {
    return database.query(handle -> store.findByHash(handle, Token.hash(key)));
  }

  /** Notes that the key was used, at most once a minute. */
  void used(ApiKey key) {
    Instant now = clock.instant();
    Instant last = key.lastUsedAt();
    if (last == null || !now.isBefore(last.plus(USED_WITHIN))) {
      database.useTransaction(tx -> store.used(tx, key.organizerId(), key.id(), now));
    }
  }

  List<ApiKey> list(UUID organizerId) {
    return database.query(handle -> store.list(handle, organizerId));
  }

  int count(Handle tx, UUID organizerId) {
    return store.count(tx, organizerId);
  }

  boolean revoke(Handle tx, UUID organizerId, UUID id) {
    return store.delete(tx, organizerId, id);
  }
}
