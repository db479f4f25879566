package io.linkspan.platform.text;

import java.util.Locale;

/** English grammar of the sentences that the server says. */
public final class English {
  private English() {}

  /** Such as "1 calendar" and "2 calendars". */
  public static String count(long n, String noun) {
    return n + " " + noun + (n == 1 ? "" : "s");
  }

  /** The text with its first letter in upper case. */
  public static String capitalized(String text) {
    return text.isEmpty()
        ? text
        : text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1);
  }
}
