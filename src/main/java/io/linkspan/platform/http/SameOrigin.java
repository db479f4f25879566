package io.linkspan.platform.http;

import java.net.URI;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Refuses calls that another site makes a person's browser send with their cookie.
 *
 * <p>Browsers say where a request comes from in {@code Sec-Fetch-Site} (to https and to this
 * machine) and in {@code Origin} (always, for unsafe methods). A request with neither does not come
 * from a page in a browser, and {@code SameSite=Lax} keeps the cookie from other sites besides.
 *
 * <p>Another site can also have its own name resolve to this server (DNS rebinding), and is then
 * the same origin for the browser: so the host must be the public URL's.
 */
final class SameOrigin {
  private static final Pattern LOOPBACK =
      Pattern.compile("localhost|127(\\.[0-9]{1,3}){3}|\\[::1]|\\[0:0:0:0:0:0:0:1]");

  private final URI publicUrl;
  private final String own;
  private final String host;

  SameOrigin(URI publicUrl) {
    this.publicUrl = publicUrl;
    this.own = origin(publicUrl.getScheme(), publicUrl.getRawAuthority());
    this.host = name(publicUrl.getRawAuthority());
  }

  /**
   * For calls with a cookie, whatever they do.
   *
   * @throws Problem 403 {@code foreign_host}
   */
  void requireHost(Visitor visitor) {
    if (!isOwnHost(visitor.header("Host").orElse(""))) {
      throw Problem.of(
              403,
              "foreign_host",
              "Forbidden",
              "A session works under " + publicUrl + " only, not under the name of this request.")
          .fix(
              "Open "
                  + publicUrl
                  + "; if that is where you are, the operator should let the proxy pass the Host"
                  + " header on, or set LINKSPAN_PUBLIC_URL to this address.");
    }
  }

  /**
   * For calls with a cookie that change something, and for signing in.
   *
   * @throws Problem 403 {@code cross_origin} or {@code foreign_host}
   */
  void require(Visitor visitor) {
    requireHost(visitor);
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
    // the other names of this machine, under whatever port it is reached
    boolean sameHost =
        visitor
            .header("Host")
            .map(asked -> asked.toLowerCase(Locale.ROOT))
            .filter(asked -> from.equals("http://" + asked) || from.equals("https://" + asked))
            .isPresent();
    return from.equals(own) || sameHost;
  }

  private boolean isOwnHost(String authority) {
    String asked = name(authority);
    return asked.equals(host) || isLoopback(host) && isLoopback(asked);
  }

  private static boolean isLoopback(String name) {
    return LOOPBACK.matcher(name).matches();
  }

  /** Without the port, which does not tell whose the name is. */
  private static String name(String authority) {
    return authority.toLowerCase(Locale.ROOT).replaceFirst(":[0-9]*$", "");
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
