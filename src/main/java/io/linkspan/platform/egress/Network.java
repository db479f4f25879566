package io.linkspan.platform.egress;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.regex.Pattern;

/** A block of addresses in CIDR notation, IPv4 or IPv6. */
public final class Network {
  private static final Pattern NUMBER = Pattern.compile("0|[1-9][0-9]{0,2}");

  private final byte[] base;
  private final int bits;

  private Network(byte[] base, int bits) {
    this.base = base;
    this.bits = bits;
  }

  /**
   * Reads {@code 10.1.0.0/16}, {@code fd00::/8}, or a single address. Bits behind the prefix are
   * ignored; a block of IPv4-mapped addresses is the block of IPv4 addresses.
   *
   * @throws IllegalArgumentException if the text is none of these
   */
  public static Network parse(String text) {
    int slash = text.indexOf('/');
    String host = slash < 0 ? text : text.substring(0, slash);
    InetAddress address =
        IpLiterals.read(host)
            .orElseThrow(() -> new IllegalArgumentException("\"" + text + "\" is no network"));
    byte[] base = address.getAddress();
    int length = base.length * 8;
    if (slash < 0) {
      return new Network(base, length);
    }
    String prefix = text.substring(slash + 1);
    int bits = NUMBER.matcher(prefix).matches() ? Integer.parseInt(prefix) : -1;
    if (address instanceof Inet4Address && host.indexOf(':') >= 0) {
      bits -= 96;
    }
    if (bits < 0 || bits > length) {
      throw new IllegalArgumentException("\"" + text + "\" has no usable prefix length");
    }
    return new Network(base, bits);
  }

  public boolean contains(InetAddress address) {
    return contains(address.getAddress());
  }

  /**
   * @param address as {@link java.net.InetAddress#getAddress} has it
   */
  public boolean contains(byte[] address) {
    if (address.length != base.length) {
      return false;
    }
    int whole = bits / 8;
    for (int i = 0; i < whole; i++) {
      if (address[i] != base[i]) {
        return false;
      }
    }
    int rest = bits % 8;
    return rest == 0 || ((address[whole] ^ base[whole]) & 0xff) >>> (8 - rest) == 0;
  }
}
