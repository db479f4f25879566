package io.linkspan.calendar.sync;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Names that are keys in the database, whose index takes no more than 2,704 bytes of all of a key.
 */
public final class ResourceName {
  /** Above what a file system lets a name have, escapes included. */
  private static final int LONGEST = 800;

  private ResourceName() {}

  /** The name as it is, or where it is too long for a key, a hash of it. */
  public static String of(String name) {
    if (name.length() * 3L <= LONGEST) {
      return name;
    }
    var bytes = name.getBytes(StandardCharsets.UTF_8);
    return bytes.length <= LONGEST ? name : "sha256-" + hash(bytes);
  }

  private static String hash(byte[] name) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(name));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
