package io.linkspan.platform.db;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A PostgreSQL server of our own, for an installation without one.
 *
 * <p>It listens on the loopback interface only, with a random password that lies beside the data
 * (mode 0600), and keeps what it acknowledged: {@code fsync}, {@code synchronous_commit} and {@code
 * full_page_writes} are on.
 */
public final class EmbeddedPostgres implements AutoCloseable {
  static final String USER = "linkspan";
  private static final String DATABASE = "linkspan";
  private static final Duration START_LIMIT = Duration.ofSeconds(60);
  private static final Duration STOP_LIMIT = Duration.ofSeconds(30);

  private final Process process;
  private final int port;
  private final String password;

  private EmbeddedPostgres(Process process, int port, String password) {
    this.process = process;
    this.port = port;
    this.password = password;
  }

  /** Starts a server whose programs and data live below {@code home}; makes both if absent. */
  public static EmbeddedPostgres start(Path home) {
    return start(home, home.resolve("programs"), Map.of());
  }

  /**
   * As {@link #start(Path)}.
   *
   * @param settings put over our own; only tests give any
   */
  static EmbeddedPostgres start(Path home, Path programs, Map<String, String> settings) {
    try {
      Files.createDirectories(home);
      Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwx------"));
      Path binaries = PostgresBinaries.unpack(programs);
      String password = password(home.resolve("password"));
      Path cluster = home.resolve("cluster");
      if (!Files.exists(cluster)) {
        create(binaries, home, cluster, "off".equals(settings.get("fsync")));
      }
      var server = launch(binaries, home, cluster, settings, password);
      server.createDatabase();
      return server;
    } catch (IOException e) {
      throw EmbeddedPostgresFailed.during("starting the embedded PostgreSQL in " + home, e);
    }
  }

  /** How to reach the program's database. */
  public DatabaseUrl url() {
    return new DatabaseUrl(jdbcUrl(DATABASE), USER, password);
  }

  String jdbcUrl(String database) {
    return "jdbc:postgresql://127.0.0.1:" + port + "/" + database;
  }

  String password() {
    return password;
  }

  long pid() {
    return process.pid();
  }

  @Override
  public void close() {
    try {
      signal("INT");
      if (!process.waitFor(STOP_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
        signal("QUIT");
        process.waitFor(STOP_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
      }
    } catch (IOException e) {
      process.destroy();
    } catch (InterruptedException e) {
      process.destroy();
      Thread.currentThread().interrupt();
    }
  }

  private void signal(String name) throws IOException, InterruptedException {
    new ProcessBuilder("sh", "-c", "kill -s " + name + " " + process.pid()).start().waitFor();
  }

  private static String password(Path file) throws IOException {
    if (Files.exists(file)) {
      return Files.readString(file).strip();
    }
    byte[] random = new byte[24];
    new SecureRandom().nextBytes(random);
    String password = HexFormat.of().formatHex(random);
    Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(file, password + "\n", StandardOpenOption.WRITE);
    Trees.force(file);
    return password;
  }

  private static void create(Path binaries, Path home, Path cluster, boolean throwAway)
      throws IOException {
    Path partial = home.resolve("cluster.new");
    Trees.delete(partial);
    Path log = home.resolve("initdb.log");
    var command =
        command(
            binaries.resolve("bin/initdb").toString(),
            "--pgdata=" + partial,
            "--username=" + USER,
            "--pwfile=" + home.resolve("password"),
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            "--locale=C",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
            "--no-sync",
            "--no-instructions");
    int exit = await(process(command, log).start());
    if (exit != 0) {
      throw new EmbeddedPostgresFailed(
          "initdb failed with exit code " + exit + ":\n" + Files.readString(log).strip(),
          "See " + log);
    }
    if (!throwAway) {
      Trees.sync(partial);
    }
    Files.move(partial, cluster, StandardCopyOption.ATOMIC_MOVE);
    if (!throwAway) {
      Trees.force(home);
    }
  }

  private static EmbeddedPostgres launch(
      Path binaries, Path home, Path cluster, Map<String, String> settings, String password)
      throws IOException {
    int port = freePort();
    Path log = home.resolve("postgres.log");
    var command = command(binaries.resolve("bin/postgres").toString(), "-D", cluster.toString());
    settings(port).forEach((name, value) -> command.addAll(List.of("-c", name + "=" + value)));
    settings.forEach((name, value) -> command.addAll(List.of("-c", name + "=" + value)));
    Process process = process(command, log).start();
    awaitReady(process, cluster, log);
    return new EmbeddedPostgres(process, port, password);
  }

  private static Map<String, String> settings(int port) {
    return Map.ofEntries(
        Map.entry("port", Integer.toString(port)),
        Map.entry("listen_addresses", "127.0.0.1"),
        Map.entry("unix_socket_directories", ""),
        Map.entry("password_encryption", "scram-sha-256"),
        Map.entry("fsync", "on"),
        Map.entry("synchronous_commit", "on"),
        Map.entry("full_page_writes", "on"),
        Map.entry("timezone", "UTC"),
        Map.entry("log_timezone", "UTC"),
        Map.entry("lc_messages", "C"));
  }

  private static void awaitReady(Process process, Path cluster, Path log) throws IOException {
    long deadline = System.nanoTime() + START_LIMIT.toNanos();
    while (!isReady(process, cluster)) {
      if (!process.isAlive()) {
        throw new EmbeddedPostgresFailed(
            "PostgreSQL stopped while starting:\n" + Files.readString(log).strip(), "See " + log);
      }
      if (System.nanoTime() > deadline) {
        process.destroy();
        throw new EmbeddedPostgresFailed(
            "PostgreSQL was not ready within " + START_LIMIT.toSeconds() + " s", "See " + log);
      }
      pause();
    }
  }

  /** Line 8 of the pid file says what the postmaster does; line 1 whose file it is. */
  private static boolean isReady(Process process, Path cluster) throws IOException {
    Path file = cluster.resolve("postmaster.pid");
    if (!Files.exists(file)) {
      return false;
    }
    var lines = Files.readAllLines(file);
    return lines.size() >= 8
        && lines.getFirst().strip().equals(Long.toString(process.pid()))
        && lines.get(7).strip().equals("ready");
  }

  private void createDatabase() {
    try (var probe = DriverManager.getConnection(jdbcUrl(DATABASE), USER, password)) {
      probe.isValid(1);
    } catch (SQLException absent) {
      if (!"3D000".equals(absent.getSQLState())) {
        throw new IllegalStateException("The embedded PostgreSQL refuses its user", absent);
      }
      try (var connection = DriverManager.getConnection(jdbcUrl("postgres"), USER, password);
          var statement = connection.createStatement()) {
        statement.execute("CREATE DATABASE " + DATABASE);
      } catch (SQLException e) {
        throw new IllegalStateException("Cannot create the database " + DATABASE, e);
      }
    }
  }

  private static List<String> command(String... words) {
    List<String> command = new ArrayList<>();
    // a Ctrl-C at the terminal reaches the whole process group: the database must outlive us
    command.add("setsid");
    if ("root".equals(System.getProperty("user.name"))) {
      // PostgreSQL refuses uid 0. In a user namespace without a mapping it sees another uid, while
      // its files stay root's, so that a data directory below a 0700 /root works.
      command.addAll(List.of("unshare", "--user"));
    }
    command.addAll(List.of(words));
    return command;
  }

  private static ProcessBuilder process(List<String> command, Path log) {
    var builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectInput(Path.of("/dev/null").toFile())
            .redirectOutput(log.toFile());
    builder
        .environment()
        .keySet()
        .removeIf(name -> name.startsWith("PG") || name.startsWith("LC_"));
    builder.environment().put("LC_ALL", "C");
    return builder;
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static int await(Process process) {
    try {
      return process.waitFor();
    } catch (InterruptedException e) {
      process.destroy();
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while PostgreSQL starts", e);
    }
  }

  private static void pause() {
    try {
      Thread.sleep(Duration.ofMillis(10));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while PostgreSQL starts", e);
    }
  }
}
