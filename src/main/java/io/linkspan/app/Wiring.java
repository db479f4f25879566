package io.linkspan.app;

import com.zaxxer.hikari.HikariDataSource;
import io.linkspan.activity.ActivityLogStore;
import io.linkspan.activity.ActivityRoutes;
import io.linkspan.activity.ChangeSignals;
import io.linkspan.activity.ChangeStore;
import io.linkspan.activity.Changes.Change;
import io.linkspan.availability.AvailabilityRoutes;
import io.linkspan.availability.BlockChangeStore;
import io.linkspan.availability.BlockedTimes;
import io.linkspan.availability.FreeBusy;
import io.linkspan.availability.SyncedBlocks;
import io.linkspan.calendar.settings.CalendarFeature;
import io.linkspan.calendar.settings.StoredFreshness;
import io.linkspan.calendar.sync.SyncWindow;
import io.linkspan.conflict.ConflictNews;
import io.linkspan.conflict.ConflictReconciler;
import io.linkspan.conflict.ConflictRoutes;
import io.linkspan.conflict.ConflictWorker;
import io.linkspan.connection.ConnectionRoutes;
import io.linkspan.connection.Connections;
import io.linkspan.identity.FirstLink;
import io.linkspan.identity.Identity;
import io.linkspan.identity.IdentitySettings;
import io.linkspan.platform.crypto.KeysetFile;
import io.linkspan.platform.crypto.Sealer;
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
import io.linkspan.platform.http.Pages;
import io.linkspan.platform.http.Readiness;
import io.linkspan.platform.http.Routes;
import io.linkspan.platform.http.WebApp;
import io.linkspan.platform.jobs.Jobs;
import io.linkspan.platform.jobs.Jobs.Job;
import io.linkspan.platform.postgres.DirectoryLock;
import io.linkspan.platform.postgres.EmbeddedPostgres;
import io.linkspan.platform.time.Ids;
import io.linkspan.webhook.WebhookParts;
import io.linkspan.webhook.Webhooks;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Constructs the whole program by hand, starts it in the order of its dependencies, and stops it in
 * the reverse one.
 */
final class Wiring implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Wiring.class);
  private static final int CONNECTIONS = 16;
  private static final String DELIVERIES = "linkspan_deliveries";
  private static final Duration CHANGES_KEPT = Duration.ofDays(1);

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
    var database = new Database(pool);
    var ids = new Ids(clock);
    Sealer sealer =
        TinkSealer.open(database, new KeysetFile(config.keysetFile(), config.keysetMayBeMade()));

    pool.setMetricRegistry(metrics);
    var limits = new OrganizerLimits(config.limits(), clock);
    var idempotency = new IdempotencyKeys(database, sealer, limits, ids, Duration.ofSeconds(30));
    var identity =
        stopping("identity", new Identity(database, limits, clock, ids, identitySettings()));
    var notifications = stopping("notifications", new Notifications(pool));
    var signals = new ChangeSignals(notifications);
    var changes = new ChangeStore(clock, signals::changed);
    var log = new ActivityLogStore(changes, ids, clock);
    identity
        .organizers()
        .onChange(
            (tx, organizer) -> changes.changed(tx, organizer, "user", organizer, Change.UPDATED));
    var egress = stopping("egress", gateway.join());
    String node = ids.next().toString();
    var webhooks =
        new Webhooks(
            new WebhookParts(database, sealer, egress, log, changes, limits, metrics, ids, clock),
            config.webhookRetrySchedule(),
            () -> notifications.say(DELIVERIES, node));
    notifications.on(
        DELIVERIES,
        from -> {
          // what it queued itself it knows, and where
          if (!from.equals(node)) {
            webhooks.wake();
          }
        });
    var outbox = webhooks.outbox();

    var sync = config.sync();
    var freshness = new StoredFreshness(sync.interval(), clock);
    var notes = new BlockChangeStore();
    var afterChange = stopping("conflicts", new ConflictWorker());
    var blockedTimes = new BlockedTimes(notes, changes, afterChange, ids, clock);
    var blocks = new ConflictReconciler.Blocks(notes, blockedTimes, freshness);
    var conflicts =
        new ConflictReconciler(
            database, blocks, new ConflictNews(log, outbox), changes, ids, clock);
    afterChange.reconcileBy(conflicts::reconcile);

    var providers = Providers.of(egress, clock, config.publicUrl());
    var connections = new Connections(providers.connectors(), sealer, database, ids, clock);
    var calendars =
        new CalendarFeature(
            new CalendarFeature.Parts(
                providers.calendars(),
                connections,
                database,
                new SyncedBlocks(notes, changes, ids, clock),
                new SyncWindow(sync.behind(), sync.ahead()),
                sync.interval(),
                afterChange,
                log,
                outbox,
                changes,
                ids,
                clock));
    identity.organizers().onZoneChange((tx, organizer, _) -> calendars.zoneChanged(tx, organizer));

    firstLink = identity.start();
    List<Routes> routes = new ArrayList<>(identity.routes());
    routes.add(new ActivityRoutes(database, log, changes, signals, clock));
    routes.add(
        new AvailabilityRoutes(database, blockedTimes, freshness, new FreeBusy(freshness, clock)));
    routes.add(new ConnectionRoutes(connections));
    routes.add(calendars.routes());
    routes.add(new ConflictRoutes(database, conflicts, blocks, changes, ids, clock));

    routes.addAll(webhooks.routes());
    webhooks.makePartitions();

    var jobs =
        List.of(
            new Job("roll-windows", Duration.ofMinutes(10), calendars.sync()::rollWindows),
            new Job("list-calendars-again", Duration.ofMinutes(10), calendars.listing()::listAgain),
            new Job("reconcile-conflicts", Duration.ofMinutes(1), conflicts::reconcileAll),
            new Job("replays", Duration.ofSeconds(10), webhooks::resumeReplays),
            new Job("clear-deleted-webhooks", Duration.ofMinutes(1), webhooks::clearDeleted),
            new Job("delivery-partitions", Duration.ofHours(6), webhooks::makePartitions),
            new Job(
                "forget",
                Duration.ofHours(6),
                () -> {
                  var kept = clock.instant().minus(config.logRetention());
                  idempotency.purge();
                  calendars.sync().forgetBefore(config.logRetention());
                  webhooks.forgetBefore(clock.instant().minus(config.logRetention()));
                  conflicts.forgetResolvedBefore(kept);
                  database.query(handle -> log.purge(handle, kept));
                  database.query(
                      handle -> changes.purge(handle, clock.instant().minus(CHANGES_KEPT)));
                }));
    var recurring = working("recurring work", new Jobs(pool, clock, jobs));
    var passes = working("calendar passes", calendars.sync().worker());
    var deliveries = working("deliveries", webhooks.worker());
    var watch = working("watch of the queue", webhooks.monitor());
    work =
        List.of(
            () -> Pool.keepSpare(pool),
            notifications::start,
            recurring::start,
            passes::start,
            deliveries::start,
            watch::start);

    working(
        "HTTP server",
        HttpServer.start(
            new HttpServer.Options(
                config.bind(), config.port(), config.publicUrl(), Limits.standard()),
            new HttpServer.Components(
                contract.join(),
                webApp.join(),
                routes,
                welcomePages(identity),
                Map.of(),
                identity.authenticator(),
                database,
                idempotency,
                List.of(databaseCheck(database), deliveriesCheck(webhooks)),
                metrics,
                ids,
                false)));
  }

  /**
   * The web application has pages of its own for the one-time links; these stand in where it is not
   * built.
   */
  private static List<Pages.Routes> welcomePages(Identity identity) {
    return Wiring.class.getResource("/ui/index.html") == null
        ? List.of(identity.pages())
        : List.of();
  }

  private IdentitySettings identitySettings() {
    var admin = config.admin();
    return new IdentitySettings(
        config.publicUrl(), admin.email(), admin.password(), admin.apiKey());
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
    return new Readiness.Check() {
      @Override
      public String name() {
        return "database";
      }

      @Override
      public String look() {
        database.ping();
        return "answers";
      }
    };
  }

  /** Never refuses: other nodes would not deliver any faster without this one. */
  private static Readiness.Check deliveriesCheck(Webhooks webhooks) {
    return new Readiness.Check() {
      @Override
      public String name() {
        return "deliveries";
      }

      @Override
      public String look() {
        return webhooks.monitor().summary();
      }
    };
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
