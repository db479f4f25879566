package io.linkspan.platform.db;

import java.util.regex.Pattern;

/** PostgreSQL's text and jsonb hold every character but NUL, which hostile calendars do contain. */
public final class Storable {
  // an even number of backslashes before it: the escape itself, not the text "\u0000"
  private static final Pattern ESCAPED_NUL = Pattern.compile("(?<!\\\\)((?:\\\\\\\\)*)\\\\u0000");

  private Storable() {}

  /** The text without NUL. */
  public static String text(String text) {
    return text.indexOf('\0') < 0 ? text : text.replace("\0", "");
  }

  /** The JSON text without NUL in any of its strings. */
  public static String json(String json) {
    return json.contains("\\u0000") ? ESCAPED_NUL.matcher(json).replaceAll("$1") : json;
  }
}
