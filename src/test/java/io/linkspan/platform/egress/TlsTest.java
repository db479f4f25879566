package io.linkspan.platform.egress;

import static org.assertj.core.api.Assertions.assertThat;

import io.linkspan.platform.egress.Exchange.Answered;
import io.linkspan.platform.egress.Exchange.Failed;
import io.linkspan.platform.egress.Exchange.Reason;
import io.linkspan.platform.egress.OutboundRequest.Limits;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The certificate must be for the name that was asked for, whatever address was dialled. */
@Timeout(60)
class TlsTest {
  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
  private static final Resolver LOOPBACK = host -> List.of(InetAddress.ofLiteral("127.0.0.1"));

  @TempDir static Path directory;

  @Test
  void theNameIsCheckedAndTheCheckedAddressDialled() throws Exception {
    var tls = TestTls.issued(directory, "dns:calendar.example");
    try (var server = serving(tls);
        var egress = trusting(tls.trusting())) {
      assertThat(egress.send(Calls.get(named("calendar.example", server))))
          .isInstanceOfSatisfying(
              Answered.class, answer -> assertThat(answer.body()).asString().isEqualTo("ok"));
      assertThat(server.requests())
          .singleElement()
          .asString()
          .contains("Host: calendar.example:" + server.port());
      assertTlsFails(egress, named("other.example", server), "is for another name");
      assertTlsFails(egress, server.uri("/"), "is for another name");
    }
  }

  @Test
  void anAddressInTheCertificateServesForAnAddressInTheUrl() throws Exception {
    var tls = TestTls.issued(directory, "ip:127.0.0.1");
    try (var server = serving(tls);
        var egress = trusting(tls.trusting())) {
      assertThat(egress.send(Calls.get(server.uri("/")))).isInstanceOf(Answered.class);
    }
  }

  @Test
  void theServerIsToldTheNameAndMayResumeTheSession() throws Exception {
    var tls = TestTls.issued(directory, "dns:calendar.example");
    var sessions = new CopyOnWriteArrayList<String>();
    var names = new CopyOnWriteArrayList<String>();
    var listener = tls.listen();
    try (var server =
            RawServer.on(
                listener,
                "https",
                connection -> {
                  connection.readRequest();
                  var session = (ExtendedSSLSession) connection.tls().getSession();
                  names.add(session.getRequestedServerNames().toString());
                  sessions.add(String.valueOf(session.getCreationTime()));
                  connection.say(
                      "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
                });
        var egress = trusting(tls.trusting())) {
      for (int i = 0; i < 3; i++) {
        assertThat(egress.send(Calls.get(named("calendar.example", server))))
            .isInstanceOf(Answered.class);
      }
      assertThat(server.connections()).isEqualTo(3);
      assertThat(names).allMatch(name -> name.contains("calendar.example"));
      assertThat(sessions.stream().distinct().count()).as("full handshakes").isLessThan(3);
    }
  }

  @Test
  void aCertificateThatNobodySignedIsRefused() throws Exception {
    var tls = TestTls.issued(directory, "dns:calendar.example");
    try (var server = serving(tls);
        var egress = trusting(TestTls.none())) {
      assertTlsFails(egress, named("calendar.example", server), "not signed by an authority");
      assertThat(server.requests()).isEmpty();
    }
  }

  @Test
  void anExpiredCertificateIsRefused() throws Exception {
    var tls =
        TestTls.issued(directory, "dns:calendar.example", "-startdate", "-10d", "-validity", "5");
    try (var server = serving(tls);
        var egress = trusting(tls.trusting())) {
      assertTlsFails(egress, named("calendar.example", server), "has expired");
    }
  }

  @Test
  void aCertificateOfTheFutureIsRefused() throws Exception {
    var tls =
        TestTls.issued(directory, "dns:calendar.example", "-startdate", "+10d", "-validity", "50");
    try (var server = serving(tls);
        var egress = trusting(tls.trusting())) {
      assertTlsFails(egress, named("calendar.example", server), "not valid yet");
    }
  }

  @Test
  void aPortThatDoesNotSpeakTlsIsSaidToBeOne() {
    try (var server = RawServer.playing(connection -> connection.say("HTTP/1.1 400 Bad\r\n\r\n"));
        var egress = trusting(TestTls.none())) {
      assertTlsFails(egress, named("calendar.example", server), "does not speak TLS");
    }
  }

  @Test
  void aStalledHandshakeEndsAtTheDeadline() {
    try (var server = RawServer.playing(RawServer.Connection::stall);
        var egress = trusting(TestTls.none())) {
      assertThat(
              egress.send(
                  Calls.get(
                      named("calendar.example", server), Calls.within(Duration.ofMillis(300)))))
          .isInstanceOfSatisfying(
              Failed.class, failed -> assertThat(failed.reason()).isEqualTo(Reason.TIMEOUT));
    }
  }

  @Test
  void aRequestThatIsNotReadEndsAtTheDeadline() throws Exception {
    var tls = TestTls.issued(directory, "dns:calendar.example");
    var listener = tls.listen();
    try (var server =
            RawServer.on(
                listener,
                "https",
                connection -> {
                  connection.tls().startHandshake();
                  connection.stall();
                });
        var egress = trusting(tls.trusting())) {
      var request =
          Calls.request(
              "POST",
              named("calendar.example", server),
              Map.of(),
              "x".repeat(64 << 20),
              Calls.within(Duration.ofMillis(700)));
      assertThat(egress.send(request))
          .isInstanceOfSatisfying(
              Failed.class, failed -> assertThat(failed.reason()).isEqualTo(Reason.TIMEOUT));
    }
  }

  @Test
  void aRedirectFromHttpsToHttpIsRefused() throws Exception {
    var tls = TestTls.issued(directory, "dns:calendar.example");
    try (var plain = RawServer.answering(OK);
        var server =
            RawServer.on(
                tls.listen(),
                "https",
                connection -> {
                  connection.readRequest();
                  connection.say(
                      "HTTP/1.1 302 Found\r\nLocation: %s\r\nContent-Length: 0\r\n\r\n"
                          .formatted(plain.uri("/")));
                });
        var egress = trusting(tls.trusting())) {
      var limits = new Limits(Duration.ofSeconds(20), 1 << 20, 1 << 20, false, 5);
      assertThat(egress.send(Calls.get(named("calendar.example", server), limits)))
          .isInstanceOfSatisfying(
              Failed.class,
              failed -> {
                assertThat(failed.reason()).isEqualTo(Reason.BAD_ADDRESS);
                assertThat(failed.detail()).contains("unprotected http");
              });
      assertThat(plain.connections()).isZero();
    }
  }

  private static void assertTlsFails(HttpEgress egress, URI uri, String why) {
    assertThat(egress.send(Calls.get(uri)))
        .isInstanceOfSatisfying(
            Failed.class,
            failed -> {
              assertThat(failed.reason()).as(failed.detail()).isEqualTo(Reason.TLS);
              assertThat(failed.detail()).contains(why).contains(uri.getHost());
            });
  }

  private static RawServer serving(TestTls tls) throws Exception {
    return RawServer.on(
        tls.listen(),
        "https",
        connection -> {
          while (connection.readRequest()) {
            connection.say(OK);
          }
        });
  }

  private static HttpEgress trusting(SSLContext tls) {
    return new HttpEgress(
        new PublicAddresses(List.of(Network.parse("127.0.0.0/8"))),
        LOOPBACK,
        tls,
        new SimpleMeterRegistry(),
        HttpEgress.Settings.STANDARD);
  }

  private static URI named(String host, RawServer server) {
    return URI.create("https://" + host + ":" + server.port() + "/");
  }
}
