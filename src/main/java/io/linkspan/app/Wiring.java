package io.linkspan.app;

import com.zaxxer.hikari.HikariDataSource;
import io.linkspan.platform.crypto.KeysetFile;
import io.linkspan.platform.crypto.Sealer;
import io.linkspan.platform.crypto.TinkSealer;
import io.linkspan.platform.db.Database;
import io.linkspan.platform.db.DatabaseUrl;
import io.linkspan.platform.db.DirectoryLock;
import io.linkspan.platform.db.EmbeddedPostgres;
import io.linkspan.platform.db.Migrations;
import io.linkspan.platform.db.Pool;
import io.linkspan.platform.http.Contract;
import io.linkspan.platform.http.HttpServer;
import io.linkspan.platform.http.IdempotencyKeys;
import io.linkspan.platform.http.Limits;
import io.linkspan.platform.http.Pages;
import io.linkspan.platform.http.Problem;
import io.linkspan.platform.http.Readiness;
import io.linkspan.platform.http.Routes;
import io.linkspan.platform.time.Ids;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
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
  private final Optional<URI> setupLink = Optional.empty();

  private Wiring(Config config, Clock clock) {
    this.config = config;
    this.clock = clock;
  }

  /** Starts everything; what had started is stopped again when something cannot. */
  static Wiring start(Config config, Clock clock) {
    var wiring = new Wiring(config, clock);
    try {
      wiring.build();
      return wiring;
    } catch (RuntimeException | Error failure) {
      wiring.close();
      throw failure;
    }
  }

  private void build() {
    stopping("data directory", DirectoryLock.hold(config.dataDir()));
    requirePortFree();
    // reading the contract takes as long as starting a database
    var contract = CompletableFuture.supplyAsync(Contract::ofClasspath);

    var url = databaseUrl();
    new Migrations(DatabaseDoor.open(url)).apply();
    HikariDataSource pool = stopping("connection pool", Pool.of(url, CONNECTIONS));
    var database = new Database(pool);
    var ids = new Ids(clock);
    Sealer sealer =
        TinkSealer.open(database, new KeysetFile(config.keysetFile(), config.keysetMayBeMade()));

    List<Routes> routes = new ArrayList<>();
    List<Pages.Routes> pages = new ArrayList<>();
    // features add what they construct here, in the order of their dependencies

    stopping(
        "HTTP server",
        HttpServer.start(
            new HttpServer.Place(
                config.bind(), config.port(), config.publicUrl(), Limits.standard()),
            new HttpServer.Parts(
                contract.join(),
                routes,
                pages,
                visitor -> {
                  throw Problem.of(401, "unauthenticated", "Unauthorized", "Nobody can sign in.");
                },
                database,
                new IdempotencyKeys(database, sealer, ids, Duration.ofSeconds(30)),
                List.of(databaseCheck(database)),
                new PrometheusMeterRegistry(PrometheusConfig.DEFAULT),
                ids,
                true)));
  }

  private DatabaseUrl databaseUrl() {
    return config
        .database()
        .orElseGet(
            () -> stopping("PostgreSQL", EmbeddedPostgres.start(config.postgresHome())).url());
  }

  /** Said before the database starts rather than after. */
  private void requirePortFree() {
    try (var probe = new ServerSocket()) {
      probe.setReuseAddress(true);
      probe.bind(new InetSocketAddress(config.bind(), config.port()));
    } catch (IOException e) {
      throw new StartFailed(
          "Cannot listen on " + config.bind() + ":" + config.port() + ": " + e.getMessage(),
          "Stop the program that uses this port, or choose another with --port or LINKSPAN_PORT",
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

  /** Where people find the server. */
  URI address() {
    return config.publicUrl();
  }

  /** Makes the first administrator, while there is none. */
  Optional<URI> setupLink() {
    return setupLink;
  }

  private <T extends AutoCloseable> T stopping(String name, T part) {
    running.push(new Part(name, part));
    return part;
  }

  /** Stops everything that runs, newest first; one that fails does not keep the others alive. */
  @Override
  public void close() {
    while (!running.isEmpty()) {
      Part part = running.pop();
      try {
        part.closer().close();
      } catch (Exception e) {
        LOG.warn("{} did not stop cleanly", part.name(), e);
      }
    }
  }

  private record Part(String name, AutoCloseable closer) {}
}
