package io.linkspan.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.linkspan.platform.crypto.KeysetFile;
import io.linkspan.platform.postgres.EmbeddedPostgres;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The server as a process of its own, from its first line to its last. */
@Timeout(180)
class RunTest {
  @TempDir private Path temp;
  private final List<Process> started = new ArrayList<>();

  @AfterEach
  void stopAll() throws InterruptedException {
    for (Process process : started) {
      process.destroy();
      process.waitFor();
    }
  }

  @Test
  void itAnswersRefusesASecondOneAndStopsCleanlyWithItsDatabase() throws Exception {
    int port = freePort();
    Path data = temp.resolve("data");
    var server = run(port, data);
    assertThat(lineWith(server, "Linkspan answers on")).endsWith("http://localhost:" + port);
    assertThat(lineWith(server, "first administrator")).contains("/setup/");
    assertThat(get(port, "/readyz").statusCode()).isEqualTo(200);

    var second = run(freePort(), data);
    assertThat(rest(second))
        .contains("in use by another Linkspan (process " + server.pid() + ")")
        .doesNotContain("\tat ");
    assertThat(second.waitFor()).isEqualTo(1);
    assertThat(EmbeddedPostgres.runningIn(data.resolve("postgres"))).isPresent();

    server.destroy();
    server.waitFor();
    assertThat(EmbeddedPostgres.runningIn(data.resolve("postgres"))).isEmpty();
    assertThat(data.resolve("postgres/cluster/postmaster.pid")).doesNotExist();
  }

  @Test
  void whoeverIsStoppedWhileStillStartingLeavesNoDatabaseBehind() throws Exception {
    Path home = temp.resolve("data/postgres");
    for (String command : List.of("run", "rehearse")) {
      var starting =
          command.equals("run")
              ? run(freePort(), temp.resolve("data"))
              : started(java("rehearse", temp.resolve("data").toString()));
      ServerProcess.until(() -> EmbeddedPostgres.runningIn(home).isPresent());
      starting.destroy();
      starting.waitFor();
      assertThat(EmbeddedPostgres.runningIn(home)).as(command).isEmpty();
    }
  }

  @Test
  void aTakenPortIsSaidBeforeADatabaseIsMade() throws Exception {
    try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      var server = run(taken.getLocalPort(), temp.resolve("data"));
      assertThat(rest(server))
          .contains("Cannot listen on 127.0.0.1:" + taken.getLocalPort())
          .contains("--port")
          .doesNotContain("\tat ");
      assertThat(server.waitFor()).isEqualTo(1);
    }
    assertThat(temp.resolve("data/postgres")).doesNotExist();
  }

  @Test
  void aWrongOptionIsExplained() throws Exception {
    var server = started(java("run", "--prot", "1"));
    assertThat(rest(server)).contains("--prot", "Usage: linkspan run");
    assertThat(server.waitFor()).isEqualTo(2);
  }

  @Test
  void aDatabaseThatGoesAwayDuringTheStartIsSaid() throws Exception {
    Path home = temp.resolve("postgres");
    var keyset = new KeysetFile(temp.resolve("keyset"), true);
    keyset.create();
    try (var postgres = EmbeddedPostgres.start(home);
        var connection =
            DriverManager.getConnection(
                postgres.url().jdbcUrl(), postgres.url().user(), postgres.url().password());
        var statement = connection.createStatement()) {
      // as another node does that migrates
      statement.execute("SELECT pg_advisory_lock(" + 0x6c696e6b7370616eL + ")");
      var starting = java("run", "--port", Integer.toString(freePort()), "--data", temp.toString());
      starting
          .environment()
          .putAll(
              Map.of(
                  "LINKSPAN_DATABASE_URL",
                  TwoNodes.setting(postgres.url()),
                  "LINKSPAN_ENCRYPTION_KEYSET_FILE",
                  temp.resolve("keyset").toString()));
      var server = started(starting);
      ServerProcess.until(() -> somebodyWaits(statement));
      ServerProcess.signal(TwoNodes.postmaster(home), "KILL");
      assertThat(rest(server))
          .contains("The database went away while the server started (SQLSTATE ")
          .contains("Start again when it runs")
          .doesNotContain("\tat ");
      assertThat(server.waitFor()).isEqualTo(1);
    }
  }

  private static boolean somebodyWaits(Statement statement) {
    try (var rows = statement.executeQuery("SELECT FROM pg_locks WHERE NOT granted")) {
      return rows.next();
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  private Process run(int port, Path data) throws IOException {
    return started(java("run", "--port", Integer.toString(port), "--data", data.toString()));
  }

  private Process started(ProcessBuilder builder) throws IOException {
    Process process = builder.start();
    started.add(process);
    return process;
  }

  private static ProcessBuilder java(String... args) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    command.addAll(List.of(args));
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().keySet().removeIf(name -> name.startsWith(Setting.PREFIX));
    return builder;
  }

  /** The next line of output with this text; fails at the end of the output. */
  private static String lineWith(Process process, String text) throws IOException {
    var seen = new StringBuilder();
    for (String line = process.inputReader().readLine();
        line != null;
        line = process.inputReader().readLine()) {
      if (line.contains(text)) {
        return line;
      }
      seen.append(line).append('\n');
    }
    throw new AssertionError("no line with \"" + text + "\" in:\n" + seen);
  }

  private static String rest(Process process) throws IOException {
    return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }

  private static HttpResponse<String> get(int port, String path) throws Exception {
    try (var client = HttpClient.newHttpClient()) {
      return client.send(
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).build(),
          HttpResponse.BodyHandlers.ofString());
    }
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
