package io.linkspan.platform.egress;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** How an outbound call ended. */
public sealed interface Exchange {
  Duration took();

  /**
   * The other side answered.
   *
   * @param uri where the answer came from, after redirects
   * @param headers names in lower case
   * @param body after inflation, at most {@link OutboundRequest.Limits#bodyBytes} long
   * @param cut whether the body is longer than what is here
   */
  record Answered(
      URI uri,
      int status,
      Map<String, List<String>> headers,
      byte[] body,
      boolean cut,
      Duration took)
      implements Exchange {
    public Optional<String> header(String lowerCaseName) {
      return headers.getOrDefault(lowerCaseName, List.of()).stream().findFirst();
    }
  }

  /**
   * No answer that counts.
   *
   * @param detail a sentence for a person, without secrets: what happened, to which host
   */
  record Failed(Reason reason, String detail, Duration took) implements Exchange {}

  /** Why a call failed. */
  enum Reason {
    /** The URL cannot be used: scheme, port, credentials inside, not a host. */
    BAD_ADDRESS,
    /** The host leads to an address that is not allowed. */
    FORBIDDEN_ADDRESS,
    UNKNOWN_HOST,
    UNREACHABLE,
    TLS,
    TIMEOUT,
    /** The connection ended before the answer was whole. */
    BROKEN_OFF,
    TOO_LARGE,
    /**
     * It is large, and this program had no room for it in time: nothing is said of the other side.
     */
    NO_ROOM,
    /**
     * So many other calls to that host were under way that none could be made in time: nothing was
     * sent.
     */
    NOT_BEGUN,
    TOO_MANY_REDIRECTS,
    /** What came is not HTTP, or not in the encoding it claims. */
    NONSENSE
  }
}
