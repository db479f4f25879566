package io.linkspan.platform.postgres;

import io.linkspan.platform.db.DatabaseUrl;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import java.util.function.LongConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A PostgreSQL server of our own, for an installation without one.
 *
 * <p>It listens on the loopback interface only, with a random password that lies beside the data
 * (mode 0600), and keeps what it acknowledged: {@code fsync}, {@code synchronous_commit} and {@code
 * full_page_writes} are on. When it dies it is started again, on the same port, so that the pool
 * finds it.
 */
public final class EmbeddedPostgres implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EmbeddedPostgres.class);
  private static final String DATABASE = "linkspan";
  private static final int PORT_ATTEMPTS = 10;
  private static final Duration FIRST_RETRY = Duration.ofMillis(200);
  private static final Duration LAST_RETRY = Duration.ofSeconds(30);

  private final DirectoryLock lock;
  private final PostgresHome home;
  private final Options options;
  private final String password;
  private final ScheduledExecutorService supervisor =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("postgres-supervisor").factory());
  private int port;
  // guarded by this
  private Optional<Postmaster> running = Optional.empty();
  private boolean closed;

  /**
   * What only tests change.
   *
   * @param programs where the PostgreSQL programs are unpacked
   * @param settings put over our own
   * @param ports where to listen, tried in turn
   * @param started told each process that takes connections
   */
  record Options(
      Path programs,
      PostgresUser user,
      Map<String, String> settings,
      IntSupplier ports,
      LongConsumer started) {
    static Options standard(Path directory) {
      return new Options(
          directory.resolve("programs"),
          PostgresUser.here(),
          Map.of(),
          EmbeddedPostgres::anyPort,
          pid -> {});
    }

    Options with(Path otherPrograms) {
      return new Options(otherPrograms, user, settings, ports, started);
    }

    Options with(Map<String, String> otherSettings) {
      return new Options(programs, user, otherSettings, ports, started);
    }

    Options with(PostgresUser otherUser) {
      return new Options(programs, otherUser, settings, ports, started);
    }

    Options with(IntSupplier otherPorts) {
      return new Options(programs, user, settings, otherPorts, started);
    }

    Options telling(LongConsumer listener) {
      return new Options(programs, user, settings, ports, listener);
    }
  }

  private EmbeddedPostgres(
      DirectoryLock lock, PostgresHome home, Options options, String password) {
    this.lock = lock;
    this.home = home;
    this.options = options;
    this.password = password;
  }

  /**
   * Starts a server whose programs and data live in {@code directory}; makes both if absent.
   *
   * @throws DirectoryLock.InUse if another program runs it
   * @throws EmbeddedPostgresFailed with the reason and what to do
   */
  public static EmbeddedPostgres start(Path directory) {
    return start(directory, Options.standard(directory));
  }

  static EmbeddedPostgres start(Path directory, Options options) {
    Path absolute = directory.toAbsolutePath().normalize();
    var lock = DirectoryLock.hold(absolute);
    try {
      var home =
          new PostgresHome(absolute, PostgresBinaries.unpack(options.programs()), options.user());
      boolean durable = !"off".equals(options.settings().get("fsync"));
      OrphanedProcesses.clear(home.cluster());
      var server = new EmbeddedPostgres(lock, home, options, home.prepare(durable));
      server.launchOnFreePort();
      server.createDatabase();
      return server;
    } catch (IOException e) {
      lock.close();
      throw EmbeddedPostgresFailed.during("starting the embedded PostgreSQL in " + absolute, e);
    } catch (RuntimeException | Error e) {
      lock.close();
      throw e;
    }
  }

  /** How to reach the server of another program that runs in {@code directory} right now. */
  public static Optional<DatabaseUrl> runningIn(Path directory) {
    try {
      Path cluster = directory.resolve("cluster");
      var password = PostgresHome.password(directory);
      return Postmaster.PidFile.read(cluster)
          .filter(file -> file.ready() && ProcessHandle.of(file.pid()).isPresent())
          .flatMap(file -> password.map(secret -> url(file.port(), DATABASE, secret)));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** How to reach the program's database. */
  public DatabaseUrl url() {
    return url(DATABASE);
  }

  DatabaseUrl url(String database) {
    return url(port, database, password);
  }

  private static DatabaseUrl url(int port, String database, String password) {
    return new DatabaseUrl(
        "jdbc:postgresql://127.0.0.1:" + port + "/" + database, PostgresHome.ROLE, password);
  }

  /** Our directory is free again for another program afterwards. */
  @Override
  public void close() {
    Optional<Postmaster> last;
    synchronized (this) {
      closed = true;
      last = running;
    }
    supervisor.shutdownNow();
    last.ifPresent(Postmaster::stop);
    lock.close();
  }

  private void launchOnFreePort() throws IOException {
    for (int attempt = 1; ; attempt++) {
      port = options.ports().getAsInt();
      try {
        launch();
        return;
      } catch (EmbeddedPostgresFailed failure) {
        // somebody else was faster between our choice and PostgreSQL's bind
        if (attempt == PORT_ATTEMPTS
            || !Files.readString(home.log()).contains("Address already in use")) {
          throw failure;
        }
        LOG.info("Port {} was taken; trying another", port);
      }
    }
  }

  private synchronized void launch() throws IOException {
    if (closed) {
      return;
    }
    var postmaster = Postmaster.start(home, settings());
    running = Optional.of(postmaster);
    postmaster.onExit().thenRunAsync(() -> restart(FIRST_RETRY), supervisor);
    options.started().accept(postmaster.pid());
  }

  private void restart(Duration pause) {
    synchronized (this) {
      if (closed) {
        return;
      }
      running = Optional.empty();
    }
    try {
      LOG.error("The database stopped unexpectedly; starting it again. Its log: {}", home.log());
      OrphanedProcesses.clear(home.cluster());
      launch();
      LOG.info("The database runs again");
    } catch (IOException | RuntimeException e) {
      LOG.error("The database does not start; next attempt in {}", pause, e);
      Duration next = pause.multipliedBy(2);
      supervisor.schedule(
          () -> restart(next.compareTo(LAST_RETRY) > 0 ? LAST_RETRY : next),
          pause.toMillis(),
          TimeUnit.MILLISECONDS);
    }
  }

  private Map<String, String> settings() {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("port", Integer.toString(port));
    settings.put("listen_addresses", "127.0.0.1");
    settings.put("unix_socket_directories", "");
    settings.put("password_encryption", "scram-sha-256");
    settings.put("fsync", "on");
    settings.put("synchronous_commit", "on");
    settings.put("full_page_writes", "on");
    settings.put("timezone", "UTC");
    settings.put("log_timezone", "UTC");
    settings.put("lc_messages", "C");
    settings.put("jit", "off");
    // parallel queries take shared memory, of which a container has 64 MB
    settings.put("max_parallel_workers_per_gather", "0");
    settings.put("max_parallel_maintenance_workers", "0");
    settings.put("max_logical_replication_workers", "0");
    settings.putAll(options.settings());
    return settings;
  }

  private void createDatabase() {
    try (var probe = connect(DATABASE)) {
      probe.isValid(1);
    } catch (SQLException absent) {
      if (!"3D000".equals(absent.getSQLState())) {
        close();
        throw new IllegalStateException("The embedded PostgreSQL refuses its user", absent);
      }
      try (var connection = connect("postgres");
          var statement = connection.createStatement()) {
        statement.execute("CREATE DATABASE " + DATABASE);
      } catch (SQLException e) {
        close();
        throw new IllegalStateException("Cannot create the database " + DATABASE, e);
      }
    }
  }

  private java.sql.Connection connect(String database) throws SQLException {
    return DriverManager.getConnection(url(database).jdbcUrl(), PostgresHome.ROLE, password);
  }

  /** Below the ports that outgoing connections take, so that a restart finds its port free. */
  private static int anyPort() {
    for (int attempt = 0; attempt < 100; attempt++) {
      int port = ThreadLocalRandom.current().nextInt(20_000, 32_000);
      try (var socket = new ServerSocket()) {
        socket.setReuseAddress(true);
        socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        return port;
      } catch (IOException taken) {
        // another one, then
      }
    }
    throw new EmbeddedPostgresFailed(
        "No free port between 20000 and 32000 on the loopback interface",
        "End a program that holds many ports, or set LINKSPAN_DATABASE_URL");
  }
}
