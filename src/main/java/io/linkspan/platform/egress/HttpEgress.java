package io.linkspan.platform.egress;

import io.linkspan.platform.db.Database;
import io.linkspan.platform.egress.Exchange.Reason;
import io.linkspan.platform.egress.OutboundRequest.Trust;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import javax.net.ssl.SSLContext;

/**
 * The gateway to other people's servers: resolves, checks every address, dials a checked one. A
 * name of which one address is forbidden is refused whole: half of it would be an attack half the
 * time. What DNS answers later cannot matter, because nothing resolves again.
 */
public final class HttpEgress implements Egress, AutoCloseable {
  private static final Duration IDLE = Duration.ofSeconds(30);

  private final AddressPolicy users;
  private final BoundedResolver resolver;
  private final ConnectionPool connections;
  private final Transport transport;
  private final EgressMetrics metrics;
  private final ScheduledThreadPoolExecutor timer;

  /**
   * @param connections open ones at most, to all hosts together
   * @param connectionsPerAddress open ones at most to one host, port and address
   * @param connectTimeout for TCP, and again for TLS, with one address of a host
   * @param userAgent sent where a request has none
   * @param folder for bodies that are longer than what is kept in memory; made when it is needed
   */
  public record Settings(
      int connections,
      int connectionsPerAddress,
      Duration connectTimeout,
      String userAgent,
      Path folder) {
    public static final Settings STANDARD =
        new Settings(
            2_000,
            100,
            Duration.ofSeconds(10),
            "Linkspan",
            Path.of(System.getProperty("java.io.tmpdir")));

    Settings with(Path otherFolder) {
      return new Settings(
          connections, connectionsPerAddress, connectTimeout, userAgent, otherFolder);
    }
  }

  /** With the system's resolver and trusted authorities. */
  public static HttpEgress to(List<String> allowedNetworks, MeterRegistry meters) {
    return to(allowedNetworks, Settings.STANDARD, meters);
  }

  /** With the system's resolver and trusted authorities, and a folder for large answers. */
  public static HttpEgress to(List<String> allowedNetworks, Path folder, MeterRegistry meters) {
    return to(allowedNetworks, Settings.STANDARD.with(folder), meters);
  }

  private static HttpEgress to(
      List<String> allowedNetworks, Settings settings, MeterRegistry meters) {
    return new HttpEgress(
        new PublicAddresses(allowedNetworks.stream().map(Network::parse).toList()),
        Resolver.SYSTEM,
        systemTls(),
        meters,
        settings);
  }

  /**
   * @param users which addresses requests of {@link Trust#USER} may reach
   * @param tls whose authorities sign the servers' certificates
   */
  public HttpEgress(
      AddressPolicy users,
      Resolver resolver,
      SSLContext tls,
      MeterRegistry meters,
      Settings settings) {
    this.users = users;
    this.resolver = new BoundedResolver(resolver);
    this.connections = new ConnectionPool(settings, tls);
    this.transport = new Transport(connections, settings);
    this.metrics = new EgressMetrics(meters, connections);
    this.timer =
        new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("egress-deadlines").factory());
    timer.setRemoveOnCancelPolicy(true);
    timer.scheduleWithFixedDelay(() -> connections.closeIdle(IDLE), 10, 10, TimeUnit.SECONDS);
  }

  @Override
  public Exchange send(OutboundRequest request, BooleanSupplier room) {
    Database.requireNoTransaction("an outbound call");
    long start = System.nanoTime();
    Exchange exchange;
    try (var deadline = Deadline.in(request.limits().deadline(), timer)) {
      exchange = follow(request, room, deadline, start);
    } catch (Failure e) {
      exchange = new Exchange.Failed(e.reason(), e.detail(), since(start));
    }
    metrics.count(request.trust(), exchange);
    return exchange;
  }

  private Exchange follow(
      OutboundRequest request, BooleanSupplier room, Deadline deadline, long start) throws Failure {
    var limits = request.limits();
    Hop hop = first(request);
    var been = new HashSet<String>();
    for (int followed = 0; ; followed++) {
      var answer = transport.exchange(hop, addresses(hop, deadline), limits, deadline);
      var location = limits.redirects() > 0 ? redirect(answer) : Optional.<String>empty();
      if (location.isEmpty()) {
        return new Exchange.Answered(
            uri(hop.address(), request.uri()),
            answer.status(),
            answer.headers(),
            answer.body().bytes(room),
            answer.body().isCut(),
            since(start));
      }
      if (!been.add(hop.key())) {
        throw tooMany(hop, "redirects in a circle");
      }
      if (followed == limits.redirects()) {
        throw tooMany(hop, "redirects more than " + followed + " times");
      }
      hop = hop.redirected(answer.status(), location.get());
    }
  }

  /** Parsing a URI is what costs most of the few microseconds here. */
  private static URI uri(WebAddress address, URI asked) {
    String text = address.origin() + address.target();
    return text.equals(asked.toString()) ? asked : URI.create(text);
  }

  private static Hop first(OutboundRequest request) throws Failure {
    try {
      return new Hop(
          WebAddress.of(request.uri(), request.trust()),
          request.method(),
          request.headers(),
          request.body(),
          request.trust(),
          request.responsive());
    } catch (BadAddress e) {
      throw Failures.badAddress(e);
    }
  }

  private static Optional<String> redirect(Transport.Response answer) {
    return Hop.isRedirect(answer.status())
        ? answer.headers().getOrDefault("location", List.of()).stream().findFirst()
        : Optional.empty();
  }

  private static Failure tooMany(Hop hop, String what) {
    return new Failure(Reason.TOO_MANY_REDIRECTS, hop.address().authority() + " " + what);
  }

  @Override
  public Optional<String> refusal(WebAddress address) {
    return address.literal().flatMap(users::refusal);
  }

  /** The addresses of the host that may be dialled. */
  private List<InetAddress> addresses(Hop hop, Deadline deadline) throws Failure {
    List<InetAddress> addresses = resolve(hop.address(), deadline);
    AddressPolicy policy =
        switch (hop.trust()) {
          case USER -> users;
          case OPERATOR -> AddressPolicy.ANYWHERE;
        };
    var permitted = addresses.stream().filter(a -> policy.refusal(a).isEmpty()).toList();
    // localhost is 127.0.0.1 and ::1 on most machines, and an operator who allows one means it
    boolean onlyLoopback = addresses.stream().allMatch(InetAddress::isLoopbackAddress);
    if (permitted.size() == addresses.size() || onlyLoopback && !permitted.isEmpty()) {
      return permitted;
    }
    throw Failures.forbidden(
        hop.address(),
        addresses.stream().flatMap(a -> policy.refusal(a).stream()).findFirst().orElseThrow());
  }

  private List<InetAddress> resolve(WebAddress address, Deadline deadline) throws Failure {
    if (address.literal().isPresent()) {
      return List.of(address.literal().get());
    }
    try {
      return resolver.resolve(address.host(), deadline.left());
    } catch (UnknownHostException e) {
      throw Failures.unknownHost(address.host());
    } catch (TimeoutException e) {
      throw Failures.slowDns(address.host(), deadline);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Failures.stopped(address.authority());
    }
  }

  private static Duration since(long start) {
    return Duration.ofNanos(System.nanoTime() - start);
  }

  private static SSLContext systemTls() {
    try {
      return SSLContext.getDefault();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this Java runtime has no TLS", e);
    }
  }

  /** Breaks off what is under way. */
  @Override
  public void close() {
    connections.close();
    resolver.close();
    timer.shutdownNow();
  }
}
