package io.linkspan.provider.caldav;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Optional;

/** Makes an address of whatever a person types: a host, a host with port, any kind of URL. */
final class ServerAddress {
  private ServerAddress() {}

  /**
   * {@code https} unless another scheme was typed: a password must not go in clear text by a
   * default. Empty if it cannot be an address.
   */
  static Optional<URI> of(String typed) {
    var text = typed.strip();
    var lower = text.toLowerCase(Locale.ROOT);
    if (lower.startsWith("caldavs://")) {
      text = "https://" + text.substring(10);
    } else if (lower.startsWith("caldav://")) {
      text = "https://" + text.substring(9);
    } else if (!lower.contains("://")) {
      text = "https://" + text;
    }
    var afterScheme = text.indexOf("://") + 3;
    var end = text.length();
    for (var mark : new char[] {'?', '#'}) {
      var at = text.indexOf(mark);
      end = at >= 0 && at < end ? at : end;
    }
    text = text.substring(0, end);
    var slash = text.indexOf('/', afterScheme);
    var origin = slash < 0 ? text : text.substring(0, slash);
    var path = slash < 0 ? "/" : DavPath.canonical(text.substring(slash));
    try {
      var uri = new URI(origin.toLowerCase(Locale.ROOT) + path).normalize();
      var scheme = uri.getScheme();
      return uri.getHost() != null
              && uri.getRawUserInfo() == null
              && (scheme.equals("https") || scheme.equals("http"))
          ? Optional.of(uri)
          : Optional.empty();
    } catch (URISyntaxException _) {
      return Optional.empty();
    }
  }

  /** Scheme, host and, where it is not the scheme's own, port. */
  static String origin(URI uri) {
    return uri.getScheme() + "://" + hostAndPort(uri);
  }

  /** Host, with the port where it is not the scheme's own. */
  static String hostAndPort(URI uri) {
    var usual = uri.getScheme().equalsIgnoreCase("https") ? 443 : 80;
    return uri.getPort() < 0 || uri.getPort() == usual
        ? uri.getHost()
        : uri.getHost() + ":" + uri.getPort();
  }
}
