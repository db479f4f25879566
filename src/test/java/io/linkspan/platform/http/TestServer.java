package io.linkspan.platform.http;

import io.linkspan.platform.crypto.Sealer;
import io.linkspan.platform.egress.Network;
import io.linkspan.platform.postgres.TestDatabase;
import io.linkspan.platform.time.Ids;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * The real server on a free loopback port, with the routes of one feature. Unless a test brings its
 * own {@link Authenticator}, {@link #as} makes clients that call as anyone it likes.
 *
 * <pre>{@code
 * try (var database = TestDatabase.fresh();
 *     var server = TestServer.over(database).routes(new BlockedTimeRoutes(...)).start()) {
 *   var ada = server.as(organizerId);
 *   assertThat(ada.get("/api/v1/availability/blocked-times/").status()).isEqualTo(200);
 * }
 * }</pre>
 */
public final class TestServer implements AutoCloseable {
  public static final URI PUBLIC_URL = URI.create("http://localhost:8080");

  private final HttpServer server;
  private final Map<String, Caller> callers;
  private final AnswerCheck answers;

  private TestServer(HttpServer server, Map<String, Caller> callers, Contract contract) {
    this.server = server;
    this.callers = callers;
    this.answers = new AnswerCheck(contract);
  }

  public static Builder over(TestDatabase database) {
    return new Builder(database);
  }

  public int port() {
    return server.port();
  }

  public URI address() {
    return URI.create("http://127.0.0.1:" + port());
  }

  /** Calls without an identity. Every answer is held against the contract. */
  public ApiClient anonymous() {
    return new ApiClient(address(), Map.of(), answers::check);
  }

  /** Calls as an organizer who may do everything of their own. */
  public ApiClient as(UUID organizerId) {
    return as(new Caller(organizerId, organizerId, Set.of("*"), false));
  }

  public ApiClient as(Caller caller) {
    String key = "test-" + UUID.randomUUID();
    callers.put(key, caller);
    return anonymous().with("Authorization", "Bearer " + key);
  }

  /** A key for the caller, for clients other than {@link ApiClient}. */
  String keyOf(Caller caller, String key) {
    callers.put(key, caller);
    return key;
  }

  /** From now on the key is nobody's. */
  void withdraw(String key) {
    callers.remove(key);
  }

  /** Calls as a browser does that has a session. */
  public ApiClient browserOf(Caller caller) {
    return anonymous().with("Cookie", cookieOf(caller));
  }

  /** The cookie of a session, as a browser sends it. */
  String cookieOf(Caller caller) {
    String session = "test-" + UUID.randomUUID();
    callers.put(session, caller);
    return "session=" + session;
  }

  HttpServer server() {
    return server;
  }

  @Override
  public void close() {
    server.close();
  }

  /** What the server is made of. */
  public static final class Builder {
    private final TestDatabase database;
    private final List<Routes> routes = new ArrayList<>();
    private final List<Pages.Routes> pages = new ArrayList<>();
    private final Map<String, Mount> mounts = new HashMap<>();
    private final List<Readiness.Check> checks = new ArrayList<>();
    private final Map<String, Caller> callers = new ConcurrentHashMap<>();
    private Authenticator authenticator = this::identify;
    private Contract contract = Contract.ofClasspath();
    private Limits limits = Limits.standard();
    private Map<OrganizerLimit, Long> organizerLimits = Map.of();
    private URI publicUrl = PUBLIC_URL;
    private List<Network> proxies = List.of(Network.parse("127.0.0.0/8"));
    private Sealer sealer = new TestSealer();
    private Clock clock = Clock.systemUTC();
    private Duration lease = Duration.ofSeconds(30);

    private Builder(TestDatabase database) {
      this.database = database;
    }

    public Builder routes(Routes... more) {
      routes.addAll(List.of(more));
      return this;
    }

    public Builder pages(Pages.Routes... more) {
      pages.addAll(List.of(more));
      return this;
    }

    /** Everything below one first segment of the path. */
    public Builder mount(String segment, Mount mount) {
      mounts.put(segment, mount);
      return this;
    }

    public Builder checks(Readiness.Check... more) {
      checks.addAll(List.of(more));
      return this;
    }

    public Builder authenticator(Authenticator own) {
      this.authenticator = own;
      return this;
    }

    public Builder contract(Contract own) {
      this.contract = own;
      return this;
    }

    public Builder limits(Limits own) {
      this.limits = own;
      return this;
    }

    public Builder publicUrl(URI own) {
      this.publicUrl = own;
      return this;
    }

    public Builder trustedProxies(String... networks) {
      this.proxies = Stream.of(networks).map(Network::parse).toList();
      return this;
    }

    /** What differs from the standard. */
    public Builder organizerLimits(Map<OrganizerLimit, Long> own) {
      this.organizerLimits = own;
      return this;
    }

    public Builder sealer(Sealer own) {
      this.sealer = own;
      return this;
    }

    /** How long a call holds its idempotency key after its node has died. */
    public Builder lease(Duration own) {
      this.lease = own;
      return this;
    }

    public Builder clock(Clock own) {
      this.clock = own;
      return this;
    }

    public TestServer start() {
      var place = new HttpServer.Options("127.0.0.1", 0, publicUrl, proxies, limits);
      var parts =
          new HttpServer.Components(
              contract,
              // the application may be built already or not: a test's outcome must not hang on that
              new WebApp(Map.of()),
              routes,
              pages,
              mounts,
              authenticator,
              database.database(),
              new IdempotencyKeys(
                  database.database(),
                  sealer,
                  new OrganizerLimits(organizerLimits, clock),
                  new Ids(clock),
                  lease),
              checks,
              new PrometheusMeterRegistry(PrometheusConfig.DEFAULT),
              new Ids(clock),
              true);
      var server = HttpServer.start(place, parts);
      return new TestServer(server, callers, contract);
    }

    private Authenticator.Identity identify(Visitor visitor) {
      String key = visitor.header("Authorization").orElse("").replace("Bearer ", "");
      Caller caller = callers.get(key);
      if (caller != null) {
        return new Authenticator.Identity(caller, false);
      }
      Caller signedIn = callers.get(visitor.cookie("session").orElse(""));
      if (signedIn != null) {
        return new Authenticator.Identity(signedIn, true);
      }
      throw Problem.of(401, "unauthenticated", "Unauthorized", "Nobody is signed in.");
    }
  }
}
