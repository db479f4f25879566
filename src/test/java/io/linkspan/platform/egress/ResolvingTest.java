package io.linkspan.platform.egress;

import static org.assertj.core.api.Assertions.assertThat;

import io.linkspan.platform.egress.Exchange.Answered;
import io.linkspan.platform.egress.Exchange.Failed;
import io.linkspan.platform.egress.Exchange.Reason;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ResolvingTest {
  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
  private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");

  @Test
  void aResolverThatHangsEndsAtTheDeadlineAndHoldsUpNobodyElse() {
    var hang = new CountDownLatch(1);
    Resolver resolver =
        host -> {
          if (host.equals("hangs.example")) {
            await(hang);
          }
          return List.of(LOOPBACK);
        };
    try (var server = RawServer.answering(OK);
        var egress = with(resolver)) {
      for (int i = 0; i < 3; i++) {
        assertFails(
            egress.send(
                Calls.get(named("hangs.example", server), Calls.within(Duration.ofMillis(200)))),
            Reason.TIMEOUT,
            "The name hangs.example was not resolved within 200 ms");
      }
      assertThat(egress.send(Calls.get(named("fine.example", server))))
          .isInstanceOf(Answered.class);
      hang.countDown();
    }
  }

  @Test
  void callersOfOneNameAskOnce() throws Exception {
    var asked = new AtomicInteger();
    var answer = new CountDownLatch(1);
    Resolver resolver =
        host -> {
          asked.incrementAndGet();
          await(answer);
          return List.of(LOOPBACK);
        };
    try (var server = RawServer.answering(OK);
        var egress = with(resolver);
        var callers = Executors.newVirtualThreadPerTaskExecutor()) {
      var calls =
          java.util.stream.IntStream.range(0, 20)
              .mapToObj(
                  i -> callers.submit(() -> egress.send(Calls.get(named("a.example", server)))))
              .toList();
      answer.countDown();
      for (var call : calls) {
        assertThat(call.get()).isInstanceOf(Answered.class);
      }
      assertThat(asked).hasValue(1);
    }
  }

  @Test
  void aNameThatDoesNotExistIsSaidToBeUnknown() {
    try (var egress =
        with(
            host -> {
              throw new UnknownHostException(host);
            })) {
      assertFails(
          egress.send(Calls.get(URI.create("http://nowhere.example/secret"))),
          Reason.UNKNOWN_HOST,
          "There is no host named nowhere.example, or DNS is down");
    }
  }

  @Test
  void aResolverThatBreaksIsAnUnknownHost() {
    try (var egress =
        with(
            host -> {
              throw new IllegalStateException("broken");
            })) {
      assertFails(
          egress.send(Calls.get(URI.create("http://nowhere.example/"))),
          Reason.UNKNOWN_HOST,
          "nowhere.example");
    }
  }

  @Test
  void theNextAddressIsTriedWhenOneRefuses() {
    try (var server = RawServer.answering(OK);
        var egress = with(host -> List.of(InetAddress.ofLiteral("127.0.0.9"), LOOPBACK))) {
      assertThat(egress.send(Calls.get(named("two.example", server)))).isInstanceOf(Answered.class);
      assertThat(server.requests()).hasSize(1);
    }
  }

  @Test
  void anAnswerThatBreaksOffIsNotAskedForAgain() {
    try (var server = RawServer.playing(RawServer.Connection::readRequest);
        var egress = with(host -> List.of(LOOPBACK, LOOPBACK))) {
      assertFails(
          egress.send(Calls.get(named("two.example", server))),
          Reason.BROKEN_OFF,
          "instead of answering");
      assertThat(server.requests()).hasSize(1);
    }
  }

  @Test
  void aNameForLoopbackInBothFamiliesIsDialledWhereTheOperatorAllowsIt() throws Exception {
    Resolver localhost = host -> List.of(InetAddress.ofLiteral("::1"), LOOPBACK);
    try (var server = RawServer.answering(OK);
        var egress = with(localhost)) {
      assertThat(egress.send(Calls.get(named("localhost", server)))).isInstanceOf(Answered.class);
    }
  }

  @Test
  void aNameThatLeadsInsideAndOutsideIsRefusedWhole() throws Exception {
    Resolver mixed = host -> List.of(LOOPBACK, InetAddress.ofLiteral("10.0.0.1"));
    try (var server = RawServer.answering(OK);
        var egress = with(mixed)) {
      assertFails(
          egress.send(Calls.get(named("mixed.example", server))), Reason.FORBIDDEN_ADDRESS, "");
      assertThat(server.requests()).isEmpty();
    }
  }

  private static HttpEgress with(Resolver resolver) {
    return new HttpEgress(
        new PublicAddresses(List.of(Network.parse("127.0.0.0/8"))),
        resolver,
        TestTls.none(),
        new SimpleMeterRegistry(),
        HttpEgress.Settings.STANDARD);
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static URI named(String host, RawServer server) {
    return URI.create("http://" + host + ":" + server.port() + "/");
  }

  private static void assertFails(Exchange exchange, Reason reason, String detail) {
    assertThat(exchange)
        .isInstanceOfSatisfying(
            Failed.class,
            failed -> {
              assertThat(failed.reason()).as(failed.detail()).isEqualTo(reason);
              assertThat(failed.detail()).contains(detail);
            });
  }
}
