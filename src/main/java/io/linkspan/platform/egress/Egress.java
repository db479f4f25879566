package io.linkspan.platform.egress;

import java.util.Optional;

/**
 * Makes outbound HTTP calls. Blocks the calling thread until the exchange ended, at the latest at
 * its deadline.
 */
@FunctionalInterface
public interface Egress {
  /**
   * Never throws for what the other side or the network does: that is an {@link Exchange.Failed}.
   *
   * @throws IllegalStateException if called inside a database transaction
   */
  Exchange send(OutboundRequest request);

  /**
   * Says early what {@link #send} would refuse: only for a host written as an address. A name is
   * checked whenever it is dialled.
   *
   * @return what kind of address it is if a user's request may not reach it
   */
  default Optional<String> refusal(WebAddress address) {
    return Optional.empty();
  }
}
