package io.linkspan.platform.egress;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Optional;
import java.util.regex.Pattern;

/** IP addresses in their one plain spelling. */
public final class IpLiterals {
  private static final String OCTET = "(0|[1-9][0-9]?|1[0-9]{2}|2[0-4][0-9]|25[0-5])";
  private static final Pattern IPV4 =
      Pattern.compile(OCTET + "\\." + OCTET + "\\." + OCTET + "\\." + OCTET);
  private static final Pattern IPV6 = Pattern.compile("[0-9a-fA-F:.]+");

  private IpLiterals() {}

  /**
   * Reads four decimal octets without leading zeros, or IPv6 as RFC 4291 writes it, without a zone.
   * An IPv4-mapped IPv6 address comes back as IPv4, which is what a socket would dial.
   */
  public static Optional<InetAddress> read(String text) {
    if (IPV4.matcher(text).matches()) {
      return Optional.of(InetAddress.ofLiteral(text));
    }
    if (text.indexOf(':') < 0 || !IPV6.matcher(text).matches()) {
      return Optional.empty();
    }
    int colon = text.lastIndexOf(':');
    String tail = text.substring(colon + 1);
    if (tail.indexOf('.') >= 0 && !IPV4.matcher(tail).matches()) {
      return Optional.empty();
    }
    try {
      return Optional.of(Inet6Address.ofLiteral(text));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
