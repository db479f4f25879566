package io.linkspan.platform.egress;

import io.linkspan.platform.egress.OutboundRequest.Trust;
import java.net.IDN;
import java.net.InetAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * An http or https URL, taken apart once: what is checked is what is dialled. Stricter than
 * browsers, so that no other program can read another host from the same text.
 *
 * @param host lower case, in ASCII; an IPv6 address without brackets
 * @param literal the address, if the host is one
 * @param target path and query as sent, at least "/"
 */
public record WebAddress(
    boolean secure, String host, Optional<InetAddress> literal, int port, String target) {

  /** Ports of other protocols, which a request could be made to speak: Fetch standard, 2.9. */
  private static final Set<Integer> BAD_PORTS =
      Set.of(
          1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101,
          102, 103, 104, 109, 110, 111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389,
          427, 465, 512, 513, 514, 515, 526, 530, 531, 532, 540, 548, 554, 556, 563, 587, 601, 636,
          989, 990, 993, 995, 1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566,
          6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080);

  private static final Pattern SCHEME = Pattern.compile("([A-Za-z][A-Za-z0-9+.-]*):.*");
  private static final Pattern LIKE_A_NUMBER = Pattern.compile("[0-9]+|0x[0-9a-f]*");
  private static final Pattern LONE_PERCENT = Pattern.compile("%(?![0-9A-Fa-f]{2})");
  private static final Pattern PORT = Pattern.compile("[1-9][0-9]{0,4}");

  /** IDNA 2003, which Java has, and IDNA 2008 read these differently: two different domains. */
  private static final Pattern AMBIGUOUS = Pattern.compile("[ßẞς\u200c\u200d]");

  /**
   * Reads what a person or another server wrote.
   *
   * @throws BadAddress if it is not a plain http or https URL. User name and password inside are
   *     refused for everyone: they belong into the Authorization header, where no log shows them.
   */
  public static WebAddress parse(String text, Trust trust) {
    requireNoOddCharacters(text);
    int start = afterScheme(text);
    boolean secure = start == "https://".length();
    int end = start;
    while (end < text.length() && "/?#".indexOf(text.charAt(end)) < 0) {
      end++;
    }
    String authority = text.substring(start, end);
    if (authority.indexOf('@') >= 0) {
      throw new BadAddress("has a user name or password inside; give them separately");
    }
    int bracket = authority.indexOf(']');
    int colon = authority.indexOf(':', bracket + 1);
    String host = colon < 0 ? authority : authority.substring(0, colon);
    int port = colon < 0 ? defaultPort(secure) : port(authority.substring(colon + 1), trust);
    String target = target(text.substring(end));
    if (host.startsWith("[")) {
      if (bracket != host.length() - 1) {
        throw new BadAddress("has something between its IPv6 address and its port");
      }
      InetAddress address =
          IpLiterals.read(host.substring(1, bracket))
              .filter(literal -> host.indexOf(':') >= 0)
              .orElseThrow(() -> new BadAddress("has no IPv6 address between its brackets"));
      return new WebAddress(secure, address.getHostAddress(), Optional.of(address), port, target);
    }
    String name = name(host);
    return new WebAddress(secure, name, literal(name), port, target);
  }

  /** {@link #parse(String, Trust)} of a URI. */
  static WebAddress of(URI uri, Trust trust) {
    return parse(uri.toString(), trust);
  }

  /**
   * Follows a reference, such as a Location header, from here (RFC 3986, 5.2).
   *
   * @throws BadAddress if it leads to no http or https URL
   */
  WebAddress resolve(String reference, Trust trust) {
    if (SCHEME.matcher(reference).matches()) {
      return parse(reference, trust);
    }
    if (reference.startsWith("//")) {
      return parse(scheme() + ":" + reference, trust);
    }
    String path = target.indexOf('?') < 0 ? target : target.substring(0, target.indexOf('?'));
    if (reference.startsWith("/")) {
      return parse(origin() + reference, trust);
    }
    if (reference.startsWith("?")) {
      return parse(origin() + path + reference, trust);
    }
    if (reference.isEmpty() || reference.startsWith("#")) {
      return this;
    }
    String directory = path.substring(0, path.lastIndexOf('/') + 1);
    URI merged = parse(origin() + directory + reference, trust).uri().normalize();
    return parse(merged.toString().replaceFirst("(//[^/]+)(/\\.\\.)+/", "$1/"), trust);
  }

  /** Without user, password and fragment, and without the port where it is the usual one. */
  public URI uri() {
    return URI.create(origin() + target);
  }

  String scheme() {
    return secure ? "https" : "http";
  }

  /** Scheme, host and port: what shares credentials (RFC 6454). */
  public String origin() {
    return scheme() + "://" + authority();
  }

  /** Host, and the port where it is not the usual one; as the Host header takes it. */
  String authority() {
    String name = host.indexOf(':') < 0 ? host : "[" + host + "]";
    return port == defaultPort(secure) ? name : name + ":" + port;
  }

  private static void requireNoOddCharacters(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c <= ' ' || c == 0x7f || c == '\\' || Character.isWhitespace(c)) {
        throw new BadAddress("has a space, a line break, a control character or a backslash in it");
      }
    }
  }

  private static int afterScheme(String text) {
    for (String start : new String[] {"https://", "http://"}) {
      if (text.regionMatches(true, 0, start, 0, start.length())) {
        return start.length();
      }
    }
    throw new BadAddress("does not begin with https:// or http://");
  }

  private static int defaultPort(boolean secure) {
    return secure ? 443 : 80;
  }

  private static int port(String text, Trust trust) {
    int port = PORT.matcher(text).matches() ? Integer.parseInt(text) : 0;
    if (port < 1 || port > 65_535) {
      throw new BadAddress("has a port that is no number from 1 to 65535");
    }
    if (trust == Trust.USER && BAD_PORTS.contains(port)) {
      throw new BadAddress("has port " + port + ", which belongs to another protocol than HTTP");
    }
    return port;
  }

  private static String name(String host) {
    if (host.isEmpty()) {
      throw new BadAddress("names no host");
    }
    String name = toAscii(host);
    if (name.length() > 253) {
      throw new BadAddress("has a host name that is too long");
    }
    int label = 0;
    for (int dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', label)) {
      requireLabel(name, label, dot);
      label = dot + 1;
    }
    requireLabel(name, label, name.length());
    if (Character.isDigit(name.charAt(label))
        && LIKE_A_NUMBER.matcher(name.substring(label)).matches()
        && IpLiterals.read(name).isEmpty()) {
      throw new BadAddress(
          "has an IP address in an unusual spelling; write it as four decimal numbers, without"
              + " leading zeros");
    }
    return name;
  }

  /** Only an IPv4 address has a number as its last label. */
  private static Optional<InetAddress> literal(String name) {
    return Character.isDigit(name.charAt(name.length() - 1))
        ? IpLiterals.read(name)
        : Optional.empty();
  }

  private static void requireLabel(String name, int start, int end) {
    if (start == name.length() && start > 0) {
      throw new BadAddress("has a host name that ends in a dot; leave the dot away");
    }
    boolean valid = end > start && end - start <= 63;
    for (int i = start; valid && i < end; i++) {
      char c = name.charAt(i);
      boolean alphanumeric = c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '_';
      valid = alphanumeric || c == '-' && i > start && i < end - 1;
    }
    if (!valid) {
      throw new BadAddress("has a host name that is none");
    }
  }

  private static String toAscii(String host) {
    if (isAscii(host)) {
      return host.toLowerCase(Locale.ROOT);
    }
    if (AMBIGUOUS.matcher(host).find()) {
      throw new BadAddress("has a host name that is read in two ways; write it as xn--…");
    }
    try {
      return IDN.toASCII(host, IDN.USE_STD3_ASCII_RULES).toLowerCase(Locale.ROOT);
    } catch (IllegalArgumentException e) {
      throw new BadAddress("has a host name that is none");
    }
  }

  private static boolean isAscii(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) >= 0x80) {
        return false;
      }
    }
    return true;
  }

  /** What browsers send: characters that a URI may not have are percent-encoded. */
  private static String target(String rest) {
    int fragment = rest.indexOf('#');
    String raw = fragment < 0 ? rest : rest.substring(0, fragment);
    var target = new StringBuilder(raw.length() + 1);
    if (!raw.startsWith("/")) {
      target.append('/');
    }
    for (byte unit : raw.getBytes(StandardCharsets.UTF_8)) {
      int c = unit & 0xff;
      if (c >= 0x7f || "\"<>^`{|}[]".indexOf(c) >= 0) {
        target.append(String.format(Locale.ROOT, "%%%02X", c));
      } else {
        target.append((char) c);
      }
    }
    if (target.indexOf("%") >= 0 && LONE_PERCENT.matcher(target).find()) {
      throw new BadAddress("has a % that is not followed by two hexadecimal digits");
    }
    return target.toString();
  }
}
