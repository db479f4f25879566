package io.linkspan.identity;

import static io.linkspan.identity.IdentityServer.ME;
import static io.linkspan.identity.IdentityServer.PASSWORD;
import static org.assertj.core.api.Assertions.assertThat;

import io.linkspan.platform.http.ApiClient;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class UsersTest {
  private static final String USERS = "/api/v1/users/";
  private static final String ACCEPT = "/api/v1/auth/accept-invitation/";

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
  void anAdministratorAddsListsChangesAndDeletesUsers() {
    String id = server.add(ada, "Grace@Example.org", "organizer");
    var grace = ada.get(USERS + id + "/");
    assertThat(grace.json().path("email").asString()).isEqualTo("grace@example.org");
    assertThat(grace.json().path("time_zone").asString()).isEqualTo("UTC");
    assertThat(ada.get(USERS).json().findValuesAsString("email"))
        .containsExactly("ada@example.org", "grace@example.org");

    var changed =
        ada.with("If-Match", grace.header("ETag").orElseThrow())
            .patch(USERS + id + "/", Map.of("name", "Grace Hopper", "role", "admin"));
    assertThat(changed.status()).isEqualTo(200);
    assertThat(changed.json().path("name").asString()).isEqualTo("Grace Hopper");
    assertThat(changed.json().path("role").asString()).isEqualTo("admin");

    var stale =
        ada.with("If-Match", grace.header("ETag").orElseThrow())
            .patch(USERS + id + "/", Map.of("name", "Somebody else"));
    assertThat(stale.status()).isEqualTo(412);
    assertThat(ada.delete(USERS + id + "/").status()).isEqualTo(204);
    assertThat(ada.get(USERS + id + "/").status()).isEqualTo(404);
  }

  @Test
  void anyoneElseIsRefusedWhateverTheyAskFor() {
    server.add(ada, "grace@example.org", "organizer");
    var grace = server.signedIn("grace@example.org");
    String adasId = ada.get(ME).json().path("id").asString();
    var body = Map.of("email", "x@example.org", "name", "X", "role", "admin");
    for (var answer :
        List.of(
            grace.get(USERS),
            grace.post(USERS, body),
            grace.get(USERS + adasId + "/"),
            grace.patch(USERS + adasId + "/", Map.of("name", "X")),
            grace.delete(USERS + adasId + "/"),
            grace.get(USERS + UUID.randomUUID() + "/"))) {
      assertThat(answer.status()).isEqualTo(403);
      assertThat(answer.code()).isEqualTo("not_admin");
    }
    assertThat(server.client().get(USERS).status()).isEqualTo(401);
  }

  @Test
  void anAddressBelongsToOnePersonInUpperAndLowerCase() {
    var taken =
        ada.post(USERS, Map.of("email", "ADA@EXAMPLE.ORG", "name", "Ada", "role", "organizer"));
    assertThat(taken.status()).isEqualTo(409);
    assertThat(taken.code()).isEqualTo("email_taken");
    String id = server.add(ada, "grace@example.org", "organizer");
    assertThat(ada.patch(USERS + id + "/", Map.of("email", "ada@example.org")).code())
        .isEqualTo("email_taken");
    // an address that is given up is free again, and only then
    assertThat(ada.patch(USERS + id + "/", Map.of("email", "hopper@example.org")).status())
        .isEqualTo(200);
    server.add(ada, "grace@example.org", "organizer");
    assertThat(server.signedIn("hopper@example.org").get(ME).status()).isEqualTo(200);
  }

  @Test
  void theLastAdministratorStays() {
    String id = ada.get(ME).json().path("id").asString();
    var deleted = ada.delete(USERS + id + "/");
    assertThat(deleted.status()).isEqualTo(409);
    assertThat(deleted.code()).isEqualTo("last_admin");
    var demoted = ada.patch(USERS + id + "/", Map.of("role", "organizer"));
    assertThat(demoted.code()).isEqualTo("last_admin");
    assertThat(demoted.json().path("fix").asString()).contains("another user");
  }

  @Test
  void nobodyDeletesThemselves() {
    server.add(ada, "grace@example.org", "admin");
    String id = ada.get(ME).json().path("id").asString();
    assertThat(ada.delete(USERS + id + "/").code()).isEqualTo("own_account");
    assertThat(ada.get(ME).status()).isEqualTo(200);
  }

  @Test
  void twoAdministratorsWhoDemoteEachOtherAtOnceLeaveOne() throws Exception {
    for (int round = 0; round < 5; round++) {
      String adasId = ada.get(ME).json().path("id").asString();
      String gracesId = server.add(ada, "grace" + round + "@example.org", "admin");
      var grace = server.signedIn("grace" + round + "@example.org");
      var demotion = Map.of("role", "organizer");
      List<Callable<Integer>> both =
          List.of(
              () -> ada.patch(USERS + gracesId + "/", demotion).status(),
              () -> grace.patch(USERS + adasId + "/", demotion).status());
      List<Integer> statuses = new ArrayList<>();
      try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
        for (var result : threads.invokeAll(both)) {
          statuses.add(result.get());
        }
      }
      assertThat(statuses).contains(200).doesNotContain(500);
      assertThat(server.identity.organizers().list().stream().filter(Organizer::admin)).hasSize(1);
      // whoever is left restores the other for the next round
      if (ada.get(USERS).status() == 403) {
        assertThat(grace.patch(USERS + adasId + "/", Map.of("role", "admin")).status())
            .isEqualTo(200);
        assertThat(ada.patch(USERS + gracesId + "/", demotion).status()).isEqualTo(200);
      }
    }
  }

  @Test
  void aNewPasswordEndsTheSessionsOfThatUser() {
    String id = server.add(ada, "grace@example.org", "organizer");
    var grace = server.signedIn("grace@example.org");
    assertThat(ada.patch(USERS + id + "/", Map.of("password", "given by Ada")).status())
        .isEqualTo(200);
    assertThat(grace.get(ME).status()).isEqualTo(401);
    assertThat(server.login("grace@example.org", "given by Ada").status()).isEqualTo(200);
    assertThat(ada.get(ME).status()).isEqualTo(200);
  }

  @Test
  void anAddressOfAPrivateDomainIsOneEverywhere() {
    String id = server.add(ada, "bob@example.test", "organizer");
    assertThat(server.signedIn("bob@example.test").get(ME).status()).isEqualTo(200);
    for (String address : List.of("bob@localhost", "bob@mail.corp", "bob@example.zuerich")) {
      var moved = ada.patch(USERS + id + "/", Map.of("email", address));
      assertThat(moved.status()).as(moved.body()).isEqualTo(200);
      assertThat(server.login(address, PASSWORD).status()).isEqualTo(200);
    }
    for (String none : List.of("bob", "bob@", "@example.test", "b ob@example.test")) {
      assertThat(ada.patch(USERS + id + "/", Map.of("email", none)).status())
          .as(none)
          .isEqualTo(400);
    }
  }

  @Test
  void onesOwnPasswordAndAddressNeedThePresentPasswordHereToo() {
    String own = USERS + ada.get(ME).json().path("id").asString() + "/";
    for (var change :
        List.of(Map.of("password", "another good one"), Map.of("email", "eve@example.org"))) {
      var refused = ada.patch(own, change);
      assertThat(refused.status()).isEqualTo(400);
      assertThat(refused.json().at("/errors/0/pointer").asString()).isEqualTo("/current_password");
    }
    var confirmed =
        ada.patch(own, Map.of("password", "another good one", "current_password", PASSWORD));
    assertThat(confirmed.status()).as(confirmed.body()).isEqualTo(200);
    assertThat(server.login("ada@example.org", "another good one").status()).isEqualTo(200);
  }

  @Test
  void aDeletedUserIsOutAtOnce() {
    String id = server.add(ada, "grace@example.org", "organizer");
    var grace = server.signedIn("grace@example.org");
    var program = server.withKey(IdentityServer.key(grace, "*"));
    assertThat(program.get(ME).status()).isEqualTo(200);
    ada.delete(USERS + id + "/");
    assertThat(grace.get(ME).status()).isEqualTo(401);
    assertThat(program.get(ME).status()).isEqualTo(401);
    assertThat(server.login("grace@example.org", PASSWORD).status()).isEqualTo(401);
  }

  @Test
  void withoutAPasswordTheAnswerHasALinkThatWorksOnce() {
    var made = invite("grace@example.org");
    var link = URI.create(made.json().path("invitation_url").asString());
    assertThat(made.json().path("invitation_expires_at").asString())
        .isEqualTo("2026-03-09T09:00:00Z");
    assertThat(server.login("grace@example.org", PASSWORD).status()).isEqualTo(401);

    var acceptance = Map.of("token", token(link), "password", PASSWORD, "name", "Grace Hopper");
    var accepted = server.client().post(ACCEPT, acceptance);
    assertThat(accepted.status()).isEqualTo(200);
    var me = server.browser(accepted).get(ME);
    assertThat(me.json().path("name").asString()).isEqualTo("Grace Hopper");
    assertThat(me.json().path("role").asString()).isEqualTo("organizer");
    assertThat(server.client().post(ACCEPT, acceptance).code()).isEqualTo("invalid_token");
  }

  @Test
  void ofManyAcceptancesAtOnceOneSucceeds() throws Exception {
    var link = URI.create(invite("grace@example.org").json().path("invitation_url").asString());
    List<Callable<Integer>> tries = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      var body = Map.of("token", token(link), "password", PASSWORD + i);
      tries.add(() -> server.client().post(ACCEPT, body).status());
    }
    List<Integer> statuses = new ArrayList<>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (var result : threads.invokeAll(tries)) {
        statuses.add(result.get());
      }
    }
    assertThat(statuses).containsOnlyOnce(200).containsOnly(200, 409);
  }

  @Test
  void anInvitationExpiresAndAPasswordReplacesIt() {
    var made = invite("grace@example.org");
    var link = URI.create(made.json().path("invitation_url").asString());
    String id = made.json().path("id").asString();
    ada.patch(USERS + id + "/", Map.of("password", PASSWORD));
    assertThat(
            server.client().post(ACCEPT, Map.of("token", token(link), "password", PASSWORD)).code())
        .isEqualTo("invalid_token");

    var late = URI.create(invite("late@example.org").json().path("invitation_url").asString());
    server.clock.advance(Duration.ofDays(7));
    assertThat(
            server
                .client()
                .post(ACCEPT, Map.of("token", token(late), "password", PASSWORD))
                .status())
        .isEqualTo(409);
  }

  private ApiClient.Response invite(String email) {
    var made =
        ada.post(
            USERS, Map.of("email", email, "name", "<b>Grace</b> & \"Co\"", "role", "organizer"));
    assertThat(made.status()).as(made.body()).isEqualTo(201);
    return made;
  }

  private static String token(URI link) {
    return link.getPath().substring("/invite/".length());
  }
}
