package io.linkspan.platform.egress;

import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * Makes outbound HTTP calls. Blocks the calling thread until the exchange ended, at the latest at
 * its deadline, or once it was told whether there is room for a large answer.
 */
@FunctionalInterface
public interface Egress {
  /**
   * Never throws for what the other side or the network does: that is an {@link Exchange.Failed}.
   *
   * @param room asked once a body that is longer than {@link OutboundRequest.Limits#memoryBytes} is
   *     all there, on disk and off the wire; may wait. Without room the exchange fails.
   * @throws IllegalStateException if called inside a database transaction
   */
  Exchange send(OutboundRequest request, BooleanSupplier room);

  /**
   * As {@link #send(OutboundRequest, BooleanSupplier)}, with room for all that is within limits.
   */
  default Exchange send(OutboundRequest request) {
    return send(request, () -> true);
  }

  /**
   * Says early what {@link #send(OutboundRequest)} would refuse: only for a host written as an
   * address. A name is checked whenever it is dialled.
   *
   * @return what kind of address it is if a user's request may not reach it
   */
  default Optional<String> refusal(WebAddress address) {
    return Optional.empty();
  }
}
