package io.linkspan.app;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** Receivers that write down what arrives, and take their time to say so. */
final class DeliveryLedger implements AutoCloseable {
  private static final Duration SLOWEST = Duration.ofMillis(30);

  private final HttpServer server;
  private final Map<Entry, List<Arrival>> arrivals = new ConcurrentHashMap<>();
  private final AtomicInteger requests = new AtomicInteger();

  /**
   * @param path of the receiver
   * @param id as {@code webhook-id} had it
   */
  record Entry(String path, String id) {}

  /**
   * @param at {@link System#nanoTime}
   */
  record Arrival(long at, String body) {}

  DeliveryLedger() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 200);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::receive);
    server.start();
  }

  private void receive(HttpExchange exchange) throws IOException {
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    String id = exchange.getRequestHeaders().getFirst("webhook-id");
    arrivals
        .computeIfAbsent(
            new Entry(exchange.getRequestURI().getPath(), id), _ -> new CopyOnWriteArrayList<>())
        .add(new Arrival(System.nanoTime(), body));
    requests.incrementAndGet();
    LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(SLOWEST.toNanos()));
    exchange.sendResponseHeaders(204, -1);
    exchange.close();
  }

  String url(String path) {
    return "http://127.0.0.1:" + server.getAddress().getPort() + path;
  }

  int requests() {
    return requests.get();
  }

  boolean has(String path, String id) {
    return arrivals.containsKey(new Entry(path, id));
  }

  Map<Entry, List<Arrival>> arrivals() {
    return arrivals;
  }

  long duplicates() {
    return arrivals.values().stream().mapToLong(times -> times.size() - 1).sum();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
