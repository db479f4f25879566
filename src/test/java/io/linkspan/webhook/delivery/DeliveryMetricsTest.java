package io.linkspan.webhook.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.linkspan.availability.BlockedTimeRows;
import io.linkspan.platform.db.Database;
import io.linkspan.platform.egress.HttpEgress;
import io.linkspan.platform.http.ApiClient;
import io.linkspan.platform.postgres.TestDatabase;
import io.linkspan.platform.time.SteeredClock;
import io.linkspan.webhook.Node;
import io.linkspan.webhook.Receiver;
import io.linkspan.webhook.Until;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class DeliveryMetricsTest {
  private static final QueueMonitor.Thresholds NO_PATIENCE =
      new QueueMonitor.Thresholds(Duration.ZERO, Long.MAX_VALUE);

  @TempDir Path directory;

  private final SteeredClock clock = SteeredClock.at("2026-03-01T00:00:00Z");
  private final TestDatabase postgres = TestDatabase.fresh();
  private final Database database = postgres.database();
  private final HttpEgress egress =
      HttpEgress.to(List.of("127.0.0.0/8"), new SimpleMeterRegistry());
  private final Receiver receiver = new Receiver();
  private Node node;
  private ApiClient ada;
  private String webhook;

  @BeforeEach
  void start() {
    node =
        new Node(
            postgres, egress, clock, directory.resolve("keyset"), List.of(Duration.ofSeconds(5)));
    ada = node.server.as(BlockedTimeRows.organizer(database, "UTC"));
    var made =
        ada.post(
            "/api/v1/integrations/webhooks/",
            Map.of("name", "CRM", "webhook_url", receiver.url(), "events", List.of("*")));
    assertThat(made.status()).as(made.body()).isEqualTo(201);
    webhook = "/api/v1/integrations/webhooks/" + made.json().at("/id").asString() + "/";
  }

  @AfterEach
  void stop() {
    node.close();
    receiver.close();
    egress.close();
    postgres.close();
  }

  @Test
  void attemptsAndTheTimeFromEventToDeliveryAreCountedWithTheirBuckets() {
    receiver.answersNext(500, Map.of(), "");
    publish();
    receiver.next();
    Until.holds(this::scrape, () -> value("attempts_seconds_count{outcome=\"refused\"}") == 1);
    clock.advance(Duration.ofSeconds(20));
    node.webhooks.wake();
    receiver.next();
    Until.holds(this::scrape, () -> value("attempts_seconds_count{outcome=\"delivered\"}") == 1);
    assertThat(value("latency_seconds_count")).isEqualTo(1);
    assertThat(value("latency_seconds_sum")).as("the failed attempt included").isEqualTo(20);
    assertThat(value("latency_seconds_bucket{le=\"10.0\"}")).isZero();
    assertThat(value("latency_seconds_bucket{le=\"30.0\"}")).isEqualTo(1);
    assertThat(value("attempts_seconds_bucket{outcome=\"delivered\",le=\"15.0\"}")).isEqualTo(1);
    assertThat(value("attempts_seconds_count{outcome=\"no_answer\"}")).isZero();
  }

  @Test
  void theQueueIsMeasuredWhereItIsNotWhereItIsScraped() {
    assertThat(value("queue_depth")).as("nobody has looked yet").isNaN();
    receiver.answersAlways(500);
    publish();
    receiver.next();
    String deliveries = webhook + "deliveries/?status=pending";
    Until.holds(
        () -> ada.get(deliveries).body(),
        () -> ada.get(deliveries).json().at("/results/0/attempts_count").asInt(0) == 1);
    node.webhooks.monitor().look();
    assertThat(value("queue_depth")).isEqualTo(1);
    assertThat(value("queue_webhooks")).isEqualTo(1);
    assertThat(value("queue_oldest_due")).as("it waits for its retry").isZero();
    clock.advance(Duration.ofMinutes(1));
    assertThat(value("queue_oldest_due")).isBetween(54.0, 56.0);
    assertThat(value("queue_dead_rows")).isNotNegative();
    assertThat(node.webhooks.monitor().summary()).startsWith("1 wait, the longest for 5");
    assertThat(value("queue_alarm")).isZero();
  }

  @Test
  void aTransactionThatNobodyEndsRaisesTheAlarmUntilItIsEnded() throws Exception {
    var meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    var watch = new QueueMonitor(database, NO_PATIENCE, meters, clock);
    Until.holds(
        watch::summary,
        () -> {
          watch.look();
          return alarm(meters) == 0;
        });
    try (var forgotten = postgres.dataSource().getConnection();
        var statement = forgotten.createStatement()) {
      forgotten.setAutoCommit(false);
      statement.execute("SET LOCAL application_name = 'a forgotten psql'");
      statement.execute("SELECT pg_current_xact_id()");
      watch.look();
      assertThat(alarm(meters)).isEqualTo(1);
      assertThat(watch.summary()).contains("a forgotten psql", "pg_terminate_backend");
      forgotten.rollback();
    }
    Until.holds(
        watch::summary,
        () -> {
          watch.look();
          return alarm(meters) == 0;
        });
    assertThat(watch.summary()).startsWith("0 wait");
  }

  @Test
  void withoutTheDatabaseTheQueueIsUnknownAndNotEmpty() {
    var gone = TestDatabase.fresh();
    var meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    var watch = new QueueMonitor(gone.database(), QueueMonitor.Thresholds.STANDARD, meters, clock);
    watch.look();
    assertThat(value(meters.scrape(), "queue_depth")).isZero();
    gone.close();
    watch.look();
    assertThat(value(meters.scrape(), "queue_depth")).isNaN();
    assertThat(watch.summary()).isEqualTo("the queue has not been seen");
  }

  @Test
  void anOpenScreenIsToldThatADeliveryEnded() throws Exception {
    try (var stream = ada.open("/api/v1/stream/").body();
        var lines = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
      awaitData(lines, "reset");
      publish();
      receiver.next();
      assertThat(awaitData(lines, "deliveries")).contains("\"change\":\"updated\"");
    }
  }

  private static String awaitData(BufferedReader lines, String kind) throws Exception {
    while (true) {
      String line = lines.readLine();
      assertThat(line).as("the stream has ended").isNotNull();
      if (line.startsWith("data: ") && line.contains("\"kind\":\"" + kind + "\"")) {
        return line;
      }
    }
  }

  private void publish() {
    var answer =
        ada.post(
            "/api/v1/events/",
            Map.of("type", "a", "data", Map.of(), "id", UUID.randomUUID().toString()));
    assertThat(answer.status()).as(answer.body()).isEqualTo(202);
  }

  private String scrape() {
    return node.meters.scrape();
  }

  private double value(String name) {
    return value(scrape(), name);
  }

  private static double alarm(PrometheusMeterRegistry meters) {
    return value(meters.scrape(), "queue_alarm");
  }

  private static double value(String scrape, String name) {
    String start = "linkspan_webhook_" + name + " ";
    return scrape
        .lines()
        .filter(line -> line.startsWith(start))
        .mapToDouble(line -> Double.parseDouble(line.substring(start.length())))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no " + name + " in\n" + scrape));
  }
}
