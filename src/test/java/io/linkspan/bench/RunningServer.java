package io.linkspan.bench;

import io.linkspan.platform.db.DatabaseUrl;
import io.linkspan.platform.http.ApiClient;
import io.linkspan.platform.postgres.EmbeddedPostgres;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The program in a process of its own, as it is installed, with its own PostgreSQL and a heap of
 * 512 MB.
 */
final class RunningServer implements AutoCloseable {
  private static final String KEY = "a key of more than thirty-two characters";

  private final Process process;
  private final int port;
  private final Path postgres;
  private final Path log;

  private RunningServer(Process process, int port, Path postgres, Path log) {
    this.process = process;
    this.port = port;
    this.postgres = postgres;
    this.log = log;
  }

  static RunningServer start(Path data) throws Exception {
    int port = freePort();
    var jar = Path.of(System.getProperty("linkspan.home", "."), "target", "linkspan.jar");
    var log = Files.createTempFile("linkspan-bench", ".log");
    var builder =
        new ProcessBuilder(
                List.of(
                    ProcessHandle.current().info().command().orElse("java"),
                    "-Xmx512m",
                    "--enable-native-access=ALL-UNNAMED",
                    "-jar",
                    jar.toString(),
                    "run",
                    "--port",
                    String.valueOf(port),
                    "--data",
                    data.toString()))
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    builder
        .environment()
        .putAll(Map.of("LINKSPAN_ADMIN_API_KEY", KEY, "LINKSPAN_EGRESS_ALLOW", "127.0.0.0/8"));
    var server = new RunningServer(builder.start(), port, data.resolve("postgres"), log);
    server.awaitReady();
    return server;
  }

  /** Calls as the administrator. */
  ApiClient client() {
    return new ApiClient(URI.create("http://127.0.0.1:" + port))
        .with("Authorization", "Bearer " + KEY);
  }

  int port() {
    return port;
  }

  long pid() {
    return process.pid();
  }

  /** Of the postmaster. */
  long postgresPid() throws IOException {
    return Long.parseLong(
        Files.readAllLines(postgres.resolve("cluster/postmaster.pid")).getFirst().strip());
  }

  DatabaseUrl database() {
    return EmbeddedPostgres.runningIn(postgres).orElseThrow();
  }

  /** What it says, requests included. */
  Path log() {
    return log;
  }

  boolean isAlive() {
    return process.isAlive();
  }

  private void awaitReady() throws Exception {
    long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(2);
    while (System.nanoTime() < deadline && process.isAlive()) {
      try {
        if (client().get("/readyz").status() == 200) {
          return;
        }
      } catch (RuntimeException e) {
        // it does not listen yet
      }
      TimeUnit.MILLISECONDS.sleep(100);
    }
    process.destroy();
    throw new IllegalStateException("the server did not become ready: " + Files.readString(log));
  }

  @Override
  public void close() {
    process.destroy();
    process.onExit().orTimeout(30, TimeUnit.SECONDS).join();
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
