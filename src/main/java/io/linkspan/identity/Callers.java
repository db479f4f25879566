package io.linkspan.identity;

import io.linkspan.platform.crypto.Secret;
import io.linkspan.platform.http.Authenticator;
import io.linkspan.platform.http.Caller;
import io.linkspan.platform.http.Problem;
import io.linkspan.platform.http.Visitor;
import java.time.Clock;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** Tells who calls, by API key or session cookie, and for whom. */
final class Callers implements Authenticator {
  private static final String SCHEME = "Bearer ";
  private static final Set<String> EVERYTHING = Set.of("*", Caller.ADMIN);

  /** {@link Caller#credential} of the operator's key. */
  static final String OPERATOR = "operator";

  private static final Set<String> OWN = Set.of("*");

  private final Organizers organizers;
  private final Sessions sessions;
  private final TokenCookie cookie;
  private final ApiKeys keys;
  private final OperatorKey operatorKey;
  private final FirstAdmin firstAdmin;
  private final Clock clock;

  Callers(
      Organizers organizers,
      Sessions sessions,
      TokenCookie cookie,
      ApiKeys keys,
      OperatorKey operatorKey,
      FirstAdmin firstAdmin,
      Clock clock) {
    this.organizers = organizers;
    this.sessions = sessions;
    this.cookie = cookie;
    this.keys = keys;
    this.operatorKey = operatorKey;
    this.firstAdmin = firstAdmin;
    this.clock = clock;
  }

  @Override
  public Identity identify(Visitor visitor) {
    // a key beats a cookie: it was sent on purpose, and says less than a session may do
    var authorization = visitor.header("Authorization");
    if (authorization.isPresent()) {
      return new Identity(actingFor(visitor, byKey(bearer(authorization.get()))), false);
    }
    return new Identity(actingFor(visitor, bySession(visitor)), true);
  }

  @Override
  public boolean isCredential(String text) {
    return text.contains(ApiKeys.PREFIX) || operatorKey.matches(Secret.of(text));
  }

  /** The key's row, where the caller presents one that is stored. */
  Optional<ApiKey> presentedKey(Visitor visitor) {
    return visitor
        .header("Authorization")
        .filter(header -> header.regionMatches(true, 0, SCHEME, 0, SCHEME.length()))
        .flatMap(header -> keys.find(bearer(header)))
        .map(ApiKeyStore.Found::key);
  }

  private static Secret bearer(String header) {
    if (!header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
      throw unauthenticated("The Authorization header is not of the form \"Bearer KEY\".");
    }
    return Secret.of(header.substring(SCHEME.length()).strip());
  }

  private Caller byKey(Secret presented) {
    if (operatorKey.matches(presented)) {
      UUID admin = firstAdmin.acting().id();
      return new Caller(admin, admin, EVERYTHING, true, OPERATOR);
    }
    var found =
        keys.find(presented)
            .orElseThrow(() -> unauthenticated("This API key is unknown, or was revoked."));
    ApiKey key = found.key();
    if (key.expired(clock.instant())) {
      throw unauthenticated("This API key expired at " + key.expiresAt() + ".");
    }
    keys.used(key);
    return new Caller(
        key.organizerId(),
        key.organizerId(),
        Set.copyOf(key.scopes()),
        found.role() == Role.ADMIN,
        "key:" + key.id());
  }

  private Caller bySession(Visitor visitor) {
    Secret token =
        cookie
            .read(visitor)
            .orElseThrow(
                () -> unauthenticated("This call carries neither an API key nor a session."));
    var session =
        sessions
            .find(token)
            .orElseThrow(() -> unauthenticated("The session has ended or expired."));
    boolean admin = session.role() == Role.ADMIN;
    return new Caller(
        session.organizerId(), session.organizerId(), admin ? EVERYTHING : OWN, admin);
  }

  private Caller actingFor(Visitor visitor, Caller caller) {
    var wanted = visitor.header("Linkspan-Organizer");
    if (wanted.isEmpty()) {
      return caller;
    }
    if (!caller.admin()) {
      throw Problem.of(
              403, "not_admin", "Forbidden", "Only administrators may act for another organizer.")
          .fix("Leave the header Linkspan-Organizer out.");
    }
    if (!caller.may(Caller.ADMIN)) {
      throw Problem.of(
              403,
              "missing_scope",
              "Forbidden",
              "To act for another organizer, an API key needs the scope admin as well.")
          .fix("Create a key with the scope admin beside what it is to do.");
    }
    var organizer = find(wanted.get()).orElseThrow(() -> Problem.notFound("organizer"));
    return new Caller(caller.userId(), organizer.id(), caller.scopes(), true, caller.credential());
  }

  private Optional<Organizer> find(String emailOrId) {
    try {
      return organizers.find(UUID.fromString(emailOrId.strip()));
    } catch (IllegalArgumentException notAnId) {
      return organizers.findByEmail(emailOrId);
    }
  }

  private static Problem unauthenticated(String detail) {
    return Problem.of(401, "unauthenticated", "Unauthorized", detail)
        .fix("Send an API key as \"Authorization: Bearer KEY\", or sign in.")
        .header("WWW-Authenticate", "Bearer realm=\"Linkspan\"");
  }
}
