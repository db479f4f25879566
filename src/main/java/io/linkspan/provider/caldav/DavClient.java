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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Speaks WebDAV with one account's password, which goes only where the person entered it or to a
 * place that belongs to it ({@link #mayHavePassword}).
 */
final class DavClient {
  private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);
  private static final int MAX_REDIRECTS = 5;

  /** The first one, and two that say that the nonce is too old. */
  private static final int MAX_CHALLENGES = 3;

  private static final long MAX_BYTES = 32L << 20;
  static final Limits PATIENT = new Limits(Duration.ofSeconds(60), MAX_BYTES, MAX_BYTES, false, 0);

  private final LargeBodies egress;
  private final Limits limits;
  private final URI entered;
  private final DavLogin login;
  private final Runnable beforeRequest;
  private final AtomicInteger requests = new AtomicInteger();

  DavClient(LargeBodies egress, Limits limits, Credentials.Password credentials, DavLogin login) {
    this(egress, limits, credentials, login, () -> {});
  }

  /**
   * @param beforeRequest may throw to end the work
   */
  DavClient(
      LargeBodies egress,
      Limits limits,
      Credentials.Password credentials,
      DavLogin login,
      Runnable beforeRequest) {
    this.egress = egress;
    this.limits = limits;
    this.entered = credentials.serverUrl();
    this.login = login;
    this.beforeRequest = beforeRequest;
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

  DavReply get(URI uri, String accept) {
    return send("GET", uri, Map.of("accept", accept), "");
  }

  private DavReply send(String method, URI uri, Map<String, String> more, String body) {
    var target = uri;
    for (var hop = 0; hop <= MAX_REDIRECTS; hop++) {
      if (!mayHavePassword(target)) {
        return new DavReply.ForeignRedirect(target);
      }
      switch (signedIn(method, target, more, body)) {
        case Exchange.Failed failed -> {
          return new DavReply.NoAnswer(failed);
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
    return new DavReply.NoAnswer(
        new Exchange.Failed(
            Exchange.Reason.TOO_MANY_REDIRECTS,
            "The server at " + uri.getHost() + " redirects in a circle.",
            Duration.ZERO));
  }

  /** Answers the challenges of a server that wants to be asked first. */
  private Exchange signedIn(String method, URI target, Map<String, String> more, String body) {
    var exchange = exchange(request(method, target, more, body));
    for (var challenges = 0;
        challenges < MAX_CHALLENGES
            && exchange instanceof Exchange.Answered answered
            && answered.status() == 401
            && login.learns(answered, target);
        challenges++) {
      exchange = exchange(request(method, target, more, body));
    }
    return exchange;
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
    login
        .authorization(method, target)
        .ifPresent(authorization -> headers.put("authorization", List.of(authorization)));
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
   * The origin that the person entered; the same host by https where both have the usual ports; and
   * within iCloud any of its hosts, since every account lives on a numbered one ({@code
   * p42-caldav.icloud.com}). Another port is another server.
   */
  boolean mayHavePassword(URI target) {
    var host = host(target);
    var usual = "https".equalsIgnoreCase(target.getScheme()) && port(target) == 443;
    if (host.equals(host(entered))) {
      return ServerAddress.origin(target).equalsIgnoreCase(ServerAddress.origin(entered))
          || usual && port(entered) == 80;
    }
    return usual && isICloud(host) && isICloud(host(entered));
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
