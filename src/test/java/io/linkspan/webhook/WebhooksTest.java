package io.linkspan.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.standardwebhooks.exceptions.WebhookVerificationException;
import io.linkspan.availability.BlockedTimeRows;
import io.linkspan.contract.EventSchemas;
import io.linkspan.platform.time.Ids;
import io.linkspan.webhook.Receiver.Received;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

class WebhooksTest extends WebhookTestCase {
  @Test
  void theSecretIsShownOnceAndOnlyItsHintAfterwards() {
    var made = create(Map.of());
    String secret = made.at("/secret_key").asString();
    assertThat(secret).startsWith("whsec_");
    var read = ada.get(path(made));
    assertThat(read.body()).doesNotContain(secret.substring(6)).doesNotContain("secret_key");
    assertThat(secret).endsWith(read.json().at("/secret_hint").asString().substring(1));
    assertThat(read.json().at("/has_secret").asBoolean()).isTrue();
    assertThat(ada.get(WEBHOOKS).json()).hasSize(1);
  }

  @Test
  void anEventReachesItsSubscriberSignedOverTheBytesSent() throws Exception {
    var made = create(Map.of("headers", Map.of("X-Team", "sales", "Authorization", "Bearer abc")));
    publish("invoice.paid", Map.of("zulu", 1, "alpha", "ä"));
    var got = receiver.next();
    verify(made.at("/secret_key").asString(), got);
    var body = JsonMapper.shared().readTree(got.body());
    assertThat(body.propertyNames()).containsExactly("id", "type", "timestamp", "data");
    assertThat(body.at("/data/alpha").asString()).isEqualTo("ä");
    assertThat(got.header("webhook-id")).isEqualTo(body.at("/id").asString());
    assertThat(got.header("user-agent")).startsWith("Linkspan/");
    assertThat(got.header("x-team")).isEqualTo("sales");
    assertThat(got.header("authorization")).isEqualTo("Bearer abc");

    var delivery = finished(made);
    assertThat(delivery.at("/status").asString()).isEqualTo("delivered");
    assertThat(delivery.at("/request_body").asString()).isEqualTo(got.body());
    assertThat(delivery.at("/attempts/0/response_status").asInt()).isEqualTo(200);
    assertThat(delivery.at("/attempts/0/response_body").asString()).isEqualTo("ok");
    assertThat(delivery.at("/attempts/0/request_headers/Authorization").asString())
        .isEqualTo("[redacted]");
    var stats = ada.get(path(made)).json().at("/stats");
    assertThat(stats.at("/delivered_24h").asInt()).isEqualTo(1);
    assertThat(stats.at("/success_rate").asDouble()).isEqualTo(1.0);
  }

  @Test
  void whatWasChangedOnTheWayIsRefusedByTheReceiversLibrary() {
    var made = create(Map.of());
    publish("invoice.paid", Map.of("amount", 100));
    var got = receiver.next();
    var changed = new Received(got.headers(), got.body().replace("100", "999"));
    assertThatThrownBy(() -> verify(made.at("/secret_key").asString(), changed))
        .isInstanceOf(WebhookVerificationException.class);
  }

  @Test
  void aFailedDeliveryIsTriedAgainWithTheSameId() {
    var made = create(Map.of());
    receiver.answersNext(500, Map.of(), "broken");
    publish("invoice.paid", Map.of());
    var first = receiver.next();
    var waiting = await(deliveries(made), page -> attempts(page) == 1).at("/results/0");
    assertThat(waiting.at("/status").asString()).isEqualTo("pending");
    var next = Instant.parse(waiting.at("/next_attempt_at").asString());
    assertThat(Duration.between(CLOCK.instant(), next))
        .isBetween(Duration.ofMillis(4400), Duration.ofMillis(5500));
    CLOCK.advance(Duration.ofSeconds(6));
    webhooks.wake();
    var second = receiver.next();
    assertThat(second.header("webhook-id")).isEqualTo(first.header("webhook-id"));
    assertThat(second.body()).isEqualTo(first.body());
    assertThat(finished(made).at("/attempts")).hasSize(2);
  }

  @Test
  void retriesEndWithTheWebhooksOwnLimitAndTheFailureIsLogged() {
    var made = create(Map.of("max_retries", 0));
    receiver.answersNext(302, Map.of("Location", "http://127.0.0.1:1/"), "");
    publish("invoice.paid", Map.of());
    receiver.next();
    var failed = finished(made);
    assertThat(failed.at("/status").asString()).isEqualTo("failed");
    assertThat(failed.at("/attempts/0/error").asString()).contains("redirects");

    var quiet = create(Map.of("retry_failed", false));
    receiver.answersNext(500, Map.of(), "");
    receiver.answersNext(500, Map.of(), "");
    publish("invoice.paid", Map.of());
    assertThat(finished(quiet).at("/status").asString()).isEqualTo("failed");
  }

  @ParameterizedTest
  @CsvSource({"429, false", "429, true", "503, false", "503, true"})
  void aReceiverThatAsksForTimeGetsIt(int status, boolean asDate) {
    var made = create(Map.of());
    var later = CLOCK.instant().plusSeconds(3600).atOffset(ZoneOffset.UTC);
    String asked = asDate ? DateTimeFormatter.RFC_1123_DATE_TIME.format(later) : "3600";
    receiver.answersNext(status, Map.of("Retry-After", asked), "");
    publish("invoice.paid", Map.of());
    receiver.next();
    var waiting = await(deliveries(made), page -> attempts(page) == 1).at("/results/0");
    assertThat(Instant.parse(waiting.at("/next_attempt_at").asString()))
        .isAfterOrEqualTo(CLOCK.instant().plusSeconds(3590));

    publish("invoice.paid", Map.of());
    await(path(made), shown -> shown.at("/stats/pending").asInt() == 2);
    assertThat(receiver.isQuiet()).as("nothing else is sent there either").isTrue();
  }

  @Test
  void aReceiverThatAsksForAMomentLongPastIsTriedAgainAsPlanned() {
    var made = create(Map.of());
    receiver.answersNext(503, Map.of("Retry-After", "1 Jan 1700 00:00:00 GMT"), "");
    publish("invoice.paid", Map.of());
    receiver.next();
    await(deliveries(made), page -> attempts(page) == 1);
    // it answered, and is not left alone like one that is silent
    publish("invoice.paid", Map.of());
    receiver.next();
  }

  @Test
  void ofLongHeadersSixteenKiBAreKept() {
    var made = create(Map.of());
    var headers = new HashMap<String, String>();
    IntStream.range(0, 10).forEach(i -> headers.put("X-Long-" + i, "a".repeat(4_000)));
    receiver.answersNext(200, headers, "");
    publish("invoice.paid", Map.of());
    var kept = finished(made).at("/attempts/0/response_headers");
    assertThat(kept.size()).isPositive();
    assertThat(kept.toString().length()).isBetween(12_000, 17_000);
  }

  @Test
  void someOfWhatArrivesIsInTheLogAndAllOfWhatDoesNot() {
    var made = create(Map.of("max_retries", 0));
    for (int i = 0; i < 15; i++) {
      publish("invoice.paid", Map.of());
      receiver.next();
    }
    // it has answered all of them, and does not fail one that it heard before
    await(path(made), shown -> shown.at("/stats/delivered_24h").asInt(0) == 15);
    receiver.answersAlways(500);
    for (int i = 0; i < 15; i++) {
      publish("invoice.paid", Map.of());
      receiver.next();
    }
    Until.holds(() -> told(true) + " " + told(false), () -> told(false) == 15);
    assertThat(told(true)).isEqualTo(10);
  }

  @Test
  void aTestIsInTheLogUnderTheCallThatAskedForIt() {
    var made = create(Map.of());
    var answer =
        ada.with("X-Request-Id", "the-call-in-question").post(path(made) + "test/", Map.of());
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    assertThat(
            database.<List<String>>query(
                handle ->
                    handle
                        .createQuery("SELECT request_id FROM activity_log WHERE organizer_id = ?")
                        .bind(0, organizer)
                        .mapTo(String.class)
                        .list()))
        .containsExactly("the-call-in-question");
  }

  private int told(boolean success) {
    return database.query(
        handle ->
            handle
                .createQuery(
                    """
                    SELECT count(*) FROM activity_log
                    WHERE organizer_id = :organizer AND log_type = 'webhook_sent' AND success = :success
                    """)
                .bind("organizer", organizer)
                .bind("success", success)
                .mapTo(Integer.class)
                .one());
  }

  @Test
  void aReceiverThatIsGoneIsSwitchedOffAndTold() throws Exception {
    var other = new Receiver();
    var watcher =
        ada.post(
            WEBHOOKS,
            Map.of(
                "name",
                "watch",
                "webhook_url",
                other.url(),
                "events",
                List.of("webhook_disabled")));
    assertThat(watcher.status()).isEqualTo(201);
    var made = create(Map.of());
    receiver.answersNext(410, Map.of(), "");
    publish("invoice.paid", Map.of());
    receiver.next();
    var told = other.next();
    verify(watcher.json().at("/secret_key").asString(), told);
    var data = JsonMapper.shared().readTree(told.body()).path("data");
    assertThat(EventSchemas.faults("webhook_disabled", data)).isEmpty();
    assertThat(data.at("/reason").asString()).isEqualTo("gone");
    assertThat(told.body()).as("another's address may be a secret").doesNotContain(receiver.url());
    var off = ada.get(path(made)).json();
    assertThat(off.at("/is_active").asBoolean()).isFalse();
    assertThat(off.at("/disabled_reason").asString()).isEqualTo("gone");

    publish("invoice.paid", Map.of("missed", true));
    assertThat(ada.post(path(made) + "replays/", today("missed")).code())
        .isEqualTo("webhook_disabled");
    var on = ada.patch(path(made), Map.of("is_active", true)).json();
    assertThat(on.at("/disabled_reason").isNull()).isTrue();
    var replay = ada.post(path(made) + "replays/", today("missed"));
    assertThat(replay.status()).as(replay.body()).isEqualTo(202);
    assertThat(replay.json().at("/count").asInt())
        .as("what it said 410 to, that it was switched off, and what came then")
        .isEqualTo(3);
    assertThat(receiver.next().body() + receiver.next().body() + receiver.next().body())
        .contains("\"missed\": true");
    other.close();
  }

  @Test
  void fiveDaysOfNothingButFailureSwitchAWebhookOff() {
    var made = create(Map.of("max_retries", 0));
    receiver.answersAlways(500);
    publish("a", Map.of());
    finished(made);
    CLOCK.advance(Duration.ofDays(5).plusMinutes(1));
    publish("a", Map.of());
    var off = await(path(made), shown -> !shown.at("/is_active").asBoolean());
    assertThat(off.at("/disabled_reason").asString()).isEqualTo("failing");
    CLOCK.set(Clock.systemUTC().instant());
  }

  @Test
  void aTestIsSentAtOnceAndItsWholeExchangeIsShown() {
    var made = create(Map.of());
    receiver.answersNext(418, Map.of("X-Kind", "pot"), "short and stout");
    var test = ada.post(path(made) + "test/", Map.of("message", "hello"));
    assertThat(test.status()).as(test.body()).isEqualTo(200);
    assertThat(test.json().at("/success").asBoolean()).isFalse();
    assertThat(test.json().at("/response/status").asInt()).isEqualTo(418);
    assertThat(test.json().at("/response/headers/x-kind").asString()).isEqualTo("pot");
    assertThat(test.json().at("/response/body").asString()).isEqualTo("short and stout");
    assertThat(test.json().at("/request/body").asString()).isEqualTo(receiver.next().body());
    var shown =
        ada.get(path(made) + "deliveries/" + test.json().at("/delivery_id").asString() + "/");
    assertThat(shown.json().at("/status").asString()).isEqualTo("failed");
    assertThat(ada.post(path(made) + "test/").json().at("/success").asBoolean()).isTrue();
  }

  @Test
  void aTestWhoseServerDiedIsOverAndNeverSentByAnother() {
    var made = create(Map.of());
    var outbox = new OutboxStore(new Ids(CLOCK), CLOCK, () -> {});
    var webhook = UUID.fromString(made.at("/id").asString());
    var event = new OutboxStore.Event("lost-" + webhook, "test", "{}");
    database.useTransaction(
        tx -> {
          outbox.publishLeased(tx, organizer, webhook, event, CLOCK.instant());
          tx.execute(
              "UPDATE pending_deliveries SET leased_until = clock_timestamp() - interval '1 s'"
                  + " WHERE webhook_id = ?",
              webhook);
        });
    webhooks.wake();
    var failed = finished(made);
    assertThat(failed.at("/status").asString()).isEqualTo("failed");
    assertThat(failed.at("/attempts")).isEmpty();
    assertThat(receiver.isQuiet()).isTrue();
  }

  @Test
  void aFinishedDeliveryIsSentAgain() {
    var made = create(Map.of());
    publish("invoice.paid", Map.of());
    var first = receiver.next();
    String id = finished(made).at("/id").asString();
    var again = ada.post(path(made) + "deliveries/" + id + "/redeliver/");
    assertThat(again.status()).as(again.body()).isEqualTo(202);
    assertThat(receiver.next().header("webhook-id")).isEqualTo(first.header("webhook-id"));
    assertThat(await(deliveries(made), page -> attempts(page) == 2)).isNotEmpty();
    var replay = ada.post(path(made) + "replays/", today("delivered"));
    assertThat(replay.status()).isEqualTo(202);
    receiver.next();
  }

  @Test
  void bothSecretsSignUntilTheOverlapEnds() throws Exception {
    var made = create(Map.of());
    String old = made.at("/secret_key").asString();
    var rotated = ada.post(path(made) + "rotate-secret/", Map.of("overlap_hours", 1));
    assertThat(rotated.status()).as(rotated.body()).isEqualTo(200);
    String fresh = rotated.json().at("/secret_key").asString();
    publish("a", Map.of());
    var got = receiver.next();
    verify(old, got);
    verify(fresh, got);
    var none = ada.post(path(made) + "rotate-secret/", Map.of("overlap_hours", 0));
    publish("a", Map.of());
    var after = receiver.next();
    verify(none.json().at("/secret_key").asString(), after);
    assertThatThrownBy(() -> verify(fresh, after)).isInstanceOf(WebhookVerificationException.class);
  }

  @Test
  void anEventWithAnIdSeenBeforeIsNotPublishedTwice() {
    var made = create(Map.of());
    var event = Map.of("type", "invoice.paid", "data", Map.of(), "id", "inv-1");
    assertThat(ada.post(EVENTS, List.of(event, event)).status()).isEqualTo(202);
    var again = ada.post(EVENTS, event);
    assertThat(again.json().at("/results/0/id").asString()).isEqualTo("inv-1");
    assertThat(receiver.next().header("webhook-id")).isEqualTo("inv-1");
    finished(made);
    assertThat(ada.get(deliveries(made)).json().at("/results")).hasSize(1);
    assertThat(ada.post(EVENTS, Map.of("type", "Bad Type", "data", Map.of())).status())
        .isEqualTo(400);
    assertThat(ada.post(EVENTS, List.of()).status()).isEqualTo(400);
  }

  @Test
  void nobodyHearsOfAnotherOrganizersEventsNorOfTypesNotAskedFor() {
    var made = create(Map.of("events", List.of("wanted")));
    server
        .as(BlockedTimeRows.organizer(database, "UTC"))
        .post(EVENTS, Map.of("type", "wanted", "data", Map.of("whose", "bob")));
    publish("unwanted", Map.of());
    publish("wanted", Map.of("whose", "ada"));
    assertThat(receiver.next().body()).contains("ada");
    finished(made);
    assertThat(ada.get(deliveries(made)).json().at("/results")).hasSize(1);
    assertThat(receiver.isQuiet()).isTrue();
    assertThat(server.as(UUID.randomUUID()).get(path(made)).status()).isEqualTo(404);
  }

  @Test
  void whatCannotBeSentIsRefusedWithItsField() {
    var bad = new ArrayList<Map<String, Object>>();
    bad.add(Map.of("headers", Map.of("X-A", "a\r\nX-B: b")));
    bad.add(Map.of("headers", Map.of("Webhook-Id", "mine")));
    bad.add(Map.of("headers", Map.of("Host", "elsewhere")));
    bad.add(Map.of("headers", Map.of("User-Agent", "me")));
    bad.add(Map.of("secret_key", "whsec_c2hvcnQ="));
    bad.add(Map.of("secret_key", "nonsense"));
    bad.add(Map.of("webhook_url", "ftp://example.org/"));
    bad.add(Map.of("webhook_url", "https://user:pw@example.org/"));
    bad.add(Map.of("webhook_url", "https://10.0.0.1/"));
    bad.add(Map.of("webhook_url", "http://169.254.169.254/latest/"));
    bad.add(Map.of("webhook_url", "https://[::ffff:192.168.0.1]/"));
    bad.add(Map.of("events", List.of("Not A Type")));
    for (var fields : bad) {
      var answer = ada.post(WEBHOOKS, body(fields));
      assertThat(answer.status()).as(fields.toString()).isEqualTo(400);
      assertThat(answer.json().at("/errors/0/pointer").asString())
          .startsWith("/" + fields.keySet().iterator().next());
    }
    assertThat(ada.get(WEBHOOKS).json()).isEmpty();
  }

  @Test
  void aCredentialThatIsSentBackRedactedStaysAsItIs() {
    var made = create(Map.of("headers", Map.of("X-Api-Key", "hush")));
    assertThat(made.at("/headers/X-Api-Key").asString()).isEqualTo("[redacted]");
    ada.patch(path(made), Map.of("headers", Map.of("x-api-key", "[redacted]", "X-New", "1")));
    publish("a", Map.of());
    assertThat(receiver.next().header("x-api-key")).isEqualTo("hush");
    var unknown = ada.patch(path(made), Map.of("headers", Map.of("X-Token", "[redacted]")));
    assertThat(unknown.json().at("/errors/0/pointer").asString()).isEqualTo("/headers/X-Token");
  }

  @Test
  void everyTypeIsListedWithItsSchemaAndAnExample() {
    assertThat(ada.get(WEBHOOKS + "event-types/").json()).isEqualTo(EventTypes.all());
  }

  @Test
  void aDeletedWebhookIsGoneWithItsDeliveries() {
    var made = create(Map.of());
    assertThat(ada.delete(path(made)).status()).isEqualTo(204);
    assertThat(ada.get(path(made)).status()).isEqualTo(404);
    assertThat(ada.get(deliveries(made)).status()).isEqualTo(404);
  }
}
