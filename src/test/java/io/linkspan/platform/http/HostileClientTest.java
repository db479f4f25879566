package io.linkspan.platform.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.linkspan.platform.postgres.TestDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Clients that are slow, stalled, huge or wrong do not get to hold anything for long. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HostileClientTest {
  private static final String OPEN_POST =
      "POST /api/login/ HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n";

  /** Tight, so that the tests are quick; the ratio of the times is that of the usual limits. */
  private static final Limits TIGHT =
      new Limits(
          1_000,
          2_000,
          Duration.ofMillis(600),
          Duration.ofMillis(300),
          Duration.ofMillis(600),
          40,
          3,
          Duration.ofMillis(200),
          Duration.ofSeconds(5));

  private TestDatabase database;
  private TestServer server;

  @BeforeAll
  void start() {
    database = TestDatabase.fresh();
    server =
        Small.over(database)
            .limits(TIGHT)
            .routes(operations -> operations.on("logIn", call -> Reply.ok(call.body())))
            .start();
  }

  @AfterAll
  void stop() {
    server.close();
    database.close();
  }

  private RawClient client() throws Exception {
    return new RawClient(server.port());
  }

  @Test
  void aConnectionThatSaysNothingIsClosed() throws Exception {
    try (var client = client()) {
      assertThat(client.readToEnd()).isEmpty();
    }
  }

  @Test
  void headersThatStallAreCutOff() throws Exception {
    try (var client = client()) {
      client.send("GET /livez HTTP/1.1\r\nHost: x\r\n");
      assertThat(client.readToEnd()).doesNotContain("200 OK");
    }
  }

  @Test
  void headersThatDripAreCutOff() throws Exception {
    try (var client = client()) {
      client.send("GET /livez HTTP/1.1\r\nHost: x\r\nX-Long: ");
      assertThat(client.dripUntilClosed("a")).doesNotContain("200 OK");
    }
  }

  @Test
  void headersOfALaterRequestThatDripAreCutOff() throws Exception {
    try (var client = client()) {
      client.send("GET /livez HTTP/1.1\r\nHost: x\r\n\r\n");
      client.readUntil("{\"status\":\"ok\"}");
      client.send("GET /livez HTTP/1.1\r\nHost: x\r\nX-Long: ");
      assertThat(client.dripUntilClosed("a")).doesNotContain("200 OK");
    }
  }

  @Test
  void aBodyThatStallsIsCutOff() throws Exception {
    try (var client = client()) {
      client.send(OPEN_POST + "Content-Length: 100\r\n\r\n{\"a\":");
      String answer = client.readToEnd();
      assertThat(answer).startsWith("HTTP/1.1 408").contains("request_timeout");
    }
  }

  /**
   * The server closes while the client still writes, and the reset may take away part of its
   * answer.
   */
  private static void assertTimedOut(String answer) {
    assertThat("HTTP/1.1 408 ").startsWith(answer.substring(0, Math.min(answer.length(), 13)));
  }

  @Test
  void aBodyThatDripsIsCutOffAlthoughItNeverStalls() throws Exception {
    try (var client = client()) {
      client.send(OPEN_POST + "Content-Length: 900\r\n\r\n{\"a\":\"");
      assertTimedOut(client.dripUntilClosed("x"));
    }
  }

  @Test
  void chunksThatDripAreCutOffToo() throws Exception {
    try (var client = client()) {
      client.send(OPEN_POST + "Transfer-Encoding: chunked\r\n\r\n");
      assertTimedOut(client.dripUntilClosed("1\r\nx\r\n"));
    }
  }

  @Test
  void aClientThatHangsUpInItsBodyLeavesNothingBehind() throws Exception {
    try (var client = client()) {
      client.send(OPEN_POST + "Content-Length: 100\r\n\r\n{\"a\":");
      client.closeHalf();
      assertThat(client.readToEnd()).doesNotContain("200 OK");
    }
    assertThat(server.anonymous().get("/livez").status()).isEqualTo(200);
  }

  @Test
  void aRefusalBeforeTheBodyLeavesTheConnectionForTheNextRequest() throws Exception {
    String refused = OPEN_POST + "Sec-Fetch-Site: cross-site\r\nContent-Length: 2\r\n\r\n";
    try (var client = client()) {
      client.send(refused);
      assertThat(client.isSilentFor(Duration.ofMillis(100))).isTrue();
      assertThat(client.send("{}").readUntil("}")).startsWith("HTTP/1.1 403");
      assertThat(client.send(refused + "{}").readUntil("}")).startsWith("HTTP/1.1 403");
    }
  }

  @Test
  void aRefusalWhoseBodyDoesNotComeOrIsLargeSaysThatItCloses() throws Exception {
    for (String rest :
        List.of(
            "Content-Length: 2\r\n\r\n",
            "Content-Length: 70000\r\n\r\n",
            "Expect: 100-continue\r\nContent-Length: 2\r\n\r\n",
            "Transfer-Encoding: chunked\r\n\r\n1\r\nx\r\n")) {
      try (var client = client()) {
        client.send(OPEN_POST + "Sec-Fetch-Site: cross-site\r\n" + rest);
        assertThat(client.readToEnd())
            .as(rest)
            .startsWith("HTTP/1.1 403")
            .containsIgnoringCase("connection: close");
      }
    }
  }

  @Test
  void aBodyThatIsDeclaredTooLargeIsRefusedUnread() throws Exception {
    try (var client = client()) {
      client.send(OPEN_POST + "Content-Length: 1001\r\n\r\n");
      assertThat(client.readUntil("\"request_id\""))
          .startsWith("HTTP/1.1 413")
          .contains("body_too_large");
    }
  }

  @Test
  void aChunkedBodyThatGrowsTooLargeIsRefused() throws Exception {
    try (var client = client()) {
      client.send(OPEN_POST + "Transfer-Encoding: chunked\r\n\r\n");
      for (int i = 0; i < 11; i++) {
        client.send("64\r\n" + "x".repeat(100) + "\r\n");
      }
      assertThat(client.readUntil("\"request_id\"")).startsWith("HTTP/1.1 413");
    }
  }

  @Test
  void aBodyOfExactlyTheLimitIsRead() throws Exception {
    String body = "{\"a\":\"" + "x".repeat(992) + "\"}";
    assertThat(body).hasSize(1_000);
    assertThat(server.anonymous().post("/api/login/", body).status()).isEqualTo(200);
    assertThat(server.anonymous().post("/api/login/", body + " ").status()).isEqualTo(413);
  }

  @Test
  void headersThatAreTooLargeAreAProblemOfTheirOwn() throws Exception {
    try (var client = client()) {
      client.send("GET /livez HTTP/1.1\r\nHost: x\r\nX-Long: " + "a".repeat(3_000) + "\r\n\r\n");
      assertThat(client.readToEnd())
          .startsWith("HTTP/1.1 431")
          .contains("application/problem+json", "headers_too_large");
    }
  }

  @Test
  void anAddressThatIsTooLongIsAProblemOfItsOwn() throws Exception {
    try (var client = client()) {
      client.send("GET /" + "a".repeat(5_000) + " HTTP/1.1\r\nHost: x\r\n\r\n");
      assertThat(client.readToEnd())
          .startsWith("HTTP/1.1 414")
          .contains("application/problem+json", "uri_too_long");
    }
  }

  @Test
  void whatIsNotHttpIsAProblemToo() throws Exception {
    try (var client = client()) {
      client.send("HELLO\r\n\r\n");
      assertThat(client.readToEnd()).contains("400 Bad Request");
    }
    try (var client = client()) {
      client.send("GET / HTTP/1.1\r\n\r\n");
      assertThat(client.readToEnd()).startsWith("HTTP/1.1 400").contains("malformed_request");
    }
    try (var client = client()) {
      client.send(
          "GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n");
      assertThat(client.readToEnd()).startsWith("HTTP/1.1 400");
    }
    try (var client = client()) {
      client.send("GET /a/..%2fb HTTP/1.1\r\nHost: x\r\n\r\n");
      assertThat(client.readToEnd()).startsWith("HTTP/1.1 400").contains("problem+json");
    }
  }

  @Test
  void aMessageOfHttp10WithATransferEncodingEndsItsConnection() throws Exception {
    try (var client = client()) {
      client.send(
          OPEN_POST.replace("HTTP/1.1", "HTTP/1.0")
              + "Connection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n"
              + "2\r\n{}\r\n0\r\n\r\n"
              + "GET /livez HTTP/1.1\r\nHost: x\r\n\r\n");
      String all = client.readToEnd();
      assertThat(all).containsIgnoringCase("Connection: close");
      assertThat(all.split("HTTP/1.1 ", -1)).as(all).hasSize(2);
    }
  }

  @Test
  void moreConnectionsThanAllowedWaitAndTheServerLives() throws Exception {
    var clients = new ArrayList<RawClient>();
    try {
      for (int i = 0; i < 60; i++) {
        clients.add(client());
      }
      // the idle ones are closed after a while, which lets the next ones in
      assertThat(server.anonymous().get("/livez").status()).isEqualTo(200);
    } finally {
      for (var client : clients) {
        client.close();
      }
    }
  }

  @Test
  void aHandlerMayTakeLongerThanTheIdleTimeout() throws Exception {
    var slow =
        Small.over(database)
            .limits(TIGHT)
            .routes(
                operations ->
                    operations.on(
                        "logIn",
                        _ -> {
                          // until another connection has been idle for too long
                          try (var idle = new RawClient(server.port())) {
                            idle.readToEnd();
                            return Reply.ok(Map.of("done", true));
                          } catch (IOException e) {
                            throw new UncheckedIOException(e);
                          }
                        }))
            .start();
    try (slow) {
      for (String body : new String[] {"{}", "{\"a\": 1}"}) {
        var answer = slow.anonymous().post("/api/login/", body);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("{\"done\":true}");
      }
    }
  }

  @Test
  void stoppingLetsWhatIsInFlightEnd() throws Exception {
    var inside = new CountDownLatch(1);
    var go = new CountDownLatch(1);
    var stopping =
        Small.over(database)
            .routes(
                operations ->
                    operations.on(
                        "logIn",
                        _ -> {
                          inside.countDown();
                          await(go);
                          return Reply.ok(Map.of("done", true));
                        }))
            .start();
    var answer =
        CompletableFuture.supplyAsync(() -> stopping.anonymous().post("/api/login/", "{}"));
    await(inside);
    int port = stopping.port();
    var closed = CompletableFuture.runAsync(stopping::close);
    untilRefused(port);
    go.countDown();
    assertThat(answer.get().body()).isEqualTo("{\"done\":true}");
    closed.get();
  }

  @Test
  void stoppingEndsStreamsInsteadOfWaitingForThem() throws Exception {
    var interrupted = new CountDownLatch(1);
    var streaming =
        Small.over(database)
            .routes(
                operations ->
                    operations.on(
                        "stream",
                        _ ->
                            Reply.events(
                                sink -> {
                                  sink.send("1", "hello", Map.of());
                                  try {
                                    new CountDownLatch(1).await();
                                  } finally {
                                    interrupted.countDown();
                                  }
                                })))
            .start();
    String key = streaming.keyOf(Small.organizer(database), "key-of-the-stream");
    try (var client = new RawClient(streaming.port())) {
      client.send(
          "GET /api/stream/ HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + key + "\r\n\r\n");
      client.readUntil("event: hello");
      streaming.close();
      assertThat(client.readToEnd()).endsWith("0\r\n\r\n");
    }
    await(interrupted);
  }

  private static void untilRefused(int port) {
    while (true) {
      try {
        new RawClient(port).close();
      } catch (IOException refused) {
        return;
      }
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
