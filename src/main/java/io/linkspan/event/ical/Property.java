package io.linkspan.event.ical;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One content line, taken apart (RFC 5545, 3.1): {@code NAME;PARAM=VALUE:value}. Parameters are
 * looked up when asked for, since most never are.
 *
 * @param name upper case
 * @param parameters raw, from the first semicolon on, or empty
 */
record Property(String name, String parameters, String value) {
  private static final int LONGEST_NAME = 80;

  /** Takes a line apart, or gives null if it is none: it has no colon, or no name. */
  static @Nullable Property of(byte[] line, int from, int to) {
    int nameEnd = nameEnd(line, from, to);
    if (nameEnd < 0) {
      return null;
    }
    String name = name(line, from, nameEnd);
    int colon = line[nameEnd] == ':' ? nameEnd : colon(line, nameEnd, to);
    if (colon < 0) {
      return null;
    }
    String parameters = colon == nameEnd ? "" : ContentLines.decode(line, nameEnd, colon);
    return new Property(name, parameters, ContentLines.decode(line, colon + 1, to));
  }

  /** Where the name ends: at a colon or semicolon, or -1 if it is no line of this kind. */
  static int nameEnd(byte[] line, int from, int to) {
    int stop = Math.min(to, from + LONGEST_NAME);
    for (int i = from; i < stop; i++) {
      if (line[i] == ':' || line[i] == ';') {
        return i > from ? i : -1;
      }
    }
    return -1;
  }

  static String name(byte[] line, int from, int nameEnd) {
    String name = ContentLines.decode(line, from, nameEnd).strip().toUpperCase(Locale.ROOT);
    int group = name.indexOf('.'); // a vCard habit
    return group < 0 ? name : name.substring(group + 1);
  }

  /** The colon before the value: the first that is not in quotes. */
  private static int colon(byte[] line, int from, int to) {
    boolean quoted = false;
    int first = -1;
    for (int i = from; i < to; i++) {
      if (line[i] == '"') {
        quoted = !quoted;
      } else if (line[i] == ':') {
        if (!quoted) {
          return i;
        }
        first = first < 0 ? i : first;
      }
    }
    return first; // a quote that never closes
  }

  /** A parameter's value without quotes, or null. */
  @Nullable String parameter(String wanted) {
    int at = 0;
    int length = parameters.length();
    while (at < length) {
      int start = at + 1; // after the semicolon
      int equals = -1;
      boolean quoted = false;
      int i = start;
      for (; i < length; i++) {
        char c = parameters.charAt(i);
        if (c == '"') {
          quoted = !quoted;
        } else if (c == '=' && equals < 0) {
          equals = i;
        } else if (c == ';' && !quoted) {
          break;
        }
      }
      if (equals > 0
          && equals - start == wanted.length()
          && parameters.regionMatches(true, start, wanted, 0, wanted.length())) {
        return unquoted(parameters.substring(equals + 1, i));
      }
      at = i;
    }
    return null;
  }

  boolean parameterIs(String wanted, String value) {
    String found = parameter(wanted);
    return found != null && found.equalsIgnoreCase(value);
  }

  private static String unquoted(String value) {
    String text = value.strip();
    if (text.length() >= 2 && text.startsWith("\"") && text.endsWith("\"")) {
      text = text.substring(1, text.length() - 1);
    }
    return text;
  }

  /** The value as text (RFC 5545, 3.3.11), its escapes resolved. */
  String text() {
    if (value.indexOf('\\') < 0) {
      return value.strip();
    }
    var out = new StringBuilder(value.length());
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == '\\' && i + 1 < value.length()) {
        char escaped = value.charAt(++i);
        out.append(escaped == 'n' || escaped == 'N' ? '\n' : escaped);
      } else {
        out.append(c);
      }
    }
    return out.toString().strip();
  }
}
