package io.linkspan.platform.egress;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * One outbound call.
 *
 * @param headers names as sent; a name may have several values
 * @param body empty for none
 * @param trust who chose the address
 * @param responsive whether the other side is taken to answer; those that may not have no more than
 *     a part of what one host may have at once
 */
public record OutboundRequest(
    String method,
    URI uri,
    Map<String, List<String>> headers,
    byte[] body,
    Trust trust,
    Limits limits,
    boolean responsive) {

  /** What describes the message on this connection is the gateway's to say. */
  private static final Set<String> FRAMING =
      Set.of(
          "host",
          "content-length",
          "transfer-encoding",
          "connection",
          "keep-alive",
          "te",
          "trailer",
          "upgrade",
          "expect",
          "proxy-connection",
          "proxy-authorization");

  private static final String TOKEN_MARKS = "!#$%&'*+-.^_`|~";

  /**
   * @throws IllegalArgumentException if the method or a header cannot be sent as it is
   */
  public OutboundRequest {
    if (!isToken(method)) {
      throw new IllegalArgumentException("a method of HTTP has no other characters than a token");
    }
    headers.forEach(
        (name, values) -> {
          if (!isHeader(name, values)) {
            throw new IllegalArgumentException("the header " + name + " cannot be sent");
          }
        });
  }

  /** To one that is taken to answer. */
  public OutboundRequest(
      String method,
      URI uri,
      Map<String, List<String>> headers,
      byte[] body,
      Trust trust,
      Limits limits) {
    this(method, uri, headers, body, trust, limits, true);
  }

  /** The same request within other limits. */
  public OutboundRequest within(Limits other) {
    return new OutboundRequest(method, uri, headers, body, trust, other, responsive);
  }

  /**
   * Whether a header can be sent: a token as name that is not one of the connection's own (Host,
   * Content-Length, Transfer-Encoding, …), and values of printable ASCII without line breaks.
   */
  public static boolean isHeader(String name, List<String> values) {
    return isToken(name)
        && !FRAMING.contains(name.toLowerCase(Locale.ROOT))
        && values.stream().allMatch(OutboundRequest::isPrintable);
  }

  private static boolean isToken(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean alphanumeric = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9';
      if (!alphanumeric && TOKEN_MARKS.indexOf(c) < 0) {
        return false;
      }
    }
    return !text.isEmpty();
  }

  private static boolean isPrintable(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if ((c < ' ' || c > '~') && c != '\t') {
        return false;
      }
    }
    return true;
  }

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
   * @param memoryBytes so many of them are kept in memory while they come, however slowly; a longer
   *     body is kept on disk until it is whole
   * @param cut whether a longer body is cut instead of refused
   * @param redirects how many redirects are followed, each address checked anew and credentials
   *     sent to the first origin only; 0 hands a 3xx back as it is
   */
  public record Limits(
      Duration deadline,
      long wireBytes,
      long bodyBytes,
      long memoryBytes,
      boolean cut,
      int redirects) {
    public Limits {
      if (deadline.isNegative()
          || deadline.isZero()
          || wireBytes < 0
          || bodyBytes < 0
          || memoryBytes < 0) {
        throw new IllegalArgumentException("limits are positive");
      }
    }

    /** All of a body in memory. */
    public Limits(Duration deadline, long wireBytes, long bodyBytes, boolean cut, int redirects) {
      this(deadline, wireBytes, bodyBytes, bodyBytes, cut, redirects);
    }
  }
}
