package io.linkspan.provider.ics;

import io.linkspan.platform.crypto.Secret;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The address of a feed. It is a secret as a whole: who knows it can read the calendar.
 *
 * @param uri without user name and password
 * @param authorization Basic credentials that were part of the address, or null
 */
record FeedAddress(URI uri, @Nullable Secret authorization) {
  private static final Pattern UNENCODED = Pattern.compile("[^\\x21-\\x7e]|[\"<>\\\\^`{|}]");

  private static final Pattern EXTENSION = Pattern.compile("\\.(ics|ical|ifb|php|aspx)$");

  /** What paths of feeds have in common; an empty segment stands between slashes. */
  private static final Set<String> PLAIN =
      Set.of(
          "",
          "api",
          "app",
          "basic",
          "cal",
          "caldav",
          "calendar",
          "calendars",
          "dav",
          "default",
          "events",
          "export",
          "exports",
          "feed",
          "feeds",
          "holidays",
          "ical",
          "icalendar",
          "ics",
          "index",
          "me",
          "owa",
          "pub",
          "public",
          "public-calendars",
          "published",
          "remote",
          "schedule",
          "schedules",
          "share",
          "shared",
          "subscribe",
          "user",
          "users",
          "v1",
          "v2",
          "webcal");

  /** Such as {@code mailto:}, but not a host with its port. */
  private static final Pattern OTHER_SCHEME = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]*:(?![0-9])");

  /**
   * From what a person typed. {@code webcal} has always meant http, but the address is a secret, so
   * it is read by https; who wants http must write it.
   */
  static Optional<FeedAddress> of(String typed) {
    var text = UNENCODED.matcher(typed.strip()).replaceAll(FeedAddress::escaped);
    var lower = text.toLowerCase(Locale.ROOT);
    for (var scheme : new String[] {"webcal://", "webcals://", "feed://", "ics://"}) {
      if (lower.startsWith(scheme)) {
        text = "https://" + text.substring(scheme.length());
      }
    }
    if (!text.contains("://")) {
      if (OTHER_SCHEME.matcher(text).lookingAt()) {
        return Optional.empty();
      }
      text = "https://" + text;
    }
    try {
      var uri = new URI(text);
      var scheme = uri.getScheme().toLowerCase(Locale.ROOT);
      if (uri.getHost() == null || !scheme.equals("https") && !scheme.equals("http")) {
        return Optional.empty();
      }
      var port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
      var path = uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
      var query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
      return Optional.of(
          new FeedAddress(
              new URI(
                  scheme + "://" + uri.getHost().toLowerCase(Locale.ROOT) + port + path + query),
              basic(uri.getUserInfo())));
    } catch (URISyntaxException _) {
      return Optional.empty();
    }
  }

  private static String escaped(MatchResult match) {
    var result = new StringBuilder();
    for (var b : match.group().getBytes(StandardCharsets.UTF_8)) {
      result.append('%').append(HexFormat.of().withUpperCase().toHexDigits(b));
    }
    return result.toString();
  }

  private static @Nullable Secret basic(@Nullable String userInfo) {
    if (userInfo == null || userInfo.isEmpty()) {
      return null;
    }
    var pair = userInfo.contains(":") ? userInfo : userInfo + ":";
    return Secret.of(
        "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8)));
  }

  String host() {
    return uri.getHost();
  }

  /**
   * Identifies the feed without giving it away: of its path only words are shown that addresses of
   * feeds are made of, and a short hash of the whole address tells feeds of one server apart.
   */
  String withoutSecrets() {
    var path = new StringBuilder();
    for (var segment : uri.getRawPath().split("/", -1)) {
      path.append(isPlain(segment) ? segment : "…").append('/');
    }
    path.setLength(path.length() - 1);
    var port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
    return uri.getScheme() + "://" + uri.getHost() + port + path + " (" + hash() + ")";
  }

  /** Words alone can be a secret too (a passphrase), so only those count that are known. */
  private static boolean isPlain(String segment) {
    var word = EXTENSION.matcher(segment.toLowerCase(Locale.ROOT)).replaceFirst("");
    return PLAIN.contains(word);
  }

  private String hash() {
    try {
      var digest = MessageDigest.getInstance("SHA-256");
      digest.update(uri.toString().getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest.digest(), 0, 5);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  @Override
  public String toString() {
    return withoutSecrets();
  }
}
