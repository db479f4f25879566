package io.linkspan.platform.egress;

import io.linkspan.platform.egress.OutboundRequest.Limits;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.hc.client5.http.impl.DefaultClientConnectionReuseStrategy;
import org.apache.hc.client5.http.impl.DefaultConnectionKeepAliveStrategy;
import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpConnection;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.ProtocolException;
import org.apache.hc.core5.http.impl.io.HttpRequestExecutor;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.http.message.BasicClassicHttpRequest;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.apache.hc.core5.util.TimeValue;

/**
 * Single exchanges: Apache HttpClient's connections and HTTP/1.1 codec without its execution chain,
 * so that no redirect, cookie, authentication or retry can happen behind our back.
 */
final class Transport {
  private static final int INFORMATIONAL_ANSWERS = 8;
  private static final TimeValue IDLE = TimeValue.ofSeconds(30);

  /** Enough to use the connection again; a page that says "moved" is short. */
  private static final Limits REDIRECT_BODY = new Limits(Duration.ofDays(1), 64 * 1024, 0, true, 0);

  private final ConnectionPool connections;
  private final HttpEgress.Settings settings;
  private final HttpRequestExecutor executor = new HttpRequestExecutor();

  Transport(ConnectionPool connections, HttpEgress.Settings settings) {
    this.connections = connections;
    this.settings = settings;
  }

  /**
   * What came back.
   *
   * @param headers names in lower case
   */
  record Response(int status, Map<String, List<String>> headers, ResponseBody body) {}

  /**
   * Sends {@code hop} to the first of {@code addresses} that accepts a connection. A server may
   * close a connection between two exchanges without saying so; what it did not begin to answer on
   * one that was used before is sent once more, on a new one (RFC 9112, 9.3.1).
   */
  Response exchange(Hop hop, List<InetAddress> addresses, Limits limits, Deadline deadline)
      throws Failure {
    String host = hop.address().authority();
    try (var _ = connections.permit(hop, deadline)) {
      try {
        return exchangeOn(connections.open(hop, addresses, true, deadline), hop, limits, deadline);
      } catch (ClosedMeanwhile e) {
        return exchangeOn(connections.open(hop, addresses, false, deadline), hop, limits, deadline);
      }
    } catch (HttpException e) {
      throw Failures.notHttp(host);
    } catch (IOException e) {
      throw Thread.currentThread().isInterrupted()
          ? Failures.stopped(host)
          : Failures.exchanging(e, host, deadline);
    }
  }

  private Response exchangeOn(
      ConnectionPool.Leased leased, Hop hop, Limits limits, Deadline deadline)
      throws Failure, HttpException, IOException {
    TimeValue keep = null;
    try {
      var context = HttpClientContext.create();
      var request = request(hop, limits);
      boolean again = leased.reused() && hop.isRepeatable();
      ClassicHttpResponse head =
          leased
              .endpoint()
              .execute(
                  "egress",
                  request,
                  (sent, connection, with) -> {
                    long before = received(connection);
                    try {
                      return executor.execute(sent, connection, new Announcements()::count, with);
                    } catch (IOException e) {
                      boolean unanswered = received(connection) == before;
                      throw again && unanswered && !deadline.hasPassed()
                          ? new ClosedMeanwhile(e)
                          : e;
                    }
                  },
                  context);
      var response = response(head, hop.address().authority(), limits);
      if (response.body.isWhole()
          && !BoundedResponse.hasTrailingBytes(head)
          && DefaultClientConnectionReuseStrategy.INSTANCE.keepAlive(request, head, context)) {
        keep = keepAlive(head, context);
      }
      return response;
    } finally {
      connections.release(leased.endpoint(), hop.trust(), keep, deadline);
    }
  }

  private static long received(HttpConnection connection) {
    var details = connection.getEndpointDetails();
    return details == null ? 0 : details.getReceivedBytesCount();
  }

  /** A connection that was used before ended before a byte of the answer. */
  private static final class ClosedMeanwhile extends IOException {
    private static final long serialVersionUID = 1L;

    ClosedMeanwhile(IOException cause) {
      super(cause);
    }
  }

  private ClassicHttpRequest request(Hop hop, Limits limits) {
    var request = new BasicClassicHttpRequest(hop.method(), hop.address().target());
    request.addHeader("Host", hop.address().authority());
    if (!hop.has("user-agent")) {
      request.addHeader("User-Agent", settings.userAgent());
    }
    if (!limits.cut() && !hop.has("accept-encoding")) {
      request.addHeader("Accept-Encoding", "gzip, deflate");
    }
    hop.headers()
        .forEach((name, values) -> values.forEach(value -> request.addHeader(name, value)));
    if (hop.body().length > 0 || hop.mayHaveBody()) {
      request.addHeader("Content-Length", hop.body().length);
      request.setEntity(new ByteArrayEntity(hop.body(), null));
    }
    return request;
  }

  private Response response(ClassicHttpResponse response, String host, Limits limits)
      throws IOException, Failure {
    Map<String, List<String>> headers = new LinkedHashMap<>();
    for (Header header : response.getHeaders()) {
      headers
          .computeIfAbsent(header.getName().toLowerCase(Locale.ROOT), name -> new ArrayList<>(1))
          .add(header.getValue() == null ? "" : header.getValue());
    }
    boolean leadsOn = limits.redirects() > 0 && Hop.isRedirect(response.getCode());
    var body =
        ResponseBody.read(
            response.getEntity(),
            ContentCodings.of(headers.getOrDefault("content-encoding", List.of())),
            host,
            leadsOn ? REDIRECT_BODY : limits,
            settings.folder());
    return new Response(response.getCode(), headers, body);
  }

  /** As long as the server says, and not long enough for it to have forgotten. */
  private static TimeValue keepAlive(ClassicHttpResponse response, HttpContext context) {
    TimeValue said =
        DefaultConnectionKeepAliveStrategy.INSTANCE.getKeepAliveDuration(response, context);
    return TimeValue.isPositive(said) && said.compareTo(IDLE) < 0 ? said : IDLE;
  }

  /** A server may announce its answer a few times (1xx), not for ever. */
  private static final class Announcements {
    private int seen;

    void count(Object response, Object connection, HttpContext context) throws HttpException {
      if (++seen > INFORMATIONAL_ANSWERS) {
        throw new ProtocolException("too many informational answers");
      }
    }
  }
}
