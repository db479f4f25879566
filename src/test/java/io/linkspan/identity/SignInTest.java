package io.linkspan.identity;

import static io.linkspan.identity.IdentityServer.ME;
import static io.linkspan.identity.IdentityServer.PASSWORD;
import static io.linkspan.identity.IdentityServer.cookie;
import static org.assertj.core.api.Assertions.assertThat;

import io.linkspan.platform.http.ApiClient;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SignInTest {
  private static final String LOGOUT = "/api/v1/auth/logout/";

  @Test
  void theCookieIsOutOfReachOfScriptsAndOfOtherSites() {
    try (var server = IdentityServer.withAda()) {
      assertThat(server.login("ADA@example.org", PASSWORD).header("Set-Cookie").orElseThrow())
          .startsWith("linkspan=")
          .contains("; Path=/", "; HttpOnly", "; SameSite=Lax")
          .doesNotContain("Secure");
    }
  }

  @Test
  void underHttpsTheCookieIsSecureAndOfThisHostOnly() {
    var settings =
        new IdentitySettings(
            URI.create("https://linkspan.example.org"),
            IdentityServer.admin("ada@example.org", PASSWORD).adminEmail(),
            IdentityServer.admin("ada@example.org", PASSWORD).adminPassword(),
            Optional.empty());
    try (var server = IdentityServer.with(settings)) {
      var answer = server.login("ada@example.org", PASSWORD);
      assertThat(answer.header("Set-Cookie").orElseThrow())
          .startsWith("__Host-linkspan=")
          .contains("; Path=/", "; HttpOnly", "; SameSite=Lax", "; Secure")
          .doesNotContain("Domain");
      assertThat(server.browser(answer).get(ME).status()).isEqualTo(200);
    }
  }

  @Test
  void aWrongPasswordAndAnUnknownAddressGetTheSameAnswer() {
    try (var server = IdentityServer.withAda()) {
      var wrong = server.login("ada@example.org", "not the password");
      var unknown = server.login("nobody@example.org", "not the password");
      assertThat(wrong.status()).isEqualTo(401);
      assertThat(wrong.code()).isEqualTo("invalid_credentials");
      assertThat(withoutId(unknown)).isEqualTo(withoutId(wrong));
      assertThat(wrong.header("Set-Cookie")).isEmpty();
    }
  }

  @Test
  void aTokenThatWasPlantedIsNeverTakenUp() {
    try (var server = IdentityServer.withAda()) {
      var planted = server.client().with("Cookie", "linkspan=planted");
      var answer =
          planted.post(
              "/api/v1/auth/login/", Map.of("email", "ada@example.org", "password", PASSWORD));
      assertThat(cookie(answer)).isNotEqualTo("linkspan=planted");
      assertThat(planted.get(ME).status()).isEqualTo(401);
    }
  }

  @Test
  void signingInAgainEndsTheSessionThatTheBrowserHad() {
    try (var server = IdentityServer.withAda()) {
      var before = server.signedIn("ada@example.org");
      var again =
          before.post(
              "/api/v1/auth/login/", Map.of("email", "ada@example.org", "password", PASSWORD));
      assertThat(server.browser(again).get(ME).status()).isEqualTo(200);
      assertThat(before.get(ME).status()).isEqualTo(401);
    }
  }

  @Test
  void signingOutEndsTheSessionOnEveryNode() {
    try (var server = IdentityServer.withAda();
        var other = server.another(IdentityServer.nobody())) {
      var answer = server.login("ada@example.org", PASSWORD);
      assertThat(other.browser(answer).get(ME).status()).isEqualTo(200);
      var out = server.browser(answer).post(LOGOUT);
      assertThat(out.status()).isEqualTo(204);
      assertThat(out.header("Set-Cookie").orElseThrow()).contains("Max-Age=0");
      assertThat(other.browser(answer).get(ME).status()).isEqualTo(401);
    }
  }

  @Test
  void signingOutWithoutASessionIsQuiet() {
    try (var server = IdentityServer.withAda()) {
      assertThat(server.client().post(LOGOUT).status()).isEqualTo(204);
    }
  }

  @Test
  void aSessionThatIsNotUsedExpiresAfterSevenDays() {
    try (var server = IdentityServer.withAda()) {
      var browser = server.signedIn("ada@example.org");
      server.clock.advance(Duration.ofDays(6));
      assertThat(browser.get(ME).status()).isEqualTo(200);
      server.clock.advance(Duration.ofDays(6));
      assertThat(browser.get(ME).status()).isEqualTo(200);
      server.clock.advance(Duration.ofDays(7));
      var expired = browser.get(ME);
      assertThat(expired.status()).isEqualTo(401);
      assertThat(expired.header("WWW-Authenticate").orElseThrow()).startsWith("Bearer");
      assertThat(expired.json().path("fix").asString()).contains("sign in");
    }
  }

  @Test
  void aSessionExpiresAfterThirtyDaysHoweverMuchItIsUsed() {
    try (var server = IdentityServer.withAda()) {
      var browser = server.signedIn("ada@example.org");
      for (int i = 0; i < 5; i++) {
        server.clock.advance(Duration.ofDays(5));
        assertThat(browser.get(ME).status()).isEqualTo(200);
      }
      server.clock.advance(Duration.ofDays(5));
      assertThat(browser.get(ME).status()).isEqualTo(401);
    }
  }

  @Test
  void aNewSignInSweepsWhatHasExpired() {
    try (var server = IdentityServer.withAda()) {
      server.signedIn("ada@example.org");
      server.clock.advance(Duration.ofDays(8));
      server.signedIn("ada@example.org");
      int sessions =
          server
              .database
              .database()
              .query(
                  handle ->
                      handle
                          .createQuery("SELECT count(*) FROM sessions")
                          .mapTo(Integer.class)
                          .one());
      assertThat(sessions).isEqualTo(1);
    }
  }

  @Test
  void theTokenIsNotInTheDatabase() {
    try (var server = IdentityServer.withAda()) {
      String token = cookie(server.login("ada@example.org", PASSWORD)).split("=", 2)[1];
      String stored =
          server
              .database
              .database()
              .query(
                  handle ->
                      handle
                          .createQuery("SELECT encode(token_hash, 'escape') FROM sessions")
                          .mapTo(String.class)
                          .one());
      assertThat(stored).doesNotContain(token);
    }
  }

  @Test
  void anotherSiteCanNeitherUseTheCookieNorSignAnyoneIn() {
    try (var server = IdentityServer.withAda()) {
      var change = Map.of("name", "Mallory");
      var answer = server.login("ada@example.org", PASSWORD);
      var bare = server.client().with("Cookie", cookie(answer));
      assertThat(bare.with("Sec-Fetch-Site", "cross-site").patch(ME, change).code())
          .isEqualTo("cross_origin");
      assertThat(bare.with("Sec-Fetch-Site", "same-site").patch(ME, change).status())
          .isEqualTo(403);
      assertThat(bare.with("Origin", "https://evil.example").patch(ME, change).status())
          .isEqualTo(403);
      assertThat(bare.with("Sec-Fetch-Site", "cross-site").get(ME).status()).isEqualTo(200);
      assertThat(server.browser(answer).patch(ME, change).status()).isEqualTo(200);
      assertThat(
              server
                  .client()
                  .with("Sec-Fetch-Site", "cross-site")
                  .post(
                      "/api/v1/auth/login/",
                      Map.of("email", "ada@example.org", "password", PASSWORD))
                  .status())
          .isEqualTo(403);
    }
  }

  @Test
  void withoutAnIdentityNothingIsSeen() {
    try (var server = IdentityServer.withAda()) {
      for (var client :
          new ApiClient[] {
            server.client(),
            server.client().with("Cookie", "linkspan="),
            server.client().with("Cookie", "linkspan=" + "x".repeat(3000)),
            server.client().with("Authorization", "Bearer "),
            server.client().with("Authorization", "Bearer lsk_wrong"),
            server.client().with("Authorization", "Basic YWRhOmFkYQ=="),
            // a wrong key is not made up for by a cookie
            server.signedIn("ada@example.org").with("Authorization", "Bearer lsk_wrong")
          }) {
        var answer = client.get(ME);
        assertThat(answer.status()).isEqualTo(401);
        assertThat(answer.code()).isEqualTo("unauthenticated");
        assertThat(answer.header("WWW-Authenticate")).isPresent();
      }
    }
  }

  private static String withoutId(ApiClient.Response answer) {
    String id = answer.json().path("request_id").asString();
    return answer.status() + answer.body().replace(id, "");
  }
}
