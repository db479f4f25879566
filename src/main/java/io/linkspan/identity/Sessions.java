package io.linkspan.identity;

import io.linkspan.platform.crypto.Secret;
import io.linkspan.platform.db.Database;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** Signed-in browsers. They live in the database, so that every node knows them and their end. */
final class Sessions {
  static final Duration UNUSED = Duration.ofDays(7);
  static final Duration LONGEST = Duration.ofDays(30);

  /** How far {@code seen_at} may lag, so that reading is not writing. */
  private static final Duration SEEN_WITHIN = Duration.ofMinutes(5);

  private final Database database;
  private final SessionStore store = new SessionStore();
  private final Clock clock;

  Sessions(Database database, Clock clock) {
    this.database = database;
    this.clock = clock;
  }

  /** Who a session is. */
  record Live(UUID organizerId, Role role) {}

  /** A new session with a token of its own, whatever the browser had before. */
  Secret begin(Handle tx, UUID organizerId) {
    Secret token = Token.make("");
    store.insert(tx, Token.hash(token), organizerId, clock.instant());
    return token;
  }

  Optional<Live> find(Secret token) {
    byte[] hash = Token.hash(token);
    Instant now = clock.instant();
    var found =
        database
            .query(handle -> store.find(handle, hash))
            .filter(row -> now.isBefore(row.seenAt().plus(UNUSED)))
            .filter(row -> now.isBefore(row.createdAt().plus(LONGEST)));
    found
        .filter(row -> now.isAfter(row.seenAt().plus(SEEN_WITHIN)))
        .ifPresent(row -> database.useTransaction(tx -> store.touch(tx, hash, now)));
    return found.map(row -> new Live(row.organizerId(), row.role()));
  }

  void end(Handle tx, Secret token) {
    store.delete(tx, Token.hash(token));
  }

  void endAll(Handle tx, UUID organizerId) {
    store.deleteAll(tx, organizerId);
  }

  void endOthers(Handle tx, UUID organizerId, Secret kept) {
    store.deleteOthers(tx, organizerId, Token.hash(kept));
  }

  /** Forgets those that have expired. */
  void sweep() {
    Instant now = clock.instant();
    database.useTransaction(tx -> store.deleteEnded(tx, now.minus(UNUSED), now.minus(LONGEST)));
  }
}
