package io.linkspan.identity;

import static io.linkspan.identity.IdentityServer.PASSWORD;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.linkspan.identity.SignInThrottle.Place;
import io.linkspan.platform.http.ApiClient;
import io.linkspan.platform.http.Problem;
import io.linkspan.platform.postgres.TestDatabase;
import io.linkspan.platform.time.SteeredClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SignInThrottleTest {
  private static final String HOME = "203.0.113.7";

  private final SteeredClock clock = SteeredClock.at("2026-03-02T09:00:00Z");
  private TestDatabase database;
  private SignInThrottle throttle;

  @BeforeEach
  void open() {
    database = TestDatabase.fresh();
    throttle = new SignInThrottle(database.database(), clock);
  }

  @AfterEach
  void close() {
    database.close();
  }

  @Test
  void afterFiveFailuresTheWaitDoublesUpToFiveMinutes() {
    List<Long> waits = new ArrayList<>();
    for (int i = 0; i < 18; i++) {
      var wait = attempt("ada@example.org", HOME);
      wait.ifPresent(
          left -> {
            waits.add(left.toSeconds());
            clock.advance(left);
          });
    }
    assertThat(waits).startsWith(1L, 2L, 4L, 8L).isSorted().allMatch(wait -> wait <= 300);
  }

  @Test
  void anotherNodeKnowsOfTheFailures() {
    failUntilBlocked("ada@example.org", HOME);
    var other = new SignInThrottle(database.database(), clock);
    assertThatCode(() -> other.attempt("ada@example.org", at(HOME)))
        .isInstanceOfSatisfying(
            Problem.class,
            problem -> {
              assertThat(problem.status()).isEqualTo(429);
              assertThat(problem.headers()).containsEntry("Retry-After", "1");
            });
  }

  @Test
  void anUnknownAddressIsThrottledLikeAKnownOne() {
    for (int i = 0; i < 6; i++) {
      assertThat(attempt("nobody@example.org", HOME)).isEmpty();
    }
    assertThat(attempt("nobody@example.org", HOME)).isPresent();
  }

  @Test
  void waitingForgetsFailures() {
    failUntilBlocked("ada@example.org", HOME);
    clock.advance(Duration.ofHours(1));
    for (int i = 0; i < 5; i++) {
      assertThat(attempt("ada@example.org", HOME)).isEmpty();
    }
  }

  @Test
  void successForgetsThePersonsOwnFailures() {
    for (int round = 0; round < 4; round++) {
      for (int i = 0; i < 5; i++) {
        assertThat(attempt("ada@example.org", HOME)).isEmpty();
      }
      throttle.succeeded("ada@example.org", at(HOME));
    }
  }

  @Test
  void strangersEverywhereCannotLockOutAPersonWhereTheySignedInBefore() {
    assertThat(attempt("ada@example.org", HOME)).isEmpty();
    throttle.succeeded("ada@example.org", at(HOME));
    for (int i = 0; i < 60; i++) {
      attempt("ada@example.org", "198.51.100." + i);
    }
    assertThat(attempt("ada@example.org", "198.51.100.200")).isPresent();
    assertThat(attempt("ada@example.org", HOME)).isEmpty();
  }

  @Test
  void aPersonOnANewNetworkWaitsAMinuteAtMostForWhatStrangersDid() {
    for (int i = 0; i < 200; i++) {
      attempt("ada@example.org", "198.51.100." + i).ifPresent(clock::advance);
    }
    assertThat(attempt("ada@example.org", "192.0.2.1").orElse(Duration.ZERO))
        .isLessThanOrEqualTo(Duration.ofMinutes(1));
  }

  @Test
  void oneNetworkCannotTryManyAddresses() {
    int looked = 0;
    for (int i = 0; i < 200; i++) {
      looked += attempt("person" + i + "@example.org", HOME).isEmpty() ? 1 : 0;
    }
    assertThat(looked).isLessThanOrEqualTo(31);
  }

  @Test
  void manyAttemptsAtOnceAreCountedLikeOneAfterTheOther() throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Callable<Boolean>> attempts = new ArrayList<>();
      for (int i = 0; i < 60; i++) {
        attempts.add(() -> attempt("ada@example.org", HOME).isEmpty());
      }
      int looked = 0;
      for (var result : threads.invokeAll(attempts)) {
        looked += result.get() ? 1 : 0;
      }
      assertThat(looked).isEqualTo(6);
    }
  }

  @Test
  void ofAnIpv6NetworkAllAddressesAreOne() {
    assertThat(SignIn.network("2001:db8:1:2:3:4:5:6"))
        .isEqualTo(SignIn.network("2001:db8:1:2:ffff::1"))
        .isNotEqualTo(SignIn.network("2001:db8:1:3::1"));
    assertThat(SignIn.network(HOME)).isEqualTo(HOME);
  }

  @Test
  void aDeviceThatSignedInBeforeWaitsForNobodyElseOnItsNetwork() {
    try (var server = IdentityServer.withAda()) {
      var signedIn = server.login("ada@example.org", PASSWORD);
      var device = server.client().with("Cookie", cookieOf("linkspan-device", signedIn));
      for (int i = 0; i < 40; i++) {
        server.login("ada@example.org", "wrong");
      }
      assertThat(server.login("ada@example.org", PASSWORD).status()).isEqualTo(429);
      assertThat(login(device, "ada@example.org", PASSWORD).status()).isEqualTo(200);

      for (int i = 0; i < 6; i++) {
        assertThat(login(device, "ada@example.org", "wrong").status()).isEqualTo(401);
      }
      assertThat(login(device, "ada@example.org", PASSWORD).status()).isEqualTo(429);
    }
  }

  @Test
  void aDeviceIsKnownForThePersonWhoSignedInAloneAndItsTokenIsNotInTheDatabase() {
    try (var server = IdentityServer.withAda()) {
      server.add(server.signedIn("ada@example.org"), "grace@example.org", "organizer");
      var cookie = cookieOf("linkspan-device", server.login("grace@example.org", PASSWORD));
      var graces = server.client().with("Cookie", cookie);
      for (int i = 0; i < 6; i++) {
        server.login("ada@example.org", "wrong");
      }
      assertThat(login(graces, "ada@example.org", PASSWORD).status()).isEqualTo(429);
      var planted = server.client().with("Cookie", "linkspan-device=planted");
      var answer = login(planted, "grace@example.org", PASSWORD);
      assertThat(cookieOf("linkspan-device", answer)).doesNotContain("planted");
      String stored =
          server
              .database
              .database()
              .query(
                  handle ->
                      handle
                          .createQuery(
                              "SELECT string_agg(encode(token_hash, 'escape'), ' ') FROM known_devices")
                          .mapTo(String.class)
                          .one());
      assertThat(stored).doesNotContain(cookie.substring(cookie.indexOf('=') + 1));
    }
  }

  private static ApiClient.Response login(ApiClient client, String email, String password) {
    return client.post("/api/v1/auth/login/", Map.of("email", email, "password", password));
  }

  private static String cookieOf(String name, ApiClient.Response answer) {
    return answer.headers().get("set-cookie").stream()
        .filter(cookie -> cookie.startsWith(name + "="))
        .map(cookie -> cookie.split(";", 2)[0])
        .findFirst()
        .orElseThrow();
  }

  @Test
  void overHttpTheAnswerSaysHowLongToWaitEvenForTheRightPassword() {
    try (var server = IdentityServer.withAda();
        var other = server.another(IdentityServer.nobody())) {
      for (int i = 0; i < 6; i++) {
        assertThat(server.login("ada@example.org", "wrong").status()).isEqualTo(401);
      }
      var early = other.login("ada@example.org", PASSWORD);
      assertThat(early.status()).isEqualTo(429);
      assertThat(early.code()).isEqualTo("too_many_attempts");
      assertThat(early.header("Retry-After")).hasValue("1");
      server.clock.advance(Duration.ofSeconds(1));
      assertThat(other.login("ada@example.org", PASSWORD).status()).isEqualTo(200);
    }
  }

  private static Place at(String network) {
    return new Place(network, Optional.empty());
  }

  private void failUntilBlocked(String email, String network) {
    for (int i = 0; i < 6; i++) {
      attempt(email, network);
    }
  }

  /** How long to wait, if it is too early. */
  private Optional<Duration> attempt(String email, String network) {
    try {
      throttle.attempt(email, at(network));
      return Optional.empty();
    } catch (Problem early) {
      return Optional.of(
          Duration.ofSeconds(Long.parseLong(early.headers().getOrDefault("Retry-After", "0"))));
    }
  }
}
