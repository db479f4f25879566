package io.linkspan.identity;

import io.linkspan.platform.http.Problem;
import io.linkspan.platform.text.EmailAddress;

/** Email addresses that people type. */
final class Emails {
  private Emails() {}

  static String normal(String email) {
    return EmailAddress.normal(email);
  }

  /**
   * @param pointer of the field it came in
   * @throws Problem 400 when this cannot be an address
   */
  static String check(String email, String pointer) {
    if (!EmailAddress.plausible(email)) {
      throw Problem.badField(
          pointer, "This is not an email address. Write it like name@example.org.");
    }
    return normal(email);
  }
}
