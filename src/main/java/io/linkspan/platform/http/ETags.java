package io.linkspan.platform.http;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/**
 * Entity tags in {@code If-Match} and {@code If-None-Match} (RFC 9110 8.8.3, 13.1).
 *
 * <p>A tag is {@code "version-content"}. The version grows with every edit, and is what {@code
 * If-Match} asks about: a calendar that was read meanwhile is still the one that a person saw and
 * changes. The content is a checksum of the answer, so that {@code If-None-Match} does not call an
 * answer unchanged that is not.
 */
final class ETags {
  private static final String HEADER = "ETag";

  private ETags() {}

  /** The tag of an answer that nobody edits: its content alone. */
  static String ofContent(byte[] body) {
    return "\"" + checksum(body) + "\"";
  }

  /** Completes the version that {@link Reply#version} set by the content. */
  static Map<String, String> completed(Map<String, String> headers, byte[] body) {
    String version = headers.get(HEADER);
    if (version == null) {
      return headers;
    }
    var all = new LinkedHashMap<>(headers);
    all.put(HEADER, version.substring(0, version.length() - 1) + "-" + checksum(body) + "\"");
    return all;
  }

  private static String checksum(byte[] body) {
    var crc = new CRC32C();
    crc.update(body);
    return "%08x".formatted(crc.getValue());
  }

  /** Whether a list of tags has this one, or is {@code *}. */
  static boolean in(String header, String tag) {
    return header.strip().equals("*") || tags(header).anyMatch(tag::equals);
  }

  /** Whether a list of tags names this version, whatever the content was, or is {@code *}. */
  static boolean name(String header, long version) {
    String number = "\"" + version;
    return header.strip().equals("*")
        || tags(header)
            .anyMatch(
                tag ->
                    tag.equals(number + "\"")
                        || (tag.startsWith(number + "-") && tag.endsWith("\"")));
  }

  /**
   * Weak tags count: ours name versions, and a proxy that compresses an answer makes its tag weak,
   * so that a strict comparison would refuse every change made through it.
   */
  private static Stream<String> tags(String header) {
    return Stream.of(header.split(","))
        .map(String::strip)
        .map(tag -> tag.startsWith("W/") ? tag.substring(2) : tag);
  }
}
