package io.linkspan.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import io.linkspan.webhook.QueueStore.Lane;
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

class PlacesTest {
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

  private final Places places = new Places(Clock.systemUTC());

  @Test
  void manyThatMayBeSilentDoNotFillOneClaimAndWhoAnswersIsInEachOfThem() {
    var answering = lane();
    answer(answering);
    var silent = Stream.generate(PlacesTest::lane).limit(50).toList();
    var due = new ArrayList<>(silent);
    due.add(answering);
    var reached = new HashSet<Lane>();

    for (int claim = 1; claim <= 3; claim++) {
      var offer = places.offer(new ArrayList<>(due), MOST, System.nanoTime());
      assertThat(offer.room().lanes()).contains(answering);
      assertThat(offer.room().lanes().size()).isLessThanOrEqualTo(21);
      assertThat(offer.more()).isEqualTo(claim < 3);
      due.removeAll(offer.room().lanes());
      due.add(answering);
      reached.addAll(offer.room().lanes());
    }

    assertThat(reached).containsAll(silent);
  }

  @Test
  void manyThatKeepARequestWaitingDoNotFillOneClaim() {
    var stalling = Stream.generate(PlacesTest::lane).limit(50).toList();
    stalling.forEach(
        lane -> {
          answer(lane);
          places.take(lane, null, 1);
        });

    long soon = System.nanoTime() + Duration.ofMillis(600).toNanos();
    var offer = places.offer(new ArrayList<>(stalling), MOST, soon);
    assertThat(offer.room().rooms().stream().mapToInt(room -> room).sum()).isEqualTo(20);
    assertThat(offer.more()).isTrue();
  }

  @Test
  void aFullLaneIsLeftOutUntilARequestOfItEnds() {
    var lane = lane();
    var first = places.take(lane, null, 1);
    var second = places.take(lane, null, 1);

    var offer = offer(lane);
    assertThat(offer.room().lanes()).isEmpty();
    assertThat(offer.full()).containsExactly(lane);
    assertThat(places.awaitEnds(offer.full())).isEmpty();
    first.ended(ANSWERED);
    assertThat(first.free()).isTrue();
    second.ended(ANSWERED);
    assertThat(second.free()).as("told once").isFalse();
    assertThat(offer(lane).room().lanes()).containsExactly(lane);
  }

  @Test
  void whatEndsWhileALaneIsLeftOutIsNotMissed() {
    var lane = lane();
    var first = places.take(lane, null, 1);
    places.take(lane, null, 1);

    var offer = offer(lane);
    first.ended(ANSWERED);
    assertThat(first.free()).isFalse();
    assertThat(places.awaitEnds(offer.full())).containsExactly(lane);
  }

  @Test
  void aSilentLaneIsLeftOutForLater() {
    var lane = lane();
    var place = places.take(lane, null, 1);
    place.silent();
    place.free();

    var offer = offer(lane);
    assertThat(offer.room().lanes()).isEmpty();
    assertThat(offer.later()).containsExactly(lane);
  }

  private Places.Offer offer(Lane lane) {
    return places.offer(new ArrayList<>(List.of(lane)), MOST, System.nanoTime());
  }

  @Test
  void nothingMoreIsPromisedWhereNothingCanBeTaken() {
    var silent = Stream.generate(PlacesTest::lane).limit(1_001).toList();
    silent.subList(0, 1_000).forEach(lane -> places.take(lane, null, 1));

    var offer = places.offer(new ArrayList<>(silent), MOST, System.nanoTime());
    assertThat(offer.room().lanes()).isEmpty();
    assertThat(offer.more()).isFalse();
  }

  private void answer(Lane lane) {
    var place = places.take(lane, null, 1);
    place.ended(ANSWERED);
    place.free();
  }

  private static Lane lane() {
    return new Lane(UUID.randomUUID(), UUID.randomUUID());
  }
}
