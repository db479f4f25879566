package io.linkspan.identity;

import static org.assertj.core.api.Assertions.assertThat;

import io.linkspan.platform.crypto.Secret;
import io.linkspan.platform.http.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

class Argon2Test {
  private static final Argon2.Cost CHEAP = new Argon2.Cost(8, 1);

  @Test
  void aHashOfTheReferenceImplementationMatches() {
    // test.c of P-H-C/phc-winner-argon2: hashtest(version, 2, 16, 1, "password", "somesalt", ...)
    String reference =
        "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";
    assertThat(Argon2.matches(Secret.of("password"), reference)).isTrue();
    assertThat(Argon2.matches(Secret.of("differentpassword"), reference)).isFalse();
  }

  @Test
  void everyHashHasItsOwnSaltAndMatchesOnlyItsPassword() {
    String one = Argon2.hash(Secret.of("a correct horse"), CHEAP);
    String two = Argon2.hash(Secret.of("a correct horse"), CHEAP);
    assertThat(one).startsWith("$argon2id$v=19$m=8,t=1,p=1$").isNotEqualTo(two);
    assertThat(Argon2.matches(Secret.of("a correct horse"), one)).isTrue();
    assertThat(Argon2.matches(Secret.of("a correct house"), one)).isFalse();
  }

  @Test
  void composedAndDecomposedLettersAreTheSamePassword() {
    String composed = Argon2.hash(Secret.of("caf\u00e9 au lait"), CHEAP);
    assertThat(Argon2.matches(Secret.of("cafe\u0301 au lait"), composed)).isTrue();
  }

  @Test
  void whatIsNotAHashMatchesNothing() {
    assertThat(Argon2.matches(Secret.of("x"), "")).isFalse();
    assertThat(Argon2.matches(Secret.of("x"), "$2b$12$abcdefghijklmnopqrstuv")).isFalse();
  }

  @Test
  void aHashOfAnotherCostIsOutdated() {
    String hash = Argon2.hash(Secret.of("a correct horse"), CHEAP);
    assertThat(Argon2.outdated(hash, CHEAP)).isFalse();
    assertThat(Argon2.outdated(hash, new Argon2.Cost(16, 1))).isTrue();
    assertThat(Argon2.outdated(hash, new Argon2.Cost(8, 2))).isTrue();
  }

  @Test
  void nobodyMatchesNoPassword() {
    try (var passwords = new Passwords(CHEAP)) {
      assertThat(passwords.matches(Secret.of("a correct horse"), null)).isFalse();
    }
  }

  @Test
  void aFloodWaitsOrIsTurnedAwayButAllIsAnswered() throws Exception {
    try (var passwords = new Passwords(new Argon2.Cost(1024, 1));
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Callable<String>> flood = new ArrayList<>();
      for (int i = 0; i < 300; i++) {
        flood.add(() -> outcome(passwords));
      }
      List<String> outcomes = new ArrayList<>();
      for (var result : threads.invokeAll(flood)) {
        outcomes.add(result.get());
      }
      assertThat(outcomes).hasSize(300).contains("hashed").containsAnyOf("hashed", "503");
      assertThat(outcomes).allMatch(outcome -> outcome.equals("hashed") || outcome.equals("503"));
      // and it works again afterwards
      assertThat(outcome(passwords)).isEqualTo("hashed");
    }
  }

  private static String outcome(Passwords passwords) {
    try {
      passwords.hash(Secret.of("a correct horse"));
      return "hashed";
    } catch (Problem problem) {
      assertThat(problem.headers()).containsKey("Retry-After");
      return Integer.toString(problem.status());
    }
  }
}
