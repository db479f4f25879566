package io.linkspan.platform.egress;

import io.linkspan.platform.egress.OutboundRequest.Trust;
import java.io.IOException;
import java.net.InetAddress;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.HttpRoute;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.TlsConfig;
import org.apache.hc.client5.http.impl.io.ManagedHttpClientConnectionFactory;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManager;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.io.ConnectionEndpoint;
import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.client5.http.ssl.HostnameVerificationPolicy;
import org.apache.hc.client5.http.ssl.NoopHostnameVerifier;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.io.SocketConfig;
import org.apache.hc.core5.http.ssl.TLS;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.pool.PoolStats;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/**
 * Open connections, kept for reuse. One is shared only by exchanges with the same scheme, host
 * name, port, dialled address and trust, so that no decision about one outlives it in another.
 */
final class ConnectionPool implements AutoCloseable {
  /** Addresses of one host that are tried until one accepts a connection. */
  private static final int TRIES = 4;

  /** {@link BoundedResponse.Parser} limits the head as a whole. */
  private static final Http1Config HEAD =
      Http1Config.custom().setMaxLineLength(16 * 1024).setMaxHeaderCount(128).build();

  /** For the headers after a chunked body, which nobody asks for and which nothing else limits. */
  private static final Http1Config TRAILERS = Http1Config.copy(HEAD).setMaxHeaderCount(4).build();

  private final Duration patience;
  private final PoolingHttpClientConnectionManager pool;
  private final PerHostLimiter limiter;

  ConnectionPool(HttpEgress.Settings settings, SSLContext tls) {
    this.patience = settings.connectTimeout();
    this.limiter = new PerHostLimiter(settings.connectionsPerAddress());
    this.pool =
        PoolingHttpClientConnectionManagerBuilder.create()
            .setMaxConnTotal(settings.connections())
            .setMaxConnPerRoute(settings.connectionsPerAddress())
            .setDnsResolver(new NoDns())
            // the JDK compares the name during the handshake; a second check would find the same
            .setTlsSocketStrategy(
                new DefaultClientTlsStrategy(
                    tls, HostnameVerificationPolicy.BUILTIN, NoopHostnameVerifier.INSTANCE))
            .setDefaultTlsConfig(
                TlsConfig.custom().setSupportedProtocols(TLS.V_1_3, TLS.V_1_2).build())
            .setDefaultSocketConfig(SocketConfig.custom().setTcpNoDelay(true).build())
            .setDefaultConnectionConfig(
                ConnectionConfig.custom()
                    .setConnectTimeout(Timeout.of(patience))
                    // the deadline's watchdog ends what stalls
                    .setSocketTimeout(Timeout.DISABLED)
                    .setTimeToLive(TimeValue.ofMinutes(5))
                    .setValidateAfterInactivity(TimeValue.ofSeconds(1))
                    .build())
            .setConnectionFactory(
                ManagedHttpClientConnectionFactory.builder()
                    .http1Config(TRAILERS)
                    // HttpClient's own parser skips what is not HTTP until HTTP comes
                    .responseParserFactory(config -> new BoundedResponse.Parser(HEAD))
                    .build())
            .build();
  }

  /** To be had before a connection is opened, and given back after it was released. */
  PerHostLimiter.Permit permit(Hop hop, Deadline deadline) throws Failure {
    return limiter.await(hop.address(), hop.responsive(), deadline);
  }

  /**
   * An open connection.
   *
   * @param reused whether it carried an exchange before, so that its server may have closed it
   */
  record Leased(ConnectionEndpoint endpoint, boolean reused) {}

  /**
   * A connection to the first of {@code addresses} that accepts one, guarded by {@code deadline}.
   *
   * @param reuse whether one that was used before will do
   */
  Leased open(Hop hop, List<InetAddress> addresses, boolean reuse, Deadline deadline)
      throws Failure {
    String host = hop.address().authority();
    IOException last = new UnknownHostException(host);
    for (InetAddress address : addresses.subList(0, Math.min(TRIES, addresses.size()))) {
      ConnectionEndpoint endpoint = lease(hop, address, deadline);
      deadline.guard(endpoint);
      try {
        if (endpoint.isConnected() && reuse) {
          return new Leased(endpoint, true);
        }
        if (endpoint.isConnected()) {
          endpoint.close(CloseMode.IMMEDIATE);
        }
        pool.connect(endpoint, least(patience, deadline.left()), HttpClientContext.create());
        return new Leased(endpoint, false);
      } catch (IOException e) {
        release(endpoint, hop.trust(), null, deadline);
        last = e;
        if (deadline.hasPassed() || !isWorthAnotherAddress(e)) {
          break;
        }
      } catch (RuntimeException | Error e) {
        release(endpoint, hop.trust(), null, deadline);
        throw e;
      }
    }
    throw Thread.currentThread().isInterrupted()
        ? Failures.stopped(host)
        : Failures.connecting(last, host, deadline, patience);
  }

  private ConnectionEndpoint lease(Hop hop, InetAddress address, Deadline deadline) throws Failure {
    WebAddress to = hop.address();
    // with an address inside, the host is never resolved again; the name is for TLS
    var route =
        new HttpRoute(new HttpHost(to.scheme(), address, to.host(), to.port()), null, to.secure());
    var request = pool.lease("egress", route, Timeout.of(deadline.left()), hop.trust());
    try {
      return request.get(Timeout.of(deadline.left()));
    } catch (TimeoutException e) {
      throw Failures.noFreeConnection(to.authority(), deadline);
    } catch (InterruptedException | CancellationException e) {
      // the pool cancels what waits in an interrupted thread
      Thread.currentThread().interrupt();
      throw Failures.stopped(to.authority());
    } catch (ExecutionException e) {
      if (e.getCause() instanceof TimeoutException) {
        // the pool may find its deadline passed before this thread does
        throw Failures.noFreeConnection(to.authority(), deadline);
      }
      throw new IllegalStateException("no connection could be leased", e);
    }
  }

  /**
   * @param keep how long the connection may wait for another exchange; null closes it
   */
  void release(
      ConnectionEndpoint endpoint, Trust trust, @Nullable TimeValue keep, Deadline deadline) {
    deadline.letGo();
    if (keep == null) {
      endpoint.close(CloseMode.IMMEDIATE);
    }
    pool.release(endpoint, trust, keep);
  }

  /** How many exchanges wait for a connection. */
  int waiting() {
    return limiter.waiting() + stats().getPending();
  }

  PoolStats stats() {
    return pool.getTotalStats();
  }

  void closeIdle(Duration since) {
    pool.closeIdle(TimeValue.of(since));
  }

  @Override
  public void close() {
    pool.close(CloseMode.IMMEDIATE);
  }

  private static boolean isWorthAnotherAddress(IOException e) {
    return e instanceof ConnectTimeoutException || e instanceof SocketException;
  }

  private static Timeout least(Duration one, Duration other) {
    var least = one.compareTo(other) < 0 ? one : other;
    // zero would mean: for ever; rounded down it would end before the deadline has passed
    return Timeout.ofMilliseconds(Math.max(1, least.plusNanos(999_999).toMillis()));
  }

  /** Whatever is dialled has been resolved and checked before. */
  private static final class NoDns implements DnsResolver {
    @Override
    public InetAddress[] resolve(String host) throws UnknownHostException {
      throw new UnknownHostException(host);
    }

    @Override
    public String resolveCanonicalHostname(String host) throws UnknownHostException {
      throw new UnknownHostException(host);
    }
  }
}
