package io.linkspan.identity;

import io.linkspan.platform.crypto.Secret;
import io.linkspan.platform.db.Database;
import io.linkspan.platform.http.Visitor;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/**
 * Browsers in which a person has signed in, told by a cookie that outlives the session. It proves
 * nothing but that: who has it still needs the password, and waits only for the failures made with
 * it.
 */
final class KnownDevices {
  private static final Duration KNOWN_FOR = Duration.ofDays(180);

  private final Database database;
  private final TokenCookie cookie;
  private final KnownDeviceStore store = new KnownDeviceStore();
  private final Clock clock;

  KnownDevices(Database database, URI publicUrl, Clock clock) {
    this.database = database;
    this.cookie = new TokenCookie("linkspan-device", publicUrl, KNOWN_FOR);
    this.clock = clock;
  }

  /**
   * The device's token, if whoever has this address has signed in with it.
   *
   * @param email normalised; of a user or not
   */
  Optional<Secret> find(Visitor visitor, String email) {
    return cookie
        .read(visitor)
        .filter(
            token ->
                database.query(
                    handle ->
                        store.knows(
                            handle, email, Token.hash(token), clock.instant().minus(KNOWN_FOR))));
  }

  /**
   * Remembers the device of somebody who has just signed in.
   *
   * @return the value of {@code Set-Cookie} that lets it be known again
   */
  String remember(Handle tx, Visitor visitor, UUID organizerId) {
    Instant now = clock.instant();
    // one that was planted, or is another person's, is not taken over
    Secret token =
        cookie
            .read(visitor)
            .filter(known -> store.touch(tx, organizerId, Token.hash(known), now))
            .orElseGet(() -> create(tx, organizerId, now));
    store.deleteSeenBefore(tx, organizerId, now.minus(KNOWN_FOR));
    return cookie.give(token);
  }

  private Secret create(Handle tx, UUID organizerId, Instant now) {
    Secret token = Token.make("");
    store.insert(tx, organizerId, Token.hash(token), now);
    return token;
  }
}
