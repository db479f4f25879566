package io.linkspan.event.ical;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/** Brings a text of unknown encoding to one in which ASCII is ASCII. */
final class Encodings {
  static final Charset WINDOWS_1252 = Charset.forName("windows-1252");

  private Encodings() {}

  /** UTF-16 becomes UTF-8; anything else is left as it is, without its byte order mark. */
  static byte[] asciiCompatible(byte[] bytes) {
    if (starts(bytes, 0xFE, 0xFF) || starts(bytes, 0, 'B', 0, 'E')) {
      return utf8(bytes, StandardCharsets.UTF_16BE);
    }
    if (starts(bytes, 0xFF, 0xFE) || starts(bytes, 'B', 0, 'E', 0)) {
      return utf8(bytes, StandardCharsets.UTF_16LE);
    }
    return bytes;
  }

  /** Where the text begins, after a byte order mark and white space. */
  static int start(byte[] bytes) {
    int at = starts(bytes, 0xEF, 0xBB, 0xBF) ? 3 : 0;
    while (at < bytes.length && bytes[at] >= 0 && bytes[at] <= ' ') {
      at++;
    }
    return at;
  }

  private static byte[] utf8(byte[] bytes, Charset from) {
    String text = new String(bytes, from);
    return (text.startsWith("\uFEFF") ? text.substring(1) : text).getBytes(StandardCharsets.UTF_8);
  }

  private static boolean starts(byte[] bytes, int... with) {
    if (bytes.length < with.length) {
      return false;
    }
    for (int i = 0; i < with.length; i++) {
      if (bytes[i] != (byte) with[i]) {
        return false;
      }
    }
    return true;
  }
}
