package io.linkspan.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.linkspan.platform.http.ApiClient;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** The program as a process of its own, to be killed, paused and started again. */
final class ServerProcess implements AutoCloseable {
  static final String KEY = "a key of more than thirty-two characters";
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final int port;
  private final Path log;
  private final List<String> command = new ArrayList<>();
  private final Map<String, String> environment = new LinkedHashMap<>();
  private Process process;

  /**
   * @param directory of its own: data and log
   * @param before a command that runs the program, such as {@code unshare}
   */
  ServerProcess(Path directory, Map<String, String> settings, String... before) {
    port = freePort();
    log = directory.resolve("log-" + port);
    command.addAll(List.of(before));
    command.addAll(
        List.of(
            ProcessHandle.current().info().command().orElse("java"),
            "-Xmx256m",
            // half of the usual time to be ready
            "-XX:TieredStopAtLevel=1",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            Main.class.getName(),
            "run",
            "--port",
            String.valueOf(port),
            "--data",
            directory.resolve("data").toString()));
    environment.put("LINKSPAN_ADMIN_API_KEY", KEY);
    environment.put("LINKSPAN_EGRESS_ALLOW", "127.0.0.0/8");
    environment.putAll(settings);
  }

  void start() {
    var builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    builder.environment().putAll(environment);
    try {
      process = builder.start();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** To be asked only when it runs. */
  ApiClient client() {
    return new ApiClient(URI.create("http://127.0.0.1:" + port))
        .with("Authorization", "Bearer " + KEY);
  }

  long pid() {
    return process.pid();
  }

  boolean ready() {
    assertThat(process.isAlive()).as(log()).isTrue();
    try {
      return client().get("/readyz").status() == 200;
    } catch (RuntimeException e) {
      return false;
    }
  }

  void awaitReady() {
    until(this::ready);
  }

  /** As a supervisor does: one whose database went away while it started has given up. */
  void awaitReadyStartedAgain() {
    until(
        () -> {
          if (!process.isAlive()) {
            start();
          }
          return ready();
        });
  }

  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** As an operator stops it, so that its database stops too. */
  void stop() throws InterruptedException {
    process.destroy();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).as(log()).isTrue();
  }

  void signal(String name) throws IOException, InterruptedException {
    signal(process.pid(), name);
  }

  static void signal(long pid, String name) throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-s", name, String.valueOf(pid)).start().waitFor();
  }

  static void until(BooleanSupplier condition) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("it took too long").isLessThan(end);
      LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
    }
  }

  /** What it said last, requests left out. */
  String log() {
    try (var all = Files.lines(log)) {
      var lines = all.filter(line -> !line.contains("io.linkspan.access")).toList();
      return String.join("\n", lines.subList(Math.max(0, lines.size() - 30), lines.size()));
    } catch (IOException e) {
      return e.toString();
    }
  }

  @Override
  public void close() {
    if (process != null && process.isAlive()) {
      process.destroyForcibly();
    }
  }

  private static int freePort() {
    try (var socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
