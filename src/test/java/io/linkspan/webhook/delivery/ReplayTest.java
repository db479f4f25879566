package io.linkspan.webhook.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.linkspan.platform.time.Ids;
import io.linkspan.webhook.WebhookTestCase;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class ReplayTest extends WebhookTestCase {
  @Test
  void aReplayIsWatchedToItsEndAndKeepsTheIds() {
    var made = create(Map.of("max_retries", 0));
    receiver.answersAlways(500);
    publishMany(3);
    var first = new HashSet<String>();
    IntStream.range(0, 3).forEach(_ -> first.add(receiver.next().header("webhook-id")));
    await(path(made), shown -> shown.at("/stats/failed_24h").asInt() == 3);
    receiver.answersAlways(200);
    assertThat(estimate(made, "failed").at("/count").asInt()).isEqualTo(3);
    assertThat(estimate(made, "delivered").toString()).isEqualTo("{\"count\":0,\"seconds\":0}");

    var begun = ada.post(path(made) + "replays/", today("failed"));
    assertThat(begun.status()).as(begun.body()).isEqualTo(202);
    assertThat(begun.json().at("/count").asInt()).isEqualTo(3);
    var second = new HashSet<String>();
    IntStream.range(0, 3).forEach(_ -> second.add(receiver.next().header("webhook-id")));
    assertThat(second).isEqualTo(first);
    var done = await(replay(made, begun.json()), shown -> status(shown).equals("done"));
    assertThat(counts(done)).containsExactly(3, 0, 3, 0);
    assertThat(ada.get(path(made) + "replays/").json()).hasSize(1);
    assertThat(server.as(UUID.randomUUID()).get(replay(made, begun.json())).status())
        .isEqualTo(404);
  }

  @Test
  void moreThanOnePartIsQueuedToTheLast() {
    var made = create(Map.of("is_active", false));
    int count = ReplayStore.BATCH + 50;
    publishMany(1_000);
    publishMany(count - 1_000);
    ada.patch(path(made), Map.of("is_active", true));
    var begun = ada.post(path(made) + "replays/", today("missed")).json();
    assertThat(begun.at("/count").asInt()).isEqualTo(count);
    var done = await(replay(made, begun), shown -> status(shown).equals("done"));
    assertThat(counts(done)).containsExactly(count, 0, count, 0);
    var ids = new HashSet<String>();
    IntStream.range(0, count).forEach(_ -> ids.add(receiver.next().header("webhook-id")));
    assertThat(ids).hasSize(count);
  }

  @Test
  void whatANodeThatDiedLeftUnqueuedIsQueuedByAnother() {
    var made = create(Map.of("is_active", false));
    publishMany(2);
    ada.patch(path(made), Map.of("is_active", true));
    var ids = new Ids(CLOCK);
    var now = CLOCK.instant();
    var left =
        Replay.of(
            organizer,
            UUID.fromString(made.at("/id").asString()),
            ids.next(),
            "missed",
            now.minusSeconds(60),
            now.plusSeconds(60),
            now);
    database.useTransaction(tx -> new ReplayStore(ids).insert(tx, left, 2));
    var running = ada.get(path(made) + "replays/" + left.id() + "/").json();
    assertThat(status(running)).isEqualTo("running");
    assertThat(running.at("/pending").asInt()).isEqualTo(2);
    webhooks.resumeReplays();
    var done =
        await(path(made) + "replays/" + left.id() + "/", shown -> status(shown).equals("done"));
    assertThat(counts(done)).containsExactly(2, 0, 2, 0);
  }

  @Test
  void whatIsStillWaitingIsTakenBack() {
    var made = create(Map.of("is_active", false));
    publishMany(100);
    ada.patch(path(made), Map.of("is_active", true, "rate_limit", 1));
    assertThat(estimate(made, "missed").at("/seconds").asInt()).isEqualTo(100);
    var begun = ada.post(path(made) + "replays/", today("missed")).json();
    receiver.next();
    var cancelled = ada.post(replay(made, begun) + "cancel/");
    assertThat(cancelled.status()).as(cancelled.body()).isEqualTo(200);
    int back = cancelled.json().at("/count").asInt();
    assertThat(back).isBetween(50, 99);
    var after = await(replay(made, begun), shown -> shown.at("/pending").asInt() == 0);
    assertThat(status(after)).isEqualTo("cancelled");
    assertThat(after.at("/delivered").asInt()).isEqualTo(100 - back);
    assertThat(estimate(made, "missed").at("/count").asInt()).isEqualTo(back);
  }

  @Test
  void oneClickSwitchesAWebhookOnAndSendsWhatItMissed() {
    var made = create(Map.of());
    ada.patch(path(made), Map.of("is_active", false));
    publishMany(2);
    ada.patch(path(made), Map.of("name", "Renamed while it was off"));
    CLOCK.advance(Duration.ofSeconds(1));
    var on = ada.patch(path(made), Map.of("is_active", true, "replay_missed", true));
    assertThat(on.status()).as(on.body()).isEqualTo(200);
    receiver.next();
    receiver.next();
    var replays = await(path(made) + "replays/", shown -> status(shown.at("/0")).equals("done"));
    assertThat(counts(replays.at("/0"))).containsExactly(2, 0, 2, 0);
    var again = ada.patch(path(made), Map.of("is_active", true, "replay_missed", true));
    assertThat(again.json().at("/errors/0/pointer").asString()).isEqualTo("/replay_missed");
  }

  @Test
  void aDeletedWebhookLeavesNothingBehindOnceItIsCleared() {
    var made = create(Map.of());
    publishMany(3);
    await(path(made), shown -> shown.at("/stats/delivered_24h").asInt() == 3);
    var id = UUID.fromString(made.at("/id").asString());
    assertThat(left(id)).isPositive();
    assertThat(ada.delete(path(made)).status()).isEqualTo(204);
    webhooks.clearDeleted();
    assertThat(left(id)).isZero();
  }

  @Test
  void theLastHoursAreShownOneByOne() {
    var made = create(Map.of());
    publishMany(2);
    var hours =
        await(path(made), shown -> shown.at("/stats/delivered_24h").asInt() == 2)
            .at("/stats/hours");
    assertThat(hours).hasSize(24);
    assertThat(hours.at("/23/delivered").asInt() + hours.at("/22/delivered").asInt()).isEqualTo(2);
    assertThat(Duration.between(time(hours.at("/0")), time(hours.at("/23"))))
        .isEqualTo(Duration.ofHours(23));
  }

  private static Instant time(JsonNode hour) {
    return Instant.parse(hour.at("/start").asString());
  }

  private static int left(UUID webhook) {
    return database.query(
        handle ->
            handle
                .createQuery(
                    """
                    SELECT (SELECT count(*) FROM finished_deliveries WHERE webhook_id = :id)
                         + (SELECT count(*) FROM delivery_attempts WHERE webhook_id = :id)
                         + (SELECT count(*) FROM pending_deliveries WHERE webhook_id = :id)
                         + (SELECT count(*) FROM deleted_webhooks WHERE id = :id)
                    """)
                .bind("id", webhook)
                .mapTo(Integer.class)
                .one());
  }

  private void publishMany(int count) {
    var answer =
        ada.post(
            EVENTS,
            IntStream.range(0, count)
                .mapToObj(i -> Map.of("type", "invoice.paid", "data", Map.of("number", i)))
                .toList());
    assertThat(answer.status()).as(answer.body()).isEqualTo(202);
  }

  private JsonNode estimate(JsonNode webhook, String status) {
    var range = today(status);
    var answer =
        ada.get(
            path(webhook)
                + "replays/estimate/?from="
                + range.get("from")
                + "&to="
                + range.get("to")
                + "&status="
                + status);
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    return answer.json();
  }

  private static String replay(JsonNode webhook, JsonNode begun) {
    return path(webhook) + "replays/" + begun.at("/id").asString() + "/";
  }

  private static String status(JsonNode replay) {
    return replay.at("/status").asString();
  }

  private static List<Integer> counts(JsonNode replay) {
    return IntStream.range(0, 4)
        .mapToObj(i -> replay.at("/" + List.of("total", "pending", "delivered", "failed").get(i)))
        .map(JsonNode::asInt)
        .toList();
  }
}
