package io.linkspan.platform.http;

import java.nio.ByteBuffer;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Base64;
import java.util.UUID;

/**
 * A position in a list that is ordered by time, then id: the part after it begins with the first
 * row beyond both.
 */
public record Cursor(Instant at, UUID id) {
  private static final byte VERSION = 1;
  private static final int LENGTH = 1 + 4 + 8 + 4 + 16;

  /**
   * Text for clients: opaque, safe in a URL.
   *
   * @param list names the list, whose cursors no other list takes
   */
  String encode(String list) {
    var bytes =
        ByteBuffer.allocate(LENGTH)
            .put(VERSION)
            .putInt(list.hashCode())
            .putLong(at.getEpochSecond())
            .putInt(at.getNano())
            .putLong(id.getMostSignificantBits())
            .putLong(id.getLeastSignificantBits());
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.array());
  }

  /**
   * @throws Problem 400 {@code invalid_cursor} for anything that {@link #encode} did not make for
   *     this list
   */
  static Cursor decode(String list, String text) {
    try {
      var bytes = ByteBuffer.wrap(Base64.getUrlDecoder().decode(text));
      if (bytes.remaining() == LENGTH
          && bytes.get() == VERSION
          && bytes.getInt() == list.hashCode()) {
        var at = Instant.ofEpochSecond(bytes.getLong(), bytes.getInt());
        // what lies beyond, the database could not be asked about
        if (StrictFormats.isShown(at)) {
          return new Cursor(at, new UUID(bytes.getLong(), bytes.getLong()));
        }
      }
    } catch (IllegalArgumentException | DateTimeException | ArithmeticException e) {
      // not one of ours: answered below
    }
    throw Problem.badRequest("invalid_cursor", "The cursor is not one of this list.")
        .field("?cursor", "is not one that this list answered")
        .fix("Pass next_cursor of the part before unchanged, or begin again without a cursor.");
  }
}
