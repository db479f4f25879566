package io.linkspan.identity;

import static io.linkspan.identity.IdentityServer.ME;
import static io.linkspan.identity.IdentityServer.PASSWORD;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

class SetupTest {
  @Test
  void aNewServerHasALinkAndSaysThatSetUpIsNeeded() {
    try (var server = IdentityServer.with(IdentityServer.nobody())) {
      assertThat(server.setupLink).isPresent();
      assertThat(server.client().get("/api/v1/setup/").json().path("needed").asBoolean()).isTrue();
    }
  }

  @Test
  void aServerWithAnAdministratorHasNoLink() {
    try (var server = IdentityServer.withAda()) {
      assertThat(server.setupLink).isEmpty();
      assertThat(server.client().get("/api/v1/setup/").json().path("needed").asBoolean()).isFalse();
    }
  }

  @Test
  void theLinkMakesAnAdministratorWhoIsSignedInAndThenIsDead() {
    try (var server = IdentityServer.with(IdentityServer.nobody())) {
      var link = server.setupLink.orElseThrow();
      var made = server.client().post("/api/v1/setup/", setup(link));
      assertThat(made.status()).isEqualTo(201);
      assertThat(made.json().path("email").asString()).isEqualTo("ada@example.org");
      assertThat(made.json().path("role").asString()).isEqualTo("admin");
      assertThat(made.json().path("time_zone").asString()).isEqualTo("Europe/London");
      assertThat(made.header("Cache-Control")).hasValue("no-store");

      var me = server.browser(made).get(ME);
      assertThat(me.status()).isEqualTo(200);
      assertThat(me.json().path("id").asString()).isEqualTo(made.json().path("id").asString());

      var again = server.client().post("/api/v1/setup/", setup(link));
      assertThat(again.status()).isEqualTo(409);
      assertThat(again.code()).isEqualTo("setup_done");
    }
  }

  @Test
  void ofManyAtOnceOneMakesTheAdministrator() throws Exception {
    try (var server = IdentityServer.with(IdentityServer.nobody());
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var link = server.setupLink.orElseThrow();
      List<Callable<Integer>> tries = new ArrayList<>();
      for (int i = 0; i < 12; i++) {
        Map<String, Object> body = new HashMap<>(setup(link));
        body.put("email", "admin" + i + "@example.org");
        tries.add(() -> server.client().post("/api/v1/setup/", body).status());
      }
      List<Integer> statuses = new ArrayList<>();
      for (var result : threads.invokeAll(tries)) {
        statuses.add(result.get());
      }
      assertThat(statuses).containsOnlyOnce(201);
      assertThat(statuses.stream().filter(status -> status == 409).count()).isEqualTo(11);
      assertThat(server.identity.organizers().list()).hasSize(1);
    }
  }

  @Test
  void aRestartReplacesTheLink() {
    try (var server = IdentityServer.with(IdentityServer.nobody());
        var restarted = server.another(IdentityServer.nobody())) {
      var old = server.setupLink.orElseThrow();
      var refused = restarted.client().post("/api/v1/setup/", setup(old));
      assertThat(refused.status()).isEqualTo(409);
      assertThat(refused.code()).isEqualTo("invalid_token");
      assertThat(
              restarted
                  .client()
                  .post("/api/v1/setup/", setup(restarted.setupLink.orElseThrow()))
                  .status())
          .isEqualTo(201);
    }
  }

  @Test
  void theTokenIsNowhereInTheDatabase() {
    try (var server = IdentityServer.with(IdentityServer.nobody())) {
      String stored =
          server
              .database
              .database()
              .query(
                  handle ->
                      handle
                          .createQuery("SELECT encode(token_hash, 'escape') FROM setup_link")
                          .mapTo(String.class)
                          .one());
      assertThat(stored).doesNotContain(token(server.setupLink.orElseThrow()));
    }
  }

  @Test
  void mistakesAreSaidAtTheirFields() {
    try (var server = IdentityServer.with(IdentityServer.nobody())) {
      var link = server.setupLink.orElseThrow();
      assertThat(mistake(server, link, "time_zone", "Europe/berlin"))
          .isEqualTo("/time_zone: There is no time zone of this name. Did you mean Europe/Berlin?");
      assertThat(mistake(server, link, "password", "password123"))
          .startsWith("/password: This password is among the first that are tried.");
      assertThat(mistake(server, link, "password", "Ada Lovelace"))
          .isEqualTo("/password: This password is your own name or email address.");
      assertThat(mistake(server, link, "email", "ada")).startsWith("/email: ");
      assertThat(mistake(server, link, "password", "short")).startsWith("/password: ");
    }
  }

  @Test
  void anotherSiteCannotSendTheForm() {
    try (var server = IdentityServer.with(IdentityServer.nobody())) {
      var refused =
          server
              .client()
              .with("Sec-Fetch-Site", "cross-site")
              .post("/api/v1/setup/", setup(server.setupLink.orElseThrow()));
      assertThat(refused.status()).isEqualTo(403);
      assertThat(refused.code()).isEqualTo("cross_origin");
    }
  }

  private static String mistake(IdentityServer server, URI link, String field, String value) {
    Map<String, Object> body = new HashMap<>(setup(link));
    body.put(field, value);
    var answer = server.client().post("/api/v1/setup/", body);
    assertThat(answer.status()).isEqualTo(400);
    var error = answer.json().path("errors").get(0);
    return error.path("pointer").asString() + ": " + error.path("detail").asString();
  }

  private static Map<String, Object> setup(URI link) {
    return Map.of(
        "token", token(link),
        "email", "Ada@Example.org",
        "name", "Ada Lovelace",
        "password", PASSWORD,
        "time_zone", "Europe/London");
  }

  private static String token(URI link) {
    return link.getPath().substring("/setup/".length());
  }
}
