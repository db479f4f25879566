package io.linkspan.bench;

import io.linkspan.platform.crypto.KeysetFile;
import io.linkspan.platform.postgres.EmbeddedPostgres;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;

/**
 * Time from the start of the process to the first 200 of {@code /readyz}, the way {@code ./linkspan
 * run} starts it; the median of several starts.
 */
final class StartBenchmark implements Benchmark {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final int STARTS = 5;

  private final Path home = Path.of(System.getProperty("linkspan.home", "")).toAbsolutePath();

  @Override
  public String name() {
    return "start";
  }

  @Override
  public String question() {
    return "process start to /readyz: external database with and without the start cache; embedded,"
        + " cold and warm [STARTS]";
  }

  /** One start and its stop, in milliseconds. */
  private record Start(double ready, double cpu, double stopped) {}

  @Override
  public Report run(List<String> arguments) throws Exception {
    int starts = arguments.isEmpty() ? STARTS : Integer.parseInt(arguments.getFirst());
    Path temp = Files.createTempDirectory("linkspan-bench-start");
    try {
      return measure(temp, starts);
    } finally {
      delete(temp);
    }
  }

  private Report measure(Path temp, int starts) throws Exception {
    List<Start> plain = new ArrayList<>();
    List<Start> cached = new ArrayList<>();
    try (var postgres = EmbeddedPostgres.start(temp.resolve("external"))) {
      var url = postgres.url();
      Path keyset = temp.resolve("keyset.json");
      new KeysetFile(keyset, true).create();
      Map<String, String> external =
          Map.of(
              "LINKSPAN_DATABASE_URL",
              url.jdbcUrl()
                  .replace(
                      "jdbc:postgresql://",
                      "postgresql://" + url.user() + ":" + url.password() + "@"),
              "LINKSPAN_ENCRYPTION_KEYSET_FILE",
              keyset.toString());
      // the first start migrates
      start(temp.resolve("nodes"), external, true);
      for (int i = 0; i < starts; i++) {
        plain.add(start(temp.resolve("nodes"), external, false));
        cached.add(start(temp.resolve("nodes"), external, true));
      }
    }
    List<Start> cold = new ArrayList<>();
    List<Start> warm = new ArrayList<>();
    for (int i = 0; i < starts; i++) {
      Path data = temp.resolve("embedded-" + i);
      cold.add(start(data, Map.of(), true));
      warm.add(start(data, Map.of(), true));
      delete(data);
    }
    return new Report()
        .figure("external_ms", median(plain, Start::ready), "ms", 1_500)
        .figure("external_cached_ms", median(cached, Start::ready), "ms", 800)
        .figure("embedded_cold_ms", median(cold, Start::ready), "ms", 6_000)
        .figure("embedded_warm_ms", median(warm, Start::ready), "ms", 2_000)
        .figure("external_cpu_ms", median(plain, Start::cpu), "ms")
        .figure("external_cached_cpu_ms", median(cached, Start::cpu), "ms")
        .figure(
            "cached_over_plain",
            median(cached, Start::ready) / median(plain, Start::ready),
            "ratio")
        .figure("bare_jvm_ms", bareJvm(starts), "ms")
        .figure("external_stop_ms", median(cached, Start::stopped), "ms")
        .figure("embedded_stop_ms", median(warm, Start::stopped), "ms");
  }

  private Start start(Path data, Map<String, String> settings, boolean cache) throws Exception {
    int port = freePort();
    List<String> command = new ArrayList<>(List.of(java()));
    command.addAll(
        List.of(
            "-Xmx512m",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-XX:CompileThresholdScaling=5"));
    Path file = home.resolve("target/linkspan.aot");
    if (cache) {
      if (!Files.exists(file)) {
        throw new IllegalStateException(file + " is missing; target/rehearsal.log says why");
      }
      command.addAll(List.of("-XX:AOTCache=" + file, "-Xlog:disable", "-Xlog:all=error:stderr"));
    }
    command.addAll(
        List.of(
            "-jar",
            home.resolve("target/linkspan.jar").toString(),
            "run",
            "--port",
            Integer.toString(port),
            "--data",
            data.toString()));
    Path log = Files.createTempFile("linkspan-bench", ".log");
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.redirectOutput(log.toFile());
    builder.environment().keySet().removeIf(name -> name.startsWith("LINKSPAN_"));
    builder.environment().putAll(new HashMap<>(settings));
    long begin = System.nanoTime();
    var process = builder.start();
    try {
      awaitReady(process, port, log);
      double ready = (System.nanoTime() - begin) / 1e6;
      double cpu =
          process.info().totalCpuDuration().map(Duration::toMillis).orElse(0L).doubleValue();
      long stop = System.nanoTime();
      process.destroy();
      if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
        throw new IllegalStateException("the server did not stop within " + LIMIT);
      }
      return new Start(ready, cpu, (System.nanoTime() - stop) / 1e6);
    } finally {
      process.destroyForcibly();
      Files.delete(log);
    }
  }

  private static void awaitReady(Process process, int port, Path log) throws Exception {
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (!ready(port)) {
      if (process.waitFor(3, TimeUnit.MILLISECONDS) || System.nanoTime() > deadline) {
        throw new IllegalStateException("the server did not start: " + Files.readString(log));
      }
    }
  }

  private static boolean ready(int port) {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(10_000);
      socket
          .getOutputStream()
          .write(
              "GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
                  .getBytes(StandardCharsets.US_ASCII));
      var answer = new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII);
      return answer.equals("HTTP/1.1 200");
    } catch (IOException notYet) {
      return false;
    }
  }

  private static double bareJvm(int times) throws Exception {
    List<Double> all = new ArrayList<>();
    for (int i = 0; i < times; i++) {
      long begin = System.nanoTime();
      new ProcessBuilder(java(), "--version")
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start()
          .waitFor();
      all.add((System.nanoTime() - begin) / 1e6);
    }
    all.sort(Comparator.naturalOrder());
    return all.get(all.size() / 2);
  }

  private static String java() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private static double median(List<Start> starts, ToDoubleFunction<Start> figure) {
    double[] sorted = starts.stream().mapToDouble(figure).sorted().toArray();
    return sorted[sorted.length / 2];
  }

  private static void delete(Path root) throws IOException {
    if (Files.exists(root)) {
      try (var paths = Files.walk(root)) {
        for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(path);
        }
      }
    }
  }
}
