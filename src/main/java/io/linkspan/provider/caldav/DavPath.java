package io.linkspan.provider.caldav;

import io.linkspan.calendar.sync.ResourceName;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Paths as servers write them: the same resource may be escaped differently in every answer, so
 * names are compared in one canonical escaping.
 */
final class DavPath {
  private static final String PLAIN = "-._~!$&'()*+,;=:@";

  private DavPath() {}

  /** The path in canonical escaping: everything but letters, digits and {@code pchar} marks. */
  static String canonical(String rawPath) {
    var plain = true;
    for (var i = 0; i < rawPath.length() && plain; i++) {
      var c = rawPath.charAt(i);
      plain = c == '/' || unescaped(c);
    }
    if (plain) {
      return rawPath;
    }
    var result = new StringBuilder(rawPath.length() + 16);
    for (var segment : rawPath.split("/", -1)) {
      for (var b : bytes(segment)) {
        var c = (char) (b & 0xff);
        if (unescaped(c)) {
          result.append(c);
        } else {
          result.append('%').append(hex(b >> 4)).append(hex(b));
        }
      }
      result.append('/');
    }
    result.setLength(result.length() - 1);
    return result.toString();
  }

  private static boolean unescaped(char c) {
    return c >= 'a' && c <= 'z'
        || c >= 'A' && c <= 'Z'
        || c >= '0' && c <= '9'
        || PLAIN.indexOf(c) >= 0;
  }

  private static char hex(int nibble) {
    return Character.toUpperCase(Character.forDigit(nibble & 0xf, 16));
  }

  /** What a segment names: its escapes undone, one that is none taken literally. */
  private static byte[] bytes(String segment) {
    var raw = segment.getBytes(StandardCharsets.UTF_8);
    var result = new ByteArrayOutputStream(raw.length);
    for (var i = 0; i < raw.length; i++) {
      if (raw[i] == '%' && i + 2 < raw.length) {
        var high = Character.digit(raw[i + 1], 16);
        var low = Character.digit(raw[i + 2], 16);
        if (high >= 0 && low >= 0) {
          result.write(high << 4 | low);
          i += 2;
          continue;
        }
      }
      result.write(raw[i]);
    }
    return result.toByteArray();
  }

  /**
   * Where an {@code href} leads, in canonical escaping, without query and fragment; empty if it
   * cannot be an address.
   */
  static Optional<URI> resolve(URI base, String href) {
    if (href.isEmpty() || href.length() > 4_096) {
      return Optional.empty();
    }
    try {
      var end = href.length();
      for (var mark : new char[] {'?', '#'}) {
        var at = href.indexOf(mark);
        end = at >= 0 && at < end ? at : end;
      }
      var bare = href.substring(0, end);
      var authority = bare.indexOf("://");
      if (authority > 0 || bare.startsWith("//")) {
        var pathAt = bare.indexOf('/', authority > 0 ? authority + 3 : 2);
        var origin = pathAt < 0 ? bare : bare.substring(0, pathAt);
        var path = pathAt < 0 ? "/" : bare.substring(pathAt);
        return http(base.resolve(new URI(origin + canonical(path))));
      }
      if (bare.startsWith("/")) {
        return http(withPath(base, canonical(bare)));
      }
      // "./" keeps a colon in the first segment from being read as a scheme
      return http(base.resolve(new URI("./" + canonical(bare))));
    } catch (URISyntaxException _) {
      return Optional.empty();
    }
  }

  private static Optional<URI> http(URI uri) {
    return uri.getHost() == null ? Optional.empty() : Optional.of(uri.normalize());
  }

  /** The same origin, another path, which must be in canonical escaping. */
  static URI withPath(URI origin, String canonicalPath) throws URISyntaxException {
    return new URI(origin.getScheme() + "://" + origin.getRawAuthority() + canonicalPath);
  }

  /**
   * The name of a member inside its collection; empty if it is the collection or lies elsewhere. A
   * collection's ends in a slash. Some servers name the collection in another case than it was
   * asked for (DavMail: the user's address as it was signed in with); they mean the same one.
   */
  static Optional<String> member(URI collection, URI uri) {
    var path = uri.getRawPath();
    var folder = directory(canonical(collection.getRawPath()));
    var end = 0;
    for (var slashes = folder.chars().filter(c -> c == '/').count(); slashes > 0; slashes--) {
      end = path.indexOf('/', end) + 1;
      if (end == 0) {
        return Optional.empty();
      }
    }
    return end < path.length() && isSame(path.substring(0, end), folder)
        ? Optional.of(path.substring(end))
            .map(name -> name.endsWith("/") ? name : ResourceName.of(name))
        : Optional.empty();
  }

  /** Whether two paths in canonical escaping name one collection. */
  static boolean isSame(String one, String other) {
    return directory(one).equalsIgnoreCase(directory(other));
  }

  /**
   * The path with each character taken literally, {@code %} too, as servers that escape nothing
   * mean it.
   */
  static String escaped(String text) {
    return canonical(text.replace("%", "%25"));
  }

  /** Its escapes undone. */
  static String unescaped(String text) {
    return new String(bytes(text), StandardCharsets.UTF_8);
  }

  /** A name for people: unescaped, and not too long. */
  static String shown(String name) {
    var text = unescaped(name);
    return text.length() > 120 ? text.substring(0, 120) + "…" : text;
  }

  static String directory(String path) {
    return path.endsWith("/") ? path : path + "/";
  }
}
