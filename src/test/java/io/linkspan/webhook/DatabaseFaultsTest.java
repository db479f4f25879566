package io.linkspan.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import io.linkspan.availability.BlockedTimeRows;
import io.linkspan.platform.db.DatabaseFailed;
import io.linkspan.platform.egress.HttpEgress;
import io.linkspan.platform.egress.RawServer;
import io.linkspan.platform.http.ApiClient;
import io.linkspan.platform.postgres.TestDatabase;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The database goes away and comes back while events flow, and claims are overtaken. Time passes
 * for leases by ageing them in the database: its clock is the one they are kept by.
 */
@Timeout(180)
class DatabaseFaultsTest {
  private static final String EVENTS = "/api/v1/events/";
  private static final Pattern ID = Pattern.compile("(?i)webhook-id: (\\S+)");
  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
  private static final String FAILED = "HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n";

  @TempDir Path directory;

  private final TestDatabase postgres = TestDatabase.fresh();
  private final HttpEgress egress =
      HttpEgress.to(List.of("127.0.0.0/8"), new SimpleMeterRegistry());
  private final UUID organizer = BlockedTimeRows.organizer(postgres.database(), "UTC");

  @AfterEach
  void stop() {
    egress.close();
    postgres.close();
  }

  private Node node(TestDatabase through) {
    return new Node(
        through,
        egress,
        Clock.systemUTC(),
        directory.resolve("keyset"),
        List.of(Duration.ofHours(1)));
  }

  @Test
  void withoutTheDatabaseNothingIsAcknowledgedAndWhenItIsBackEverythingArrives() throws Exception {
    var held = new CountDownLatch(1);
    try (var gate = new DatabaseGate(postgres.port());
        var through = postgres.through(gate.port());
        var node = node(through);
        var receiver =
            RawServer.playing(
                connection -> {
                  while (connection.readRequest()) {
                    held.await();
                    connection.say(OK);
                  }
                })) {
      var ada = node.server.as(organizer);
      subscribe(ada, receiver);
      for (int i = 0; i < 30; i++) {
        assertThat(publish(ada, "before-" + i)).isEqualTo(202);
      }
      Until.holds(receiver::requests, () -> receiver.requests().size() == 2);

      gate.shut();
      held.countDown();
      Until.holds(node.meters::scrape, () -> node.meters.scrape().contains("unwritten 2.0"));
      for (int i = 0; i < 3; i++) {
        var refused = ada.post(EVENTS, event("during-" + i));
        assertThat(refused.status()).as(refused.body()).isEqualTo(503);
        assertThat(refused.header("content-type")).hasValue("application/problem+json");
        assertThat(refused.header("retry-after")).isPresent();
        assertThat(refused.json().at("/fix").asString()).contains("Try again");
      }
      // longer than any lease
      age();
      assertThat(count("SELECT count(*) FROM events WHERE id LIKE 'during-%'")).isZero();
      gate.open();

      Until.holds(() -> ids(receiver), () -> pending() == 0);
      assertThat(ids(receiver))
          .as("also what was in flight came once: its node is the one that goes on")
          .hasSize(30)
          .doesNotHaveDuplicates();
      assertThat(publish(ada, "during-0")).isEqualTo(202);
      Until.holds(() -> ids(receiver), () -> ids(receiver).contains("during-0"));
    }
  }

  @Test
  void connectionsCutWhilePublishingMakeNoFalsePromiseAndNoGhost() throws Exception {
    var acknowledged = ConcurrentHashMap.<String>newKeySet();
    var over = new AtomicBoolean();
    try (var node = node(postgres);
        var receiver = RawServer.answering(OK)) {
      var ada = node.server.as(organizer);
      subscribe(ada, receiver);
      var publishers =
          Stream.of("x", "y", "z")
              .map(
                  name ->
                      Thread.startVirtualThread(
                          () -> {
                            for (int i = 0; !over.get(); i++) {
                              String id = name + "-" + i;
                              if (publish(ada, id) == 202) {
                                acknowledged.add(id);
                              }
                            }
                          }))
              .toList();
      for (int cut = 1; cut <= 20; cut++) {
        int enough = cut * 10;
        Until.holds(acknowledged::size, () -> acknowledged.size() > enough);
        postgres.cutConnections();
      }
      over.set(true);
      for (var publisher : publishers) {
        publisher.join();
      }
      // claims whose answer was cut off
      Until.holds(
          () -> pending(),
          () -> {
            try {
              age();
              return pending() == 0;
            } catch (DatabaseFailed cut) {
              return false;
            }
          });
      var committed =
          postgres
              .database()
              .query(
                  handle -> handle.createQuery("SELECT id FROM events").mapTo(String.class).list());
      assertThat(committed).containsAll(acknowledged);
      assertThat(new HashSet<>(ids(receiver))).isEqualTo(new HashSet<>(committed));
    }
  }

  @Test
  void aClaimThatWasOvertakenChangesNothingWhenItEnds() throws Exception {
    var first = new CountDownLatch(1);
    var second = new CountDownLatch(1);
    var order = new AtomicInteger();
    try (var gate = new DatabaseGate(postgres.port());
        var through = postgres.through(gate.port());
        var one = node(through);
        var receiver =
            RawServer.playing(
                connection -> {
                  while (connection.readRequest()) {
                    if (order.incrementAndGet() == 1) {
                      first.await();
                      connection.say(FAILED);
                    } else {
                      second.await();
                      connection.say(OK);
                    }
                  }
                })) {
      String webhook = subscribe(one.server.as(organizer), receiver);
      assertThat(publish(one.server.as(organizer), "overtaken")).isEqualTo(202);
      Until.holds(receiver::requests, () -> receiver.requests().size() == 1);
      gate.shut();
      age();
      try (var two = node(postgres)) {
        Until.holds(receiver::requests, () -> receiver.requests().size() == 2);
        assertThat(ids(receiver)).containsExactly("overtaken", "overtaken");

        gate.open();
        first.countDown();
        Until.holds(one.meters::scrape, () -> refused(one) == 1);
        awaitWritten(one);
        second.countDown();
        Until.holds(this::pending, () -> pending() == 0);
        var delivery = two.server.as(organizer).get(webhook + "deliveries/").json();
        assertThat(delivery.at("/results/0/status").asString()).isEqualTo("delivered");
        assertThat(delivery.at("/results/0/attempts_count").asInt())
            .as("the stale one is not told")
            .isOne();
      }
      assertThat(count("SELECT count(*) FROM delivery_attempts")).isOne();
      assertThat(receiver.requests()).hasSize(2);
    }
  }

  /** Its lease ended while the database was away, or a crash of the database lost its claim. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "leased_until = leased_until - interval '10 minutes'",
        "leased_until = NULL, fence = fence - 1"
      })
  void whatIsOnItsWayIsNotSentASecondTimeByTheSameNode(String lost) throws Exception {
    var answer = new CountDownLatch(1);
    try (var node = node(postgres);
        var receiver =
            RawServer.playing(
                connection -> {
                  while (connection.readRequest()) {
                    answer.await();
                    connection.say(OK);
                  }
                })) {
      var ada = node.server.as(organizer);
      String webhook = subscribe(ada, receiver);
      assertThat(publish(ada, "once")).isEqualTo(202);
      Until.holds(receiver::requests, () -> receiver.requests().size() == 1);
      postgres.database().useTransaction(tx -> tx.execute("UPDATE pending_deliveries SET " + lost));
      Until.holds(
          () -> "no new claim",
          () -> count("SELECT count(*) FROM pending_deliveries WHERE leased_until > now()") == 1);
      answer.countDown();
      Until.holds(this::pending, () -> pending() == 0);
      assertThat(receiver.requests()).hasSize(1);
      var delivery = ada.get(webhook + "deliveries/").json().at("/results/0");
      assertThat(delivery.at("/status").asString()).isEqualTo("delivered");
      assertThat(delivery.at("/attempts_count").asInt()).isOne();
      assertThat(count("SELECT count(*) FROM delivery_attempts")).isOne();
    }
  }

  /** What was asked for again begins anew, whatever comes of a claim from before. */
  @Test
  void aClaimFromBeforeARedeliveryDoesNotFitIt() throws Exception {
    var first = new CountDownLatch(1);
    var third = new CountDownLatch(1);
    var order = new AtomicInteger();
    try (var gate = new DatabaseGate(postgres.port());
        var through = postgres.through(gate.port());
        var one = node(through);
        var receiver =
            RawServer.playing(
                connection -> {
                  while (connection.readRequest()) {
                    switch (order.incrementAndGet()) {
                      case 1 -> {
                        first.await();
                        connection.say(FAILED);
                      }
                      case 2 -> connection.say(OK);
                      default -> {
                        third.await();
                        connection.say(OK);
                      }
                    }
                  }
                })) {
      String webhook = subscribe(one.server.as(organizer), receiver);
      assertThat(publish(one.server.as(organizer), "again")).isEqualTo(202);
      Until.holds(receiver::requests, () -> receiver.requests().size() == 1);
      gate.shut();
      age();
      try (var two = node(postgres)) {
        var ada = two.server.as(organizer);
        Until.holds(this::pending, () -> pending() == 0);
        String id = ada.get(webhook + "deliveries/").json().at("/results/0/id").asString();
        var again = ada.post(webhook + "deliveries/" + id + "/redeliver/", Map.of());
        assertThat(again.status()).as(again.body()).isEqualTo(202);
        Until.holds(receiver::requests, () -> receiver.requests().size() == 3);

        gate.open();
        first.countDown();
        Until.holds(one.meters::scrape, () -> refused(one) == 1);
        awaitWritten(one);
        third.countDown();
        Until.holds(this::pending, () -> pending() == 0);
      }
      assertThat(count("SELECT count(*) FROM delivery_attempts WHERE succeeded")).isEqualTo(2);
      assertThat(count("SELECT count(*) FROM delivery_attempts")).isEqualTo(2);
    }
  }

  /** The stack of the engine's own threads ends where they ask what time it is. */
  @ParameterizedTest
  @ValueSource(strings = {"claims", "outcomes"})
  void anErrorEndsOneRoundOfALoopAndNotTheLoop(String loop) {
    var clock = new BottomlessClock("webhook-" + loop);
    try (var node = new Node(postgres, egress, clock, directory.resolve("keyset"), List.of());
        var receiver = RawServer.answering(OK)) {
      var ada = node.server.as(organizer);
      subscribe(ada, receiver);
      clock.errors.set(3);
      assertThat(publish(ada, "a")).isEqualTo(202);
      assertThat(publish(ada, "b")).isEqualTo(202);
      Until.holds(node.meters::scrape, () -> pending() == 0);
      assertThat(clock.errors).hasNonPositiveValue();
      assertThat(new HashSet<>(ids(receiver))).containsExactlyInAnyOrder("a", "b");
      assertThat(value(node, "linkspan_webhook_rounds_broken_total{loop=\"" + loop + "\"}"))
          .isGreaterThanOrEqualTo(1);
    }
  }

  private static final class BottomlessClock extends Clock {
    private final AtomicInteger errors = new AtomicInteger();
    private final String thread;

    BottomlessClock(String thread) {
      this.thread = thread;
    }

    @Override
    public Instant instant() {
      if (Thread.currentThread().getName().equals(thread) && errors.getAndDecrement() > 0) {
        return deeper(0);
      }
      return Clock.systemUTC().instant();
    }

    private Instant deeper(int depth) {
      return depth < 0 ? Instant.EPOCH : deeper(depth + 1).plusNanos(1);
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }

  private static double refused(Node node) {
    return value(node, "linkspan_webhook_attempts_seconds_count{outcome=\"refused\"}");
  }

  private static void awaitWritten(Node node) {
    Until.holds(node.meters::scrape, () -> value(node, "linkspan_webhook_unwritten") == 0);
  }

  private static double value(Node node, String name) {
    return node.meters
        .scrape()
        .lines()
        .filter(line -> line.startsWith(name + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
        .sum();
  }

  private void age() {
    postgres
        .database()
        .useTransaction(
            tx ->
                tx.execute(
                    "UPDATE pending_deliveries SET leased_until = leased_until - interval '10 minutes'"));
  }

  private long pending() {
    return count("SELECT count(*) FROM pending_deliveries");
  }

  private long count(String sql) {
    return postgres.database().query(handle -> handle.createQuery(sql).mapTo(Long.class).one());
  }

  private static List<String> ids(RawServer receiver) {
    return receiver.requests().stream()
        .map(
            request -> {
              var match = ID.matcher(request);
              assertThat(match.find()).as(request).isTrue();
              return match.group(1);
            })
        .toList();
  }

  @Test
  @Timeout(value = 60)
  void aNodeThatIsStoppedEndsWhatIsInFlightAndGivesTheRestBackAtOnce() throws Exception {
    var answer = new CountDownLatch(1);
    try (var node = node(postgres);
        var receiver =
            RawServer.playing(
                connection -> {
                  while (connection.readRequest()) {
                    answer.await();
                    connection.say(OK);
                  }
                })) {
      subscribe(node.server.as(organizer), receiver);
      for (int i = 0; i < 5; i++) {
        assertThat(publish(node.server.as(organizer), "n" + i)).isEqualTo(202);
      }
      Until.holds(receiver::requests, () -> receiver.requests().size() == 2);
      var stopping = Thread.startVirtualThread(node.webhooks.worker()::close);
      Until.holds(stopping::getState, () -> stopping.getState() == Thread.State.TIMED_WAITING);
      answer.countDown();
      stopping.join();
      assertThat(count("SELECT count(*) FROM finished_deliveries WHERE status = 'delivered'"))
          .isEqualTo(receiver.requests().size());
      assertThat(pending()).isEqualTo(5 - receiver.requests().size()).isPositive();
      assertThat(count("SELECT count(*) FROM pending_deliveries WHERE leased_until IS NOT NULL"))
          .isZero();
    }
  }

  private static int publish(ApiClient client, String id) {
    return client.post(EVENTS, event(id)).status();
  }

  private static Map<String, Object> event(String id) {
    return Map.of("type", "a", "id", id, "data", Map.of("of", id));
  }

  private static String subscribe(ApiClient client, RawServer receiver) {
    var made =
        client.post(
            "/api/v1/integrations/webhooks/",
            Map.of(
                "name", "x", "webhook_url", receiver.uri("/").toString(), "events", List.of("a")));
    assertThat(made.status()).as(made.body()).isEqualTo(201);
    return "/api/v1/integrations/webhooks/" + made.json().at("/id").asString() + "/";
  }
}
