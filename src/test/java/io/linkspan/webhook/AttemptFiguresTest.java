package io.linkspan.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;

/** What is told of attempts, whatever has become of their deliveries so far. */
class AttemptFiguresTest extends WebhookTestCase {
  @Test
  void whatFailsAndWaitsForItsRetryIsSeenInFiguresRowsAndCauses() {
    var made = create(Map.of());
    receiver.answersAlways(500);
    publish("invoice.paid", Map.of());
    var shown = await(path(made), webhook -> webhook.at("/stats/retrying").asInt() == 1);
    var stats = shown.at("/stats");
    assertThat(stats.at("/failed_24h").asInt()).isZero();
    assertThat(stats.at("/attempts_24h").asInt()).isEqualTo(1);
    assertThat(stats.at("/failed_attempts_24h").asInt()).isEqualTo(1);
    assertThat(stats.at("/last_attempt/status").asInt()).isEqualTo(500);
    assertThat(stats.at("/last_attempt/attempt").asInt()).isEqualTo(1);
    assertThat(stats.at("/last_attempt/of").asInt()).as("two retries are scheduled").isEqualTo(3);
    assertThat(stats.at("/failures/0/error").asString()).isEqualTo("The receiver answered 500.");
    assertThat(stats.at("/failures/0/count").asInt()).isEqualTo(1);

    var row = ada.get(deliveries(made)).json().at("/results/0");
    assertThat(row.at("/status").asString()).isEqualTo("pending");
    assertThat(row.at("/last_attempt")).isEqualTo(stats.at("/last_attempt"));
  }

  @Test
  void aReplayOfWhatIsPendingTriesItAtOnceAndUnderTheSameId() {
    var made = create(Map.of());
    receiver.answersNext(500, Map.of(), "");
    publish("invoice.paid", Map.of());
    var first = receiver.next();
    await(path(made), webhook -> webhook.at("/stats/retrying").asInt() == 1);

    var begun = ada.post(path(made) + "replays/", today("pending"));
    assertThat(begun.status()).as(begun.body()).isEqualTo(202);
    assertThat(begun.json().at("/count").asInt()).isEqualTo(1);
    assertThat(receiver.next().header("webhook-id")).isEqualTo(first.header("webhook-id"));
    assertThat(finished(made).at("/status").asString()).isEqualTo("delivered");
    await(path(made) + "replays/", replays -> replays.at("/0/delivered").asInt() == 1);
  }

  @Test
  void aTestCountsInNoFigure() {
    var made = create(Map.of());
    receiver.answersAlways(500);
    ada.post(path(made) + "test/", Map.of());
    var stats = ada.get(path(made)).json().at("/stats");
    assertThat(stats.at("/attempts_24h").asInt()).isZero();
    assertThat(stats.at("/failures").isEmpty()).isTrue();
  }

  @Test
  void whatAReceiverRepeatsOfAHiddenHeaderIsNotKept() {
    var made = create(Map.of("headers", Map.of("Authorization", "Bearer s3cr\"et-value")));
    receiver.answersAlways(200);
    receiver.answersNext(
        200, Map.of("X-Echo", "s3cr\"et-value"), "{\"authorization\":\"Bearer s3cr\\\"et-value\"}");
    publish("invoice.paid", Map.of());
    receiver.next();
    var kept = finished(made).at("/attempts/0").toString();
    assertThat(kept).contains("[redacted]").doesNotContain("et-value");
  }

  @Test
  void anotherOriginGetsNoHiddenHeaderOfTheOldOneAndASecretOfItsOwn() throws Exception {
    var made =
        create(Map.of("headers", Map.of("Authorization", "Bearer of-the-old", "X-Team", "sales")));
    try (var other = new Receiver()) {
      var kept = ada.patch(path(made), Map.of("webhook_url", other.url()));
      assertThat(kept.status()).isEqualTo(400);
      assertThat(kept.body()).contains("Authorization").doesNotContain("of-the-old");
      var placeholder = Map.of("Authorization", "[redacted]");
      assertThat(
              ada.patch(path(made), Map.of("webhook_url", other.url(), "headers", placeholder))
                  .status())
          .isEqualTo(400);

      var moved =
          ada.patch(
              path(made),
              Map.of(
                  "webhook_url", other.url(), "headers", Map.of("Authorization", "Bearer anew")));
      assertThat(moved.status()).as(moved.body()).isEqualTo(200);
      String secret = moved.json().at("/secret_key").asString();
      assertThat(secret).startsWith("whsec_").isNotEqualTo(made.at("/secret_key").asString());
      publish("invoice.paid", Map.of());
      var got = other.next();
      assertThat(got.header("authorization")).isEqualTo("Bearer anew");
      verify(secret, got);
      assertThat(got.header("webhook-signature").split(" ")).hasSize(1);
      assertThat(messages("integration_disconnected"))
          .singleElement()
          .asString()
          .contains("Moved the webhook CRM", other.url().replaceFirst("(://[^/]+).*", "$1"));
    }
  }

  private List<String> messages(String type) {
    return database.query(
        handle ->
            handle
                .createQuery(
                    "SELECT message FROM activity_log WHERE organizer_id = ? AND log_type = ?")
                .bind(0, organizer)
                .bind(1, type)
                .mapTo(String.class)
                .list());
  }

  @Test
  void theSamePlaceOnAnotherPathKeepsHeadersAndSecret() throws Exception {
    var made = create(Map.of("headers", Map.of("Authorization", "Bearer kept")));
    var moved = ada.patch(path(made), Map.of("webhook_url", receiver.url() + "/moved"));
    assertThat(moved.status()).as(moved.body()).isEqualTo(200);
    assertThat(moved.json().has("secret_key")).isFalse();
    publish("invoice.paid", Map.of());
    var got = receiver.next();
    assertThat(got.header("authorization")).isEqualTo("Bearer kept");
    verify(made.at("/secret_key").asString(), got);
  }

  @Test
  void eventsThatNobodyHearsOfCountTowardsTheDay() {
    CLOCK.advance(Duration.ofSeconds(1));
    publish("nobody.hears", Map.of());
    assertThat(eventsOfTheDay()).isEqualTo(1);
  }

  @Test
  void anEventThatIsSentAgainCountsOnce() {
    var event = Map.of("id", "inv-1", "type", "nobody.hears", "data", Map.of());
    var retried = ada.with("Idempotency-Key", "once");
    assertThat(retried.post(EVENTS, event).status()).isEqualTo(202);
    assertThat(retried.post(EVENTS, event).status()).isEqualTo(202);
    assertThat(ada.post(EVENTS, event).status()).isEqualTo(202);
    assertThat(ada.post(EVENTS, List.of(event, event)).status()).isEqualTo(202);
    assertThat(eventsOfTheDay()).isEqualTo(1);
  }

  private int eventsOfTheDay() {
    return database.query(
        handle ->
            handle
                .createQuery(
                    "SELECT used FROM limit_usage WHERE organizer_id = ? AND name = 'events_per_day'")
                .bind(0, organizer)
                .mapTo(Integer.class)
                .one());
  }

  @Test
  void webhooksThatAreMadeAtOnceDoNotPassTheLimitTogether() throws Exception {
    database.useTransaction(
        tx ->
            tx.execute(
                """
                INSERT INTO webhooks (organizer_id, id, name, url, events, headers, is_active, retry_failed,
                                      max_retries, keys, secret_hint, ed25519, created_at, updated_at)
                SELECT ?, gen_random_uuid(), 'x', 'http://127.0.0.1:1/', '{a}', '', false, false, 0, '', '', false,
                       now(), now() FROM generate_series(1, 198)
                """,
                organizer));
    var statuses = new ConcurrentLinkedQueue<Integer>();
    var threads =
        List.of(1, 2, 3, 4, 5, 6).stream()
            .map(
                _ ->
                    Thread.startVirtualThread(
                        () -> statuses.add(ada.post(WEBHOOKS, body(Map.of())).status())))
            .toList();
    for (var thread : threads) {
      thread.join();
    }
    assertThat(statuses).containsExactlyInAnyOrder(201, 201, 409, 409, 409, 409);
  }
}
