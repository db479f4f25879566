package io.linkspan.platform.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.linkspan.platform.db.Database;
import io.linkspan.platform.db.DatabaseUrl;
import io.linkspan.platform.db.Pool;
import io.linkspan.platform.db.SqlStates;
import io.linkspan.platform.postgres.EmbeddedPostgres.Options;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Real processes, killed for real. */
@Timeout(120)
class EmbeddedPostgresTest {
  @TempDir private Path temp;
  private final List<AutoCloseable> open = new ArrayList<>();

  @AfterEach
  void closeAll() throws Exception {
    for (AutoCloseable closeable : open.reversed()) {
      closeable.close();
    }
  }

  @Test
  void everythingAcknowledgedIsDurable() throws SQLException {
    var server = start(home());
    for (String setting : List.of("fsync", "synchronous_commit", "full_page_writes")) {
      assertThat(ask(server.url(), "SHOW " + setting)).isEqualTo("on");
    }
    assertThat(ask(server.url(), "SHOW listen_addresses")).isEqualTo("127.0.0.1");
    assertThat(ask(server.url(), "SHOW server_encoding")).isEqualTo("UTF8");
    assertThat(
            ask(
                server.url(),
                "SELECT datlocprovider::text || datlocale FROM pg_database WHERE datname = 'linkspan'"))
        .isEqualTo("bC.UTF-8");
  }

  @Test
  void nobodyGetsInWithoutThePassword() throws IOException {
    var server = start(home());
    var url = server.url();
    assertThatThrownBy(
            () -> DriverManager.getConnection(url.jdbcUrl(), url.user(), "guess").close())
        .isInstanceOf(SQLException.class)
        .hasMessageContaining("password authentication failed");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(home())))
        .isEqualTo("rwx------");
    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(home().resolve("password"))))
        .isEqualTo("rw-------");
  }

  @Test
  void itsProcessesInheritNoSecretsOfOurs() throws Exception {
    var pids = new java.util.concurrent.ConcurrentLinkedQueue<Long>();
    open(EmbeddedPostgres.start(home(), options().telling(pids::add)));
    String environment = Files.readString(Path.of("/proc/" + pids.element() + "/environ"));
    assertThat(environment.split("\0"))
        .extracting(entry -> entry.split("=", 2)[0])
        .isNotEmpty()
        .isSubsetOf(
            "PATH",
            "HOME",
            "USER",
            "TMPDIR",
            "LD_LIBRARY_PATH",
            "LC_ALL",
            "PGDATA",
            "PWD",
            "SHLVL",
            "_",
            "PG_GRANDPARENT_PID");
    assertThat(System.getenv()).as("what is kept from it").containsKey("JAVA_HOME");
  }

  @Test
  void aRestartFindsItsData() throws SQLException {
    try (var first = EmbeddedPostgres.start(home(), options())) {
      ask(first.url(), "CREATE TABLE kept (x int)");
      ask(first.url(), "INSERT INTO kept VALUES (7)");
    }
    var second = start(home());
    assertThat(ask(second.url(), "SELECT x FROM kept")).isEqualTo("7");
  }

  @Test
  void theOrphanOfAKilledProgramIsStoppedAndItsRowsAreThere() throws Exception {
    var program = new OtherProgram(home());
    var url = EmbeddedPostgres.runningIn(home()).orElseThrow();
    ask(url, "CREATE TABLE kept (x int)");
    ask(url, "INSERT INTO kept SELECT generate_series(1, 1000)");
    var orphan = ProcessHandle.of(program.postgres).orElseThrow();

    program.kill();
    assertThat(orphan.isAlive()).isTrue();
    var server = start(home());

    assertThat(orphan.isAlive()).isFalse();
    assertThat(ask(server.url(), "SELECT count(*) FROM kept")).isEqualTo("1000");
  }

  @Test
  void rowsSurviveThatProgramAndDatabaseAreKilledAtOnce() throws Exception {
    var program = new OtherProgram(home());
    var url = EmbeddedPostgres.runningIn(home()).orElseThrow();
    ask(url, "CREATE TABLE kept (x int)");
    int acknowledged = 0;
    try (var connection = DriverManager.getConnection(url.jdbcUrl(), url.user(), url.password());
        var insert = connection.prepareStatement("INSERT INTO kept VALUES (?)")) {
      for (int i = 1; i <= 300; i++) {
        insert.setInt(1, i);
        insert.executeUpdate();
        acknowledged = i;
        if (i == 250) {
          program.kill();
          Postmaster.signal(program.postgres, "KILL");
        }
      }
    } catch (SQLException cut) {
      // what came back before the cut is what counts
    }
    var server = start(home());
    assertThat(Long.parseLong(ask(server.url(), "SELECT count(*) FROM kept")))
        .isGreaterThanOrEqualTo(acknowledged);
  }

  @Test
  void aSecondProgramIsRefusedWithTheReason() throws Exception {
    var program = new OtherProgram(home());
    assertThatThrownBy(() -> EmbeddedPostgres.start(home(), options()))
        .isInstanceOf(DirectoryLock.InUse.class)
        .hasMessageContaining("in use by another Linkspan (process " + program.process.pid() + ")")
        .hasMessageContaining("--data");
    program.kill();
    // leaves no orphan behind
    start(home());
  }

  @Test
  void theSameProgramDoesNotStartItTwiceEither() {
    start(home());
    assertThatThrownBy(() -> EmbeddedPostgres.start(home(), options()))
        .isInstanceOf(DirectoryLock.InUse.class);
  }

  @Test
  void aTakenPortMeansAnotherPort() throws Exception {
    int free = freePort();
    try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      var ports = new ArrayDeque<>(List.of(taken.getLocalPort(), free));
      var server = open(EmbeddedPostgres.start(home(), options().with(ports::removeFirst)));
      assertThat(server.url().jdbcUrl()).contains(":" + free + "/");
      assertThat(ask(server.url(), "SELECT 1")).isEqualTo("1");
    }
  }

  @Test
  void aDatabaseThatDiesIsStartedAgainAndThePoolFindsIt() throws Exception {
    var started = new LinkedBlockingQueue<Long>();
    var server = open(EmbeddedPostgres.start(home(), options().telling(started::add)));
    try (var pool = Pool.of(server.url(), 2)) {
      var database = new Database(pool);
      assertThat(number(database)).isEqualTo(1);

      Postmaster.signal(started.take(), "KILL");
      started.take();

      // each pooled connection of the dead server may fail once
      for (int connection = 0; connection < 2; connection++) {
        try {
          number(database);
        } catch (RuntimeException stale) {
          assertThat(SqlStates.passes(stale)).isTrue();
        }
      }
      assertThat(number(database)).isEqualTo(1);
    }
  }

  @Test
  void aPidFileWithAStrangersNumberIsNoObstacle() throws Exception {
    EmbeddedPostgres.start(home(), options()).close();
    Path pidFile = home().resolve("cluster/postmaster.pid");
    Files.writeString(pidFile, ProcessHandle.current().pid() + "\n/elsewhere\n1\n5432\n\n\n\n");
    assertThat(ask(start(home()).url(), "SELECT 1")).isEqualTo("1");
  }

  @Test
  void anInterruptedFirstStartIsBegunAgain() throws Exception {
    Files.createDirectories(home().resolve("cluster.new/base"));
    Files.writeString(home().resolve("cluster.new/PG_VERSION"), "half");
    Files.writeString(home().resolve("password.new"), "half");
    assertThat(ask(start(home()).url(), "SELECT 1")).isEqualTo("1");
    assertThat(home().resolve("cluster.new")).doesNotExist();
  }

  @Test
  void aLostPasswordFileIsReplaced() throws Exception {
    try (var first = EmbeddedPostgres.start(home(), options())) {
      ask(first.url(), "CREATE TABLE kept (x int)");
    }
    Files.delete(home().resolve("password"));
    assertThat(ask(start(home()).url(), "SELECT count(*) FROM kept")).isEqualTo("0");
  }

  @Test
  void dataOfAnotherMajorVersionIsRefusedInWords() throws Exception {
    EmbeddedPostgres.start(home(), options()).close();
    Files.writeString(home().resolve("cluster/PG_VERSION"), "12\n");
    assertThatThrownBy(() -> EmbeddedPostgres.start(home(), options()))
        .isInstanceOf(EmbeddedPostgresFailed.class)
        .hasMessageContaining("another major version of PostgreSQL");
  }

  @Test
  void aFullDiskIsSaidClearly() throws Exception {
    Path small = Files.createDirectory(temp.resolve("small"));
    assumeThat(exit("mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", small.toString()))
        .describedAs("only root mounts")
        .isZero();
    open.add(() -> exit("umount", small.toString()));
    assertThatThrownBy(() -> EmbeddedPostgres.start(small.resolve("postgres"), options()))
        .isInstanceOfSatisfying(
            EmbeddedPostgresFailed.class,
            failure -> assertThat(failure.fix()).startsWith("Free some space"))
        .hasMessageContaining("The disk is full");
  }

  @Test
  void aDirectoryThatCannotBeWrittenIsSaidClearly() throws Exception {
    Path file = Files.writeString(temp.resolve("file"), "");
    assertThatThrownBy(() -> EmbeddedPostgres.start(file.resolve("postgres"), options()))
        .isInstanceOf(EmbeddedPostgresFailed.class)
        .hasMessageContaining(file.toString());
  }

  @Test
  void rootLeavesAnotherUsersDataAloneAndSaysWhose() throws Exception {
    Files.createDirectory(home());
    Path lock = Files.writeString(home().resolve("linkspan.lock"), "");
    assumeThat(exit("chown", "-R", "12345", home().toString()))
        .describedAs("only root gives files away")
        .isZero();
    assertThatThrownBy(() -> EmbeddedPostgres.start(home(), options()))
        .isInstanceOfSatisfying(
            EmbeddedPostgresFailed.class,
            failure -> assertThat(failure.fix()).contains("chown -R root " + home()))
        .hasMessageContaining("belongs to the user 12345, and this is root");
    try (var files = Files.list(home())) {
      assertThat(files).containsExactly(lock);
    }
  }

  @Test
  void asRootItRunsWithUserNamespacesAndWithoutAndBackAgain() throws Exception {
    assumeThat(PostgresUser.here()).isEqualTo(PostgresUser.NAMESPACE);
    Files.setPosixFilePermissions(temp, PosixFilePermissions.fromString("rwx--x--x"));
    for (var user : List.of(PostgresUser.NAMESPACE, PostgresUser.NOBODY, PostgresUser.NAMESPACE)) {
      try (var server = EmbeddedPostgres.start(home(), Options.standard(home()).with(user))) {
        ask(server.url(), "CREATE TABLE IF NOT EXISTS kept (x int)");
        ask(server.url(), "INSERT INTO kept VALUES (1)");
      }
    }
    var server = open(EmbeddedPostgres.start(home(), Options.standard(home())));
    assertThat(ask(server.url(), "SELECT count(*) FROM kept")).isEqualTo("3");
  }

  @Test
  void onlyRootNeedsAnotherUser() {
    assertThat(PostgresUser.here() == PostgresUser.OURSELVES)
        .isEqualTo(!"root".equals(System.getProperty("user.name")));
  }

  @Test
  void asAnotherUserBelowAClosedDirectoryItSaysWhatToDo() throws Exception {
    assumeThat(System.getProperty("user.name")).isEqualTo("root");
    Files.setPosixFilePermissions(temp, PosixFilePermissions.fromString("rwx------"));
    assertThatThrownBy(() -> EmbeddedPostgres.start(home(), options().with(PostgresUser.NOBODY)))
        .isInstanceOfSatisfying(
            EmbeddedPostgresFailed.class, failure -> assertThat(failure.fix()).contains("--data"))
        .hasMessageContaining("cannot pass " + temp);
  }

  @Test
  void closingTwiceIsQuiet() {
    var server = start(home());
    server.close();
    assertThatCode(server::close).doesNotThrowAnyException();
    assertThat(EmbeddedPostgres.runningIn(home())).isEmpty();
  }

  private Path home() {
    return temp.resolve("post gres");
  }

  private Options options() {
    return Options.standard(home()).with(TestDatabase.programs());
  }

  private EmbeddedPostgres start(Path home) {
    return open(EmbeddedPostgres.start(home, options()));
  }

  private EmbeddedPostgres open(EmbeddedPostgres server) {
    open.add(server);
    return server;
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static int number(Database database) {
    return database.query(handle -> handle.createQuery("SELECT 1").mapTo(Integer.class).one());
  }

  /** The first column of the first row; empty for a statement without rows. */
  private static String ask(DatabaseUrl url, String sql) throws SQLException {
    try (var connection = DriverManager.getConnection(url.jdbcUrl(), url.user(), url.password());
        var statement = connection.createStatement()) {
      if (!statement.execute(sql)) {
        return "";
      }
      var rows = statement.getResultSet();
      rows.next();
      return rows.getString(1);
    }
  }

  private static int exit(String... command) throws IOException, InterruptedException {
    return new ProcessBuilder(command).redirectErrorStream(true).start().waitFor();
  }

  /** Another JVM that runs the database of a directory, until it is killed. */
  private static final class OtherProgram {
    final Process process;
    final long postgres;

    OtherProgram(Path home) throws IOException {
      process =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-cp",
                  System.getProperty("java.class.path"),
                  Holder.class.getName(),
                  home.toString(),
                  TestDatabase.programs().toString())
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      var out = new BufferedReader(new InputStreamReader(process.getInputStream()));
      postgres = Long.parseLong(out.readLine());
    }

    void kill() throws InterruptedException {
      process.destroyForcibly().waitFor();
    }
  }

  /** The program of {@link OtherProgram}. */
  static final class Holder {
    private Holder() {}

    public static void main(String[] args) throws Exception {
      var home = Path.of(args[0]);
      var pid = new AtomicLong();
      EmbeddedPostgres.start(home, Options.standard(home).with(Path.of(args[1])).telling(pid::set));
      System.out.println(pid.get());
      Thread.currentThread().join();
    }
  }
}
