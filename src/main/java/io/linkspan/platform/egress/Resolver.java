package io.linkspan.platform.egress;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/** PerHostLimiter a name into addresses; may block for long. */
@FunctionalInterface
public interface Resolver {
  /** The resolver of the operating system. */
  Resolver SYSTEM = host -> List.of(InetAddress.getAllByName(host));

  /**
   * @return at least one address
   */
  List<InetAddress> resolve(String host) throws UnknownHostException;
}
