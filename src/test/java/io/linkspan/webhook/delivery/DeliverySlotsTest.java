package io.linkspan.webhook.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.linkspan.webhook.EndpointQueue;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class DeliverySlotsTest {
  private static final int MOST = 200;
  private static final Attempt ANSWERED =
      new Attempt(
          Instant.EPOCH,
          1,
          Map.of(),
          true,
          new Attempt.Answer(204, Map.of(), "", false),
          null,
          Optional.empty());

  private final DeliverySlots slots = new DeliverySlots(Clock.systemUTC());

  @Test
  void manyThatMayBeSilentDoNotFillOneClaimAndWhoAnswersIsInEachOfThem() {
    var answering = queue();
    answer(answering);
    var silent = Stream.generate(DeliverySlotsTest::queue).limit(50).toList();
    var due = new ArrayList<>(silent);
    due.add(answering);
    var reached = new HashSet<EndpointQueue>();

    for (int claim = 1; claim <= 3; claim++) {
      var capacity = slots.capacity(new ArrayList<>(due), MOST, System.nanoTime());
      assertThat(capacity.budget().queues()).contains(answering);
      assertThat(capacity.budget().queues().size()).isLessThanOrEqualTo(21);
      assertThat(capacity.more()).isEqualTo(claim < 3);
      due.removeAll(capacity.budget().queues());
      due.add(answering);
      reached.addAll(capacity.budget().queues());
    }

    assertThat(reached).containsAll(silent);
  }

  @Test
  void manyThatKeepARequestWaitingDoNotFillOneClaim() {
    var stalling = Stream.generate(DeliverySlotsTest::queue).limit(50).toList();
    stalling.forEach(
        queue -> {
          answer(queue);
          slots.take(queue, null, 1);
        });

    long soon = System.nanoTime() + Duration.ofMillis(600).toNanos();
    var capacity = slots.capacity(new ArrayList<>(stalling), MOST, soon);
    assertThat(capacity.budget().perQueue().stream().mapToInt(room -> room).sum()).isEqualTo(20);
    assertThat(capacity.more()).isTrue();
  }

  @Test
  void aFullLaneIsLeftOutUntilARequestOfItEnds() {
    var queue = queue();
    var first = slots.take(queue, null, 1);
    var second = slots.take(queue, null, 1);

    var capacity = capacity(queue);
    assertThat(capacity.budget().queues()).isEmpty();
    assertThat(capacity.full()).containsExactly(queue);
    assertThat(slots.awaitEnds(capacity.full())).isEmpty();
    first.ended(ANSWERED);
    assertThat(first.free()).isTrue();
    second.ended(ANSWERED);
    assertThat(second.free()).as("told once").isFalse();
    assertThat(capacity(queue).budget().queues()).containsExactly(queue);
  }

  @Test
  void whatEndsWhileAQueueIsLeftOutIsNotMissed() {
    var queue = queue();
    var first = slots.take(queue, null, 1);
    slots.take(queue, null, 1);

    var capacity = capacity(queue);
    first.ended(ANSWERED);
    assertThat(first.free()).isFalse();
    assertThat(slots.awaitEnds(capacity.full())).containsExactly(queue);
  }

  @Test
  void aSilentLaneIsLeftOutForLater() {
    var queue = queue();
    var slot = slots.take(queue, null, 1);
    slot.unanswered();
    slot.free();

    var capacity = capacity(queue);
    assertThat(capacity.budget().queues()).isEmpty();
    assertThat(capacity.later()).containsExactly(queue);
  }

  private DeliverySlots.Capacity capacity(EndpointQueue queue) {
    return slots.capacity(new ArrayList<>(List.of(queue)), MOST, System.nanoTime());
  }

  @Test
  void nothingMoreIsPromisedWhereNothingCanBeTaken() {
    var silent = Stream.generate(DeliverySlotsTest::queue).limit(1_001).toList();
    silent.subList(0, 1_000).forEach(queue -> slots.take(queue, null, 1));

    var capacity = slots.capacity(new ArrayList<>(silent), MOST, System.nanoTime());
    assertThat(capacity.budget().queues()).isEmpty();
    assertThat(capacity.more()).isFalse();
  }

  private void answer(EndpointQueue queue) {
    var slot = slots.take(queue, null, 1);
    slot.ended(ANSWERED);
    slot.free();
  }

  private static EndpointQueue queue() {
    return new EndpointQueue(UUID.randomUUID(), UUID.randomUUID());
  }
}
