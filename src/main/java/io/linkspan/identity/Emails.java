package io.linkspan.identity;

import io.linkspan.platform.http.Problem;
import java.text.Normalizer;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Email addresses as this program compares them: upper and lower case are the same, although RFC
 * 5321 2.4 lets a server tell them apart; none in use does.
 */
final class Emails {
  private static final int LONGEST = 254;
  private static final Pattern PLAUSIBLE = Pattern.compile("[^\\s@\\p{Cntrl}]+@[^\\s@\\p{Cntrl}]+");

  private Emails() {}

  static String normal(String email) {
    return Normalizer.normalize(email.strip(), Normalizer.Form.NFC).toLowerCase(Locale.ROOT);
  }

  /**
   * @param pointer of the field it came in
   * @throws Problem 400 when this cannot be an address
   */
  static String check(String email, String pointer) {
    String normal = normal(email);
    if (normal.length() > LONGEST || !PLAUSIBLE.matcher(normal).matches()) {
      throw Problem.badField(
          pointer, "This is not an email address. Write it like name@example.org.");
    }
    return normal;
  }
}
