package io.linkspan.platform.db;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/**
 * How to reach a PostgreSQL.
 *
 * @param jdbcUrl without user and password
 */
public record DatabaseUrl(String jdbcUrl, String user, String password) {
  /**
   * Reads the libpq form {@code postgresql://user:password@host:port/name?sslmode=require}; user
   * and password may be percent-encoded.
   *
   * @throws IllegalArgumentException saying what is missing, without repeating the password
   */
  public static DatabaseUrl parse(String text) {
    URI uri;
    try {
      uri = new URI(text);
    } catch (URISyntaxException e) {
      throw malformed("it is no URL (special characters in the password need percent-encoding)");
    }
    if (!Set.of("postgresql", "postgres").contains(String.valueOf(uri.getScheme()))) {
      throw malformed("it does not begin with postgresql://");
    }
    String host = uri.getHost();
    String path = uri.getRawPath();
    String userInfo = uri.getRawUserInfo();
    if (host == null) {
      throw malformed("it names no host");
    }
    if (path == null || path.length() < 2) {
      throw malformed("it names no database");
    }
    if (userInfo == null) {
      throw malformed("it names no user");
    }
    int colon = userInfo.indexOf(':');
    int port = uri.getPort() == -1 ? 5432 : uri.getPort();
    String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
    return new DatabaseUrl(
        "jdbc:postgresql://" + host + ":" + port + path + query,
        decode(colon < 0 ? userInfo : userInfo.substring(0, colon)),
        colon < 0 ? "" : decode(userInfo.substring(colon + 1)));
  }

  /** Safe to print. */
  @Override
  public String toString() {
    return jdbcUrl.replace("jdbc:postgresql://", "postgresql://" + user + ":***@");
  }

  private static String decode(String text) {
    // URLDecoder is for forms, where a plus is a space
    return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  private static IllegalArgumentException malformed(String why) {
    return new IllegalArgumentException(
        "must look like postgresql://user:password@host:5432/name; " + why);
  }
}
