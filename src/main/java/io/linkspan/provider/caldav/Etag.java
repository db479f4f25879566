package io.linkspan.provider.caldav;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * Etags are compared as text, and servers quote and mark them differently from answer to answer.
 */
final class Etag {
  private Etag() {}

  static @Nullable String of(Multistatus.Member member) {
    var text = member.text(DavXml.DAV, "getetag");
    return text == null ? null : normal(text);
  }

  /** Without quotes and weakness mark; null if nothing is left that could be compared. */
  static @Nullable String normal(String etag) {
    var text = etag.startsWith("W/") || etag.startsWith("w/") ? etag.substring(2) : etag;
    if (text.length() >= 2 && text.startsWith("\"") && text.endsWith("\"")) {
      text = text.substring(1, text.length() - 1);
    }
    return text.isEmpty() || text.length() > 1_000 ? null : text;
  }

  /** Stands in for the etag that a server does not give. */
  static String ofContent(byte[] content) {
    try {
      var hash = MessageDigest.getInstance("SHA-256").digest(content);
      return "sha256-" + HexFormat.of().formatHex(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
