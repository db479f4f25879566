package io.linkspan.provider.caldav;

import io.linkspan.connection.Credentials;
import io.linkspan.platform.egress.Exchange;
import io.linkspan.platform.egress.LargeBodies;
import io.linkspan.platform.egress.OutboundRequest;
import io.linkspan.platform.egress.OutboundRequest.Limits;
import io.linkspan.platform.egress.OutboundRequest.Trust;
import io.linkspan.provider.caldav.DavXml.Malformed;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Speaks WebDAV with one account's password. The password is sent unasked with every request
 * (iCloud and others never ask), so it goes only where the person entered it or to a place that
 * belongs to it ({@link #mayHavePassword}).
 */
final class DavClient {
  private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);
  private static final int MOST_REDIRECTS = 5;
  private static final long MOST_BYTES = 32L << 20;
  static final Limits PATIENT =
      new Limits(Duration.ofSeconds(60), MOST_BYTES, MOST_BYTES, false, 0);

  private final LargeBodies egress;
  private final Limits limits;
  private final URI entered;
  private final String authorization;
  private final Runnable beforeRequest;
  private final AtomicInteger requests = new AtomicInteger();

  DavClient(LargeBodies egress, Limits limits, Credentials.Password credentials) {
    this(egress, limits, credentials, () -> {});
  }

  /**
   * @param beforeRequest may throw to end the work
   */
  DavClient(
      LargeBodies egress, Limits limits, Credentials.Password credentials, Runnable beforeRequest) {
    this.beforeRequest = beforeRequest;
    this.egress = egress;
    this.limits = limits;
    this.entered = credentials.serverUrl();
    var pair = credentials.username() + ":" + credentials.password().reveal();
    this.authorization =
        "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
  }

  /** How many requests were made so far, redirects counted. */
  int requests() {
    return requests.get();
  }

  DavReply propfind(URI uri, int depth, String body) {
    return send("PROPFIND", uri, Map.of("depth", Integer.toString(depth)), body);
  }

  DavReply report(URI uri, int depth, String body) {
    return send("REPORT", uri, Map.of("depth", Integer.toString(depth)), body);
  }

  DavReply get(URI uri) {
    return send("GET", uri, Map.of("accept", "text/calendar"), "");
  }

  private DavReply send(String method, URI uri, Map<String, String> more, String body) {
    var target = uri;
    for (var hop = 0; hop <= MOST_REDIRECTS; hop++) {
      if (!mayHavePassword(target)) {
        return new DavReply.Elsewhere(target);
      }
      switch (exchange(request(method, target, more, body))) {
        case Exchange.Failed failed -> {
          return new DavReply.Lost(failed);
        }
        case Exchange.Answered answered -> {
          var location = answered.header("location");
          if (!REDIRECTS.contains(answered.status()) || location.isEmpty()) {
            return read(target, answered);
          }
          var next = DavPath.resolve(target, location.get());
          if (next.isEmpty()) {
            return new DavReply.Other(answered, "it redirects to what is no address");
          }
          target = next.get();
        }
      }
    }
    return new DavReply.Lost(
        new Exchange.Failed(
            Exchange.Reason.TOO_MANY_REDIRECTS,
            "The server at " + uri.getHost() + " redirects in a circle.",
            Duration.ZERO));
  }

  /**
   * Once more if the connection broke: a server may close a kept one just when it is used again.
   */
  private Exchange exchange(OutboundRequest request) {
    beforeRequest.run();
    requests.incrementAndGet();
    var exchange = egress.send(request);
    if (exchange instanceof Exchange.Failed failed
        && failed.reason() == Exchange.Reason.BROKEN_OFF) {
      requests.incrementAndGet();
      return egress.send(request);
    }
    return exchange;
  }

  private OutboundRequest request(
      String method, URI target, Map<String, String> more, String body) {
    var headers = new LinkedHashMap<String, List<String>>();
    headers.put("authorization", List.of(authorization));
    if (!body.isEmpty()) {
      headers.put("content-type", List.of("application/xml; charset=utf-8"));
    }
    more.forEach((name, value) -> headers.put(name, List.of(value)));
    return new OutboundRequest(
        method, target, headers, body.getBytes(StandardCharsets.UTF_8), Trust.USER, limits);
  }

  private static DavReply read(URI uri, Exchange.Answered answered) {
    if (answered.status() != 207) {
      return new DavReply.Other(answered, "");
    }
    try {
      return new DavReply.Multi(uri, Multistatus.parse(answered.body()));
    } catch (Malformed e) {
      return new DavReply.Other(answered, e.flaw());
    }
  }

  /**
   * The origin that the person entered; the same host by https; and within iCloud any of its hosts,
   * since every account lives on a numbered one ({@code p42-caldav.icloud.com}).
   */
  boolean mayHavePassword(URI target) {
    var scheme = target.getScheme().toLowerCase(Locale.ROOT);
    var host = host(target);
    if (host.equals(host(entered))) {
      return scheme.equals("https")
          || scheme.equals(entered.getScheme().toLowerCase(Locale.ROOT))
              && port(target) == port(entered);
    }
    return scheme.equals("https") && isICloud(host) && isICloud(host(entered));
  }

  static boolean isICloud(String host) {
    return host.equals("icloud.com") || host.endsWith(".icloud.com");
  }

  private static String host(URI uri) {
    return uri.getHost().toLowerCase(Locale.ROOT);
  }

  private static int port(URI uri) {
    if (uri.getPort() >= 0) {
      return uri.getPort();
    }
    return "https".equalsIgnoreCase(uri.getScheme()) ? 443 : 80;
  }
}
