package io.linkspan.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import io.linkspan.availability.BlockedTimeRows;
import io.linkspan.platform.egress.HttpEgress;
import io.linkspan.platform.http.ApiClient;
import io.linkspan.platform.postgres.TestDatabase;
import io.linkspan.platform.time.SteeredClock;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is old and still in use, by others or by the queue. */
class RetentionWhileInUseTest {
  @TempDir Path directory;

  private final TestDatabase postgres = TestDatabase.fresh();
  private final HttpEgress egress =
      HttpEgress.to(List.of("127.0.0.0/8"), new SimpleMeterRegistry());
  private final SteeredClock clock = SteeredClock.at("2026-03-02T10:00:00Z");
  private final UUID organizer = BlockedTimeRows.organizer(postgres.database(), "UTC");
  private final Receiver receiver = new Receiver();

  @AfterEach
  void stop() {
    receiver.close();
    egress.close();
    postgres.close();
  }

  @Test
  void whoReadsAttemptsForHoursHoldsUpNeitherDeliveriesNorAStart() throws Exception {
    try (var node = node()) {
      var ada = node.server.as(organizer);
      subscribe(ada);
      assertThat(partitions()).isEqualTo(days("2026-03-02", 4));

      clock.advance(Duration.ofDays(10));
      try (var reader = postgres.dataSource().getConnection()) {
        reader.setAutoCommit(false);
        reader.createStatement().execute("LOCK TABLE delivery_attempts IN ACCESS SHARE MODE");
        ends(node.webhooks::makePartitions);
        ends(() -> node.webhooks.forgetBefore(clock.instant()));
        assertThat(partitions()).isEqualTo(days("2026-03-02", 4));

        publish(ada, "meanwhile");
        receiver.next();
        Until.holds(this::pending, () -> pending() == 0);
        assertThat(count("SELECT count(*) FROM delivery_attempts_other")).isOne();
        reader.rollback();
      }

      node.webhooks.makePartitions();
      node.webhooks.forgetBefore(clock.instant());
      assertThat(partitions())
          .as("that of today would have to have what the default partition has")
          .isEqualTo(days("2026-03-13", 3));

      clock.advance(Duration.ofDays(1));
      publish(ada, "afterwards");
      receiver.next();
      Until.holds(this::pending, () -> pending() == 0);
      assertThat(count("SELECT count(*) FROM delivery_attempts_20260313")).isOne();
      node.webhooks.forgetBefore(clock.instant());
      assertThat(count("SELECT count(*) FROM delivery_attempts_other")).isZero();
    }
  }

  @Test
  void whatWaitsForItsRetryIsSentThoughItIsOlderThanWhatIsKept() {
    try (var node = node()) {
      var ada = node.server.as(organizer);
      subscribe(ada);
      publish(ada, "before");
      receiver.next();
      Until.holds(this::pending, () -> pending() == 0);
      clock.advance(Duration.ofHours(2));

      receiver.answersNext(500, Map.of(), "");
      publish(ada, "waiting");
      var first = receiver.next();
      Until.holds(
          this::pending,
          () -> count("SELECT count(*) FROM pending_deliveries WHERE tries = 1") == 1);
      publish(node.server.as(BlockedTimeRows.organizer(postgres.database(), "UTC")), "of-another");
      clock.advance(Duration.ofHours(40));
      node.webhooks.forgetBefore(clock.instant().minus(Duration.ofDays(1)));
      assertThat(texts("SELECT id FROM events")).containsExactly("waiting");
      assertThat(texts("SELECT id FROM event_ids")).containsExactly("waiting");
      publish(ada, "waiting");
      assertThat(pending()).as("an id seen before is not published twice").isOne();

      clock.advance(Duration.ofHours(16));
      node.webhooks.wake();
      var again = receiver.next();
      assertThat(again.body()).isEqualTo(first.body());
      assertThat(again.header("webhook-id")).isEqualTo(first.header("webhook-id"));
      Until.holds(this::pending, () -> pending() == 0);
      assertThat(texts("SELECT status FROM finished_deliveries")).containsExactly("delivered");

      node.webhooks.forgetBefore(clock.instant().minus(Duration.ofDays(1)));
      assertThat(texts("SELECT id FROM events")).isEmpty();
      assertThat(texts("SELECT id FROM event_ids")).isEmpty();
    }
  }

  private Node node() {
    return new Node(
        postgres, egress, clock, directory.resolve("keyset"), List.of(Duration.ofDays(2)));
  }

  private void subscribe(ApiClient ada) {
    var made =
        ada.post(
            "/api/v1/integrations/webhooks/",
            Map.of("name", "CRM", "webhook_url", receiver.url(), "events", List.of("a.type")));
    assertThat(made.status()).as(made.body()).isEqualTo(201);
  }

  private static void publish(ApiClient ada, String id) {
    var answer = ada.post("/api/v1/events/", Map.of("id", id, "type", "a.type", "data", Map.of()));
    assertThat(answer.status()).as(answer.body()).isEqualTo(202);
  }

  /** In a thread of its own: what waits for this one would never end. */
  private static void ends(Runnable work) throws Exception {
    CompletableFuture.runAsync(work).get(20, TimeUnit.SECONDS);
  }

  private List<String> partitions() {
    return texts(
        """
        SELECT relname FROM pg_class
        WHERE relkind = 'r' AND relname ~ '^delivery_attempts_\\d+$' ORDER BY relname
        """);
  }

  private static List<String> days(String first, int count) {
    return IntStream.range(0, count)
        .mapToObj(LocalDate.parse(first)::plusDays)
        .map(day -> "delivery_attempts_" + day.format(DateTimeFormatter.BASIC_ISO_DATE))
        .toList();
  }

  private long pending() {
    return count("SELECT count(*) FROM pending_deliveries");
  }

  private List<String> texts(String sql) {
    return postgres.database().query(handle -> handle.createQuery(sql).mapTo(String.class).list());
  }

  private long count(String sql) {
    return postgres.database().query(handle -> handle.createQuery(sql).mapTo(Long.class).one());
  }
}
