package io.linkspan.platform.postgres;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.linkspan.platform.db.Database;
import io.linkspan.platform.db.Migrations;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;

/**
 * A database of a test's own on the one PostgreSQL of this JVM: migrated, empty, gone after {@link
 * #close}.
 *
 * <p>The server's disk safety is off; tests of durability start an {@link EmbeddedPostgres} of
 * their own.
 */
public final class TestDatabase implements AutoCloseable {
  private static final String TEMPLATE = "template_linkspan";
  private static final AtomicInteger COUNTER = new AtomicInteger();

  private final String name;
  private final HikariDataSource pool;
  private final Database database;
  private final boolean owner;

  private TestDatabase(String name, HikariDataSource pool, boolean owner) {
    this.name = name;
    this.pool = pool;
    this.database = new Database(pool);
    this.owner = owner;
  }

  /** A migrated database with no rows. */
  public static TestDatabase fresh() {
    return copyOf(Server.get().template());
  }

  /** A database without even a schema. */
  public static TestDatabase empty() {
    return copyOf("template1");
  }

  private static TestDatabase copyOf(String template) {
    String name = "test_" + COUNTER.incrementAndGet();
    Server.get().execute("CREATE DATABASE " + name + " TEMPLATE " + template);
    return new TestDatabase(name, pool(Server.get().postgres.url(name).jdbcUrl(), name), true);
  }

  /** The port of the server, on the loopback interface. */
  public int port() {
    return URI.create(jdbcUrl().substring("jdbc:".length())).getPort();
  }

  /** The same database on another way to it, which is closed for itself. */
  public TestDatabase through(int port) {
    String url = jdbcUrl().replace(":" + port() + "/", ":" + port + "/");
    return new TestDatabase(name, pool(url, name), false);
  }

  /** Where the tests of this project unpack PostgreSQL, once. */
  static Path programs() {
    return base().resolve("programs");
  }

  private static Path base() {
    return Path.of(System.getProperty("basedir", ""), "target", "test-postgres").toAbsolutePath();
  }

  public Database database() {
    return database;
  }

  public DataSource dataSource() {
    return pool;
  }

  public String jdbcUrl() {
    return Server.get().postgres.url(name).jdbcUrl();
  }

  public String user() {
    return PostgresHome.ROLE;
  }

  public String password() {
    return Server.get().postgres.url().password();
  }

  /** As {@code LINKSPAN_DATABASE_URL} takes it. */
  public String url() {
    return jdbcUrl()
        .replace("jdbc:postgresql://", "postgresql://" + user() + ":" + password() + "@");
  }

  /** Ends every connection to this database, as a crash of the server would. */
  public void cutConnections() {
    Server.get()
        .execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '"
                + name
                + "'");
  }

  @Override
  public void close() {
    pool.close();
    if (!owner) {
      return;
    }
    Server.get().execute("DROP DATABASE IF EXISTS " + name + " WITH (FORCE)");
  }

  private static HikariDataSource pool(String url, String database) {
    var config = new HikariConfig();
    config.setJdbcUrl(url);
    config.setUsername(PostgresHome.ROLE);
    config.setPassword(Server.get().postgres.url().password());
    config.setMaximumPoolSize(10);
    config.setMinimumIdle(0);
    // as in production: a caller is told soon
    config.setConnectionTimeout(5_000);
    config.setPoolName(database);
    return new HikariDataSource(config);
  }

  /** One server for all tests of this JVM; its directory is deleted at the end. */
  private static final class Server {
    private static volatile Server instance;

    private final EmbeddedPostgres postgres;
    private boolean templateReady;

    private Server(EmbeddedPostgres postgres) {
      this.postgres = postgres;
    }

    static Server get() {
      Server running = instance;
      if (running == null) {
        synchronized (Server.class) {
          running = instance;
          if (running == null) {
            running = start();
            instance = running;
          }
        }
      }
      return running;
    }

    private static Server start() {
      Path home = base().resolve("server-" + ProcessHandle.current().pid());
      try {
        Files.createDirectories(base());
        clearAbandoned();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      var postgres =
          EmbeddedPostgres.start(
              home,
              EmbeddedPostgres.Options.standard(home)
                  .with(programs())
                  .with(
                      Map.of(
                          "fsync", "off",
                          "synchronous_commit", "off",
                          "full_page_writes", "off",
                          "max_connections", "300")));
      Runtime.getRuntime()
          .addShutdownHook(
              new Thread(
                  () -> {
                    postgres.close();
                    try {
                      Trees.delete(home);
                    } catch (IOException e) {
                      throw new UncheckedIOException(e);
                    }
                  },
                  "stop test PostgreSQL"));
      return new Server(postgres);
    }

    /** Servers of test runs that were killed. */
    private static void clearAbandoned() throws IOException {
      try (var homes = Files.newDirectoryStream(base(), "server-*")) {
        for (Path home : homes) {
          long owner = Long.parseLong(home.getFileName().toString().replace("server-", ""));
          if (owner == ProcessHandle.current().pid() || ProcessHandle.of(owner).isEmpty()) {
            OrphanedProcesses.clear(home.resolve("cluster"));
            Trees.delete(home);
          }
        }
      }
    }

    synchronized String template() {
      if (!templateReady) {
        execute("CREATE DATABASE " + TEMPLATE);
        try (var pool = pool(postgres.url(TEMPLATE).jdbcUrl(), TEMPLATE)) {
          new Migrations(pool).apply();
        }
        templateReady = true;
      }
      return TEMPLATE;
    }

    synchronized void execute(String sql) {
      try (var connection =
              DriverManager.getConnection(
                  postgres.url("postgres").jdbcUrl(),
                  PostgresHome.ROLE,
                  postgres.url().password());
          var statement = connection.createStatement()) {
        statement.execute(sql);
      } catch (SQLException e) {
        throw new IllegalStateException(sql + ": " + e.getMessage(), e);
      }
    }
  }
}
