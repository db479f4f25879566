package io.linkspan.platform.egress;

import static org.assertj.core.api.Assertions.assertThat;

import io.linkspan.platform.egress.Exchange.Answered;
import io.linkspan.platform.egress.Exchange.Failed;
import io.linkspan.platform.egress.Exchange.Reason;
import io.linkspan.platform.egress.OutboundRequest.Limits;
import io.linkspan.platform.egress.OutboundRequest.Trust;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Servers that stall, lie, flood and break off. */
@Timeout(60)
class HostileServersTest {
  private static final Duration SOON = Duration.ofMillis(300);
  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

  private final HttpEgress egress =
      HttpEgress.to(List.of("127.0.0.0/8"), new SimpleMeterRegistry());

  @AfterEach
  void stop() {
    egress.close();
  }

  @Test
  void oneThatNeverAnswersIsLeftAtTheDeadline() {
    assertFails(
        Reason.TIMEOUT,
        connection -> {
          connection.readRequest();
          connection.stall();
        });
  }

  @Test
  void oneThatDripsItsHeadersIsLeftAtTheDeadline() {
    assertFails(
        Reason.TIMEOUT,
        connection -> {
          connection.readRequest();
          connection.say("HTTP/1.1 200 OK\r\nX-Drip: ");
          drip(connection);
        });
  }

  @Test
  void oneThatDripsItsBodyIsLeftAtTheDeadline() {
    assertFails(
        Reason.TIMEOUT,
        connection -> {
          connection.readRequest();
          connection.say("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n");
          drip(connection);
        });
  }

  @Test
  void oneThatDripsChunksIsLeftAtTheDeadline() {
    assertFails(
        Reason.TIMEOUT,
        connection -> {
          connection.readRequest();
          connection.say("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
          while (true) {
            connection.say("1\r\nx\r\n");
            pause();
          }
        });
  }

  @Test
  void oneThatDoesNotReadTheRequestIsLeftAtTheDeadline() {
    try (var server = RawServer.playing(RawServer.Connection::stall)) {
      var exchange =
          egress.send(
              Calls.request(
                  "POST", server.uri("/"), Map.of(), "x".repeat(64 << 20), Calls.within(SOON)));
      assertReason(exchange, Reason.TIMEOUT);
    }
  }

  @Test
  void oneThatAnnouncesItsAnswerForEverIsNonsense() {
    assertFails(
        Reason.NONSENSE,
        connection -> {
          connection.readRequest();
          while (true) {
            connection.say("HTTP/1.1 103 Early Hints\r\n\r\n");
          }
        });
  }

  @Test
  void tenGigabytesAreNotRead() {
    RawServer.Script flood =
        connection -> {
          connection.readRequest();
          connection.say("HTTP/1.1 200 OK\r\nContent-Length: 10737418240\r\n\r\n");
          var block = new byte[1 << 16];
          while (true) {
            connection.say(block);
          }
        };
    assertFails(Reason.TOO_LARGE, flood);
    try (var server = RawServer.playing(flood)) {
      var limits = new Limits(Duration.ofSeconds(20), 1 << 16, 1 << 14, true, 0);
      assertThat(egress.send(Calls.get(server.uri("/"), limits)))
          .isInstanceOfSatisfying(
              Answered.class,
              answer -> {
                assertThat(answer.body()).hasSize(1 << 14);
                assertThat(answer.cut()).isTrue();
              });
    }
  }

  @Test
  void anEndlessChunkedBodyIsNotRead() {
    assertFails(
        Reason.TOO_LARGE,
        connection -> {
          connection.readRequest();
          connection.say("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
          String chunk = "10000\r\n" + "x".repeat(1 << 16) + "\r\n";
          while (true) {
            connection.say(chunk);
          }
        });
  }

  @Test
  void aGzipBombIsDefused() throws IOException {
    var bomb = new ByteArrayOutputStream();
    try (var out = new GZIPOutputStream(bomb)) {
      var zeros = new byte[1 << 20];
      for (int i = 0; i < 40; i++) {
        out.write(zeros);
      }
    }
    RawServer.Script script =
        connection -> {
          connection.readRequest();
          connection.say(
              "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n"
                  .formatted(bomb.size()));
          connection.say(bomb.toByteArray());
        };
    assertFails(Reason.TOO_LARGE, script);
    try (var server = RawServer.playing(script)) {
      var limits = new Limits(Duration.ofSeconds(20), 1 << 20, 1 << 14, true, 0);
      assertThat(egress.send(Calls.get(server.uri("/"), limits)))
          .isInstanceOfSatisfying(
              Answered.class, answer -> assertThat(answer.body()).hasSize(1 << 14));
    }
  }

  @Test
  void aBodyThatIsNotInTheEncodingItClaimsIsNonsenseUnlessItIsOnlyEvidence() throws IOException {
    var half = new ByteArrayOutputStream();
    try (var out = new GZIPOutputStream(half)) {
      out.write(new byte[5000]);
    }
    String cut = half.toString(StandardCharsets.ISO_8859_1).substring(0, 20);
    for (var body :
        List.of(
            List.of("gzip", "plain text"),
            List.of("gzip", cut),
            List.of("deflate", "plain text"),
            List.of("br", "\u000b\u0002"),
            List.of("gzip, gzip", "x"))) {
      String answer =
          "HTTP/1.1 200 OK\r\nContent-Encoding: %s\r\nContent-Length: %d\r\n\r\n%s"
              .formatted(body.getFirst(), body.getLast().length(), body.getLast());
      try (var server = RawServer.answering(answer)) {
        assertReason(egress.send(Calls.get(server.uri("/"))), Reason.NONSENSE);
        var evidence = new Limits(Duration.ofSeconds(20), 1 << 16, 1 << 14, true, 0);
        assertThat(egress.send(Calls.get(server.uri("/"), evidence))).isInstanceOf(Answered.class);
      }
    }
  }

  @Test
  void hugeHeadersAreTooLarge() {
    assertFails(
        Reason.TOO_LARGE,
        connection -> {
          connection.readRequest();
          connection.say("HTTP/1.1 200 OK\r\nX-Huge: ");
          while (true) {
            connection.say("x".repeat(1 << 16));
          }
        });
  }

  @Test
  void countlessHeadersAreTooLarge() {
    assertFails(
        Reason.TOO_LARGE,
        connection -> {
          connection.readRequest();
          connection.say("HTTP/1.1 200 OK\r\n");
          while (true) {
            connection.say("X-One-More: x\r\n".repeat(1000));
          }
        });
  }

  @Test
  void manyLargeHeadersAreTooLargeAtOnce() {
    String large = ("X-Large: " + "x".repeat(16_000) + "\r\n").repeat(100);
    for (String head :
        List.of(
            "HTTP/1.1 200 OK\r\n" + large,
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n" + large)) {
      assertFails(
          Reason.TOO_LARGE,
          connection -> {
            connection.readRequest();
            connection.say(head);
            connection.stall();
          });
    }
  }

  @Test
  void announcedAnswersAreTooLargeTogether() {
    String early = "HTTP/1.1 103 Early Hints\r\nLink: " + "x".repeat(16_000) + "\r\n\r\n";
    for (String heads : List.of(early.repeat(6), "HTTP/1.1 100 Continue\r\n\r\n".repeat(5_000))) {
      assertFails(
          Reason.TOO_LARGE,
          connection -> {
            connection.readRequest();
            connection.say(heads);
            connection.stall();
          });
    }
  }

  @Test
  void aResetIsBrokenOff() {
    assertFails(
        Reason.BROKEN_OFF,
        connection -> {
          connection.readRequest();
          connection.reset();
        });
  }

  @Test
  void aConnectionClosedWithoutAnAnswerIsBrokenOff() {
    assertFails(Reason.BROKEN_OFF, RawServer.Connection::readRequest);
  }

  @Test
  void halfAnAnswerIsBrokenOff() {
    for (String half :
        List.of(
            "HTTP/1.1 20",
            "HTTP/1.1 200 OK\r\n",
            "HTTP/1.1 200 OK\r\nContent-",
            "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n40\r\nhalf")) {
      assertFails(
          Reason.BROKEN_OFF,
          connection -> {
            connection.readRequest();
            connection.say(half);
          });
    }
  }

  @Test
  void whatIsNotHttpIsNonsense() {
    for (String greeting :
        List.of(
            "SSH-2.0-OpenSSH_9.6\r\n",
            "220 mail.example.org ESMTP\r\n",
            "HTTP/2.0 200 OK\r\n\r\n",
            "ICY 200 OK\r\n\r\n",
            "HTTP/1.1 abc\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n\r\n",
            "HTTP/1.1 200 OK\r\nno colon here\r\n\r\n")) {
      try (var server =
          RawServer.playing(
              connection -> {
                connection.readRequest();
                connection.say(greeting);
                connection.stall();
              })) {
        var exchange = egress.send(Calls.get(server.uri("/"), Calls.within(Duration.ofSeconds(5))));
        assertThat(exchange)
            .as(greeting)
            .isInstanceOfSatisfying(
                Failed.class, failed -> assertThat(failed.reason()).isEqualTo(Reason.NONSENSE));
      }
    }
  }

  @Test
  void randomBytesNeverEscapeAsAnException() {
    var random = new Random(42);
    String valid =
        "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=x\r\nContent-Length: 30\r\n\r\nhello";
    for (int round = 0; round < 300; round++) {
      var bytes = valid.getBytes(StandardCharsets.ISO_8859_1);
      for (int change = random.nextInt(6); change >= 0; change--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
      }
      try (var server =
          RawServer.playing(
              connection -> {
                connection.readRequest();
                connection.say(bytes);
              })) {
        assertThat(egress.send(Calls.get(server.uri("/"), Calls.within(Duration.ofSeconds(5)))))
            .isNotNull();
      }
    }
  }

  @Test
  void aShorterLengthThanTheBodyDoesNotDesynchroniseTheNextExchange() {
    try (var server =
        RawServer.playing(
            connection -> {
              connection.readRequest();
              connection.say(OK + "HTTP/1.1 500 Injected\r\nContent-Length: 0\r\n\r\n");
              connection.stall();
            })) {
      for (int i = 0; i < 3; i++) {
        assertThat(egress.send(Calls.get(server.uri("/"), Calls.within(Duration.ofSeconds(5)))))
            .isInstanceOfSatisfying(
                Answered.class, answer -> assertThat(answer.status()).isEqualTo(200));
      }
    }
  }

  @Test
  void aClosedPortIsUnreachable() throws IOException {
    int port;
    try (var gone = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      port = gone.getLocalPort();
    }
    var exchange = egress.send(Calls.get(URI.create("http://127.0.0.1:" + port + "/?token=x")));
    assertThat(exchange)
        .isInstanceOfSatisfying(
            Failed.class,
            failed -> {
              assertThat(failed.reason()).isEqualTo(Reason.UNREACHABLE);
              assertThat(failed.detail())
                  .isEqualTo("127.0.0.1:" + port + " refused the connection");
            });
  }

  @Test
  void aHostThatNeverAcceptsIsLeftAtTheDeadline() throws IOException {
    // with its queue full the kernel drops further SYNs
    try (var full = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      var queued = new ArrayList<Socket>();
      try {
        for (int i = 0; i < 3; i++) {
          var socket = new Socket();
          queued.add(socket);
          try {
            socket.connect(full.getLocalSocketAddress(), 100);
          } catch (IOException e) {
            break;
          }
        }
        var uri = URI.create("http://127.0.0.1:" + full.getLocalPort() + "/");
        assertReason(egress.send(Calls.get(uri, Calls.within(SOON))), Reason.TIMEOUT);
      } finally {
        for (Socket socket : queued) {
          socket.close();
        }
      }
    }
  }

  @Test
  void stallingServersDoNotUseUpTheConnectionsOfOthers() {
    var settings = new HttpEgress.Settings(4, 2, Duration.ofSeconds(5), "test", Path.of("target"));
    var meters = new SimpleMeterRegistry();
    try (var callers = Executors.newVirtualThreadPerTaskExecutor();
        var stalling = RawServer.playing(RawServer.Connection::stall);
        var healthy = RawServer.answering(OK);
        var small =
            new HttpEgress(
                AddressPolicy.ANYWHERE, Resolver.SYSTEM, TestTls.none(), meters, settings)) {
      for (int i = 0; i < 3; i++) {
        callers.submit(() -> small.send(Calls.get(stalling.uri("/"))));
      }
      var waiting = meters.get("linkspan.egress.connections").tag("state", "waiting").gauge();
      while (waiting.value() != 1) {
        Thread.onSpinWait();
      }
      assertThat(small.send(Calls.get(healthy.uri("/")))).isInstanceOf(Answered.class);
      assertReason(small.send(Calls.get(stalling.uri("/"), Calls.within(SOON))), Reason.NOT_BEGUN);
    }
  }

  @Test
  void whatIsKnownToAnswerIsNotBehindWhatHangsOnTheSameHostAndPort() {
    int places = 4;
    int silent = 2 * places;
    var settings =
        new HttpEgress.Settings(20, places, Duration.ofSeconds(5), "test", Path.of("target"));
    var meters = new SimpleMeterRegistry();
    try (var callers = Executors.newVirtualThreadPerTaskExecutor();
        var shared =
            RawServer.playing(
                connection -> {
                  connection.readRequest();
                  if (connection.lastRequest().startsWith("GET /silent")) {
                    connection.stall();
                  }
                  connection.say(OK);
                });
        var small =
            new HttpEgress(
                AddressPolicy.ANYWHERE, Resolver.SYSTEM, TestTls.none(), meters, settings)) {
      var longer = Calls.within(Duration.ofMinutes(5));
      for (int i = 0; i < silent; i++) {
        callers.submit(() -> small.send(Calls.getUnresponsive(shared.uri("/silent"), longer)));
      }
      var waiting = meters.get("linkspan.egress.connections").tag("state", "waiting").gauge();
      while (waiting.value() + shared.requests().size() < silent) {
        Thread.onSpinWait();
      }
      assertThat(small.send(Calls.get(shared.uri("/")))).isInstanceOf(Answered.class);
    }
  }

  @Test
  void anInterruptedCallerIsToldAndStaysInterrupted() throws Exception {
    try (var server = RawServer.playing(RawServer.Connection::stall)) {
      var result = new AtomicReference<Exchange>();
      var interrupted = new AtomicBoolean();
      Thread caller =
          Thread.startVirtualThread(
              () -> {
                Thread.currentThread().interrupt();
                result.set(egress.send(Calls.get(server.uri("/"))));
                interrupted.set(Thread.currentThread().isInterrupted());
              });
      caller.join();
      assertReason(result.get(), Reason.BROKEN_OFF);
      assertThat(interrupted).isTrue();
    }
  }

  private void assertFails(Reason reason, RawServer.Script script) {
    try (var server = RawServer.playing(script)) {
      Duration deadline = reason == Reason.TIMEOUT ? SOON : Duration.ofSeconds(20);
      for (var trust : Trust.values()) {
        var request =
            new OutboundRequest(
                "GET",
                server.uri("/secret?token=secret"),
                Map.of("Authorization", List.of("Basic secret")),
                new byte[0],
                trust,
                Calls.within(deadline));
        var exchange = egress.send(request);
        assertReason(exchange, reason);
        assertThat(((Failed) exchange).detail())
            .contains("127.0.0.1:" + server.port())
            .doesNotContain("secret");
      }
    }
  }

  private static void assertReason(Exchange exchange, Reason reason) {
    assertThat(exchange)
        .isInstanceOfSatisfying(
            Failed.class,
            failed -> assertThat(failed.reason()).as(failed.detail()).isEqualTo(reason));
  }

  private static void drip(RawServer.Connection connection)
      throws IOException, InterruptedException {
    while (true) {
      connection.say("x");
      pause();
    }
  }

  /** The server's pace, not the test's. */
  private static void pause() throws InterruptedException {
    Thread.sleep(20);
  }
}
