package io.linkspan.platform.egress;

import io.linkspan.platform.egress.OutboundRequest.Limits;
import io.linkspan.platform.egress.OutboundRequest.Trust;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Requests that tests send. */
final class Calls {
  static final Limits ROOMY = new Limits(Duration.ofSeconds(20), 10 << 20, 10 << 20, false, 0);

  private Calls() {}

  static OutboundRequest get(URI uri) {
    return get(uri, ROOMY);
  }

  static OutboundRequest get(URI uri, Limits limits) {
    return request("GET", uri, Map.of(), "", limits);
  }

  static OutboundRequest request(
      String method, URI uri, Map<String, List<String>> headers, String body, Limits limits) {
    return new OutboundRequest(
        method, uri, headers, body.getBytes(StandardCharsets.UTF_8), Trust.USER, limits);
  }

  /** To a server that may not answer. */
  static OutboundRequest getUnresponsive(URI uri, Limits limits) {
    return new OutboundRequest("GET", uri, Map.of(), new byte[0], Trust.USER, limits, false);
  }

  static Limits within(Duration deadline) {
    return new Limits(deadline, 10 << 20, 10 << 20, false, 0);
  }

  static Limits following(int redirects) {
    return new Limits(Duration.ofSeconds(20), 10 << 20, 10 << 20, false, redirects);
  }
}
