package io.linkspan.platform.egress;

/**
 * Makes outbound HTTP calls. Blocks the calling thread until the exchange ended, at the latest at
 * its deadline.
 */
public interface Egress {
  /**
   * Never throws for what the other side or the network does: that is an {@link Exchange.Failed}.
   *
   * @throws IllegalStateException if called inside a database transaction
   */
  Exchange send(OutboundRequest request);
}
