package io.linkspan.calendar;

import static org.assertj.core.api.Assertions.assertThat;

import io.linkspan.platform.egress.Egress;
import io.linkspan.platform.egress.Exchange;
import io.linkspan.platform.egress.Exchange.Reason;
import io.linkspan.platform.egress.OutboundRequest;
import io.linkspan.platform.egress.OutboundRequest.Limits;
import io.linkspan.platform.egress.OutboundRequest.Trust;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;

class LargeBodiesTest {
  private static final Limits LIMITS =
      new Limits(Duration.ofSeconds(60), 32 << 20, 32 << 20, false, 0);

  private final Semaphore places = new Semaphore(2);
  private final Semaphore lasting = new Semaphore(1);

  /** A server whose answer has so many bytes. */
  private static Egress answering(int bytes) {
    return (request, room) ->
        bytes > request.limits().memoryBytes() && !room.getAsBoolean()
            ? new Exchange.Failed(Reason.TIMEOUT, "no room", Duration.ZERO)
            : new Exchange.Answered(
                request.uri(), 200, Map.of(), new byte[bytes], false, Duration.ZERO);
  }

  private LargeBodies one(int bytes) {
    return new LargeBodies(answering(bytes), List.of(places), Duration.ZERO);
  }

  private LargeBodies many(int bytes) {
    return new LargeBodies(answering(bytes), List.of(lasting, places), Duration.ZERO);
  }

  private static Exchange get(LargeBodies from) {
    return from.send(
        new OutboundRequest(
            "GET", URI.create("https://dav.example/"), Map.of(), new byte[0], Trust.USER, LIMITS));
  }

  @Test
  void aSmallAnswerTakesNoPlace() {
    try (var small = many(1 << 20)) {
      assertThat(get(small)).isInstanceOf(Exchange.Answered.class);
      assertThat(places.availablePermits()).isEqualTo(2);
    }
  }

  @Test
  void aLargeAnswerTakesAPlaceUntilTheWorkEnds() {
    var first = one(10 << 20);
    var second = one(10 << 20);
    try (var third = one(10 << 20)) {
      assertThat(get(first)).isInstanceOf(Exchange.Answered.class);
      assertThat(get(first)).as("again, in the same place").isInstanceOf(Exchange.Answered.class);
      assertThat(get(second)).isInstanceOf(Exchange.Answered.class);
      assertThat(get(third)).isInstanceOf(Exchange.Failed.class);
      first.close();
      assertThat(get(third)).isInstanceOf(Exchange.Answered.class);
    }
    second.close();
    assertThat(places.availablePermits()).isEqualTo(2);
  }

  @Test
  void workThatGoesOnToAskLeavesAPlaceToTheOthers() {
    var first = many(10 << 20);
    try (var second = many(10 << 20);
        var other = one(10 << 20)) {
      assertThat(get(first)).isInstanceOf(Exchange.Answered.class);
      assertThat(get(second)).isInstanceOf(Exchange.Failed.class);
      assertThat(get(other)).isInstanceOf(Exchange.Answered.class);
      first.close();
      assertThat(get(second)).isInstanceOf(Exchange.Answered.class);
    }
    assertThat(places.availablePermits()).isEqualTo(2);
    assertThat(lasting.availablePermits()).isEqualTo(1);
  }

  @Test
  void whoFindsNoPlaceKeepsNothing() {
    assertThat(places.tryAcquire(2)).isTrue();
    try (var work = many(10 << 20)) {
      assertThat(get(work)).isInstanceOf(Exchange.Failed.class);
      assertThat(lasting.availablePermits()).isEqualTo(1);
    }
  }

  @Test
  void whatIsStillUnderWayWhenTheWorkEndsTakesNoPlaceAfterwards() {
    var work = one(10 << 20);
    work.close();
    assertThat(get(work)).isInstanceOf(Exchange.Failed.class);
    assertThat(places.availablePermits()).isEqualTo(2);
  }
}
