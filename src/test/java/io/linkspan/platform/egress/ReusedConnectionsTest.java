package io.linkspan.platform.egress;

import static org.assertj.core.api.Assertions.assertThat;

import io.linkspan.platform.egress.Exchange.Answered;
import io.linkspan.platform.egress.Exchange.Failed;
import io.linkspan.platform.egress.Exchange.Reason;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Servers that close a connection between two exchanges, and do not say so. */
@Timeout(60)
class ReusedConnectionsTest {
  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
  private static final String MOVED =
      "HTTP/1.1 302 Found\r\nLocation: /feed.ics\r\nContent-Length: 0\r\n\r\n";
  private static final Map<String, List<String>> WEBHOOK = Map.of("webhook-id", List.of("evt_1"));

  private final HttpEgress egress =
      HttpEgress.to(List.of("127.0.0.1/32"), new SimpleMeterRegistry());

  @AfterEach
  void stop() {
    egress.close();
  }

  /** Takes a second request on each connection, and closes instead of answering it. */
  private static RawServer answeringOnce(String answer, boolean reset) {
    return RawServer.playing(
        connection -> {
          connection.readRequest();
          connection.say(answer);
          connection.readRequest();
          if (reset) {
            connection.reset();
          }
        });
  }

  @Test
  void aFeedBehindARedirectIsReached() {
    try (var server = closingAfterEach()) {
      var reached = egress.send(Calls.get(server.uri("/moved"), Calls.following(3)));
      assertThat(((Answered) reached).uri()).isEqualTo(server.uri("/feed.ics"));
      assertThat(((Answered) reached).status()).isEqualTo(200);
    }
  }

  private static RawServer closingAfterEach() {
    return RawServer.playing(
        connection -> {
          connection.readRequest();
          connection.say(connection.lastRequest().startsWith("GET /moved") ? MOVED : OK);
          connection.readRequest();
        });
  }

  @Test
  void everyOneOfFortyEventsArrivesAtTheFirstAttempt() {
    for (boolean reset : List.of(false, true)) {
      try (var server = answeringOnce(OK, reset)) {
        for (int event = 0; event < 40; event++) {
          var sent =
              egress.send(Calls.request("POST", server.uri("/"), WEBHOOK, "{}", Calls.ROOMY));
          assertThat(sent).as("event %s", event).isInstanceOf(Answered.class);
        }
      }
    }
  }

  @Test
  void aRequestThatIsNotSafeToRepeatIsNotRepeated() {
    try (var server = answeringOnce(OK, false)) {
      assertThat(egress.send(post(server))).isInstanceOf(Answered.class);
      assertThat(egress.send(post(server)))
          .isInstanceOfSatisfying(
              Failed.class, failed -> assertThat(failed.reason()).isEqualTo(Reason.BROKEN_OFF));
      assertThat(server.requests()).hasSize(2);
    }
  }

  private static OutboundRequest post(RawServer server) {
    return Calls.request("POST", server.uri("/"), Map.of(), "{}", Calls.ROOMY);
  }

  @Test
  void anAnswerThatHasBegunIsNotAskedForAgain() {
    try (var server =
        RawServer.playing(
            connection -> {
              connection.readRequest();
              connection.say(OK);
              connection.readRequest();
              connection.say("HTTP/1.1 2");
            })) {
      assertThat(egress.send(Calls.get(server.uri("/")))).isInstanceOf(Answered.class);
      assertThat(egress.send(Calls.get(server.uri("/")))).isInstanceOf(Failed.class);
      assertThat(server.requests()).hasSize(2);
    }
  }

  @Test
  void aNewConnectionThatEndsUnansweredIsNotTriedAgain() {
    try (var server = RawServer.playing(RawServer.Connection::readRequest)) {
      assertThat(egress.send(Calls.get(server.uri("/")))).isInstanceOf(Failed.class);
      assertThat(server.connections()).isEqualTo(1);
    }
  }
}
