package io.linkspan.identity;

import io.linkspan.identity.Accounts.Profile;
import io.linkspan.platform.crypto.Secret;
import io.linkspan.platform.db.Database;
import io.linkspan.platform.http.Problem;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** Links by which a person takes over the account that an administrator made for them. */
final class Invitations {
  static final Duration VALID = Duration.ofDays(7);

  private final Database database;
  private final Accounts accounts;
  private final Sessions sessions;
  private final Passwords passwords;
  private final Clock clock;
  private final LinkStore links = new LinkStore();
  private final OrganizerStore organizers = new OrganizerStore();

  Invitations(
      Database database, Accounts accounts, Sessions sessions, Passwords passwords, Clock clock) {
    this.database = database;
    this.accounts = accounts;
    this.sessions = sessions;
    this.passwords = passwords;
    this.clock = clock;
  }

  /**
   * An open invitation.
   *
   * @param url to hand to the person; the only place where its token is
   */
  record Open(URI url, Instant expiresAt) {}

  Open invite(Handle tx, UUID organizerId, URI publicUrl) {
    Secret token = Token.make("");
    Instant expiresAt = clock.instant().truncatedTo(ChronoUnit.MICROS).plus(VALID);
    links.putInvitation(tx, organizerId, Token.hash(token), expiresAt);
    return new Open(Links.invitation(publicUrl, token), expiresAt);
  }

  /** Whom the link invites, while it works. */
  Optional<Organizer> find(Secret token) {
    return database.query(
        handle ->
            links
                .invited(handle, Token.hash(token), clock.instant())
                .flatMap(id -> organizers.find(handle, id)));
  }

  /**
   * Sets the password and signs in; of several at once, one succeeds.
   *
   * @throws Problem 409 when the link no longer works
   */
  FirstAdmin.SignedIn accept(Secret token, String name, Secret password) {
    String hash = passwords.hash(password);
    return database.inTransaction(
        tx -> {
          var login =
              links
                  .takeInvitation(tx, Token.hash(token), clock.instant())
                  .flatMap(id -> organizers.lock(tx, id))
                  .orElseThrow(
                      () ->
                          Problem.conflict("invalid_token", "This invitation was used just now.")
                              .fix("Sign in."));
          var before = login.organizer();
          var after =
              before.name().equals(name)
                  ? before
                  : accounts.change(
                      tx,
                      before,
                      new Profile(before.email(), name, before.timeZone(), before.role()));
          organizers.setPassword(tx, after.id(), hash);
          sessions.endAll(tx, after.id());
          return new FirstAdmin.SignedIn(after, sessions.begin(tx, after.id()));
        });
  }
}
