package io.linkspan.platform.egress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.linkspan.platform.egress.Exchange.Answered;
import io.linkspan.platform.egress.Exchange.Failed;
import io.linkspan.platform.egress.Exchange.Reason;
import io.linkspan.platform.egress.OutboundRequest.Limits;
import io.linkspan.platform.egress.OutboundRequest.Trust;
import io.linkspan.platform.postgres.TestDatabase;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpEgressTest {
  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";

  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final HttpEgress egress = HttpEgress.to(List.of("127.0.0.0/8"), meters);

  @AfterEach
  void stop() {
    egress.close();
  }

  @Test
  void anAnswerComesWithStatusHeadersInLowerCaseAndBody() {
    try (var server =
        RawServer.answering(
            "HTTP/1.1 201 Made\r\nX-One: a\r\nx-ONE: b\r\nContent-Length: 5\r\n\r\nhello")) {
      var answer = answered(egress.send(Calls.get(server.uri("/a?b=c#d"))));
      assertThat(answer.status()).isEqualTo(201);
      assertThat(answer.headers()).containsEntry("x-one", List.of("a", "b"));
      assertThat(answer.body()).asString().isEqualTo("hello");
      assertThat(answer.cut()).isFalse();
      assertThat(answer.uri()).isEqualTo(server.uri("/a?b=c"));
      assertThat(server.requests())
          .singleElement()
          .asString()
          .startsWith("GET /a?b=c HTTP/1.1\r\nHost: 127.0.0.1:" + server.port() + "\r\n")
          .contains("User-Agent: Linkspan", "Accept-Encoding: gzip, deflate")
          .doesNotContain("Cookie", "Expect", "Content-Length");
    }
  }

  @Test
  void methodHeadersAndBodyGoOutAsTheyAre() {
    try (var server = RawServer.answering(OK)) {
      egress.send(
          Calls.request(
              "PROPFIND",
              server.uri("/"),
              Map.of("Depth", List.of("1"), "User-Agent", List.of("mine")),
              "<ü/>",
              Calls.ROOMY));
      assertThat(server.requests())
          .singleElement()
          .asString()
          .startsWith("PROPFIND / HTTP/1.1\r\n")
          .contains("Depth: 1\r\n", "User-Agent: mine\r\n", "Content-Length: 5\r\n")
          .endsWith("\r\n\r\n<ü/>");
    }
  }

  @Test
  void aPostWithoutBodySaysSo() {
    try (var server = RawServer.answering(OK)) {
      egress.send(Calls.request("POST", server.uri("/"), Map.of(), "", Calls.ROOMY));
      assertThat(server.requests()).singleElement().asString().contains("Content-Length: 0\r\n");
    }
  }

  @Test
  void aConnectionIsUsedAgain() {
    try (var server = RawServer.answering(OK)) {
      for (int i = 0; i < 5; i++) {
        answered(egress.send(Calls.get(server.uri("/" + i))));
      }
      assertThat(server.connections()).isEqualTo(1);
    }
  }

  @Test
  void manyHeadersBeforeALargeBodyAreReadOnEveryExchange() {
    String header = "x".repeat(10_500);
    String body = "y".repeat(1 << 20);
    String answer =
        "HTTP/1.1 103 Early Hints\r\nLink: </>\r\n\r\nHTTP/1.1 200 OK\r\n"
            + ("X-Large: " + header + "\r\n").repeat(6)
            + "Transfer-Encoding: chunked\r\n\r\n100000\r\n"
            + body
            + "\r\n0\r\nX-Check: "
            + header
            + "\r\n\r\n";
    try (var server = RawServer.answering(answer)) {
      for (int i = 0; i < 3; i++) {
        var read = answered(egress.send(Calls.get(server.uri("/"))));
        assertThat(read.headers()).containsEntry("x-large", Collections.nCopies(6, header));
        assertThat(read.body()).asString().isEqualTo(body);
      }
      assertThat(server.connections()).isEqualTo(1);
    }
  }

  @Test
  void aConnectionIsNotSharedAcrossTrust() {
    try (var server = RawServer.answering(OK)) {
      var asUser = Calls.get(server.uri("/"));
      egress.send(asUser);
      egress.send(
          new OutboundRequest(
              "GET", asUser.uri(), Map.of(), new byte[0], Trust.OPERATOR, Calls.ROOMY));
      assertThat(server.connections()).isEqualTo(2);
    }
  }

  @Test
  void cookiesAreNeverKept() {
    try (var server =
        RawServer.answering("HTTP/1.1 200 OK\r\nSet-Cookie: a=b\r\nContent-Length: 0\r\n\r\n")) {
      egress.send(Calls.get(server.uri("/")));
      egress.send(Calls.get(server.uri("/")));
      assertThat(server.requests()).hasSize(2).noneMatch(request -> request.contains("a=b"));
    }
  }

  @Test
  void gzipAndBothKindsOfDeflateAreInflated() throws IOException {
    byte[] text = "hello ".repeat(1000).getBytes(StandardCharsets.UTF_8);
    var zlib = new ByteArrayOutputStream();
    try (var out = new DeflaterOutputStream(zlib)) {
      out.write(text);
    }
    var bare = new ByteArrayOutputStream();
    try (var out = new DeflaterOutputStream(bare, new java.util.zip.Deflater(-1, true))) {
      out.write(text);
    }
    assertThat(fetched("gzip", gzipped(text))).isEqualTo(text);
    assertThat(fetched("deflate", zlib.toByteArray())).isEqualTo(text);
    assertThat(fetched("deflate", bare.toByteArray())).isEqualTo(text);
    assertThat(fetched("gzip", new byte[0])).isEmpty();
  }

  @Test
  void aNameThatIsNoCodingLeavesTheBodyAsItIs() throws IOException {
    byte[] text = "BEGIN:VCALENDAR".getBytes(StandardCharsets.UTF_8);
    for (String name : List.of("UTF-8", "none", "aws-chunked", "identity", "binary", "")) {
      assertThat(fetched(name, text)).as(name).isEqualTo(text);
    }
    assertThat(fetched("aws-chunked, gzip", gzipped(text))).isEqualTo(text);
  }

  private byte[] fetched(String encoding, byte[] body) {
    try (var server =
        RawServer.playing(
            connection -> {
              connection.readRequest();
              connection.say(
                  "HTTP/1.1 200 OK\r\nContent-Encoding: %s\r\nContent-Length: %d\r\n\r\n"
                      .formatted(encoding, body.length));
              connection.say(body);
            })) {
      return answered(egress.send(Calls.get(server.uri("/")))).body();
    }
  }

  private static byte[] gzipped(byte[] body) throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (var out = new GZIPOutputStream(bytes)) {
      out.write(body);
    }
    return bytes.toByteArray();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 99, 100, 101, 65_636, 65_637, 300_000})
  void aBodyThatWaitedOnDiskIsTheSame(int length) throws IOException {
    var body = new byte[length];
    new Random(length).nextBytes(body);
    var limits = new Limits(Duration.ofSeconds(20), 400_000, 300_000, 100, false, 0);
    for (String encoding : List.of("identity", "gzip")) {
      var sent = encoding.equals("gzip") ? gzipped(body) : body;
      try (var server =
          RawServer.playing(
              connection -> {
                while (connection.readRequest()) {
                  connection.say(
                      "HTTP/1.1 200 OK\r\nContent-Encoding: %s\r\nContent-Length: %d\r\n\r\n"
                          .formatted(encoding, sent.length));
                  connection.say(sent);
                }
              })) {
        var asked = new AtomicInteger();
        for (int i = 1; i <= 2; i++) {
          var answer =
              egress.send(Calls.get(server.uri("/"), limits), () -> asked.incrementAndGet() > 0);
          assertThat(answered(answer).body()).as(encoding).isEqualTo(body);
          assertThat(asked).hasValue(length > 100 ? i : 0);
        }
        assertThat(server.connections()).as("it was read to its end").isEqualTo(1);
      }
    }
  }

  @Test
  void noRoomIsAskedForWhileTheServerTakesItsTime() throws Exception {
    var asked = new AtomicBoolean();
    var early = new AtomicBoolean();
    var limits = new Limits(Duration.ofSeconds(20), 5000, 5000, 100, false, 0);
    try (var server =
        RawServer.playing(
            connection -> {
              connection.readRequest();
              connection.say("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n" + "x".repeat(999));
              early.set(asked.get());
              connection.say("x");
            })) {
      var answer =
          egress.send(
              Calls.get(server.uri("/"), limits),
              () -> {
                asked.set(true);
                return false;
              });
      assertThat(answer)
          .isInstanceOfSatisfying(
              Failed.class,
              failed -> {
                assertThat(failed.reason()).isEqualTo(Reason.NO_ROOM);
                assertThat(failed.detail()).contains("is large");
              });
    }
    assertThat(asked).isTrue();
    assertThat(early).isFalse();
  }

  @Test
  void aBodyThatIsTooLargeIsRefusedOnDiskToo() {
    String answer = "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + "x".repeat(1001);
    try (var server = RawServer.answering(answer)) {
      var limits = new Limits(Duration.ofSeconds(20), 5000, 1000, 100, false, 0);
      assertThat(egress.send(Calls.get(server.uri("/"), limits)))
          .isInstanceOfSatisfying(
              Failed.class, failed -> assertThat(failed.reason()).isEqualTo(Reason.TOO_LARGE));
    }
  }

  @Test
  void aLongBodyIsRefusedOrCut() {
    String answer = "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n" + "x".repeat(1000);
    try (var server = RawServer.answering(answer)) {
      var second = Duration.ofSeconds(20);
      assertThat(egress.send(Calls.get(server.uri("/"), new Limits(second, 999, 5000, false, 0))))
          .isInstanceOfSatisfying(
              Failed.class, failed -> assertThat(failed.reason()).isEqualTo(Reason.TOO_LARGE));
      assertThat(egress.send(Calls.get(server.uri("/"), new Limits(second, 5000, 999, false, 0))))
          .isInstanceOfSatisfying(
              Failed.class, failed -> assertThat(failed.reason()).isEqualTo(Reason.TOO_LARGE));
      int before = server.connections();
      var cut =
          answered(egress.send(Calls.get(server.uri("/"), new Limits(second, 5000, 10, true, 0))));
      assertThat(cut.body()).asString().isEqualTo("x".repeat(10));
      assertThat(cut.cut()).isTrue();
      var whole =
          answered(
              egress.send(Calls.get(server.uri("/"), new Limits(second, 1000, 1000, true, 0))));
      assertThat(whole.body()).hasSize(1000);
      assertThat(whole.cut()).isFalse();
      assertThat(server.connections()).as("the rest was read").isEqualTo(before + 1);
    }
  }

  @Test
  void privateAddressesAreRefusedUnlessAllowed() {
    var exchange = egress.send(Calls.get(URI.create("http://[::1]:8080/secret?token=1")));
    assertThat(exchange)
        .isInstanceOfSatisfying(
            Failed.class,
            failed -> {
              assertThat(failed.reason()).isEqualTo(Reason.FORBIDDEN_ADDRESS);
              assertThat(failed.detail())
                  .contains("a loopback address", "LINKSPAN_EGRESS_ALLOW")
                  .doesNotContain("secret", "token");
            });
  }

  @Test
  void aCallInsideATransactionIsRefused() {
    try (var db = TestDatabase.fresh()) {
      assertThatThrownBy(
              () ->
                  db.database()
                      .useTransaction(
                          tx -> egress.send(Calls.get(URI.create("http://127.0.0.1:1/")))))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("outbound call");
    }
  }

  @Test
  void exchangesAreCountedByOutcome() {
    try (var server = RawServer.answering("HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n")) {
      egress.send(Calls.get(server.uri("/")));
      egress.send(Calls.get(URI.create("ftp://example.org/")));
      assertThat(count("5xx")).isEqualTo(1);
      assertThat(count("bad_address")).isEqualTo(1);
      assertThat(count("2xx")).isZero();
    }
  }

  private long count(String outcome) {
    return meters.get("linkspan.egress").tags("trust", "user", "outcome", outcome).timer().count();
  }

  private static Answered answered(Exchange exchange) {
    assertThat(exchange).isInstanceOf(Answered.class);
    return (Answered) exchange;
  }
}
