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
import io.linkspan.platform.http.Routes;
import io.linkspan.platform.time.Ids;
import java.net.URI;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
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
  private final Deque<Part> running = new ArrayDeque<>();

  private Wiring(Config config) {
    this.config = config;
  }

  /** Starts everything; what had started is stopped again when something cannot. */
  static Wiring start(Config config, Clock clock) {
    var wiring = new Wiring(config);
    try {
      wiring.build(clock);
      return wiring;
    } catch (RuntimeException | Error failure) {
      wiring.close();
      throw failure;
    }
  }

  private void build(Clock clock) {
    stopping("data directory", DirectoryLock.hold(config.dataDir()));
    HikariDataSource pool = stopping("connection pool", Pool.of(database(), CONNECTIONS));
    new Migrations(pool).apply();
    var database = new Database(pool);
    var ids = new Ids(clock);
    Sealer sealer =
        TinkSealer.open(database, new KeysetFile(config.keysetFile(), config.keysetMayBeMade()));

    List<Routes> routes = new ArrayList<>();
    // features add what they construct here, in the order of their dependencies
    LOG.info(
        "{} groups of operations, ids like {}, {}, {}",
        routes.size(),
        ids.next(),
        database,
        sealer);
  }

  private DatabaseUrl database() {
    return config
        .database()
        .orElseGet(
            () -> stopping("PostgreSQL", EmbeddedPostgres.start(config.postgresHome())).url());
  }

  /** Where the program answers. */
  URI address() {
    return config.publicUrl();
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
