package io.linkspan.platform.egress;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * One outbound call.
 *
 * @param headers names as sent; a name may have several values
 * @param body empty for none
 * @param trust who chose the address
 */
public record OutboundRequest(
    String method,
    URI uri,
    Map<String, List<String>> headers,
    byte[] body,
    Trust trust,
    Limits limits) {

  /** Who chose the address decides where it may lead. */
  public enum Trust {
    /** A person of the product: public addresses only, unless the operator allows the network. */
    USER,
    /** The operator's settings: anywhere, plain http included. */
    OPERATOR
  }

  /**
   * @param deadline for the whole exchange: resolving, connecting, TLS, and the last byte of the
   *     body
   * @param wireBytes most bytes read from the wire; the rest of the body is cut
   * @param bodyBytes most bytes kept after inflation; more is {@link Exchange.Reason#TOO_LARGE}
   *     unless {@code cut}
   * @param cut whether a longer body is cut instead of refused
   * @param redirects how many redirects are followed, each address checked anew and credentials
   *     sent to the first origin only; 0 hands a 3xx back as it is
   */
  public record Limits(
      Duration deadline, long wireBytes, long bodyBytes, boolean cut, int redirects) {}
}
