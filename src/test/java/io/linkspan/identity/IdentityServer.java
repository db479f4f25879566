package io.linkspan.identity;

import static org.assertj.core.api.Assertions.assertThat;

import io.linkspan.platform.crypto.Secret;
import io.linkspan.platform.http.ApiClient;
import io.linkspan.platform.http.OrganizerLimits;
import io.linkspan.platform.http.Routes;
import io.linkspan.platform.http.TestServer;
import io.linkspan.platform.postgres.TestDatabase;
import io.linkspan.platform.time.Ids;
import io.linkspan.platform.time.SteeredClock;
import java.net.URI;
import java.util.Map;
import java.util.Optional;

/** A server with identity alone, on a database of its own or on another node's. */
final class IdentityServer implements AutoCloseable {
  static final String PASSWORD = "a correct horse battery";
  static final String ME = "/api/v1/users/me/";

  /** The least that Argon2 takes: what is tested here is not how slow it is. */
  private static final Argon2.Cost CHEAP = new Argon2.Cost(8, 1);

  final TestDatabase database;
  final SteeredClock clock;
  final Identity identity;
  final Optional<URI> setupLink;
  private final TestServer http;
  private final boolean ownsDatabase;

  private IdentityServer(
      TestDatabase database, boolean ownsDatabase, SteeredClock clock, IdentitySettings settings) {
    this.database = database;
    this.ownsDatabase = ownsDatabase;
    this.clock = clock;
    this.identity =
        new Identity(
            database.database(),
            new OrganizerLimits(Map.of(), clock),
            clock,
            new Ids(clock),
            settings,
            CHEAP);
    this.setupLink = identity.start().map(FirstLink::address);
    this.http =
        TestServer.over(database)
            .clock(clock)
            .routes(identity.routes().toArray(Routes[]::new))
            .authenticator(identity.authenticator())
            .start();
  }

  /** No administrator in the settings. */
  static IdentitySettings nobody() {
    return new IdentitySettings(
        URI.create("http://localhost:8080"), Optional.empty(), Optional.empty(), Optional.empty());
  }

  static IdentitySettings admin(String email, String password) {
    return new IdentitySettings(
        URI.create("http://localhost:8080"),
        Optional.of(email),
        Optional.of(Secret.of(password)),
        Optional.empty());
  }

  /** With the administrator ada@example.org. */
  static IdentityServer withAda() {
    return with(admin("ada@example.org", PASSWORD));
  }

  static IdentityServer with(IdentitySettings settings) {
    return new IdentityServer(
        TestDatabase.fresh(), true, SteeredClock.at("2026-03-02T09:00:00Z"), settings);
  }

  /** Another node on the same database, or this one after a restart. */
  IdentityServer another(IdentitySettings settings) {
    return new IdentityServer(database, false, clock, settings);
  }

  ApiClient client() {
    return http.anonymous();
  }

  ApiClient withKey(String key) {
    return client().with("Authorization", "Bearer " + key);
  }

  ApiClient.Response login(String email, String password) {
    return client().post("/api/v1/auth/login/", Map.of("email", email, "password", password));
  }

  /** A browser in which this person has signed in. */
  ApiClient signedIn(String email) {
    var answer = login(email, PASSWORD);
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    return browser(answer);
  }

  /** The browser that got this answer. */
  ApiClient browser(ApiClient.Response answer) {
    return client()
        .with("Cookie", cookie(answer))
        .with("Origin", http.address().toString())
        .with("Sec-Fetch-Site", "same-origin");
  }

  /** The cookie as the browser sends it back. */
  static String cookie(ApiClient.Response answer) {
    return answer.header("Set-Cookie").orElseThrow().split(";", 2)[0];
  }

  /** An organizer that an administrator makes, with {@link #PASSWORD}; their id. */
  String add(ApiClient admin, String email, String role) {
    var made =
        admin.post(
            "/api/v1/users/",
            Map.of("email", email, "name", "Somebody", "role", role, "password", PASSWORD));
    assertThat(made.status()).as(made.body()).isEqualTo(201);
    return made.json().path("id").asString();
  }

  /** The key itself of a new API key. */
  static String key(ApiClient maker, String... scopes) {
    var made = maker.post("/api/v1/api-keys/", Map.of("name", "a key", "scopes", scopes));
    assertThat(made.status()).as(made.body()).isEqualTo(201);
    return made.json().path("key").asString();
  }

  @Override
  public void close() {
    http.close();
    identity.close();
    if (ownsDatabase) {
      database.close();
    }
  }
}
