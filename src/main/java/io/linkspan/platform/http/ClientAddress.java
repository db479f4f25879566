package io.linkspan.platform.http;

import io.linkspan.platform.egress.IpLiterals;
import io.linkspan.platform.egress.Network;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The address of a client, also behind proxies: the right-most one in {@code X-Forwarded-For} that
 * is not a trusted proxy's. What stands to the left of it was written by the client.
 */
final class ClientAddress {
  /** More proxies than anybody puts in a row. */
  private static final int MOST_HOPS = 16;

  /** An address, in brackets if it is IPv6, and perhaps a port. */
  private static final Pattern HOP =
      Pattern.compile(
          "([0-9.]+)(?::[0-9]{1,5})?|\\[([0-9a-fA-F:.]+)](?::[0-9]{1,5})?|([0-9a-fA-F:.]+)");

  private final List<Network> proxies;

  /**
   * @param proxies networks whose {@code X-Forwarded-For} is believed
   */
  ClientAddress(List<Network> proxies) {
    this.proxies = List.copyOf(proxies);
  }

  /**
   * @param peer as the connection says it
   * @param forwarded every {@code X-Forwarded-For}, in their order
   * @return an address in its plain spelling, never more
   */
  String of(String peer, List<String> forwarded) {
    Optional<InetAddress> connected = read(peer);
    if (connected.isEmpty()) {
      return peer;
    }
    InetAddress client = connected.get();
    String hops = String.join(",", forwarded);
    int end = hops.length();
    for (int hop = 0; hop < MOST_HOPS && end > 0 && trusted(client); hop++) {
      int comma = hops.lastIndexOf(',', end - 1);
      var named = read(hops.substring(comma + 1, end).strip());
      if (named.isEmpty()) {
        break;
      }
      client = named.get();
      end = comma;
    }
    return client.getHostAddress();
  }

  private boolean trusted(InetAddress address) {
    return proxies.stream().anyMatch(network -> network.contains(address.getAddress()));
  }

  private static Optional<InetAddress> read(String hop) {
    Matcher parts = HOP.matcher(hop);
    if (!parts.matches()) {
      return Optional.empty();
    }
    return List.of(1, 2, 3).stream()
        .flatMap(group -> Optional.ofNullable(parts.group(group)).stream())
        .findFirst()
        .flatMap(IpLiterals::read);
  }
}
