package io.linkspan.provider.ics;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The version of a feed as last read, by which the server tells whether there is another (RFC 9110,
 * 13.1).
 *
 * @param etag as sent, quotes included
 * @param lastModified as sent
 * @param hash of the body, for servers that cannot tell
 * @param refresh how often the feed asked to be read, as it does not ask when nothing changed
 */
record FeedToken(
    @Nullable String etag,
    @Nullable String lastModified,
    @Nullable String hash,
    @Nullable String refresh) {
  private static final String MARK = "feed:";

  String text() {
    return String.join(
        "&", MARK + encode(etag), encode(lastModified), encode(hash), encode(refresh));
  }

  /** Empty if it is none of ours; then the feed is read unconditionally. */
  static Optional<FeedToken> of(String text) {
    var parts =
        text.startsWith(MARK) ? text.substring(MARK.length()).split("&", -1) : new String[0];
    if (parts.length != 4) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          new FeedToken(decode(parts[0]), decode(parts[1]), decode(parts[2]), decode(parts[3])));
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }

  Optional<Duration> refreshHint() {
    try {
      return Optional.ofNullable(refresh).map(Duration::parse);
    } catch (DateTimeParseException _) {
      return Optional.empty();
    }
  }

  private static String encode(@Nullable String value) {
    return value == null ? "" : URLEncoder.encode(value, StandardCharsets.UTF_8);
  }

  private static @Nullable String decode(String value) {
    return value.isEmpty() ? null : URLDecoder.decode(value, StandardCharsets.UTF_8);
  }
}
