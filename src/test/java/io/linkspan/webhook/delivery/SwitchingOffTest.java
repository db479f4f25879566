package io.linkspan.webhook.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.linkspan.platform.egress.RawServer;
import io.linkspan.webhook.EndpointQueue;
import io.linkspan.webhook.WebhookTestCase;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** When a webhook is switched off, what becomes of what it was to hear of, and how it goes on. */
class SwitchingOffTest extends WebhookTestCase {
  private static final String FAILED = "HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n";
  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

  @Test
  void whatWaitedForAReceiverThatWasGoneIsSentWhenItIsSwitchedOnAgain() {
    var made = create(Map.of());
    receiver.answersAlways(410);
    var published = publishMany(20);
    await(path(made), shown -> !shown.at("/is_active").asBoolean());
    await(path(made), shown -> shown.at("/stats/pending").asInt() == 0);
    drain();

    receiver.answersAlways(200);
    CLOCK.advance(Duration.ofSeconds(1));
    var on = ada.patch(path(made), Map.of("is_active", true, "replay_missed", true));
    assertThat(on.status()).as(on.body()).isEqualTo(200);
    assertThat(next(21)).as("and that it was switched off").containsAll(published);
    assertThat(ada.get(path(made) + "replays/").json().at("/0/total").asInt()).isEqualTo(21);
  }

  @Test
  void whatFailedInTheDaysBeforeIsMissedToo() {
    var made = create(Map.of("max_retries", 0, "events", List.of("invoice.paid")));
    receiver.answersAlways(500);
    var first = publishMany(2);
    await(path(made), shown -> shown.at("/stats/failed_24h").asInt() == 2);
    CLOCK.advance(Duration.ofDays(5).plusMinutes(1));
    var last = publishMany(1);
    await(path(made), shown -> !shown.at("/is_active").asBoolean());
    drain();
    receiver.answersAlways(200);
    CLOCK.advance(Duration.ofSeconds(1));
    ada.patch(path(made), Map.of("is_active", true, "replay_missed", true));
    assertThat(next(3)).containsAll(first).containsAll(last);
  }

  @Test
  void anEventThatWasOnItsWayIntoTheDatabaseWhenTheWebhookWasSwitchedOnIsSentHalfAMinuteLater() {
    var made = create(Map.of("is_active", false));
    CLOCK.advance(Duration.ofSeconds(1));
    ada.patch(path(made), Map.of("is_active", true, "replay_missed", true));
    appearsLate("late");
    webhooks.resumeReplays();
    assertThat(receiver.isQuiet()).isTrue();
    CLOCK.advance(Duration.ofSeconds(31));
    webhooks.resumeReplays();
    assertThat(receiver.next().header("webhook-id")).isEqualTo("late");
  }

  @Test
  void whatWasPublishedInTheMomentBeforeAndSawItSwitchedOffIsMissedToo() {
    var made = create(Map.of());
    CLOCK.advance(Duration.ofSeconds(1));
    ada.patch(path(made), Map.of("is_active", false));
    appearsLate("early");
    CLOCK.advance(Duration.ofSeconds(1));
    ada.patch(path(made), Map.of("is_active", true, "replay_missed", true));
    assertThat(receiver.next().header("webhook-id")).isEqualTo("early");
  }

  @Test
  void whatIsAskedForWhileItIsOnItsWayIsSentAgainAtOnceWhenThatFails() throws Exception {
    var answer = new CountDownLatch(1);
    try (var slow = saying(FAILED, answer)) {
      var made = create(Map.of("webhook_url", slow.uri("/").toString()));
      publishMany(1);
      var page = await(deliveries(made), _ -> slow.requests().size() == 1);
      CLOCK.advance(Duration.ofSeconds(1));
      String id = page.at("/results/0/id").asString();
      assertThat(ada.post(deliveries(made) + id + "/redeliver/", Map.of()).status()).isEqualTo(202);
      answer.countDown();
      await(deliveries(made), shown -> attempts(shown) == 2);
    }
  }

  @Test
  void aWebhookWhoseSecretCannotBeReadSaysSo() {
    var made = create(Map.of("max_retries", 0));
    database.useTransaction(
        tx ->
            tx.execute(
                "UPDATE webhooks SET keys = '\\x00'::bytea WHERE organizer_id = ?", organizer));
    publish("a", Map.of());
    var failed = finished(made);
    assertThat(failed.at("/status").asString()).isEqualTo("failed");
    assertThat(failed.at("/attempts/0/error").asString()).contains("cannot be decrypted");
  }

  @Test
  void aTestOfAWebhookThatIsOffStaysATestWhenItsServerDied() {
    var made = create(Map.of("is_active", false));
    ada.post(path(made) + "test/", Map.of());
    receiver.next();
    database.useTransaction(
        tx -> {
          tx.execute(
              """
              INSERT INTO pending_deliveries (organizer_id, webhook_id, id, event_id, event_type, event_at, created_at,
                                              due_at, leased_until, test)
              SELECT organizer_id, webhook_id, id, event_id, event_type, event_at, created_at, created_at, NULL, test
              FROM finished_deliveries WHERE organizer_id = ?
              """,
              organizer);
          tx.execute("DELETE FROM finished_deliveries WHERE organizer_id = ?", organizer);
          var queue = new EndpointQueue(organizer, UUID.fromString(made.at("/id").asString()));
          assertThat(new QueueStore(new OrderingStore()).discardPending(tx, queue, CLOCK.instant()))
              .isEqualTo(1);
        });
    assertThat(ada.get(path(made)).json().at("/stats/failed_24h").asInt()).isZero();
  }

  @Test
  void aTestOfOneWebhookIsHeardOfByNoOther() {
    var tried = create(Map.of("name", "tried"));
    var other = create(Map.of("name", "other", "is_active", false));
    CLOCK.advance(Duration.ofSeconds(1));
    ada.post(path(tried) + "test/", Map.of("event", "booking_created"));
    receiver.next();
    assertThat(ada.get(path(tried)).json().at("/stats/delivered_24h").asInt()).isZero();
    assertThat(ada.post(path(tried) + "replays/", today("all")).json().at("/count").asInt())
        .isZero();
    ada.patch(path(tried), Map.of("is_active", false));
    CLOCK.advance(Duration.ofSeconds(1));
    ada.patch(path(other), Map.of("is_active", true, "replay_missed", true));
    assertThat(ada.get(path(other) + "replays/").json().at("/0/total").asInt()).isZero();
    assertThat(receiver.isQuiet()).isTrue();
  }

  @Test
  void anotherAddressIsNotJudgedByWhatTheOneBeforeDid() {
    var made = create(Map.of("max_retries", 0));
    receiver.answersAlways(500);
    fail(made, 1);
    CLOCK.advance(Duration.ofDays(6));
    ada.patch(path(made), Map.of("webhook_url", receiver.url() + "/moved"));
    fail(made, 1);
    assertThat(ada.get(path(made)).json().at("/is_active").asBoolean()).isTrue();
  }

  @Test
  void oneThatArrivesStartsTheFiveDaysAnew() {
    var made = create(Map.of("max_retries", 0));
    receiver.answersAlways(500);
    fail(made, 1);
    CLOCK.advance(Duration.ofDays(4));
    receiver.answersAlways(200);
    publishMany(1);
    await(path(made), shown -> shown.at("/stats/delivered_24h").asInt() == 1);
    receiver.answersAlways(500);
    CLOCK.advance(Duration.ofDays(2));
    fail(made, 1);
    assertThat(ada.get(path(made)).json().at("/is_active").asBoolean()).isTrue();
  }

  @Test
  void whatIsOnItsWayWhenItIsSwitchedOffEndsAsItEnds() throws Exception {
    var answer = new CountDownLatch(1);
    try (var slow = saying(OK, answer)) {
      var made = create(Map.of("webhook_url", slow.uri("/").toString()));
      publishMany(5);
      await(deliveries(made), _ -> slow.requests().size() == 2);
      ada.patch(path(made), Map.of("is_active", false));
      await(path(made), shown -> shown.at("/stats/failed_24h").asInt() == 3);
      answer.countDown();
      var stats = await(path(made), shown -> shown.at("/stats/pending").asInt() == 0);
      assertThat(stats.at("/stats/delivered_24h").asInt()).isEqualTo(2);
    }
  }

  @Test
  void stoppingAReplayLeavesWhatHadFailedBeforeAsItWas() {
    var made = create(Map.of("rate_limit", 1));
    publishMany(30);
    receiver.next();
    ada.patch(path(made), Map.of("is_active", false));
    await(path(made), shown -> shown.at("/stats/pending").asInt() == 0);
    int failed = ada.get(path(made)).json().at("/stats/failed_24h").asInt();
    CLOCK.advance(Duration.ofSeconds(1));
    ada.patch(path(made), Map.of("is_active", true));
    var begun = ada.post(path(made) + "replays/", today("failed")).json();
    assertThat(begun.at("/count").asInt()).isEqualTo(failed);
    ada.post(path(made) + "replays/" + begun.at("/id").asString() + "/cancel/");
    await(path(made), shown -> shown.at("/stats/pending").asInt() == 0);
    assertThat(ada.get(deliveries(made)).json().at("/results")).hasSize(30);
  }

  /** An event of half a second ago, whose transaction commits only now and saw no webhook on. */
  private void appearsLate(String id) {
    database.useTransaction(
        tx ->
            tx.execute(
                "INSERT INTO events (organizer_id, id, type, data, created_at) VALUES (?, ?, 'a', '{}', ?)",
                organizer,
                id,
                java.sql.Timestamp.from(CLOCK.instant().minusMillis(500))));
  }

  /** A receiver that answers when it may. */
  private static RawServer saying(String what, CountDownLatch when) {
    return RawServer.playing(
        connection -> {
          while (connection.readRequest()) {
            when.await();
            connection.say(what);
          }
        });
  }

  private void fail(JsonNode webhook, int count) {
    int before = ada.get(path(webhook)).json().at("/stats/failed_24h").asInt();
    publishMany(count);
    await(path(webhook), shown -> shown.at("/stats/failed_24h").asInt() == before + count);
  }

  private Set<String> publishMany(int count) {
    var ids = new HashSet<String>();
    IntStream.range(0, count).forEach(_ -> ids.add(UUID.randomUUID().toString()));
    var answer =
        ada.post(
            EVENTS,
            ids.stream()
                .map(id -> Map.of("type", "invoice.paid", "data", Map.of(), "id", id))
                .toList());
    assertThat(answer.status()).as(answer.body()).isEqualTo(202);
    return ids;
  }

  private Set<String> next(int count) {
    var ids = new HashSet<String>();
    while (ids.size() < count) {
      ids.add(receiver.next().header("webhook-id"));
    }
    return ids;
  }

  private void drain() {
    while (!receiver.isQuiet()) {
      receiver.next();
    }
  }
}
