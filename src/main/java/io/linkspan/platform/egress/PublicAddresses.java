package io.linkspan.platform.egress;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Public unicast addresses, and the networks that the operator allows besides.
 *
 * <p>IPv4: everything but the blocks of the IANA special-purpose registry (RFC 6890 and its
 * successors). IPv6: only what IANA gave out as global unicast, 2000::/3, less the special blocks
 * inside it; forms that carry an IPv4 address are not a way around the IPv4 rules.
 */
public final class PublicAddresses implements AddressPolicy {
  static final String METADATA = "a cloud's metadata address";

  /** The first match names the address. */
  private static final List<Special> SPECIAL =
      List.of(
          special("127.0.0.0/8", "a loopback address"),
          special("10.0.0.0/8", "a private address"),
          special("172.16.0.0/12", "a private address"),
          special("192.168.0.0/16", "a private address"),
          special("169.254.169.254", METADATA),
          special("169.254.170.2", METADATA),
          special("169.254.170.23", METADATA),
          special("168.63.129.16", METADATA),
          special("100.100.100.200", METADATA),
          special("192.0.0.192", METADATA),
          special("fd00:ec2::254", METADATA),
          special("fd00:ec2::23", METADATA),
          special("fd20:ce::254", METADATA),
          special("169.254.0.0/16", "a link-local address"),
          special("100.64.0.0/10", "an address shared by a carrier's customers (100.64.0.0/10)"),
          special("0.0.0.0/8", "an address of this very host or network"),
          special("192.0.0.0/24", "an address reserved for protocols"),
          special("192.0.2.0/24", "an address for documentation"),
          special("198.51.100.0/24", "an address for documentation"),
          special("203.0.113.0/24", "an address for documentation"),
          special("192.88.99.0/24", "a 6to4 relay's address"),
          special("198.18.0.0/15", "an address for benchmarks"),
          special("224.0.0.0/4", "a multicast address"),
          special("255.255.255.255", "the broadcast address"),
          special("240.0.0.0/4", "a reserved address"),
          special("::1", "a loopback address"),
          special("::", "an address of this very host or network"),
          special("::ffff:0:0:0/96", "a translated IPv4 address"),
          special("::/96", "an IPv4 address in IPv6 form"),
          special("64:ff9b::/96", "a NAT64 address"),
          special("64:ff9b:1::/48", "a NAT64 address"),
          special("100::/64", "an address that discards"),
          special("fe80::/10", "a link-local address"),
          special("fec0::/10", "a site-local address"),
          special("fc00::/7", "a private address"),
          special("ff00::/8", "a multicast address"),
          special("2001::/32", "a Teredo address"),
          special("2001:10::/28", "an ORCHID identifier"),
          special("2001:20::/28", "an ORCHID identifier"),
          special("2001::/23", "an address reserved for protocols"),
          special("2001:db8::/32", "an address for documentation"),
          special("3fff::/20", "an address for documentation"),
          special("2002::/16", "a 6to4 address"));

  private static final Network GLOBAL_UNICAST = Network.parse("2000::/3");
  private static final Network NAT64 = Network.parse("64:ff9b::/96");
  private static final Network SIX_TO_FOUR = Network.parse("2002::/16");

  private final List<Network> allowed;

  /**
   * @param allowed networks that may be reached although they are not public. Never a metadata
   *     address, even if it is named alone: it gives away the host's own credentials, and no
   *     calendar or webhook is there.
   */
  public PublicAddresses(List<Network> allowed) {
    this.allowed = List.copyOf(allowed);
  }

  @Override
  public Optional<String> refusal(InetAddress address) {
    byte[] bytes = address.getAddress();
    Optional<String> kind = kindOf(bytes);
    if (kind.isEmpty() || isAllowed(bytes, kind.get())) {
      return Optional.empty();
    }
    return kind;
  }

  private static Optional<String> kindOf(byte[] address) {
    for (Special special : SPECIAL) {
      if (special.network.contains(address)) {
        return Optional.of(special.kind);
      }
    }
    if (address.length == 16 && !GLOBAL_UNICAST.contains(address)) {
      return Optional.of("a reserved address");
    }
    return Optional.empty();
  }

  private boolean isAllowed(byte[] address, String kind) {
    boolean named = allowed.stream().anyMatch(network -> network.contains(address));
    return named
        && !kind.equals(METADATA)
        && embedded(address).map(inner -> mayBeReached(inner)).orElse(true);
  }

  /** A gateway would carry the packet on to the IPv4 address inside. */
  private boolean mayBeReached(byte[] ipv4) {
    return kindOf(ipv4).map(kind -> isAllowed(ipv4, kind)).orElse(true);
  }

  private static Optional<byte[]> embedded(byte[] address) {
    if (NAT64.contains(address)) {
      return Optional.of(Arrays.copyOfRange(address, 12, 16));
    }
    if (SIX_TO_FOUR.contains(address)) {
      return Optional.of(Arrays.copyOfRange(address, 2, 6));
    }
    return Optional.empty();
  }

  private static Special special(String network, String kind) {
    return new Special(Network.parse(network), kind);
  }

  private record Special(Network network, String kind) {}
}
