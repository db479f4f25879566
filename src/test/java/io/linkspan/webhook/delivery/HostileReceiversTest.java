package io.linkspan.webhook.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.linkspan.availability.BlockedTimeRows;
import io.linkspan.platform.egress.HttpEgress;
import io.linkspan.platform.egress.Network;
import io.linkspan.platform.egress.PublicAddresses;
import io.linkspan.platform.egress.RawServer;
import io.linkspan.platform.egress.TestTls;
import io.linkspan.platform.http.ApiClient;
import io.linkspan.platform.postgres.TestDatabase;
import io.linkspan.webhook.Node;
import io.linkspan.webhook.Receiver;
import io.linkspan.webhook.Until;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * Receivers that stall, lie, flood and break off, all at once and through the whole engine, while
 * another organizer's receiver is served.
 */
@Timeout(180)
class HostileReceiversTest {
  private static final String WEBHOOKS = "/api/v1/integrations/webhooks/";
  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

  /** More than a node sends at a time. */
  private static final int FLOOD = 2_000;

  private static final int HEALTHY = 300;

  /** Each with two requests: together more than one host may have at once. */
  private static final int SILENT_ON_ONE_HOST = 60;

  @TempDir Path directory;

  private final TestDatabase postgres = TestDatabase.fresh();
  private final List<AutoCloseable> open = new ArrayList<>();
  private final Map<String, Hostile> hostile = new LinkedHashMap<>();
  private final CountDownLatch testOver = new CountDownLatch(1);
  private final SimpleMeterRegistry egressMeters = new SimpleMeterRegistry();
  private RawServer silent;
  private HttpEgress egress;
  private Node node;
  private ApiClient mallory;
  private ApiClient bob;

  /** What is to become of a delivery: its error, or that there is none. */
  private record Hostile(String url, String error) {}

  @BeforeEach
  void start() throws Exception {
    var tls = TestTls.issued(directory, "dns:good.example");
    egress =
        new HttpEgress(
            new PublicAddresses(List.of(Network.parse("127.0.0.0/8"))),
            this::resolve,
            tls.trusting(),
            egressMeters,
            HttpEgress.Settings.STANDARD);
    node =
        new Node(
            postgres,
            egress,
            Clock.systemUTC(),
            directory.resolve("keyset"),
            List.of(Duration.ofHours(1)));
    mallory = node.server.as(BlockedTimeRows.organizer(postgres.database(), "UTC"));
    bob = node.server.as(BlockedTimeRows.organizer(postgres.database(), "UTC"));
  }

  @AfterEach
  void stop() throws Exception {
    testOver.countDown();
    for (var server : open) {
      server.close();
    }
    node.close();
    egress.close();
    postgres.close();
  }

  @Test
  void eachFailsInItsOwnWayAndNobodyElseWaits() throws Exception {
    stalling();
    flooding();
    breaking();
    lying();
    tls();
    names();
    var webhooks = new LinkedHashMap<String, String>();
    hostile.forEach((name, of) -> webhooks.put(name, subscribe(mallory, of.url, "bait")));
    String hanging = subscribe(mallory, hostile.get("never answers").url, "flood");

    try (var healthy = new Receiver()) {
      String watched = subscribe(bob, healthy.url(), "fine");
      publish(mallory, "bait", 1);
      publish(mallory, "flood", FLOOD);
      Until.holds(silent::requests, () -> !silent.requests().isEmpty());
      publish(bob, "fine", HEALTHY);
      var ids = new HashSet<String>();
      for (int i = 0; i < HEALTHY; i++) {
        ids.add(healthy.next().header("webhook-id"));
      }
      assertThat(ids).hasSize(HEALTHY);
      assertThat(pending(mallory, hanging)).as("it still hangs").isNotEmpty();
      assertThat(silent.requests())
          .as("places that a receiver takes up that does not answer")
          .hasSizeLessThanOrEqualTo(2 * EndpointThrottle.MAX_CONCURRENT);
      Until.holds(() -> pending(bob, watched), () -> pending(bob, watched).isEmpty());
    }

    webhooks.forEach(
        (name, webhook) -> {
          Until.holds(() -> name, () -> pending(mallory, webhook).isEmpty());
          var attempt = delivery(webhook).at("/attempts/0");
          assertThat(attempt.at("/error").asString("")).as(name).contains(hostile.get(name).error);
          assertThat(attempt.at("/success").asBoolean())
              .as(name)
              .isEqualTo(hostile.get(name).error.isEmpty());
          assertThat(attempt.at("/response_body").asString("").length())
              .as("what is kept of %s", name)
              .isLessThanOrEqualTo(16 * 1024);
        });
    assertThat(delivery(webhooks.get("floods")).at("/attempts/0/response_body_cut").asBoolean())
        .isTrue();
  }

  @Test
  void whoAnswersIsServedWhileOthersHangOnTheSameHostAndPort() {
    var host =
        playing(
            connection -> {
              while (connection.readRequest()) {
                if (isTo("/silent", connection.lastRequest())) {
                  connection.stall();
                }
                connection.say(OK);
              }
            });
    String healthy = subscribe(bob, host.uri("/healthy").toString(), "fine");
    publish(bob, "fine", 1);
    Until.holds(() -> pending(bob, healthy), () -> pending(bob, healthy).isEmpty());
    for (int i = 0; i < SILENT_ON_ONE_HOST; i++) {
      subscribe(mallory, host.uri("/silent/" + i).toString(), "hang");
    }
    publish(mallory, "hang", 2);
    var waiting = egressMeters.get("linkspan.egress.connections").tag("state", "waiting").gauge();
    Until.holds(
        () -> requests(host, "/silent") + " hang, " + waiting.value() + " wait",
        () -> requests(host, "/silent") + waiting.value() >= 2 * SILENT_ON_ONE_HOST);

    int more = HEALTHY / 3;
    publish(bob, "fine", more);
    Until.holds(() -> requests(host, "/healthy"), () -> requests(host, "/healthy") == 1 + more);
    assertThat(requests(host, "/silent"))
        .as("those that hang: if one had ended, another had begun")
        .isEqualTo(HttpEgress.Settings.STANDARD.connectionsPerAddress() / 2);
  }

  private static long requests(RawServer server, String path) {
    return server.requests().stream().filter(request -> isTo(path, request)).count();
  }

  private static boolean isTo(String path, String request) {
    return request.startsWith("POST " + path);
  }

  @Test
  void cookiesOfAReceiverAreNotSentBack() {
    var server =
        answering("HTTP/1.1 200 OK\r\nSet-Cookie: a=b; Path=/\r\nContent-Length: 2\r\n\r\nok");
    String webhook = subscribe(mallory, server.uri("/").toString(), "a");
    for (int i = 0; i < 2; i++) {
      publish(mallory, "a", 1);
      Until.holds(() -> webhook, () -> pending(mallory, webhook).isEmpty());
    }
    assertThat(server.requests())
        .hasSize(2)
        .noneMatch(request -> request.toLowerCase(Locale.ROOT).contains("cookie"));
  }

  @Test
  void whatTheDatabaseCannotHoldAsItIsHoldsUpNoOtherOutcome() {
    String head = "HTTP/1.1 500 No\r\nContent-Length: 8\r\n";
    String body = "\r\n\0\u00ff\u00fe\\u000";
    var odd = new LinkedHashMap<String, String>();
    odd.put("body", head + body);
    odd.put("status line", "HTTP/1.1 500 \0\u00ff\r\nContent-Length: 8\r\n" + body);
    odd.put("value", head + "X-A: a\0b\u00e9\u0001\r\n" + body);
    odd.put("name", head + "X-\0\u00fc\u0080: a\r\n" + body);
    odd.put("long value", head + "X-A: " + "y".repeat(10_000) + "\r\n" + body);
    odd.put("no value", head + "X-A:\r\n" + body);
    var webhooks = new LinkedHashMap<String, String>();
    odd.forEach(
        (name, answer) ->
            webhooks.put(name, subscribe(mallory, answering(answer).uri("/").toString(), "odd")));
    publish(mallory, "odd", 2);
    webhooks.forEach(
        (name, webhook) -> {
          Until.holds(() -> name, () -> pending(mallory, webhook).isEmpty());
          assertThat(delivery(webhook).at("/attempts/0/error").asString())
              .as(name)
              .contains("answered 500");
        });
  }

  private void stalling() throws IOException {
    silent =
        playing(
            connection -> {
              connection.readRequest();
              connection.stall();
            });
    hostile.put(
        "never answers",
        new Hostile(silent.uri("/").toString(), "did not finish its answer within 15 s"));
    hostile("never reads", "did not finish its answer within 15 s", RawServer.Connection::stall);
    hostile(
        "drips its head",
        "did not finish its answer within 15 s",
        connection -> {
          connection.readRequest();
          connection.say("HTTP/1.1 200 OK\r\nX-Drip: ");
          drip(connection, "x");
        });
    hostile(
        "drips its body",
        "did not finish its answer within 15 s",
        connection -> {
          connection.readRequest();
          connection.say("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n");
          drip(connection, "x");
        });
    hostile(
        "drips chunks",
        "did not finish its answer within 15 s",
        connection -> {
          connection.readRequest();
          connection.say("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
          drip(connection, "1\r\nx\r\n");
        });
    // with its queue full the kernel drops further SYNs
    var full = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"));
    open.add(full);
    for (int i = 0; i < 3; i++) {
      var socket = new Socket();
      open.add(socket);
      try {
        socket.connect(full.getLocalSocketAddress(), 100);
      } catch (IOException alreadyFull) {
        break;
      }
    }
    hostile.put(
        "never accepts",
        new Hostile(
            "http://127.0.0.1:" + full.getLocalPort() + "/", "did not accept a connection within"));
  }

  private void flooding() throws IOException {
    hostile(
        "floods",
        "",
        connection -> {
          connection.readRequest();
          connection.say("HTTP/1.1 200 OK\r\nContent-Length: 10737418240\r\n\r\n");
          forEver(connection, "x".repeat(1 << 16));
        });
    hostile(
        "floods with chunks",
        "answered 500",
        connection -> {
          connection.readRequest();
          connection.say("HTTP/1.1 500 No\r\nTransfer-Encoding: chunked\r\n\r\n");
          forEver(connection, "10000\r\n" + "x".repeat(1 << 16) + "\r\n");
        });
    var bomb = new ByteArrayOutputStream();
    try (var out = new GZIPOutputStream(bomb)) {
      var zeros = new byte[1 << 20];
      for (int i = 0; i < 100; i++) {
        out.write(zeros);
      }
    }
    hostile(
        "is a gzip bomb",
        "",
        connection -> {
          connection.readRequest();
          connection.say(
              "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n"
                  .formatted(bomb.size()));
          connection.say(bomb.toByteArray());
        });
    hostile(
        "has one huge header",
        "headers that are too large",
        connection -> {
          connection.readRequest();
          connection.say("HTTP/1.1 200 OK\r\nX-Huge: ");
          forEver(connection, "x".repeat(1 << 16));
        });
    hostile(
        "has countless headers",
        "headers that are too large",
        connection -> {
          connection.readRequest();
          connection.say("HTTP/1.1 200 OK\r\n");
          forEver(connection, "X-One-More: x\r\n".repeat(1000));
        });
    hostile(
        "has many large headers",
        "headers that are too large",
        connection -> {
          connection.readRequest();
          connection.say("HTTP/1.1 200 OK\r\n");
          connection.say(("X-Large: " + "x".repeat(16_000) + "\r\n").repeat(100));
          connection.stall();
        });
    hostile(
        "announces its answer for ever",
        "is not HTTP/1.1",
        connection -> {
          connection.readRequest();
          forEver(connection, "HTTP/1.1 103 Early Hints\r\n\r\n");
        });
  }

  private void breaking() throws IOException {
    hostile(
        "resets",
        "broke",
        connection -> {
          connection.readRequest();
          connection.reset();
        });
    hostile("resets unread", "The connection to", RawServer.Connection::reset);
    hostile("closes", "closed the connection instead of answering", connection -> {});
    hostile(
        "sends half",
        "closed the connection before its answer was whole",
        connection -> {
          connection.readRequest();
          connection.say("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf");
        });
    try (var closed = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      hostile.put(
          "is closed",
          new Hostile("http://127.0.0.1:" + closed.getLocalPort() + "/", "refused the connection"));
    }
  }

  private void lying() {
    hostile("speaks HTTP/0.9", "is not HTTP/1.1", answer("<html>hello</html>\r\n"));
    hostile("speaks SSH", "is not HTTP/1.1", answer("SSH-2.0-OpenSSH_9.6\r\n"));
    hostile(
        "sends broken chunks",
        "answered with broken chunks",
        answer("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n"));
    hostile("says 999", "answered 999", answer("HTTP/1.1 999 No\r\nContent-Length: 0\r\n\r\n"));
    hostile(
        "asks for time without sense",
        "answered 503",
        answer("HTTP/1.1 503 No\r\nRetry-After: -1e99\r\nContent-Length: 0\r\n\r\n"));
    hostile(
        "answers before it reads",
        "",
        connection -> {
          connection.say(OK);
          connection.readRequest();
        });
    var inside = answering(OK);
    hostile(
        "redirects",
        "redirects are not followed",
        answer(
            "HTTP/1.1 307 Moved\r\nLocation: %s\r\nContent-Length: 0\r\n\r\n"
                .formatted(inside.uri("/"))));
    open.add(() -> assertThat(inside.connections()).as("redirected to").isZero());
  }

  private void tls() throws Exception {
    var good = TestTls.issued(directory, "dns:good.example");
    var expired =
        TestTls.issued(directory, "dns:good.example", "-startdate", "-10d", "-validity", "5");
    var stranger =
        TestTls.issued(Files.createDirectory(directory.resolve("other")), "dns:good.example");
    secure("has another's certificate", "other.example", good, "is for another name");
    secure("has an expired certificate", "good.example", expired, "has expired");
    secure("is its own authority", "good.example", stranger, "not signed by an authority");
    secure("is honest", "good.example", good, "");
    https(
        "does not speak TLS",
        "does not speak TLS",
        connection -> connection.say("HTTP/1.1 400 Bad\r\n\r\n"));
    https(
        "stalls while TLS is negotiated",
        "did not accept a connection",
        RawServer.Connection::stall);
    https(
        "drips while TLS is negotiated", "good.example", connection -> drip(connection, "\u0016"));
  }

  private void names() {
    var server = answering(OK);
    for (var name :
        Map.of(
                "nowhere.example", "There is no host named",
                "slow.example", "was not resolved within 15 s",
                "mixed.example", "which is not allowed")
            .entrySet()) {
      hostile.put(
          name.getKey(),
          new Hostile("http://" + name.getKey() + ":" + server.port() + "/", name.getValue()));
    }
  }

  private List<InetAddress> resolve(String host) throws UnknownHostException {
    var here = InetAddress.ofLiteral("127.0.0.1");
    return switch (host) {
      case "good.example", "other.example" -> List.of(here);
      // the second is nobody's, also where the guard is missing
      case "mixed.example" -> List.of(here, InetAddress.ofLiteral("0.0.0.0"));
      case "slow.example" -> {
        try {
          testOver.await();
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
        yield List.of(here);
      }
      default -> throw new UnknownHostException(host);
    };
  }

  private void hostile(String name, String error, RawServer.Script script) {
    hostile.put(name, new Hostile(playing(script).uri("/").toString(), error));
  }

  private void https(String name, String error, RawServer.Script script) {
    hostile.put(name, new Hostile("https://good.example:" + playing(script).port() + "/", error));
  }

  private void secure(String name, String host, TestTls tls, String error) throws Exception {
    var server = RawServer.on(tls.listen(), "https", answer(OK));
    open.add(server);
    hostile.put(name, new Hostile("https://" + host + ":" + server.port() + "/", error));
  }

  private static RawServer.Script answer(String answer) {
    return connection -> {
      while (connection.readRequest()) {
        connection.say(answer);
      }
    };
  }

  private RawServer answering(String answer) {
    return playing(answer(answer));
  }

  private RawServer playing(RawServer.Script script) {
    var server = RawServer.playing(script);
    open.add(server);
    return server;
  }

  /** A byte a second, or as near as a test needs: less than the deadline apart. */
  private void drip(RawServer.Connection connection, String drop)
      throws IOException, InterruptedException {
    do {
      connection.say(drop);
    } while (!testOver.await(1, TimeUnit.SECONDS));
  }

  private static void forEver(RawServer.Connection connection, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    while (true) {
      connection.say(bytes);
    }
  }

  private static String subscribe(ApiClient client, String url, String event) {
    var made =
        client.post(
            WEBHOOKS,
            Map.of("name", "x", "webhook_url", url, "events", List.of(event), "max_retries", 0));
    assertThat(made.status()).as(made.body()).isEqualTo(201);
    return WEBHOOKS + made.json().at("/id").asString() + "/deliveries/";
  }

  private static void publish(ApiClient client, String type, int count) {
    for (int sent = 0; sent < count; sent += 1000) {
      var events = new ArrayList<Map<String, Object>>();
      for (int i = sent; i < Math.min(count, sent + 1000); i++) {
        events.add(Map.of("type", type, "data", Map.of("n", i)));
      }
      var answer = client.post("/api/v1/events/", events);
      assertThat(answer.status()).as(answer.body()).isEqualTo(202);
    }
  }

  private static Set<JsonNode> pending(ApiClient client, String deliveries) {
    var found = new HashSet<JsonNode>();
    client.get(deliveries + "?status=pending").json().at("/results").forEach(found::add);
    return found;
  }

  private JsonNode delivery(String deliveries) {
    String id = mallory.get(deliveries).json().at("/results/0/id").asString();
    return mallory.get(deliveries + id + "/").json();
  }
}
