package io.linkspan.platform.egress;

import static org.assertj.core.api.Assertions.assertThat;

import io.linkspan.platform.egress.Exchange.Reason;
import io.linkspan.platform.egress.OutboundRequest.Limits;
import io.linkspan.platform.egress.OutboundRequest.Trust;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class LargeBodiesTest {
  private static final Limits LIMITS =
      new Limits(Duration.ofSeconds(60), 32 << 20, 32 << 20, false, 0);

  private final Semaphore places = new Semaphore(1);
  private final Semaphore goingOn = new Semaphore(2);

  /** Free while a server is asked. */
  private final AtomicInteger placesWhileAsked = new AtomicInteger();

  /** A server whose answer has so many bytes. */
  private Egress answering(int bytes) {
    return (request, room) -> {
      placesWhileAsked.set(places.availablePermits());
      int come = (int) Math.min(bytes, request.limits().bodyBytes());
      return come > request.limits().memoryBytes() && !room.getAsBoolean()
          ? new Exchange.Failed(Reason.NO_ROOM, "no room", Duration.ZERO)
          : new Exchange.Answered(
              request.uri(), 200, Map.of(), new byte[come], false, Duration.ZERO);
    };
  }

  private LargeBodies one(int bytes) {
    return new LargeBodies(answering(bytes), places, null, Duration.ZERO);
  }

  private LargeBodies many(int bytes) {
    return new LargeBodies(answering(bytes), places, goingOn, Duration.ZERO);
  }

  private static Exchange get(LargeBodies from) {
    return from.send(
        new OutboundRequest(
            "GET", URI.create("https://dav.example/"), Map.of(), new byte[0], Trust.USER, LIMITS));
  }

  @Test
  void aSmallAnswerTakesNothing() {
    try (var small = many(1 << 20)) {
      assertThat(get(small)).isInstanceOf(Exchange.Answered.class);
      assertThat(places.availablePermits()).isEqualTo(1);
      assertThat(goingOn.availablePermits()).isEqualTo(2);
    }
  }

  @Test
  void aLargeAnswerTakesAPlaceUntilTheWorkEnds() {
    var first = one(10 << 20);
    try (var second = one(10 << 20)) {
      assertThat(get(first)).isInstanceOf(Exchange.Answered.class);
      assertThat(get(second)).isInstanceOf(Exchange.Failed.class);
      first.close();
      assertThat(get(second)).isInstanceOf(Exchange.Answered.class);
    }
    assertThat(places.availablePermits()).isEqualTo(1);
  }

  @Test
  void noPlaceIsKeptWhileAServerIsAsked() {
    try (var work = many(10 << 20)) {
      assertThat(get(work)).isInstanceOf(Exchange.Answered.class);
      assertThat(places.availablePermits()).isZero();
      assertThat(get(work)).isInstanceOf(Exchange.Answered.class);
      assertThat(placesWhileAsked).hasValue(1);
    }
    assertThat(places.availablePermits()).isEqualTo(1);
  }

  @Test
  void ofWorkThatGoesOnThereIsLittleAtATime() {
    var first = many(10 << 20);
    var second = many(10 << 20);
    try (var third = many(10 << 20);
        var feed = one(10 << 20)) {
      for (var work : new LargeBodies[] {first, second}) {
        assertThat(get(work)).isInstanceOf(Exchange.Answered.class);
        work.send(small());
      }
      assertThat(get(third)).isInstanceOf(Exchange.Failed.class);
      assertThat(get(feed)).as("has all it asks for").isInstanceOf(Exchange.Answered.class);
      feed.send(small());
      first.close();
      assertThat(get(third)).isInstanceOf(Exchange.Answered.class);
    }
    second.close();
    assertThat(places.availablePermits()).isEqualTo(1);
    assertThat(goingOn.availablePermits()).isEqualTo(2);
  }

  /** What asks for no room. */
  private static OutboundRequest small() {
    return new OutboundRequest(
        "GET",
        URI.create("https://dav.example/"),
        Map.of(),
        new byte[0],
        Trust.USER,
        new Limits(Duration.ofSeconds(60), 1, 1, false, 0));
  }

  @Test
  void whatIsStillUnderWayWhenTheWorkEndsTakesNothingAfterwards() {
    var work = many(10 << 20);
    work.close();
    assertThat(get(work)).isInstanceOf(Exchange.Failed.class);
    assertThat(places.availablePermits()).isEqualTo(1);
    assertThat(goingOn.availablePermits()).isEqualTo(2);
  }
}
