package io.linkspan.platform.text;

import java.text.Normalizer;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * The one rule for email addresses: something, an at sign, and a domain, which may be of a private
 * network or of a new top level. Upper and lower case are the same, although RFC 5321 2.4 lets a
 * server tell them apart; none in use does.
 */
public final class EmailAddress {
  /** RFC 5321 4.5.3.1.3, without the angle brackets. */
  public static final int LONGEST = 254;

  private static final Pattern PLAUSIBLE = Pattern.compile("[^\\s@\\p{Cntrl}]+@[^\\s@\\p{Cntrl}]+");

  private EmailAddress() {}

  public static String normal(String email) {
    return Normalizer.normalize(email.strip(), Normalizer.Form.NFC).toLowerCase(Locale.ROOT);
  }

  /** Whether this can be an address, once it is normal. */
  public static boolean plausible(String email) {
    String normal = normal(email);
    return normal.length() <= LONGEST && PLAUSIBLE.matcher(normal).matches();
  }
}
