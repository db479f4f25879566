package io.linkspan.platform.http;

import io.linkspan.platform.db.Database;
import io.linkspan.platform.egress.Network;
import io.linkspan.platform.time.Ids;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The server: contract, pages and the web application over HTTP/1.1. */
public final class HttpServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(HttpServer.class);
  private static final Duration IDLE_THREAD = Duration.ofMinutes(1);

  /**
   * Where it listens.
   *
   * @param port 0 for any that is free
   * @param publicUrl how people reach it
   * @param trustedProxies whose {@code X-Forwarded-For} is believed
   */
  public record Options(
      String bind, int port, URI publicUrl, List<Network> trustedProxies, Limits limits) {}

  /**
   * What it is made of.
   *
   * @param mounts parts of the site outside the contract, by their first segment
   * @param keys answers that clients may ask for again
   * @param partial whether operations may lack a handler, and answer 501; for tests of one feature
   */
  public record Components(
      Contract contract,
      WebApp webApp,
      List<Routes> routes,
      List<Pages.Routes> pages,
      Map<String, Mount> mounts,
      Authenticator authenticator,
      Database database,
      IdempotencyKeys keys,
      List<Readiness.Check> checks,
      PrometheusMeterRegistry metrics,
      Ids ids,
      boolean partial) {}

  private final Server jetty;
  private final ServerConnector connector;
  private final EventStreams streams;
  private final Readiness readiness;
  private final ScheduledExecutorService chores =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("http-chores").daemon().factory());

  private HttpServer(
      Server jetty, ServerConnector connector, EventStreams streams, Readiness readiness) {
    this.jetty = jetty;
    this.connector = connector;
    this.streams = streams;
    this.readiness = readiness;
  }

  /**
   * Begins to listen.
   *
   * @throws IllegalStateException if an operation of the contract has no handler, or the port is
   *     taken
   */
  public static HttpServer start(Options options, Components components) {
    var readiness = new Readiness(components.checks());
    var system = new SystemRoutes(components.contract(), readiness, components.metrics());
    var bindings = bindings(components, system);
    var pages = new ArrayList<>(components.pages());
    pages.add(system::pages);
    var limits = options.limits();
    var bodies = new BodyReader(limits);
    var dispatcher =
        new Dispatcher(
            bindings,
            components.authenticator(),
            new SameOrigin(options.publicUrl()),
            bodies,
            new Effects(components.database(), components.keys()));
    var streams = new EventStreams();
    var slowHeaders = new SlowHeaders(limits.headers());
    var gateway =
        new Gateway(
            new Site(
                components.contract(),
                pages,
                components.mounts(),
                bodies,
                dispatcher,
                components.webApp()),
            components.authenticator(),
            new ClientAddress(options.trustedProxies()),
            new AnswerWriter(streams, options.publicUrl()),
            new UnreadBody(limits),
            components.ids(),
            components.metrics());
    var crowding =
        new ClientConnectionLimit(limits.connectionsPerClient(), options.trustedProxies());
    var jetty = jetty(limits, gateway);
    var connector = connector(jetty, options, slowHeaders, crowding);
    var server = new HttpServer(jetty, connector, streams, readiness);
    try {
      jetty.start();
    } catch (Exception e) {
      server.close();
      throw new IllegalStateException(
          "Cannot listen on " + options.bind() + ":" + options.port() + ": " + e.getMessage(), e);
    }
    server.every(limits.heartbeat(), streams::beat);
    server.every(limits.headers().dividedBy(4), slowHeaders::sweep);
    server.every(components.keys().lease().dividedBy(3), components.keys()::renew);
    return server;
  }

  private void every(Duration pause, Runnable chore) {
    chores.scheduleAtFixedRate(
        () -> {
          try {
            chore.run();
          } catch (RuntimeException e) {
            LOG.error("A chore of the server failed; it is tried again in {}", pause, e);
          }
        },
        pause.toNanos(),
        pause.toNanos(),
        TimeUnit.NANOSECONDS);
  }

  private static Bindings bindings(Components components, SystemRoutes system) {
    var bindings = new Bindings(components.contract());
    system.register(bindings);
    components.routes().forEach(routes -> routes.register(bindings));
    if (!components.partial()) {
      bindings.requireComplete();
    }
    return bindings;
  }

  private static Server jetty(Limits limits, Gateway gateway) {
    var server = new Server(threads());
    server.setErrorHandler(new ProtocolErrors());
    server.setStopTimeout(limits.stopping().toMillis());
    // the contract routes: one servlet for every path
    var everything = new ServletContextHandler("/", ServletContextHandler.NO_SESSIONS);
    everything.addServlet(new ServletHolder(new Everything(gateway)), "/*");
    server.setHandler(new GracefulHandler(everything));
    return server;
  }

  private static final class Everything extends HttpServlet {
    private static final long serialVersionUID = 1L;

    private final transient Gateway gateway;

    Everything(Gateway gateway) {
      this.gateway = gateway;
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) {
      serve(gateway, request, response);
    }
  }

  private static void serve(
      Gateway gateway, HttpServletRequest request, HttpServletResponse response) {
    try {
      gateway.serve(request, response);
    } catch (IOException gone) {
      LOG.debug("A client went away before its answer was whole", gone);
      // a clean end would make a cut answer look whole
      ServletContextRequest.getServletContextRequest(request)
          .getConnectionMetaData()
          .getConnection()
          .getEndPoint()
          .close();
    }
  }

  /** Few threads of the platform move bytes; each request has a virtual one. */
  private static QueuedThreadPool threads() {
    // Jetty's own queue asks JMX how its memory is laid out, which takes a twentieth of a start
    var queue = new LinkedBlockingQueue<Runnable>();
    var pool = new QueuedThreadPool(32, 4, (int) IDLE_THREAD.toMillis(), queue);
    pool.setName("http");
    pool.setVirtualThreadsExecutor(
        Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("http-", 0).factory()));
    return pool;
  }

  private static ServerConnector connector(
      Server server, Options options, SlowHeaders slowHeaders, ClientConnectionLimit crowding) {
    var limits = options.limits();
    var http = new HttpConfiguration();
    http.setSendServerVersion(false);
    http.setSendDateHeader(true);
    http.setRequestHeaderSize(limits.headerBytes());
    http.setIdleTimeout(limits.idle().toMillis());
    var connector = new ServerConnector(server, new HttpConnectionFactory(http));
    connector.setHost(options.bind());
    connector.setPort(options.port());
    connector.setIdleTimeout(limits.idle().toMillis());
    connector.addBean(slowHeaders);
    connector.addBean(crowding);
    connector.addBean(new NetworkConnectionLimit(limits.connections(), connector));
    server.addConnector(connector);
    return connector;
  }

  /** Looks now which clients of streams are still there. */
  void beat() {
    streams.beat();
  }

  /** Where it listens, also when any free port was asked for. */
  public int port() {
    return connector.getLocalPort();
  }

  /** Stops accepting, lets what is in flight end, then closes. */
  @Override
  public void close() {
    readiness.stop();
    streams.close();
    try {
      jetty.stop();
    } catch (Exception e) {
      LOG.warn("The HTTP server did not stop cleanly", e);
    }
    chores.shutdownNow();
  }
}
