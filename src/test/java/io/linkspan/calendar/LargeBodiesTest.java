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
import java.util.Map;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;

class LargeBodiesTest {
  private static final Limits LIMITS =
      new Limits(Duration.ofSeconds(60), 32 << 20, 32 << 20, false, 0);

  private final Semaphore places = new Semaphore(1);

  /** A server whose answer has so many bytes. */
  private static Egress answering(int bytes) {
    return request ->
        request.limits().bodyBytes() < bytes
            ? new Exchange.Failed(Reason.TOO_LARGE, "too large", Duration.ZERO)
            : new Exchange.Answered(
                request.uri(), 200, Map.of(), new byte[bytes], false, Duration.ZERO);
  }

  private LargeBodies reading(int bytes) {
    return new LargeBodies(answering(bytes), places, Duration.ZERO);
  }

  private static Exchange get(LargeBodies from) {
    return from.send(
        new OutboundRequest(
            "GET", URI.create("https://dav.example/"), Map.of(), new byte[0], Trust.USER, LIMITS));
  }

  @Test
  void aSmallAnswerTakesNoPlace() {
    try (var small = reading(1 << 20)) {
      assertThat(get(small)).isInstanceOf(Exchange.Answered.class);
      assertThat(small.repeated()).isZero();
      assertThat(places.availablePermits()).isEqualTo(1);
    }
  }

  @Test
  void aLargeAnswerTakesAPlaceUntilTheWorkEnds() {
    var first = reading(10 << 20);
    try (var second = reading(10 << 20)) {
      assertThat(get(first)).isInstanceOf(Exchange.Answered.class);
      assertThat(get(first)).as("again, in the same place").isInstanceOf(Exchange.Answered.class);
      assertThat(first.repeated()).isEqualTo(1);
      assertThat(get(second))
          .isInstanceOfSatisfying(
              Exchange.Failed.class,
              failed -> {
                assertThat(failed.reason()).isEqualTo(Reason.TIMEOUT);
                assertThat(failed.detail()).contains("dav.example");
              });
      first.close();
      assertThat(get(second)).isInstanceOf(Exchange.Answered.class);
    }
    assertThat(places.availablePermits()).isEqualTo(1);
  }

  @Test
  void whatIsStillUnderWayWhenTheWorkEndsTakesNoPlaceAfterwards() {
    var work = reading(10 << 20);
    work.close();
    assertThat(get(work)).isInstanceOf(Exchange.Failed.class);
    assertThat(places.availablePermits()).isEqualTo(1);
  }
}
