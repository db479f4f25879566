package io.linkspan.identity;

import static io.linkspan.identity.IdentityServer.ME;
import static io.linkspan.identity.IdentityServer.PASSWORD;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.linkspan.platform.crypto.Secret;
import io.linkspan.platform.http.ApiClient;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class AdminSettingsTest {
  private static final String KEY = "operator-key-of-at-least-32-characters";

  @Test
  void emailAndPasswordMakeAnAdministratorWhoCanSignIn() {
    try (var server = IdentityServer.with(settings("Ada@Example.org", PASSWORD, null))) {
      var ada = server.signedIn("ada@example.org").get(ME).json();
      assertThat(ada.path("role").asString()).isEqualTo("admin");
      assertThat(server.setupLink).isEmpty();
    }
  }

  @Test
  void everyFurtherStartKeepsThePersonAndTheirSessions() {
    var settings = settings("ada@example.org", PASSWORD, null);
    try (var server = IdentityServer.with(settings)) {
      var browser = server.signedIn("ada@example.org");
      String before = browser.get(ME).body();
      server.another(settings).close();
      assertThat(browser.get(ME).body()).isEqualTo(before);
      assertThat(server.identity.organizers().list()).hasSize(1);
    }
  }

  @Test
  void aPasswordThatThePersonChangedSurvivesARestart() {
    var settings = settings("ada@example.org", PASSWORD, null);
    try (var server = IdentityServer.with(settings)) {
      var changed =
          server
              .signedIn("ada@example.org")
              .patch(ME, Map.of("password", "another battery", "current_password", PASSWORD));
      assertThat(changed.status()).isEqualTo(200);
      server.another(settings).close();
      assertThat(server.login("ada@example.org", "another battery").status()).isEqualTo(200);
      assertThat(server.login("ada@example.org", PASSWORD).status()).isEqualTo(401);
    }
  }

  @Test
  void aPasswordThatTheOperatorChangedIsAppliedAndEndsSessions() {
    try (var server = IdentityServer.with(settings("ada@example.org", PASSWORD, null))) {
      var browser = server.signedIn("ada@example.org");
      server.another(settings("ada@example.org", "the operator's word", null)).close();
      assertThat(browser.get(ME).status()).isEqualTo(401);
      assertThat(server.login("ada@example.org", "the operator's word").status()).isEqualTo(200);
      assertThat(server.login("ada@example.org", PASSWORD).status()).isEqualTo(401);
    }
  }

  @Test
  void anAddressThatThePersonChangedDoesNotMakeASecondAdministrator() {
    var settings = settings("ada@example.org", PASSWORD, null);
    try (var server = IdentityServer.with(settings)) {
      var changed =
          server
              .signedIn("ada@example.org")
              .patch(ME, Map.of("email", "king@example.org", "current_password", PASSWORD));
      assertThat(changed.status()).isEqualTo(200);
      server.another(settings).close();
      assertThat(server.identity.organizers().list())
          .extracting(Organizer::email)
          .containsExactly("king@example.org");
    }
  }

  @Test
  void whoHasNeitherPasswordNorKeySetsThePasswordByALinkThatEachStartPrints() {
    var settings = settings("ada@example.org", null, null);
    try (var first = IdentityServer.with(settings);
        var server = first.another(settings)) {
      assertThat(accept(server, first).code()).isEqualTo("invalid_token");
      var accepted = accept(server, server);
      assertThat(accepted.status()).as(accepted.body()).isEqualTo(200);
      assertThat(accepted.json().path("role").asString()).isEqualTo("admin");
      assertThat(server.login("ada@example.org", PASSWORD).status()).isEqualTo(200);
      try (var restarted = server.another(settings)) {
        assertThat(restarted.setupLink).isEmpty();
      }
    }
  }

  private static ApiClient.Response accept(IdentityServer server, IdentityServer printed) {
    String link = printed.setupLink.orElseThrow().toString();
    String token = link.substring(link.lastIndexOf('/') + 1);
    assertThat(link).contains("/invite/");
    return server
        .client()
        .post("/api/v1/auth/accept-invitation/", Map.of("token", token, "password", PASSWORD));
  }

  @Test
  void theKeyWorksAtOnceWithEveryScope() {
    try (var server = IdentityServer.with(settings("ada@example.org", PASSWORD, KEY))) {
      var operator = server.withKey(KEY);
      assertThat(operator.get(ME).json().path("email").asString()).isEqualTo("ada@example.org");
      assertThat(operator.get("/api/v1/users/").status()).isEqualTo(200);
      String key = IdentityServer.key(operator, "*", "admin");
      assertThat(server.withKey(key).get("/api/v1/users/").status()).isEqualTo(200);
      assertThat(server.withKey(KEY + "x").get(ME).status()).isEqualTo(401);
    }
  }

  @Test
  void theKeyAloneActsAsAPlaceholderThatCanBecomeAPerson() {
    try (var server = IdentityServer.with(settings(null, null, KEY))) {
      var operator = server.withKey(KEY);
      var me = operator.get(ME).json();
      assertThat(me.path("email").asString()).isEqualTo("admin@localhost");
      assertThat(server.setupLink).isEmpty();
      var named =
          operator.patch(
              "/api/v1/users/" + me.path("id").asString() + "/",
              Map.of("email", "ada@example.org", "name", "Ada", "password", PASSWORD));
      assertThat(named.status()).isEqualTo(200);
      server.another(settings(null, null, KEY)).close();
      assertThat(server.signedIn("ada@example.org").get(ME).status()).isEqualTo(200);
      assertThat(server.identity.organizers().list()).hasSize(1);
    }
  }

  @Test
  void theKeyAloneActsAsTheFirstAdministratorThereIs() {
    try (var server = IdentityServer.withAda();
        var restarted = server.another(settings(null, null, KEY))) {
      assertThat(restarted.withKey(KEY).get(ME).json().path("email").asString())
          .isEqualTo("ada@example.org");
    }
  }

  @Test
  void somebodyWhoLostTheRoleIsAdministratorAgainAfterTheNextStart() {
    var settings = settings("ada@example.org", PASSWORD, KEY);
    try (var server = IdentityServer.with(settings)) {
      var ada = server.signedIn("ada@example.org");
      server.add(ada, "grace@example.org", "admin");
      String id = ada.get(ME).json().path("id").asString();
      var grace = server.signedIn("grace@example.org");
      assertThat(grace.patch("/api/v1/users/" + id + "/", Map.of("role", "organizer")).status())
          .isEqualTo(200);
      // meanwhile the key acts as whoever is administrator
      assertThat(server.withKey(KEY).get(ME).json().path("email").asString())
          .isEqualTo("grace@example.org");
      server.another(settings).close();
      assertThat(ada.get(ME).json().path("role").asString()).isEqualTo("admin");
    }
  }

  @Test
  void aSetUpLinkDiesWhenTheSettingsMakeAnAdministrator() {
    try (var server = IdentityServer.with(IdentityServer.nobody())) {
      server.another(settings("ada@example.org", PASSWORD, null)).close();
      var token = server.setupLink.orElseThrow().getPath().substring("/setup/".length());
      var setup =
          Map.of("token", token, "email", "eve@example.org", "name", "Eve", "password", PASSWORD);
      assertThat(server.client().post("/api/v1/setup/", setup).status()).isEqualTo(409);
    }
  }

  @Test
  void aShortKeyIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new OperatorKey(Optional.of(Secret.of("short"))))
        .withMessageContaining("at least 32");
  }

  private static IdentitySettings settings(
      @Nullable String email, @Nullable String password, @Nullable String key) {
    return new IdentitySettings(
        URI.create("http://localhost:8080"),
        Optional.ofNullable(email),
        Optional.ofNullable(password).map(Secret::of),
        Optional.ofNullable(key).map(Secret::of));
  }
}
