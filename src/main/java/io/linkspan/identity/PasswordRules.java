package io.linkspan.identity;

import io.linkspan.platform.crypto.Secret;
import io.linkspan.platform.http.Problem;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * What a new password must be, after NIST SP 800-63B: long enough, not one of those that are tried
 * first, not the person's own name; any characters, no composition rules, no expiry.
 */
final class PasswordRules {
  static final int SHORTEST = 8;
  static final int LONGEST = 256;

  /** Of eight characters and more, the head of every published list of leaked passwords. */
  private static final Set<String> TRIED_FIRST =
      Set.of(
          "12345678",
          "123456789",
          "1234567890",
          "0123456789",
          "0987654321",
          "987654321",
          "87654321",
          "11111111",
          "00000000",
          "12341234",
          "123123123",
          "147258369",
          "1q2w3e4r",
          "1q2w3e4r5t",
          "1qaz2wsx",
          "a1b2c3d4",
          "aa123456",
          "abc12345",
          "abcd1234",
          "abcdefgh",
          "administrator",
          "adminadmin",
          "admin123",
          "admin1234",
          "asdfasdf",
          "asdfghjk",
          "asdfghjkl",
          "baseball",
          "changeme",
          "charlie1",
          "computer",
          "football",
          "iloveyou",
          "iloveyou1",
          "jennifer",
          "letmein1",
          "linkspan",
          "michelle",
          "passw0rd",
          "password",
          "password!",
          "password1",
          "password12",
          "password123",
          "princess",
          "q1w2e3r4",
          "qazwsxedc",
          "qwer1234",
          "qwerty12",
          "qwerty123",
          "qwertyui",
          "qwertyuiop",
          "sunshine",
          "superman",
          "trustno1",
          "welcome1",
          "welcome123",
          "whatever",
          "zaq12wsx",
          "zxcvbnm1");

  private PasswordRules() {}

  /**
   * @param pointer of the field it came in
   * @param about what others know of the person: name, email address
   * @throws Problem 400 when it is too easy to guess
   */
  static Secret check(String password, String pointer, List<String> about) {
    int length = password.codePointCount(0, password.length());
    if (length < SHORTEST || length > LONGEST) {
      throw Problem.badField(
          pointer, "A password has %d to %d characters.".formatted(SHORTEST, LONGEST));
    }
    String plain = password.strip().toLowerCase(Locale.ROOT);
    if (TRIED_FIRST.contains(plain) || plain.chars().distinct().count() <= 2) {
      throw Problem.badField(
          pointer,
          "This password is among the first that are tried. Several unrelated words make a good"
              + " one.");
    }
    boolean known =
        about.stream()
            .map(fact -> fact.strip().toLowerCase(Locale.ROOT))
            .anyMatch(fact -> plain.equals(fact) || plain.equals(fact.split("@", 2)[0]));
    if (known) {
      throw Problem.badField(pointer, "This password is your own name or email address.");
    }
    return Secret.of(password);
  }
}
