package io.linkspan.platform.egress;

import java.net.InetAddress;
import java.util.Optional;

/** Which addresses may be dialled. */
@FunctionalInterface
public interface AddressPolicy {
  /** Everything: for hosts that the operator chose. */
  AddressPolicy ANYWHERE = address -> Optional.empty();

  /**
   * @return what kind of address it is if it may not be dialled, such as {@code "a private
   *     address"}; empty if it may
   */
  Optional<String> refusal(InetAddress address);
}
