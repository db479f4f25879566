package io.linkspan.platform.http;

import java.net.URI;
import java.util.Locale;
import java.util.Optional;

/**
 * Refuses calls that another site makes a person's browser send with their cookie.
 *
 * <p>Browsers say where a request comes from in {@code Sec-Fetch-Site} (to https and to this
 * machine) and in {@code Origin} (always, for unsafe methods). A request with neither does not come
 * from a page in a browser, and {@code SameSite=Lax} keeps the cookie from other sites besides.
 */
final class SameOrigin {
  private final String own;

  SameOrigin(URI publicUrl) {
    this.own = origin(publicUrl.getScheme(), publicUrl.getRawAuthority());
  }

  /**
   * @throws Problem 403 {@code cross_origin}
   */
  void require(Visitor visitor) {
    if (!holds(visitor)) {
      throw Problem.of(
              403, "cross_origin", "Forbidden", "This call was made by a page of another site.")
          .fix("Call from the pages of this server, or use an API key instead of the session.");
    }
  }

  private boolean holds(Visitor visitor) {
    Optional<String> site = visitor.header("Sec-Fetch-Site");
    if (site.isPresent()) {
      return site.get().equals("same-origin") || site.get().equals("none");
    }
    Optional<String> origin = visitor.header("Origin");
    if (origin.isEmpty()) {
      return true;
    }
    String from = origin.get().toLowerCase(Locale.ROOT);
    // a page loaded from another name of this server, such as its address in the local network
    boolean sameHost =
        visitor
            .header("Host")
            .map(host -> host.toLowerCase(Locale.ROOT))
            .filter(host -> from.equals("http://" + host) || from.equals("https://" + host))
            .isPresent();
    return from.equals(own) || sameHost;
  }

  private static String origin(String scheme, String authority) {
    String lower = scheme.toLowerCase(Locale.ROOT);
    String host = authority.toLowerCase(Locale.ROOT);
    String plain = lower.equals("https") ? ":443" : ":80";
    return lower
        + "://"
        + (host.endsWith(plain) ? host.substring(0, host.length() - plain.length()) : host);
  }
}
