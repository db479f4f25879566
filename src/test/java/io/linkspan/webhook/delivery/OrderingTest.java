package io.linkspan.webhook.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.linkspan.webhook.Receiver;
import io.linkspan.webhook.WebhookTestCase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class OrderingTest extends WebhookTestCase {
  private static final Duration RETRY = Duration.ofSeconds(6);

  @Test
  void whatHasTheSameKeyWaitsForTheRetryOfTheOneBeforeItAndOtherKeysDoNot() {
    var made = create(Map.of("ordering_key", "data.booking.id"));
    receiver.answersNext(500, Map.of(), "");
    publishSteps(List.of(booking("a", 1)));
    assertThat(step(receiver.next())).isEqualTo("a1");
    await(deliveries(made), page -> attempts(page) == 1);

    publishSteps(List.of(booking("a", 2), booking("b", 1), booking("a", 3), booking("b", 2)));
    assertThat(steps(2)).containsExactly("b1", "b2");
    await(path(made), shown -> shown.at("/stats/pending").asInt() == 3);
    assertThat(receiver.isQuiet()).isTrue();

    CLOCK.advance(RETRY);
    webhooks.wake();
    assertThat(steps(3)).containsExactly("a1", "a2", "a3");
  }

  @Test
  void manyEventsOfAFewKeysArriveInTheOrderOfEachThoughEveryFifthFails() {
    var made = create(Map.of("ordering_key", "booking.id", "max_retries", 0));
    var expected = new HashMap<String, List<String>>();
    for (int batch = 0; batch < 5; batch++) {
      var events = new ArrayList<Map<String, Object>>();
      for (int i = 0; i < 40; i++) {
        String key = String.valueOf((char) ('a' + i % 7));
        int number = batch * 40 + i;
        expected.computeIfAbsent(key, _ -> new ArrayList<>()).add(key + number);
        events.add(booking(key, number));
        if (i % 5 == 0) {
          receiver.answersNext(500, Map.of(), "");
        }
      }
      publishSteps(events);
    }
    var arrived = new HashMap<String, List<String>>();
    steps(200)
        .forEach(
            step ->
                arrived.computeIfAbsent(step.substring(0, 1), _ -> new ArrayList<>()).add(step));
    assertThat(arrived).isEqualTo(expected);
    await(path(made), shown -> shown.at("/stats/failed_24h").asInt() == 40);
  }

  @Test
  void afterTheLastRetryTheNextOfTheKeyGoes() {
    create(Map.of("ordering_key", "booking.id", "max_retries", 0));
    receiver.answersNext(500, Map.of(), "");
    publishSteps(List.of(booking("a", 1), booking("a", 2)));
    assertThat(steps(2)).containsExactly("a1", "a2");
  }

  @Test
  void aLongRowBehindOneKeyHoldsUpNoOther() {
    var made = create(Map.of("ordering_key", "booking.id"));
    receiver.answersNext(500, Map.of(), "");
    publishSteps(List.of(booking("a", 0)));
    receiver.next();
    await(deliveries(made), page -> attempts(page) == 1);

    int row = 2 * OrderingStore.WINDOW;
    publishSteps(IntStream.rangeClosed(1, row).mapToObj(i -> booking("a", i)).toList());
    publishSteps(List.of(booking("b", 1)));
    assertThat(step(receiver.next())).isEqualTo("b1");

    CLOCK.advance(RETRY);
    webhooks.wake();
    assertThat(steps(row + 1))
        .containsExactlyElementsOf(IntStream.rangeClosed(0, row).mapToObj(i -> "a" + i).toList());
  }

  @Test
  void whatHasNoKeyIsNotHeldUp() {
    var made = create(Map.of("ordering_key", "booking.id"));
    receiver.answersNext(500, Map.of(), "");
    publishSteps(List.of(booking("a", 1)));
    receiver.next();
    await(deliveries(made), page -> attempts(page) == 1);
    publishSteps(List.of(booking("a", 2), Map.of("booking", Map.of("step", "none"))));
    assertThat(step(receiver.next())).isEqualTo("none");
    assertThat(receiver.isQuiet()).isTrue();
  }

  @Test
  void whatIsReplayedKeepsItsOrderToo() {
    var made = create(Map.of("ordering_key", "booking.id", "max_retries", 0));
    receiver.answersAlways(500);
    publishSteps(List.of(booking("a", 1), booking("a", 2), booking("a", 3)));
    steps(3);
    await(path(made), shown -> shown.at("/stats/failed_24h").asInt() == 3);
    receiver.answersAlways(200);
    assertThat(ada.post(path(made) + "replays/", today("failed")).status()).isEqualTo(202);
    assertThat(steps(3)).containsExactly("a1", "a2", "a3");
  }

  @Test
  void theOrderIsAskedForAndTakenBack() {
    var made = create(Map.of("ordering_key", "data.booking.id", "rate_limit", 50));
    assertThat(made.at("/ordering_key").asString()).isEqualTo("data.booking.id");
    assertThat(made.at("/rate_limit").asInt()).isEqualTo(50);
    var renamed = ada.patch(path(made), Map.of("name", "Other")).json();
    assertThat(renamed.at("/ordering_key").asString()).isEqualTo("data.booking.id");
    assertThat(renamed.at("/rate_limit").asInt()).isEqualTo(50);

    var none = new HashMap<String, Object>();
    none.put("ordering_key", null);
    none.put("rate_limit", null);
    var changed = ada.patch(path(made), none).json();
    assertThat(changed.at("/ordering_key").isNull()).isTrue();
    assertThat(changed.at("/rate_limit").isNull()).isTrue();

    for (String bad : List.of("", "a..b", "a b", "$.a", ".a")) {
      var answer = ada.post(WEBHOOKS, body(Map.of("ordering_key", bad)));
      assertThat(answer.status()).as(bad).isEqualTo(400);
      assertThat(answer.json().at("/errors/0/pointer").asString()).isEqualTo("/ordering_key");
    }
    assertThat(ada.post(WEBHOOKS, body(Map.of("rate_limit", 0))).status()).isEqualTo(400);
  }

  private static Map<String, Object> booking(String key, int number) {
    return Map.of("booking", Map.of("id", key, "step", key + number));
  }

  private void publishSteps(List<Map<String, Object>> datas) {
    var answer =
        ada.post(
            EVENTS,
            datas.stream().map(data -> Map.of("type", "booking.moved", "data", data)).toList());
    assertThat(answer.status()).as(answer.body()).isEqualTo(202);
  }

  private List<String> steps(int count) {
    return IntStream.range(0, count).mapToObj(_ -> step(receiver.next())).toList();
  }

  private static String step(Receiver.Received got) {
    return JsonMapper.shared().readTree(got.body()).at("/data/booking/step").asString();
  }
}
