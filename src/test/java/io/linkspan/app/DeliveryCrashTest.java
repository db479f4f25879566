package io.linkspan.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.linkspan.platform.http.ApiClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program as a process of its own, killed again and again while it delivers. */
class DeliveryCrashTest {
  private static final String KEY = "a key of more than thirty-two characters";
  private static final int CYCLES = 2;
  private static final int EVENTS = 200;
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  @TempDir Path directory;

  private final Map<String, Set<String>> received = new ConcurrentHashMap<>();
  private final AtomicInteger requests = new AtomicInteger();

  @Test
  void nothingAcknowledgedIsLostAndWhatComesTwiceHasTheSameId() throws Exception {
    var receiver = receiver();
    int port = freePort();
    var client =
        new ApiClient(URI.create("http://127.0.0.1:" + port))
            .with("Authorization", "Bearer " + KEY);
    var sent = new HashSet<String>();
    try {
      for (int cycle = 0; cycle <= CYCLES; cycle++) {
        var server = start(port);
        try {
          until(() -> ready(client, server));
          if (cycle == 0) {
            subscribe(client, receiver);
          }
          int before = requests.get();
          sent.addAll(publish(client, cycle));
          if (cycle < CYCLES) {
            // some are delivered, some on their way, some waiting
            until(() -> requests.get() > before + EVENTS / 10);
          } else {
            until(() -> received.keySet().containsAll(sent));
          }
        } finally {
          stop(server, cycle < CYCLES);
        }
      }
      assertThat(received.keySet()).isEqualTo(sent);
      assertThat(received.values()).allMatch(bodies -> bodies.size() == 1);
    } finally {
      receiver.stop(0);
    }
  }

  /** The last one as an operator stops it, so that its database stops too. */
  private static void stop(Process server, boolean kill) throws InterruptedException {
    if (kill) {
      server.destroyForcibly();
    } else {
      server.destroy();
    }
    assertThat(server.waitFor(60, TimeUnit.SECONDS)).isTrue();
  }

  /** The ids that the server acknowledged. */
  private static Set<String> publish(ApiClient client, int cycle) {
    var events = new ArrayList<Map<String, Object>>();
    var ids = new HashSet<String>();
    for (int i = 0; i < EVENTS; i++) {
      String id = "e-" + cycle + "-" + i;
      ids.add(id);
      events.add(Map.of("type", "crash.test", "id", id, "data", Map.of("n", i)));
    }
    var answer = client.post("/api/v1/events/", events);
    assertThat(answer.status()).as(answer.body()).isEqualTo(202);
    return ids;
  }

  private static void subscribe(ApiClient client, HttpServer receiver) {
    var made =
        client.post(
            "/api/v1/integrations/webhooks/",
            Map.of(
                "name",
                "ledger",
                "webhook_url",
                "http://127.0.0.1:" + receiver.getAddress().getPort() + "/",
                "events",
                List.of("crash.test")));
    assertThat(made.status()).as(made.body()).isEqualTo(201);
  }

  private HttpServer receiver() throws Exception {
    var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext(
        "/",
        exchange -> {
          String body =
              new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
          received
              .computeIfAbsent(
                  exchange.getRequestHeaders().getFirst("webhook-id"),
                  _ -> ConcurrentHashMap.newKeySet())
              .add(body);
          requests.incrementAndGet();
          exchange.sendResponseHeaders(204, -1);
          exchange.close();
        });
    server.start();
    return server;
  }

  private boolean ready(ApiClient client, Process server) {
    assertThat(server.isAlive()).as(log()).isTrue();
    try {
      return client.get("/readyz").status() == 200;
    } catch (RuntimeException e) {
      return false;
    }
  }

  private static void until(BooleanSupplier condition) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("it took too long").isLessThan(end);
      LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
    }
  }

  private Process start(int port) throws Exception {
    var builder =
        new ProcessBuilder(
                List.of(
                    ProcessHandle.current().info().command().orElse("java"),
                    "-Xmx256m",
                    "--enable-native-access=ALL-UNNAMED",
                    "-cp",
                    System.getProperty("java.class.path"),
                    Main.class.getName(),
                    "run",
                    "--port",
                    String.valueOf(port),
                    "--data",
                    directory.resolve("data").toString()))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(directory.resolve("log").toFile()));
    builder
        .environment()
        .putAll(Map.of("LINKSPAN_ADMIN_API_KEY", KEY, "LINKSPAN_EGRESS_ALLOW", "127.0.0.0/8"));
    return builder.start();
  }

  private String log() {
    try {
      return Files.readString(directory.resolve("log"));
    } catch (IOException e) {
      return e.toString();
    }
  }

  private static int freePort() throws Exception {
    try (var socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
