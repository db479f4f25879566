package io.linkspan.platform.egress;

import io.linkspan.platform.egress.OutboundRequest.Trust;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * One request on its way to one address: the first, or one that a redirect led to.
 *
 * @param trust who chose this address
 * @param responsive as of the {@link OutboundRequest}
 */
record Hop(
    WebAddress address,
    String method,
    Map<String, List<String>> headers,
    byte[] body,
    Trust trust,
    boolean responsive) {
  private static final Set<String> CREDENTIALS = Set.of("authorization", "cookie", "cookie2");
  private static final Set<String> OF_THE_BODY =
      Set.of("content-type", "content-encoding", "content-language", "content-location");

  static boolean isRedirect(int status) {
    return switch (status) {
      case 301, 302, 303, 307, 308 -> true;
      default -> false;
    };
  }

  /**
   * Where a redirect leads (RFC 9110, 15.4). 303 limiter every method but HEAD into GET. 301 and
   * 302 turn POST into GET, as all browsers do, and keep other methods: a CalDAV client that is
   * sent elsewhere wants to go on with its PROPFIND or REPORT.
   *
   * <p>Another origin gets no credentials, and is nobody's choice but the redirecting server's: it
   * is checked like a user's address even if the operator chose the first one.
   *
   * @throws Failure if it leads from https to http, or to no usable address
   */
  Hop redirected(int status, String location) throws Failure {
    WebAddress next;
    try {
      next = address.resolve(escaped(location), trust);
      if (!isSameOrigin(next)) {
        next = address.resolve(escaped(location), Trust.USER);
      }
    } catch (BadAddress e) {
      throw Failures.badRedirect(address.authority(), e);
    }
    if (address.secure() && !next.secure()) {
      throw new Failure(
          Exchange.Reason.BAD_ADDRESS,
          address.authority() + " redirected from https to unprotected http");
    }
    boolean becomesGet =
        status == 303 && !method.equals("HEAD")
            || (status == 301 || status == 302) && method.equals("POST");
    return new Hop(
        next,
        becomesGet ? "GET" : method,
        headersFor(next, becomesGet),
        becomesGet ? new byte[0] : body,
        isSameOrigin(next) ? trust : Trust.USER,
        responsive);
  }

  /** As browsers read it: blanks around it are nothing, and one inside was not percent-encoded. */
  private static String escaped(String location) {
    return location.strip().replace(" ", "%20");
  }

  private Map<String, List<String>> headersFor(WebAddress next, boolean becomesGet) {
    var remaining = new HashMap<>(headers);
    if (!isSameOrigin(next)) {
      remaining.keySet().removeIf(name -> CREDENTIALS.contains(name.toLowerCase(Locale.ROOT)));
    }
    if (becomesGet) {
      remaining.keySet().removeIf(name -> OF_THE_BODY.contains(name.toLowerCase(Locale.ROOT)));
    }
    return remaining;
  }

  private boolean isSameOrigin(WebAddress other) {
    return address.origin().equals(other.origin());
  }

  /** What tells two hops apart when they go in a circle. */
  String key() {
    return method + " " + address.origin() + address.target();
  }

  boolean has(String lowerCaseName) {
    return headers.keySet().stream().anyMatch(name -> name.equalsIgnoreCase(lowerCaseName));
  }

  /**
   * Whether doing it twice is doing it once (RFC 9110, 9.2.2): by its method, or because the
   * receiver tells repetitions by an id.
   */
  boolean isRepeatable() {
    boolean idempotent = !method.equals("POST") && !method.equals("PATCH");
    return idempotent || has("idempotency-key") || has("webhook-id");
  }

  /** Methods whose empty body must be announced, or servers answer 411. */
  boolean mayHaveBody() {
    return method.equals("POST") || method.equals("PUT") || method.equals("PATCH");
  }
}
