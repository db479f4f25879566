package io.linkspan.app;

import com.zaxxer.hikari.HikariDataSource;
import io.linkspan.conflict.ConflictWorker;
import io.linkspan.identity.FirstLink;
import io.linkspan.platform.crypto.KeysetFile;
import io.linkspan.platform.crypto.TinkSealer;
import io.linkspan.platform.db.Database;
import io.linkspan.platform.db.DatabaseUrl;
import io.linkspan.platform.db.Migrations;
import io.linkspan.platform.db.Notifications;
import io.linkspan.platform.db.Pool;
import io.linkspan.platform.db.SqlStates;
import io.linkspan.platform.egress.HttpEgress;
import io.linkspan.platform.http.Contract;
import io.linkspan.platform.http.HttpServer;
import io.linkspan.platform.http.IdempotencyKeys;
import io.linkspan.platform.http.Limits;
import io.linkspan.platform.http.OrganizerLimits;
import io.linkspan.platform.http.Readiness;
import io.linkspan.platform.http.WebApp;
import io.linkspan.platform.jobs.Jobs;
import io.linkspan.platform.jobs.Jobs.Job;
import io.linkspan.platform.postgres.DirectoryLock;
import io.linkspan.platform.postgres.EmbeddedPostgres;
import io.linkspan.platform.time.Ids;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Constructs the whole program by hand, starts it in the order of its dependencies, and stops it in
 * the reverse one.
 */
final class Wiring implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Wiring.class);
  private static final int CONNECTIONS = 16;

  private final Config config;
  private final Clock clock;
  private final Deque<Part> running = new ArrayDeque<>();
  private final Deque<Part> workers = new ArrayDeque<>();
  private List<Runnable> work = List.of();
  private boolean closed;
  private Optional<FirstLink> firstLink = Optional.empty();

  private Wiring(Config config, Clock clock) {
    this.config = config;
    this.clock = clock;
  }

  /**
   * Starts everything; what had started is stopped again when something cannot.
   *
   * <p>A database that went away meanwhile ends the start too, rather than to begin it over and
   * over: a supervisor does that better, and whoever has none sees what is wrong. Once started, a
   * server waits for its database for as long as that takes.
   */
  static Wiring start(Config config, Clock clock) {
    var wiring = answering(config, clock);
    wiring.work();
    return wiring;
  }

  /** As {@link #start}, up to where the server answers. */
  static Wiring answering(Config config, Clock clock) {
    var wiring = new Wiring(config, clock);
    try {
      wiring.build();
      return wiring;
    } catch (StartFailed said) {
      wiring.close();
      throw said;
    } catch (RuntimeException | Error failure) {
      wiring.close();
      if (SqlStates.passes(failure)) {
        throw databaseLeft(failure);
      }
      throw failure;
    }
  }

  /** Begins what is done beside answering, whose first steps would keep an answer waiting. */
  synchronized void work() {
    if (!closed) {
      work.forEach(Runnable::run);
    }
  }

  private static StartFailed databaseLeft(Throwable failure) {
    return new StartFailed(
        "The database went away while the server started (SQLSTATE " + SqlStates.of(failure) + ")",
        "Start again when it runs; ./linkspan doctor looks closer",
        failure);
  }

  private void build() {
    stopping("data directory", DirectoryLock.hold(config.dataDir()));
    requirePortFree();
    // what needs no database is made while the database is asked
    var contract = CompletableFuture.supplyAsync(Contract::ofClasspath);
    var webApp = CompletableFuture.supplyAsync(WebApp::ofClasspath);
    var metrics = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    var gateway =
        CompletableFuture.supplyAsync(
            () -> HttpEgress.to(config.egressAllow(), config.dataDir().resolve("tmp"), metrics));

    var url = databaseUrl();
    var connection = migrated(url);
    HikariDataSource pool = stopping("connection pool", Pool.of(url, CONNECTIONS, connection));
    pool.setMetricRegistry(metrics);
    var database = new Database(pool);
    var notifications = stopping("notifications", new Notifications(pool));
    var platform =
        new Platform(
            config,
            database,
            notifications,
            TinkSealer.open(
                database, new KeysetFile(config.keysetFile(), config.keysetMayBeMade())),
            stopping("egress", gateway.join()),
            metrics,
            new OrganizerLimits(config.limits(), clock),
            new Ids(clock),
            clock);
    var features = features(platform);
    var idempotency =
        new IdempotencyKeys(
            database, platform.sealer(), platform.limits(), platform.ids(), Duration.ofSeconds(30));
    var jobs =
        Stream.concat(
            features.all().stream().flatMap(module -> module.jobs().stream()),
            Stream.of(
                new Job("forget", Duration.ofHours(6), () -> forget(features.all(), idempotency))));
    var recurring = working("recurring work", new Jobs(pool, clock, jobs.toList()));
    work = new ArrayList<>(List.of(() -> Pool.keepSpare(pool), notifications::start));
    work.add(recurring::start);
    for (Module module : features.all()) {
      for (var worker : module.workers()) {
        working(worker.name(), worker.stop());
        work.add(worker.start());
      }
    }
    var checks = new ArrayList<>(List.of(databaseCheck(database)));
    features.all().forEach(module -> checks.addAll(module.checks()));
    working(
        "HTTP server",
        HttpServer.start(
            new HttpServer.Options(
                config.bind(),
                config.port(),
                config.publicUrl(),
                config.trustedProxies(),
                Limits.standard()),
            new HttpServer.Components(
                contract.join(),
                webApp.join(),
                features.all().stream().flatMap(module -> module.routes().stream()).toList(),
                List.of(),
                Map.of(),
                features.identity().authenticator(),
                database,
                idempotency,
                checks,
                metrics,
                platform.ids(),
                false)));
  }

  private record Features(IdentityModule identity, List<Module> all) {}

  /** A new feature is its module, and its lines here. */
  private Features features(Platform platform) {
    var activity = module("activity", new ActivityModule(platform));
    var identity = module("identity", new IdentityModule(platform, activity));
    var webhooks = module("webhooks", new WebhookModule(platform, activity));
    // blocks change in availability, and are changed by what compares them
    var afterChange = new ConflictWorker();
    var availability =
        module("availability", new AvailabilityModule(platform, activity, afterChange));
    var conflicts =
        module(
            "conflicts",
            new ConflictModule(platform, activity, webhooks, availability, afterChange));
    var providers = Providers.of(platform.egress(), clock, config.publicUrl());
    var connections = module("connections", new ConnectionModule(platform, providers));
    var calendars =
        module(
            "calendars",
            new CalendarModule(
                platform,
                new CalendarModule.Parts(activity, identity, webhooks, availability, connections),
                providers,
                afterChange));
    firstLink = identity.start();
    return new Features(
        identity,
        List.of(identity, activity, availability, connections, calendars, conflicts, webhooks));
  }

  private <M extends Module> M module(String name, M module) {
    return stopping(name, module);
  }

  private void forget(List<Module> features, IdempotencyKeys idempotency) {
    idempotency.purge();
    var before = clock.instant().minus(config.logRetention());
    features.forEach(module -> module.forget(before));
  }

  private DatabaseUrl databaseUrl() {
    return config
        .database()
        .orElseGet(
            () -> stopping("PostgreSQL", EmbeddedPostgres.start(config.postgresHome())).url());
  }

  /** A connection to the database, whose tables are as this program needs them. */
  private static Connection migrated(DatabaseUrl url) {
    var connection = DatabaseConnector.open(url);
    try {
      new Migrations(Pool.single(url)).apply(connection);
      return connection;
    } catch (RuntimeException | Error failure) {
      try {
        connection.close();
      } catch (SQLException e) {
        failure.addSuppressed(e);
      }
      throw failure;
    }
  }

  /** Said before the database starts rather than after. */
  private void requirePortFree() {
    var address = new InetSocketAddress(config.bind(), config.port());
    try (var probe = new ServerSocket()) {
      probe.setReuseAddress(true);
      probe.bind(address);
    } catch (IOException e) {
      String why = String.valueOf(e.getMessage());
      boolean elsewhere = address.isUnresolved() || why.contains("assign");
      throw new StartFailed(
          "Cannot listen on " + config.bind() + ":" + config.port() + ": " + why,
          elsewhere
              ? "Set LINKSPAN_BIND to an address of this machine, or to 0.0.0.0 for all of them"
              : "Stop the program that uses this port, or choose another with --port or"
                  + " LINKSPAN_PORT",
          e);
    }
  }

  private static Readiness.Check databaseCheck(Database database) {
    return new Readiness.Check(
        "database",
        () -> {
          database.ping();
          return "answers";
        });
  }

  /** Where people find the server. */
  URI address() {
    return config.publicUrl();
  }

  /** To print, while nobody can sign in as administrator. */
  Optional<FirstLink> firstLink() {
    return firstLink;
  }

  private <T extends AutoCloseable> T stopping(String name, T part) {
    running.push(new Part(name, part));
    return part;
  }

  private <T extends AutoCloseable> T working(String name, T part) {
    workers.push(new Part(name, part));
    return part;
  }

  /**
   * Stops everything that runs. What does the work ends its part of it side by side, so that the
   * longest of them decides how long that takes; then the rest, newest first. One that fails does
   * not keep the others alive.
   */
  @Override
  public synchronized void close() {
    closed = true;
    try (var together = Executors.newVirtualThreadPerTaskExecutor()) {
      while (!workers.isEmpty()) {
        together.execute(workers.pop()::close);
      }
    }
    while (!running.isEmpty()) {
      running.pop().close();
    }
  }

  private record Part(String name, AutoCloseable closer) {
    void close() {
      try {
        closer.close();
      } catch (Exception e) {
        LOG.warn("{} did not stop cleanly", name, e);
      }
    }
  }
}
