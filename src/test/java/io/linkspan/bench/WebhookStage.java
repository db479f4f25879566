package io.linkspan.bench;

import io.linkspan.bench.WebhookGenerator.Order;
import io.linkspan.bench.WebhookGenerator.Result;
import io.linkspan.platform.http.ApiClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;

/**
 * The program as it is installed, receivers and integrators, each a process of its own, and
 * organizers with webhooks of whose deliveries nothing may be lost.
 */
final class WebhookStage implements AutoCloseable {
  private static final String WEBHOOKS = "/api/v1/integrations/webhooks/";
  private static final Duration LOOK = Duration.ofMillis(20);
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private final Path directory;
  private final Shape shape;
  private final RunningServer server;
  private final Assistant receiver;
  private final Assistant generator;
  private final Assistant other;
  private final List<ApiClient> clients = new ArrayList<>();
  private final Map<UUID, Integer> endpoints = new HashMap<>();
  private final List<Hole> holes = new ArrayList<>();

  /**
   * Who is there.
   *
   * @param each endpoints of an organizer, a webhook each
   * @param fanOut how many of them hear of an event
   * @param dead how many of the last of each can be turned into black holes; they are switched off
   *     at first
   */
  record Shape(int organizers, int each, int fanOut, int dead) {
    int topics() {
      return (each - dead) / fanOut;
    }
  }

  /** Seconds of processors, bytes of WAL, and deliveries, until now. */
  record Cost(
      double server, double postgres, double receiver, double generator, long wal, long received) {
    Cost since(Cost before) {
      return new Cost(
          server - before.server,
          postgres - before.postgres,
          receiver - before.receiver,
          generator - before.generator,
          wal - before.wal,
          received - before.received);
    }
  }

  /** A webhook, where it is answered, and where it is not. */
  private record Hole(ApiClient client, String path, String answering, String silent) {}

  WebhookStage(Shape shape) throws Exception {
    this.shape = shape;
    this.directory = Files.createTempDirectory("linkspan-bench-webhooks");
    this.receiver = new Assistant(WebhookReceiver.class, "64m", received().toString());
    var ports = receiver.answer().split(" ");
    this.server = RunningServer.start(directory.resolve("data"));
    List<String> keys = new ArrayList<>();
    for (int i = 0; i < shape.organizers(); i++) {
      keys.add(organizer(i));
    }
    for (int i = 0; i < shape.organizers(); i++) {
      for (int j = 0; j < shape.each(); j++) {
        webhook(i, j, ports);
      }
    }
    var keyFile = directory.resolve("keys");
    Files.write(keyFile, keys);
    this.generator = generator(keyFile, accepted().getFirst());
    this.other = generator(keyFile, accepted().getLast());
  }

  private Assistant generator(Path keys, Path ledger) throws IOException {
    return new Assistant(
        WebhookGenerator.class,
        "128m",
        Integer.toString(server.port()),
        keys.toString(),
        ledger.toString());
  }

  /** Of what arrived. */
  Path received() {
    return directory.resolve("received");
  }

  /** Of what was accepted. */
  List<Path> accepted() {
    return List.of(directory.resolve("accepted"), directory.resolve("accepted-beside"));
  }

  Shape shape() {
    return shape;
  }

  Map<UUID, Integer> endpoints() {
    return endpoints;
  }

  private String organizer(int number) {
    var user =
        made(
            server.client(),
            "/api/v1/users/",
            Map.of("email", "o" + number + "@example.org", "name", "O", "role", "organizer"));
    var id = user.json().at("/id").asString();
    var acting = server.client().with("Linkspan-Organizer", id);
    var key = made(acting, "/api/v1/api-keys/", Map.of("name", "bench", "scopes", List.of("*")));
    clients.add(acting);
    return key.json().at("/key").asString();
  }

  private void webhook(int organizer, int number, String[] ports) {
    int endpoint = organizer * shape.each() + number;
    boolean dead = number >= shape.each() - shape.dead();
    String topic = dead ? "*" : "bench.t" + number / shape.fanOut();
    var webhook =
        made(
            clients.get(organizer),
            WEBHOOKS,
            Map.of(
                "name",
                "endpoint " + endpoint,
                "webhook_url",
                url(ports[0], endpoint),
                "events",
                List.of(topic),
                "is_active",
                !dead));
    String id = webhook.json().at("/id").asString();
    endpoints.put(UUID.fromString(id), endpoint);
    if (dead) {
      holes.add(
          new Hole(
              clients.get(organizer),
              WEBHOOKS + id + "/",
              url(ports[0], endpoint),
              url(ports[1 + number % 2], endpoint)));
    }
  }

  private static String url(String port, int endpoint) {
    return "http://127.0.0.1:" + port + "/" + endpoint;
  }

  private static ApiClient.Response made(ApiClient client, String path, Object body) {
    var response = client.post(path, body);
    if (response.status() != 201) {
      throw new IllegalStateException(path + " answers " + response.body());
    }
    return response;
  }

  /** Switches those that can be black holes on, as such or not; what waits for them is given up. */
  void blackHoles(boolean silent) throws SQLException {
    holes.forEach(hole -> patch(hole, Map.of("is_active", false)));
    drain();
    for (var hole : holes) {
      patch(
          hole,
          Map.of("is_active", true, "webhook_url", silent ? hole.silent() : hole.answering()));
    }
  }

  private static void patch(Hole hole, Map<String, Object> fields) {
    var response = hole.client().patch(hole.path(), fields);
    if (response.status() != 200) {
      throw new IllegalStateException(response.body());
    }
  }

  /** Publishes, and waits until all that is accepted. */
  Result publish(Order order) {
    return publish(generator, order);
  }

  /** The same while another order is under way. */
  Result publishBeside(Order order) {
    return publish(other, order);
  }

  private Result publish(Assistant by, Order order) {
    var result = begin(by, order);
    while (!result.isDone()) {
      LockSupport.parkNanos(LOOK.toNanos());
      if (order.eventsPerSecond() == 0) {
        by.tell("received " + count());
      }
    }
    return Result.read(result.join());
  }

  /** Begins to publish; the line that it will end with. */
  CompletableFuture<String> begin(Order order) {
    return begin(generator, order);
  }

  private CompletableFuture<String> begin(Assistant by, Order order) {
    by.tell("received " + count());
    by.tell(order.line());
    return by.answerLater();
  }

  /** At a pace, whatever becomes of it; to all organizers but the first ones. */
  Order paced(int firstOrganizer, double deliveries, int batch, double seconds) {
    return new Order(
        firstOrganizer,
        shape.organizers() - firstOrganizer,
        shape.topics(),
        deliveries / shape.fanOut(),
        batch,
        seconds,
        64,
        0,
        shape.fanOut(),
        Long.MAX_VALUE >> 16);
  }

  /** As many as it can take, with a window of deliveries that are on their way. */
  Order flood(int batch, double seconds) {
    return new Order(
        0,
        shape.organizers(),
        shape.topics(),
        0,
        batch,
        seconds,
        8,
        2_000,
        shape.fanOut(),
        Long.MAX_VALUE >> 16);
  }

  /** Deliveries that arrived. */
  synchronized long count() {
    return Long.parseLong(receiver.ask("count"));
  }

  /** Waits until nothing is left to be sent. */
  void drain() throws SQLException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (number(
            "SELECT count(*) FROM pending_deliveries WHERE due_at < now() + interval '30 minutes'")
        > 0) {
      if (System.nanoTime() > end) {
        throw new IllegalStateException("the queue does not become empty within " + PATIENCE);
      }
      LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
    }
    receiver.ask("flush");
  }

  Cost cost() throws IOException, SQLException {
    return new Cost(
        ProcessorTime.of(server.pid()),
        ProcessorTime.ofFamily(server.postgresPid()),
        ProcessorTime.of(receiver.pid()),
        ProcessorTime.of(generator.pid()),
        number("SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::bigint"),
        count());
  }

  long number(String sql) throws SQLException {
    try (var connection = connect();
        var rows = connection.createStatement().executeQuery(sql)) {
      rows.next();
      return rows.getLong(1);
    }
  }

  void execute(String sql) throws SQLException {
    try (var connection = connect();
        var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  Connection connect() throws SQLException {
    var url = server.database();
    return DriverManager.getConnection(url.jdbcUrl(), url.user(), url.password());
  }

  /** Whether the server lives and its memory was enough. */
  boolean isWell() throws IOException {
    try (var lines = Files.lines(server.log())) {
      return server.isAlive() && lines.noneMatch(line -> line.contains("OutOfMemoryError"));
    }
  }

  @Override
  public void close() {
    generator.close();
    other.close();
    server.close();
    receiver.close();
    try (var lines = Files.lines(server.log())) {
      lines
          .filter(line -> line.contains("\"WARN\"") || line.contains("\"ERROR\""))
          .limit(10)
          .forEach(line -> System.err.println("the server says: " + line));
    } catch (IOException e) {
      System.err.println("no log: " + e.getMessage());
    }
    delete(directory);
  }

  private static void delete(Path root) {
    try (var paths = Files.walk(root)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    } catch (IOException e) {
      System.err.println("left behind: " + e.getMessage());
    }
  }
}
