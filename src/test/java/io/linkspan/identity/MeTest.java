package io.linkspan.identity;

import static io.linkspan.identity.IdentityServer.ME;
import static io.linkspan.identity.IdentityServer.PASSWORD;
import static org.assertj.core.api.Assertions.assertThat;

import io.linkspan.platform.http.ApiClient;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MeTest {
  private IdentityServer server;
  private ApiClient ada;

  @BeforeEach
  void start() {
    server = IdentityServer.withAda();
    ada = server.signedIn("ada@example.org");
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void nameAndZoneChangeWhileTheVersionMatches() {
    String first = ada.get(ME).header("ETag").orElseThrow();
    var changed =
        ada.with("If-Match", first)
            .patch(ME, Map.of("name", "  Ada King ", "time_zone", "Asia/Kathmandu"));
    assertThat(changed.status()).isEqualTo(200);
    assertThat(changed.json().path("name").asString()).isEqualTo("Ada King");
    assertThat(changed.json().path("time_zone").asString()).isEqualTo("Asia/Kathmandu");
    assertThat(changed.header("ETag").orElseThrow()).isNotEqualTo(first);
    assertThat(ada.get(ME).header("ETag")).isEqualTo(changed.header("ETag"));
    assertThat(ada.with("If-Match", first).patch(ME, Map.of("name", "Else")).status())
        .isEqualTo(412);
  }

  @Test
  void aChangeOfZoneIsToldInItsTransactionAndOnlyThen() {
    List<String> told = new ArrayList<>();
    server
        .identity
        .organizers()
        .onZoneChange(
            (tx, id, zone) -> {
              assertThat(tx.isInTransaction()).isTrue();
              told.add(server.identity.organizers().timeZone(tx, id) + " " + zone);
            });
    ada.patch(ME, Map.of("time_zone", "Europe/Berlin"));
    ada.patch(ME, Map.of("time_zone", "Europe/Berlin"));
    ada.patch(ME, Map.of("name", "Ada King"));
    assertThat(told).containsExactly("Europe/Berlin Europe/Berlin");
  }

  @Test
  void aChangeOfWhoSomebodyIsIsToldInItsTransaction() {
    List<String> told = new ArrayList<>();
    server
        .identity
        .organizers()
        .onChange(
            (tx, id) -> {
              assertThat(tx.isInTransaction()).isTrue();
              told.add(server.identity.organizers().find(tx, id).orElseThrow().name());
            });
    ada.patch(ME, Map.of("name", "Ada King"));
    ada.patch(ME, Map.of("name", ""));
    assertThat(told).containsExactly("Ada King");
  }

  @Test
  void onlyIanaZonesAreTaken() {
    for (String zone : List.of("GMT+2", "+02:00", "Z", "W. Europe Standard Time", "Mars/Olympus")) {
      var refused = ada.patch(ME, Map.of("time_zone", zone));
      assertThat(refused.status()).as(zone).isEqualTo(400);
      assertThat(refused.json().path("errors").get(0).path("pointer").asString())
          .isEqualTo("/time_zone");
    }
    for (String zone : List.of("UTC", "America/Argentina/Buenos_Aires", "Australia/Lord_Howe")) {
      assertThat(ada.patch(ME, Map.of("time_zone", zone)).status()).as(zone).isEqualTo(200);
    }
  }

  @Test
  void aNewPasswordNeedsThePresentOneAndEndsOtherSessions() {
    var elsewhere = server.signedIn("ada@example.org");
    assertThat(ada.patch(ME, Map.of("password", "a new battery")).status()).isEqualTo(400);
    var wrong =
        ada.patch(ME, Map.of("password", "a new battery", "current_password", "not this one"));
    assertThat(wrong.status()).isEqualTo(400);
    assertThat(wrong.json().path("errors").get(0).path("pointer").asString())
        .isEqualTo("/current_password");
    assertThat(elsewhere.get(ME).status()).isEqualTo(200);

    var changed = ada.patch(ME, Map.of("password", "a new battery", "current_password", PASSWORD));
    assertThat(changed.status()).isEqualTo(200);
    assertThat(ada.get(ME).status()).isEqualTo(200);
    assertThat(elsewhere.get(ME).status()).isEqualTo(401);
    assertThat(server.login("ada@example.org", PASSWORD).status()).isEqualTo(401);
    assertThat(server.login("ada@example.org", "a new battery").status()).isEqualTo(200);
  }

  @Test
  void guessingThePresentPasswordIsThrottledToo() {
    var guess = Map.of("password", "a new battery", "current_password", "a guess");
    ApiClient.Response last = null;
    for (int i = 0; i < 10; i++) {
      last = ada.patch(ME, guess);
    }
    assertThat(last.status()).isEqualTo(429);
    assertThat(last.header("Retry-After")).isPresent();
  }

  @Test
  void aNewAddressNeedsThePasswordAndIsTheOneToSignInWith() {
    assertThat(ada.patch(ME, Map.of("email", "king@example.org")).status()).isEqualTo(400);
    var changed = ada.patch(ME, Map.of("email", "King@Example.org", "current_password", PASSWORD));
    assertThat(changed.json().path("email").asString()).isEqualTo("king@example.org");
    assertThat(server.login("ada@example.org", PASSWORD).status()).isEqualTo(401);
    assertThat(server.signedIn("king@example.org").get(ME).status()).isEqualTo(200);
  }

  @Test
  void fieldsThatAreNotOnesOwnToChangeAreRefusedByName() {
    var refused = ada.patch(ME, Map.of("role", "admin"));
    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.body()).contains("role");
  }

  @Test
  void aNameThatNobodySeesOrThatBreaksLinesIsRefused() {
    for (String name : List.of("\u2003\u2003", "\u00a0", "\u200b", "Ada\nLovelace", "Ada\u0007")) {
      for (var refused :
          List.of(
              ada.patch(ME, Map.of("name", name)),
              ada.post("/api/v1/api-keys/", Map.of("name", name, "scopes", List.of("*"))))) {
        assertThat(refused.status()).as(refused.body()).isEqualTo(400);
        assertThat(refused.json().at("/errors/0/pointer").asString()).isEqualTo("/name");
      }
    }
    assertThat(ada.patch(ME, Map.of("name", " Ada  King ")).json().path("name").asString())
        .isEqualTo("Ada  King");
  }
}
