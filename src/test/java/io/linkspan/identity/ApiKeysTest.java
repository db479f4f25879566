package io.linkspan.identity;

import static io.linkspan.identity.IdentityServer.ME;
import static io.linkspan.identity.IdentityServer.key;
import static org.assertj.core.api.Assertions.assertThat;

import io.linkspan.platform.crypto.Secret;
import io.linkspan.platform.http.ApiClient;
import java.net.URI;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ApiKeysTest {
  private static final String KEYS = "/api/v1/api-keys/";

  private IdentityServer server;
  private ApiClient ada;
  private ApiClient grace;

  @BeforeEach
  void start() {
    server = IdentityServer.withAda();
    ada = server.signedIn("ada@example.org");
    server.add(ada, "grace@example.org", "organizer");
    grace = server.signedIn("grace@example.org");
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void theKeyIsShownOnceAndStoredAsAHash() {
    var made = grace.post(KEYS, Map.of("name", "Reporting", "scopes", List.of("profile:read")));
    String key = made.json().path("key").asString();
    assertThat(key).startsWith("lsk_").hasSizeGreaterThan(40);
    assertThat(made.json().path("prefix").asString()).isEqualTo(key.substring(0, 8));
    var listed = grace.get(KEYS);
    assertThat(listed.json()).hasSize(1);
    assertThat(listed.body()).doesNotContain(key).contains("Reporting", key.substring(0, 8));
    String everything =
        server
            .database
            .database()
            .query(
                handle ->
                    handle
                        .createQuery(
                            "SELECT string_agg(k::text, ' ') || string_agg(h::text, ' ')"
                                + " FROM api_keys k, api_key_hashes h")
                        .mapTo(String.class)
                        .one());
    assertThat(everything)
        .doesNotContain(key)
        .contains(HexFormat.of().formatHex(Token.sha256(key)));
  }

  @Test
  void aRepeatedRequestAnswersTheSameKey() {
    var once = grace.with("Idempotency-Key", "make-a-key-once");
    var body = Map.of("name", "Reporting", "scopes", List.of("profile:read"));
    var first = once.post(KEYS, body);
    assertThat(first.status()).isEqualTo(201);
    assertThat(once.post(KEYS, body).body()).isEqualTo(first.body());
    assertThat(grace.get(KEYS).json()).hasSize(1);
  }

  @Test
  void aKeyMayOnlyWhatItsScopesSay() {
    var reader = server.withKey(key(grace, "profile:read"));
    assertThat(reader.get(ME).json().path("email").asString()).isEqualTo("grace@example.org");
    var refused = reader.patch(ME, Map.of("name", "Changed"));
    assertThat(refused.status()).isEqualTo(403);
    assertThat(refused.code()).isEqualTo("missing_scope");
    assertThat(refused.body()).contains("profile:write");
    // no cookie came with it, so it does not matter which site called
    assertThat(
            server
                .withKey(key(grace, "*"))
                .with("Origin", "https://elsewhere.example")
                .with("Sec-Fetch-Site", "cross-site")
                .patch(ME, Map.of("name", "Changed"))
                .status())
        .isEqualTo(200);
  }

  @Test
  void aStarIsAllOfTheOrganizersOwnButNotOfOthers() {
    var star = server.withKey(key(ada, "*"));
    assertThat(star.get(ME).status()).isEqualTo(200);
    assertThat(star.get("/api/v1/users/").code()).isEqualTo("missing_scope");
    assertThat(star.with("Linkspan-Organizer", "grace@example.org").get(ME).code())
        .isEqualTo("missing_scope");
    var admin = server.withKey(key(ada, "*", "admin"));
    assertThat(admin.get("/api/v1/users/").status()).isEqualTo(200);
    assertThat(admin.with("Linkspan-Organizer", "grace@example.org").get(ME).status())
        .isEqualTo(200);
  }

  @Test
  void anUnknownScopeIsRefusedByName() {
    var refused = grace.post(KEYS, Map.of("name", "x", "scopes", List.of("calendars:admire")));
    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.json().path("errors").get(0).path("pointer").asString())
        .isEqualTo("/scopes/0");
  }

  @Test
  void aKeyCannotGiveWhatItDoesNotHave() {
    var maker = server.withKey(key(grace, "profile:write", "profile:read"));
    assertThat(key(maker, "profile:read")).startsWith("lsk_");
    for (String scope : List.of("calendars:read", "*", "admin")) {
      var refused = maker.post(KEYS, Map.of("name", "more", "scopes", List.of(scope)));
      assertThat(refused.status()).as(scope).isEqualTo(403);
      assertThat(refused.code()).isEqualTo("scope_exceeds_caller");
      assertThat(refused.body()).contains(scope);
    }
    var grown = grace.post(KEYS, Map.of("name", "more", "scopes", List.of("*", "admin")));
    assertThat(grown.code()).isEqualTo("scope_exceeds_caller");
  }

  @Test
  void aKeyCannotOutliveTheKeyThatMadeIt() {
    var made =
        grace.post(
            KEYS,
            Map.of("name", "short", "scopes", List.of("*"), "expires_at", "2026-03-03T09:00:00Z"));
    var maker = server.withKey(made.json().path("key").asString());
    var forever = maker.post(KEYS, Map.of("name", "forever", "scopes", List.of("*")));
    assertThat(forever.code()).isEqualTo("scope_exceeds_caller");
    var asLong =
        maker.post(
            KEYS,
            Map.of(
                "name",
                "as long",
                "scopes",
                List.of("*"),
                "expires_at",
                "2026-03-03T10:00:00+01:00"));
    assertThat(asLong.status()).isEqualTo(201);
    assertThat(asLong.json().path("expires_at").asString()).isEqualTo("2026-03-03T09:00:00Z");
  }

  @Test
  void aKeyExpiresToTheSecond() {
    assertThat(
            grace
                .post(
                    KEYS,
                    Map.of(
                        "name",
                        "late",
                        "scopes",
                        List.of("*"),
                        "expires_at",
                        "2026-03-02T09:00:00Z"))
                .status())
        .isEqualTo(400);
    var made =
        grace.post(
            KEYS,
            Map.of("name", "day", "scopes", List.of("*"), "expires_at", "2026-03-03T09:00:00Z"));
    var program = server.withKey(made.json().path("key").asString());
    server.clock.advance(Duration.ofDays(1).minusSeconds(1));
    assertThat(program.get(ME).status()).isEqualTo(200);
    server.clock.advance(Duration.ofSeconds(1));
    var expired = program.get(ME);
    assertThat(expired.status()).isEqualTo(401);
    assertThat(expired.body()).contains("expired at 2026-03-03T09:00:00Z");
  }

  @Test
  void useIsNotedAtMostOnceAMinute() {
    var program = server.withKey(key(grace, "profile:read"));
    assertThat(lastUsed()).isEmpty();
    program.get(ME);
    assertThat(lastUsed()).isEqualTo("2026-03-02T09:00:00Z");
    server.clock.advance(Duration.ofSeconds(59));
    program.get(ME);
    assertThat(lastUsed()).isEqualTo("2026-03-02T09:00:00Z");
    server.clock.advance(Duration.ofSeconds(1));
    program.get(ME);
    assertThat(lastUsed()).isEqualTo("2026-03-02T09:01:00Z");
  }

  @Test
  void aWithdrawnKeyStopsAtOnceOnEveryNode() {
    try (var other = server.another(IdentityServer.nobody())) {
      String key = key(grace, "*");
      assertThat(other.withKey(key).get(ME).status()).isEqualTo(200);
      String id = grace.get(KEYS).json().get(0).path("id").asString();
      assertThat(grace.delete(KEYS + id + "/").status()).isEqualTo(204);
      assertThat(other.withKey(key).get(ME).status()).isEqualTo(401);
      assertThat(grace.delete(KEYS + id + "/").status()).isEqualTo(404);
    }
  }

  @Test
  void aKeyIsWithdrawnOnTheConditionThatItIsTheOneThatWasMade() {
    var made = grace.post(KEYS, Map.of("name", "Reporting", "scopes", List.of("*")));
    String path = KEYS + made.json().path("id").asString() + "/";
    assertThat(grace.with("If-Match", "\"2\"").delete(path).status()).isEqualTo(412);
    assertThat(grace.get(KEYS).json()).hasSize(1);
    String tag = made.header("ETag").orElseThrow();
    assertThat(grace.with("If-Match", tag).delete(path).status()).isEqualTo(204);
  }

  @Test
  void keysThatARevokedKeyCreatedAreRevokedWithItDownToTheLast() {
    var first =
        ada.post("/api/v1/api-keys/", Map.of("name", "first", "scopes", List.of("*", "admin")));
    var byFirst = server.withKey(first.json().path("key").asString());
    String second = key(byFirst, "*");
    String third = key(server.withKey(second), "profile:read");
    String graces = key(byFirst.with("Linkspan-Organizer", "grace@example.org"), "profile:read");
    String other = key(ada, "profile:read");

    ada.delete("/api/v1/api-keys/" + first.json().path("id").asString() + "/");
    for (String dead : List.of(second, third, graces)) {
      assertThat(server.withKey(dead).get(ME).status()).isEqualTo(401);
    }
    assertThat(server.withKey(other).get(ME).status()).isEqualTo(200);
  }

  @Test
  void aKeyThatIsSentAsARequestIdIsNotRepeated() {
    for (String secret : List.of("lsk_short", key(ada, "profile:read"))) {
      assertThat(ada.with("X-Request-Id", secret).get(ME).header("X-Request-Id"))
          .get()
          .isNotEqualTo(secret);
    }
    String operators = "0123456789abcdef0123456789abcdef";
    var settings =
        new IdentitySettings(
            URI.create("http://localhost:8080"),
            Optional.empty(),
            Optional.empty(),
            Optional.of(Secret.of(operators)));
    try (var node = server.another(settings)) {
      assertThat(node.client().with("X-Request-Id", operators).get(ME).header("X-Request-Id"))
          .get()
          .isNotEqualTo(operators);
    }
  }

  @Test
  void anIdempotencyKeyAnswersTheKeyThatSentItAlone() {
    var all = server.withKey(key(ada, "*")).with("Idempotency-Key", "one");
    var few = server.withKey(key(ada, "profile:write")).with("Idempotency-Key", "one");
    var body = Map.of("name", "new", "scopes", List.of("*"));
    String made = all.post("/api/v1/api-keys/", body).json().path("key").asString();
    assertThat(few.post("/api/v1/api-keys/", body).status()).isEqualTo(403);
    assertThat(all.post("/api/v1/api-keys/", body).json().path("key").asString()).isEqualTo(made);
  }

  @Test
  void anothersKeyIsNotThere() {
    key(grace, "*");
    String id = grace.get(KEYS).json().get(0).path("id").asString();
    assertThat(ada.get(KEYS).json()).isEmpty();
    assertThat(ada.delete(KEYS + id + "/").status()).isEqualTo(404);
    assertThat(grace.get(KEYS).json()).hasSize(1);
  }

  @Test
  void anAdministratorActsForAnOrganizerByAddressOrId() {
    String gracesId = grace.get(ME).json().path("id").asString();
    for (String who : List.of("GRACE@example.org", gracesId)) {
      var acting = ada.with("Linkspan-Organizer", who);
      assertThat(acting.get(ME).json().path("email").asString()).isEqualTo("grace@example.org");
    }
    var acting = ada.with("Linkspan-Organizer", gracesId);
    var program = server.withKey(key(acting, "profile:read"));
    assertThat(program.get(ME).json().path("email").asString()).isEqualTo("grace@example.org");
    assertThat(acting.post(KEYS, Map.of("name", "x", "scopes", List.of("admin"))).code())
        .isEqualTo("scope_exceeds_caller");
    assertThat(acting.patch(ME, Map.of("time_zone", "Europe/Paris")).status()).isEqualTo(200);
    var password =
        acting.patch(
            ME, Map.of("password", "a new battery", "current_password", IdentityServer.PASSWORD));
    assertThat(password.status()).isEqualTo(400);
    assertThat(password.json().path("fix").asString()).contains("/api/v1/users/");
  }

  @Test
  void nobodyElseActsForAnyoneNotEvenThemselves() {
    var acting = grace.with("Linkspan-Organizer", "grace@example.org").get(ME);
    assertThat(acting.status()).isEqualTo(403);
    assertThat(acting.code()).isEqualTo("not_admin");
    assertThat(ada.with("Linkspan-Organizer", "nobody@example.org").get(ME).status())
        .isEqualTo(404);
    assertThat(ada.with("Linkspan-Organizer", "1-2-3-4-5").get(ME).status()).isEqualTo(404);
  }

  @Test
  void aDemotedAdministratorsKeyLosesTheScopeAtOnce() {
    String gracesId = grace.get(ME).json().path("id").asString();
    ada.patch("/api/v1/users/" + gracesId + "/", Map.of("role", "admin"));
    var program = server.withKey(key(grace, "*", "admin"));
    assertThat(program.get("/api/v1/users/").status()).isEqualTo(200);
    ada.patch("/api/v1/users/" + gracesId + "/", Map.of("role", "organizer"));
    assertThat(program.get("/api/v1/users/").code()).isEqualTo("not_admin");
    assertThat(program.get(ME).status()).isEqualTo(200);
  }

  private String lastUsed() {
    return grace.get(KEYS).json().get(0).path("last_used_at").asString("");
  }
}
