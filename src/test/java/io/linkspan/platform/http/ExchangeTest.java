package io.linkspan.platform.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.read.ListAppender;
import io.linkspan.platform.http.ApiClient.Response;
import io.linkspan.platform.postgres.TestDatabase;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.zip.GZIPInputStream;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.SqlStatement;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.slf4j.LoggerFactory;

/** What goes out: identity, versions, failures, headers, streams. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ExchangeTest {
  private static final String THINGS = "/api/things/";
  private static final String THING = THINGS + "0199e0a4-6d1c-7c3a-9b1e-2f4d5a6b7c8d/";

  private final List<UUID> rows = new ArrayList<>();
  private volatile CountDownLatch streamEnded = new CountDownLatch(1);
  private volatile Operations.Handler special = _ -> Reply.noContent();
  private volatile boolean ready = true;
  private TestDatabase database;
  private TestServer server;
  private ApiClient client;

  @BeforeAll
  void start() {
    for (int i = 0; i < 5; i++) {
      rows.add(new UUID(7, i));
    }
    database = TestDatabase.fresh();
    server =
        Small.over(database)
            .routes(this::bind)
            .checks(
                new Readiness.Check(
                    "database",
                    () -> {
                      if (!ready) {
                        throw new IllegalStateException("password hunter2 was refused");
                      }
                      return "answers";
                    }))
            .pages(
                pages ->
                    pages.get(
                        "/hello/{name}",
                        visit -> Reply.html("<h1>" + Html.escape(visit.pathParameter("name")))))
            .start();
    client = server.as(UUID.randomUUID());
  }

  private void bind(Operations operations) {
    operations.on("listThings", this::list);
    operations.on("getThing", _ -> Reply.ok(Map.of("name", "x".repeat(5_000))).version(3));
    operations.on(
        "updateThing",
        call -> {
          call.requireMatch(3);
          return Reply.ok(call.body()).version(4);
        });
    operations.on("deleteThing", _ -> Reply.noContent());
    operations.on("getSpecial", call -> special.answer(call));
    operations.on("getSecrets", _ -> Reply.ok("secret"));
    operations.on("logIn", call -> Reply.ok(Map.of("from", call.remoteAddress())));
    operations.on("stream", _ -> Reply.events(this::events));
    operations.on(
        "export",
        _ ->
            Reply.download(
                "text/csv",
                out -> {
                  for (int i = 0; i < 20_000; i++) {
                    out.write((i + ",line\n").getBytes(StandardCharsets.UTF_8));
                  }
                }));
  }

  private Reply list(Call call) {
    var after = call.cursor().map(Cursor::id).orElse(new UUID(0, 0));
    var found =
        rows.stream().filter(id -> id.compareTo(after) > 0).limit(call.limit() + 1L).toList();
    return Reply.ok(call.page(found, id -> new Cursor(Instant.EPOCH, id)));
  }

  private void events(EventSource.Sink sink) throws java.io.IOException, InterruptedException {
    sink.send("1", "thing_changed", Map.of("n", 1));
    sink.send("2\nevil", "thing_changed", Map.of("text", "a\nb"));
    try {
      new CountDownLatch(1).await();
    } finally {
      streamEnded.countDown();
    }
  }

  @AfterAll
  void stop() {
    server.close();
    database.close();
  }

  @Test
  void nobodyIsRefused() {
    Response response = server.anonymous().get(THINGS);
    assertThat(response.status()).isEqualTo(401);
    assertThat(response.code()).isEqualTo("unauthenticated");
  }

  @Test
  void aMissingScopeIsNamed() {
    UUID id = UUID.randomUUID();
    var reader = server.as(new Caller(id, id, Set.of("things:read"), false));
    assertThat(reader.get(THINGS).status()).isEqualTo(200);
    Response response = reader.delete(THING);
    assertThat(response.status()).isEqualTo(403);
    assertThat(response.code()).isEqualTo("missing_scope");
    assertThat(response.json().path("detail").asString()).contains("things:write");
  }

  @Test
  void whatConcernsOthersIsForAdministrators() {
    UUID id = UUID.randomUUID();
    assertThat(client.get("/api/admin/").code()).isEqualTo("not_admin");
    assertThat(server.as(new Caller(id, id, Set.of("*"), true)).get("/api/admin/").code())
        .isEqualTo("missing_scope");
    assertThat(server.as(new Caller(id, id, Set.of("admin"), true)).get("/api/admin/").status())
        .isEqualTo(200);
  }

  @Test
  void aSessionMayOnlyBeUsedFromOurOwnPages() {
    UUID id = UUID.randomUUID();
    var browser = server.browserOf(new Caller(id, id, Set.of("*"), false));
    assertThat(browser.with("Sec-Fetch-Site", "same-origin").delete(THING).status()).isEqualTo(204);
    assertThat(browser.with("Origin", "http://localhost:8080").delete(THING).status())
        .isEqualTo(204);
    assertThat(browser.with("Origin", server.address().toString()).delete(THING).status())
        .isEqualTo(204);
    assertThat(browser.delete(THING).status()).isEqualTo(204);
    for (String site : List.of("cross-site", "same-site", "nonsense")) {
      assertThat(browser.with("Sec-Fetch-Site", site).delete(THING).code())
          .isEqualTo("cross_origin");
    }
    for (String origin :
        List.of(
            "https://evil.example",
            "null",
            "http://localhost.evil.example:8080",
            "https://localhost:8080")) {
      assertThat(browser.with("Origin", origin).delete(THING).code()).isEqualTo("cross_origin");
    }
    assertThat(browser.with("Sec-Fetch-Site", "cross-site").get(THINGS).status()).isEqualTo(200);
    assertThat(client.with("Sec-Fetch-Site", "cross-site").delete(THING).status()).isEqualTo(204);
  }

  @Test
  void aSessionUnderAnotherSitesNameIsRefusedWhateverItDoes() throws Exception {
    UUID id = UUID.randomUUID();
    String cookie = server.cookieOf(new Caller(id, id, Set.of("*"), false));
    for (String host : List.of("localhost", "127.0.0.1:99", "LOCALHOST:8080", "[::1]:8080")) {
      assertThat(statusUnder(host, "GET " + THINGS, cookie)).as(host).isEqualTo(200);
    }
    for (String host :
        List.of("rebound.example", "rebound.example:" + server.port(), "127.0.0.1.evil.example")) {
      assertThat(statusUnder(host, "GET " + THINGS, cookie)).as(host).isEqualTo(403);
      assertThat(statusUnder(host, "DELETE " + THING, cookie)).as(host).isEqualTo(403);
      assertThat(statusUnder(host, "POST /api/login/", "")).as(host).isEqualTo(403);
    }
    // a public name is the one that it is; what a key calls does not come from a browser
    try (var named =
        Small.over(database)
            .publicUrl(URI.create("https://linkspan.example.org"))
            .routes(this::bind)
            .start()) {
      assertThat(named.anonymous().post("/api/login/", "{}").code()).isEqualTo("foreign_host");
      var keyed = named.as(UUID.randomUUID()).get(THING);
      assertThat(keyed.status()).isEqualTo(200);
      assertThat(keyed.header("Strict-Transport-Security")).hasValue("max-age=31536000");
      assertThat(client.get(THING).header("Strict-Transport-Security")).isEmpty();
    }
  }

  private int statusUnder(String host, String request, String cookie) throws Exception {
    try (var raw = new RawClient(server.port())) {
      raw.send(
          request
              + " HTTP/1.1\r\nHost: "
              + host
              + "\r\nCookie: "
              + cookie
              + "\r\nContent-Type: application/json\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}");
      return Integer.parseInt(raw.readToEnd().substring(9, 12));
    }
  }

  @Test
  void signingInCannotBeDoneByAnotherSite() {
    assertThat(
            server
                .anonymous()
                .with("Origin", "https://evil.example")
                .post("/api/login/", "{}")
                .code())
        .isEqualTo("cross_origin");
    assertThat(server.anonymous().post("/api/login/", "{}").status()).isEqualTo(200);
  }

  @Test
  void behindAProxyOnThisMachineTheClientIsTheOneItNames() {
    var proxied = server.anonymous().with("X-Forwarded-For", "198.51.100.9, 203.0.113.7");
    assertThat(proxied.post("/api/login/", "{}").body()).contains("203.0.113.7");
    assertThat(server.anonymous().post("/api/login/", "{}").body()).contains("127.0.0.1");
  }

  @Test
  void anAnswerThatTheClientHasIsNotSentAgain() {
    String tag = client.get(THING).header("ETag").orElseThrow();
    assertThat(tag).matches("\"3-[0-9a-f]{8}\"");
    for (String known : List.of(tag, "W/" + tag, "\"1\", " + tag, "*")) {
      Response second = client.with("If-None-Match", known).get(THING);
      assertThat(second.status()).as(known).isEqualTo(304);
      assertThat(second.body()).isEmpty();
      assertThat(second.header("ETag")).contains(tag);
    }
    for (String other : List.of("\"3\"", "\"3-00000000\"", "3")) {
      assertThat(client.with("If-None-Match", other).get(THING).status()).as(other).isEqualTo(200);
    }
  }

  @Test
  void whatNobodyEditsIsNamedByWhatItShows() {
    special = _ -> Reply.ok(Map.of("state", "running"));
    String running = client.get("/api/things/special/").header("ETag").orElseThrow();
    var again = client.with("If-None-Match", running);
    assertThat(again.get("/api/things/special/").status()).isEqualTo(304);
    special = _ -> Reply.ok(Map.of("state", "done"));
    assertThat(again.get("/api/things/special/").status()).isEqualTo(200);
  }

  @Test
  void aChangeOfAnotherVersionIsRefusedWhateverWasShownOfIt() {
    for (String tag : List.of("\"3-9c1185a5\"", "W/\"3-9c1185a5\"", "\"1\", \"3\"", "*")) {
      Response response = client.with("If-Match", tag).patch(THING, Map.of("name", "a"));
      assertThat(response.status()).as(tag).isEqualTo(200);
      assertThat(response.header("ETag").orElseThrow()).startsWith("\"4-");
    }
    assertThat(client.patch(THING, Map.of("name", "a")).status()).isEqualTo(200);
    for (String tag : List.of("\"2-9c1185a5\"", "3", "3-9c1185a5", "\"33\"", "\"\"")) {
      Response response = client.with("If-Match", tag).patch(THING, Map.of("name", "a"));
      assertThat(response.status()).as(tag).isEqualTo(412);
      assertThat(response.code()).isEqualTo("precondition_failed");
    }
  }

  @Test
  void aListComesInPartsUntilItsEnd() {
    var seen = new ArrayList<String>();
    String cursor = "";
    for (int part = 0; part < 3; part++) {
      Response response = client.get(THINGS + "?limit=2" + cursor);
      response.json().path("results").forEach(id -> seen.add(id.asString()));
      cursor = "&cursor=" + response.json().path("next_cursor").asString("end");
    }
    assertThat(seen).isEqualTo(rows.stream().map(UUID::toString).toList());
    assertThat(cursor).isEqualTo("&cursor=end");
  }

  @Test
  void aCursorOfAnotherListIsRefused() {
    var other = new Cursor(Instant.EPOCH, rows.get(1)).encode("listOthers");
    var own = new Cursor(Instant.EPOCH, rows.get(1)).encode("listThings");
    assertThat(client.get(THINGS + "?cursor=" + own).status()).isEqualTo(200);
    var endless = new Cursor(Instant.MAX, rows.get(1)).encode("listThings");
    var ancient = new Cursor(Instant.MIN, rows.get(1)).encode("listThings");
    for (String bad : List.of(other, "x", "....", own + "A", own.substring(1), endless, ancient)) {
      Response response = client.get(THINGS + "?cursor=" + bad);
      assertThat(response.status()).as(bad).isEqualTo(400);
      assertThat(response.code()).isEqualTo("invalid_cursor");
    }
  }

  @Test
  void aFaultOfOursTellsOnlyItsRequestId() {
    special =
        _ -> {
          throw new IllegalStateException("the password is hunter2");
        };
    Response response = client.with("X-Request-Id", "from-the-proxy-1").get("/api/things/special/");
    assertThat(response.status()).isEqualTo(500);
    assertThat(response.code()).isEqualTo("internal");
    assertThat(response.body()).doesNotContain("hunter2", "IllegalState");
    assertThat(response.json().path("request_id").asString()).isEqualTo("from-the-proxy-1");
    assertThat(response.header("X-Request-Id")).contains("from-the-proxy-1");
  }

  @Test
  void anErrorThatIsNoExceptionIsAnsweredAsWell() {
    special =
        _ -> {
          throw new StackOverflowError();
        };
    assertThat(client.get("/api/things/special/").code()).isEqualTo("internal");
    special =
        _ ->
            Reply.ok(
                new Object() {
                  public String getX() {
                    throw new IllegalStateException("cannot be written");
                  }
                });
    assertThat(client.get("/api/things/special/").code()).isEqualTo("internal");
  }

  @Test
  void aTokenIsNoRequestId() {
    String token = "t".repeat(43);
    assertThat(client.with("X-Request-Id", token).get(THINGS).header("X-Request-Id"))
        .get()
        .isNotEqualTo(token);
  }

  @Test
  void aStrangeRequestIdIsReplacedByOurs() {
    Response response = client.with("X-Request-Id", "short").get(THINGS);
    assertThat(UUID.fromString(response.header("X-Request-Id").orElseThrow()).version())
        .isEqualTo(7);
  }

  @Test
  void aDatabaseThatIsAwayIsSaidSo() {
    special =
        _ -> {
          throw new IllegalStateException(new SQLException("gone", "08006"));
        };
    Response response = client.get("/api/things/special/");
    assertThat(response.status()).isEqualTo(503);
    assertThat(response.code()).isEqualTo("unavailable");
    assertThat(response.header("Retry-After")).contains("5");
  }

  @Test
  void aTimeThatHasNoFormInUtcIsRefused() {
    for (String time : List.of("9999-12-31T23:59:59-18:00", "0000-01-01T00:00:00%2B18:00")) {
      assertThat(client.get(THINGS + "?from=" + time).code()).isEqualTo("invalid_parameter");
    }
    for (String time : List.of("9999-12-31T23:59:59Z", "0000-01-01T00:00:00-18:00")) {
      assertThat(client.get(THINGS + "?from=" + time).status()).isEqualTo(200);
    }
    var early = new Cursor(Instant.parse("1899-12-31T15:00:00Z"), rows.get(1)).encode("listThings");
    assertThat(client.get(THINGS + "?cursor=" + early).status()).isEqualTo(200);
  }

  @Test
  void whatTheDatabaseTookBackIsNoOutage() {
    for (String state : List.of("40P01", "40001", "55P03")) {
      special =
          _ -> {
            throw new IllegalStateException(new SQLException("lost", state));
          };
      Response response = client.get("/api/things/special/");
      assertThat(response.status()).as(state).isEqualTo(503);
      assertThat(response.json().path("detail").asString()).contains("collided");
      assertThat(response.header("Retry-After")).isPresent();
    }
  }

  @Test
  void aRaceThatTheDatabaseDecidedIsAConflict() {
    for (String state : List.of("23505", "23503", "23P01")) {
      special =
          _ -> {
            throw new IllegalStateException(new SQLException("twice: secret@example.org", state));
          };
      Response response = client.get("/api/things/special/");
      assertThat(response.status()).as(state).isEqualTo(409);
      assertThat(response.code()).isEqualTo("concurrent_change");
      assertThat(response.body()).doesNotContain("secret@example.org");
    }
  }

  @Test
  void aConnectionThatBreaksInAQueryIsAnOutage() {
    special =
        call ->
            call.transact(
                tx -> {
                  database.cutConnections();
                  tx.execute("SELECT 1");
                  return Reply.noContent();
                });
    assertThat(client.get("/api/things/special/").status()).isEqualTo(503);
    special = call -> call.transact(_ -> Reply.noContent());
    assertThat(client.get("/api/things/special/").status()).isEqualTo(204);
  }

  @Test
  void everyAnswerCarriesItsSecurityHeaders() {
    for (Response response : List.of(client.get(THINGS), server.anonymous().get("/nowhere"))) {
      assertThat(response.header("X-Content-Type-Options")).contains("nosniff");
      assertThat(response.header("Content-Security-Policy"))
          .contains("default-src 'none'; frame-ancestors 'none'");
      assertThat(response.header("Referrer-Policy")).contains("no-referrer");
      assertThat(response.header("Cache-Control")).contains("no-store");
      assertThat(response.header("Server")).isEmpty();
    }
  }

  @Test
  void pagesAreEscapedAndAllowOnlyOurOwnFiles() {
    Response page = server.anonymous().get("/hello/%3Cscript%3E");
    assertThat(page.body()).isEqualTo("<h1>&lt;script&gt;");
    assertThat(page.header("Content-Type").orElseThrow()).startsWith("text/html");
    assertThat(page.header("Content-Security-Policy").orElseThrow())
        .contains("script-src 'self'")
        .doesNotContain("unsafe");
  }

  @Test
  void longAnswersAreCompressedForThoseWhoTakeIt() throws Exception {
    var request =
        HttpRequest.newBuilder(URI.create(server.address() + "/openapi.json"))
            .header("Accept-Encoding", "gzip")
            .build();
    try (var http = HttpClient.newHttpClient()) {
      var response = http.send(request, BodyHandlers.ofInputStream());
      assertThat(response.headers().firstValue("Content-Encoding")).contains("gzip");
      assertThat(response.headers().firstValue("Vary")).contains("Accept-Encoding");
      try (var plain = new GZIPInputStream(response.body())) {
        assertThat(new String(plain.readAllBytes(), StandardCharsets.UTF_8))
            .isEqualTo(server.anonymous().get("/openapi.json").body());
      }
    }
    assertThat(
            server
                .anonymous()
                .with("Accept-Encoding", "gzip;q=0, br")
                .get("/openapi.json")
                .header("Content-Encoding"))
        .isEmpty();
    assertThat(
            server
                .anonymous()
                .with("Accept-Encoding", "gzip")
                .get("/livez")
                .header("Content-Encoding"))
        .isEmpty();
  }

  @Test
  void aDownloadIsSentWhileItIsMade() {
    Response response = client.get("/api/export/");
    assertThat(response.header("Content-Type").orElseThrow()).startsWith("text/csv");
    assertThat(response.body().lines()).hasSize(20_000);
  }

  @Test
  void theHeadOfADownloadGivesNoLengthThatItWouldNotHave() throws Exception {
    try (var raw = new RawClient(server.port())) {
      var caller = new Caller(UUID.randomUUID(), UUID.randomUUID(), Set.of("*"), false);
      String key = server.keyOf(caller, UUID.randomUUID().toString());
      raw.send(
          "HEAD /api/export/ HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + key + "\r\n\r\n");
      assertThat(raw.readUntil("\r\n\r\n")).contains("text/csv").doesNotContain("Content-Length");
    }
  }

  @Test
  void eventsArriveAndEndWithTheirClient() throws Exception {
    streamEnded = new CountDownLatch(1);
    try (var raw = new RawClient(server.port())) {
      String key = UUID.randomUUID().toString();
      var caller =
          server.keyOf(new Caller(UUID.randomUUID(), UUID.randomUUID(), Set.of("*"), false), key);
      raw.send(
          "GET /api/stream/ HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + caller + "\r\n\r\n");
      String head = raw.readUntil("\r\n\r\n");
      assertThat(head).contains("text/event-stream").contains("no-store");
      String events = raw.readUntil("a\\nb");
      assertThat(events)
          .contains("id: 1\nevent: thing_changed\ndata: {\"n\":1}\n\n")
          .contains("id: 2 evil\n");
    }
    server.server().beat();
    // the first comment after the client left may still fit the network's buffers
    while (streamEnded.getCount() > 0) {
      server.server().beat();
      Thread.onSpinWait();
    }
    assertThat(streamEnded.getCount()).isZero();
  }

  @Test
  void aStreamEndsWhenItsCallerMayNotListenAnyMore() throws Exception {
    streamEnded = new CountDownLatch(1);
    try (var raw = new RawClient(server.port())) {
      var caller = new Caller(UUID.randomUUID(), UUID.randomUUID(), Set.of("*"), false);
      String key = server.keyOf(caller, UUID.randomUUID().toString());
      raw.send("GET /api/stream/ HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + key + "\r\n\r\n");
      raw.readUntil("a\\nb");
      server.server().beat();
      raw.readUntil("still here");
      server.server().beat();
      raw.readUntil("still here");
      assertThat(streamEnded.getCount()).as("whoever may listen goes on").isEqualTo(1);
      server.withdraw(key);
      while (streamEnded.getCount() > 0) {
        server.server().beat();
        Thread.onSpinWait();
      }
      assertThat(raw.readUntil("\r\n0\r\n\r\n")).endsWith("0\r\n\r\n");
    }
  }

  @Test
  void measurementsNameOperationsNotPaths() {
    server.anonymous().get("/feeds/very-secret.ics");
    client.send("INVENTED", THINGS, null);
    String metrics = server.anonymous().get("/metrics").body();
    assertThat(metrics)
        .contains(
            "http_server_requests_seconds_count{method=\"GET\",operation=\"getFeed\",status=\"501\"}");
    assertThat(metrics).contains("jvm_memory_used_bytes").doesNotContain("very-secret", "INVENTED");
  }

  @Test
  void readinessNamesWhatIsMissing() {
    assertThat(server.anonymous().get("/readyz").body()).contains("\"status\":\"ready\"");
    ready = false;
    Response response = server.anonymous().get("/readyz");
    ready = true;
    assertThat(response.status()).isEqualTo(503);
    assertThat(response.body()).contains("not_ready", "\"ok\":false").doesNotContain("hunter2");
  }

  @Test
  void theContractIsServedAsJsonAndAsAPage() {
    Response json = server.anonymous().get("/openapi.json");
    assertThat(json.json().path("openapi").asString()).isEqualTo("3.1.0");
    Response page = server.anonymous().get("/docs/");
    assertThat(page.body()).contains("createThing", "This &lt;page&gt;").doesNotContain("<script");
    assertThat(server.anonymous().get("/docs/style.css").header("Content-Type").orElseThrow())
        .startsWith("text/css");
  }

  @Test
  void theServerStartsOnlyWithAHandlerForEveryOperation() {
    var bindings = new Bindings(Small.contract());
    bindings.on("listThings", _ -> Reply.noContent());
    assertThat(bindings.missing()).contains("createThing").doesNotContain("listThings");
    assertThatThrownBy(bindings::requireComplete).hasMessageContaining("createThing");
    assertThatThrownBy(() -> bindings.on("listThings", _ -> Reply.noContent()))
        .hasMessageContaining("twice");
    assertThatThrownBy(() -> bindings.on("listThing", _ -> Reply.noContent()))
        .hasMessageContaining("no operation listThing");
  }

  @Test
  void theRootLeadsToTheDocumentationWhileThereIsNoApplication() {
    assertThat(server.anonymous().get("/").body()).contains("./linkspan run", "/docs/");
    var link = server.anonymous().with("Accept", "text/html").get("/setup/token");
    assertThat(link.status()).isEqualTo(404);
    assertThat(link.body()).contains("./linkspan run");
  }

  @Test
  void aFailureOfTheDatabaseIsLoggedWithoutWhatWasBoundToItsStatement() {
    String secret = "S3cret-of-a-customer";
    assertThat(logged(tx -> row(tx.createUpdate(ROW), secret).execute()))
        .contains("SQLSTATE 23514, constraint organizers_email_check, in: INSERT INTO organizers")
        .contains("ExchangeTest")
        .doesNotContain(secret);
    assertThat(
            logged(
                tx -> {
                  var batch = tx.prepareBatch(ROW);
                  row(batch, "fine").add();
                  row(batch, secret).add();
                  batch.execute();
                }))
        .contains("SQLSTATE 23514, constraint organizers_email_check, in: INSERT INTO organizers")
        .doesNotContain(secret);
    assertThat(
            logged(
                tx ->
                    tx.createQuery("SELECT :text::integer")
                        .bind("text", secret)
                        .mapTo(Integer.class)
                        .one()))
        .contains("SQLSTATE 22P02, in: SELECT :text::integer")
        .doesNotContain(secret);
    assertThat(
            logged(
                tx ->
                    tx.createQuery("SELECT pg_terminate_backend(pg_backend_pid()), :text")
                        .bind("text", secret)
                        .mapToMap()
                        .one()))
        .contains("SQLSTATE 57P01: terminating connection")
        .doesNotContain(secret);
  }

  private static final String ROW =
      "INSERT INTO organizers (id, email, role, created_at, updated_at)\n"
          + "VALUES (gen_random_uuid(), :email, 'organizer', now(), now())";

  private static <S extends SqlStatement<S>> S row(S statement, String email) {
    return statement.bind("email", email);
  }

  /** What the server writes about a call that does this, with all causes. */
  private String logged(Consumer<Handle> work) {
    var seen = new ListAppender<ILoggingEvent>();
    seen.start();
    var root = (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);
    root.addAppender(seen);
    try {
      special =
          call ->
              call.transact(
                  tx -> {
                    work.accept(tx);
                    return Reply.noContent();
                  });
      assertThat(client.get("/api/things/special/").status()).isGreaterThanOrEqualTo(500);
    } finally {
      root.detachAppender(seen);
    }
    return seen.list.stream()
        .map(
            event ->
                event.getFormattedMessage()
                    + ThrowableProxyUtil.asString(event.getThrowableProxy()))
        .collect(Collectors.joining("\n"));
  }
}
