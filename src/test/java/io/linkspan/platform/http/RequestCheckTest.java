package io.linkspan.platform.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.linkspan.platform.http.ApiClient.Response;
import io.linkspan.platform.postgres.TestDatabase;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Nothing reaches a handler that the contract does not allow, and every refusal says why. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RequestCheckTest {
  private static final String THINGS = "/api/things/";

  /** What a thing is made of. */
  record NewThing(String name, Integer count, java.time.Instant at, List<String> tags) {}

  private TestDatabase database;
  private TestServer server;
  private ApiClient client;

  @BeforeAll
  void start() {
    database = TestDatabase.fresh();
    server =
        Small.over(database)
            .routes(
                operations -> {
                  operations.on("listThings", RequestCheckTest::list);
                  operations.on("listNotes", call -> Reply.ok(List.of(call.limit())));
                  operations.on(
                      "createThing",
                      call -> Reply.created(Map.of("name", call.body().path("name").asString())));
                  operations.on("getThing", call -> Reply.ok(Map.of("id", call.id("id"))));
                  operations.on("getSpecial", _ -> Reply.ok("special"));
                  operations.on("updateThing", call -> Reply.ok(call.body()));
                  operations.on("pokeThing", _ -> Reply.noContent());
                  operations.on("logIn", call -> Reply.ok(call.body(Wrong.class)));
                  operations.on(
                      "getFeed", call -> Reply.ok(Map.of("secret", call.pathParameter("secret"))));
                })
            .start();
    client = server.as(UUID.randomUUID());
  }

  record Wrong(int number) {}

  private static Reply list(Call call) {
    var seen = new java.util.LinkedHashMap<String, Object>();
    seen.put("limit", call.limit());
    seen.put("loud", call.flag("loud").orElseThrow());
    seen.put("ids", call.ids("ids"));
    call.instant("from").ifPresent(from -> seen.put("from", from));
    call.text("kind").ifPresent(kind -> seen.put("kind", kind));
    return Reply.ok(Map.of("results", List.of(seen), "next_cursor", "none"));
  }

  @AfterAll
  void stop() {
    server.close();
    database.close();
  }

  private List<String> errors(Response response) {
    var errors = new ArrayList<String>();
    response
        .json()
        .path("errors")
        .forEach(e -> errors.add(e.path("pointer").asString() + " " + e.path("detail").asString()));
    return errors;
  }

  private List<String> refused(Object body) {
    Response response = client.post(THINGS, body);
    assertThat(response.status()).as(response.body()).isEqualTo(400);
    assertThat(response.header("Content-Type")).contains("application/problem+json");
    assertThat(response.code()).isEqualTo("invalid_field");
    return errors(response);
  }

  private List<String> refusedQuery(String query) {
    Response response = client.get(THINGS + "?" + query);
    assertThat(response.status()).as(response.body()).isEqualTo(400);
    assertThat(response.code()).isEqualTo("invalid_parameter");
    return errors(response);
  }

  @Test
  void aPathAnswersTheSameWithAndWithoutItsLastSlash() {
    assertThat(client.get("/api/things").body()).isEqualTo(client.get(THINGS).body());
    assertThat(server.anonymous().get("/livez/").status()).isEqualTo(200);
    assertThat(client.get("/api/things//").status()).isNotEqualTo(200);
  }

  @Test
  void aLiteralPathBeatsAParameter() {
    assertThat(client.get("/api/things/special/").body()).isEqualTo("\"special\"");
  }

  @Test
  void anIdThatIsNoneIsNotFound() {
    Response response = client.get("/api/things/not-an-id/");
    assertThat(response.status()).isEqualTo(404);
    assertThat(response.code()).isEqualTo("not_found");
  }

  @Test
  void partsOfASegmentAreDecoded() {
    assertThat(server.anonymous().get("/feeds/a%20b.c.ics").body())
        .isEqualTo("{\"secret\":\"a b.c\"}");
  }

  @Test
  void anUnknownPathIsAProblem() {
    Response response = client.get("/api/nothing/");
    assertThat(response.status()).isEqualTo(404);
    assertThat(response.code()).isEqualTo("unknown_path");
    assertThat(response.json().path("request_id").asString())
        .isEqualTo(response.header("X-Request-Id").orElseThrow());
  }

  @Test
  void anotherMethodIsToldWhichThereAre() {
    Response response = client.delete(THINGS);
    assertThat(response.status()).isEqualTo(405);
    assertThat(response.code()).isEqualTo("method_not_allowed");
    assertThat(response.header("Allow")).contains("GET, HEAD, OPTIONS, POST");
    assertThat(client.send("BREW", THINGS, null).status()).isEqualTo(405);
    assertThat(client.send("TRACE", THINGS, null).status()).isEqualTo(405);
  }

  @Test
  void optionsListsTheMethods() {
    Response response = server.anonymous().send("OPTIONS", THINGS, null);
    assertThat(response.status()).isEqualTo(204);
    assertThat(response.header("Allow")).contains("GET, HEAD, OPTIONS, POST");
    assertThat(response.header("Access-Control-Allow-Origin")).isEmpty();
  }

  @Test
  void headIsGetWithoutItsBody() {
    Response get = client.get(THINGS);
    Response head = client.send("HEAD", THINGS, null);
    assertThat(head.status()).isEqualTo(200);
    assertThat(head.body()).isEmpty();
    assertThat(head.header("Content-Length")).isEqualTo(get.header("Content-Length"));
  }

  @Test
  void anUnknownParameterIsRefusedByName() {
    assertThat(refusedQuery("limt=3"))
        .containsExactly(
            "?limt is not a parameter of this request; there are: limit, cursor, from, kind, loud, ids");
    assertThat(errors(client.get("/api/things/special/?x=1")))
        .containsExactly("?x is not a parameter of this request; it takes none");
  }

  @Test
  void everyWrongParameterIsNamed() {
    assertThat(refusedQuery("limit=many&loud=yes&from=tomorrow&kind=huge&x=1"))
        .containsExactlyInAnyOrder(
            "?limit must be a whole number",
            "?loud must be true or false",
            "?from must be a time as in RFC 3339 with seconds and offset, such as 2026-03-01T10:00:00Z",
            "?kind must be one of big, small",
            "?x is not a parameter of this request; there are: limit, cursor, from, kind, loud, ids");
  }

  @Test
  void boundsOfNumbersAreSaid() {
    assertThat(refusedQuery("limit=0")).containsExactly("?limit must be at least 1");
    assertThat(refusedQuery("limit=201")).containsExactly("?limit must be at most 200");
    assertThat(refusedQuery("limit=1.5")).containsExactly("?limit must be a whole number");
    assertThat(refusedQuery("limit=99999999999999999999"))
        .containsExactly("?limit must be a whole number");
    assertThat(refusedQuery("limit=")).containsExactly("?limit must be a whole number");
    assertThat(refusedQuery("limit=1&limit=2")).containsExactly("?limit is given more than once");
  }

  @Test
  void parametersArriveAsTheirTypes() {
    String id = "0199e0a4-6d1c-7c3a-9b1e-2f4d5a6b7c8d";
    Response response =
        client.get(
            THINGS
                + "?limit=7&loud=true&kind=big&from=2026-03-01T12:00:00%2B02:00&ids="
                + id
                + ","
                + id);
    assertThat(response.body())
        .contains(
            "\"limit\":7",
            "\"loud\":true",
            "\"from\":\"2026-03-01T10:00:00Z\"",
            "[\"" + id + "\",\"" + id + "\"]");
    assertThat(client.get(THINGS).body()).contains("\"limit\":50", "\"loud\":false", "\"ids\":[]");
  }

  @Test
  void aPlusSignThatWasNotEscapedIsUnderstood() {
    assertThat(client.get(THINGS + "?from=2026-03-01T12:00:00+02:00").body())
        .contains("\"from\":\"2026-03-01T10:00:00Z\"");
  }

  @Test
  void listsMayBeRepeatedOrSeparatedByCommas() {
    String id = "0199e0a4-6d1c-7c3a-9b1e-2f4d5a6b7c8d";
    assertThat(client.get(THINGS + "?ids=" + id + "&ids=" + id).body())
        .contains("[\"" + id + "\",\"" + id + "\"]");
    assertThat(refusedQuery("ids=1," + id)).containsExactly("?ids must be an id (a UUID)");
    assertThat(refusedQuery("ids=" + String.join(",", List.of(id, id, id, id))))
        .containsExactly("?ids must have at most 3 entries");
  }

  @Test
  void plainListsIgnoreLimitAndCursor() {
    assertThat(client.get("/api/notes/?must=1&limit=9999&cursor=x").body()).isEqualTo("[50]");
    assertThat(errors(client.get("/api/notes/"))).containsExactly("?must is required");
  }

  @Test
  void aQueryThatIsNotUtf8IsRefused() {
    for (String query : List.of("kind=%ff", "kind=%zz", "kind=%", "kind=%00")) {
      try (var raw = new RawClient(server.port())) {
        raw.send(
            "GET " + "/feeds/x.ics?" + query + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        assertThat(raw.readToEnd()).as(query).startsWith("HTTP/1.1 400").contains("problem+json");
      } catch (java.io.IOException e) {
        throw new java.io.UncheckedIOException(e);
      }
    }
  }

  @Test
  void aHeaderOfTheContractIsChecked() {
    Response response =
        client.with("Idempotency-Key", "x".repeat(256)).post(THINGS, Map.of("name", "a"));
    assertThat(response.status()).isEqualTo(400);
    assertThat(errors(response))
        .containsExactly("Idempotency-Key must have at most 255 characters");
  }

  @Test
  void everyWrongFieldIsNamedByItsPointer() {
    assertThat(
            refused(
                """
                {"nme": "a", "count": -1, "weight": "1", "at": "2026-03-01", "tags": ["red", "green"],
                 "a/b~c": {"deep": 1, "other": 2}, "nothing": "too long"}
                """))
        .containsExactlyInAnyOrder(
            "/nme is not a field of this request; there are: name, count, weight, at, tags, a/b~c, nothing, hint",
            "/name is required",
            "/count must be at least 0",
            "/weight must be a number",
            "/at must be a time as in RFC 3339 with seconds and offset, such as 2026-03-01T10:00:00Z",
            "/tags/1 must be one of red, blue",
            "/a~1b~0c/deep must be true or false",
            "/a~1b~0c/other is not a field of this request",
            "/nothing must have at most 5 characters");
  }

  @Test
  void wordsForTheOtherRules() {
    assertThat(refused("{\"name\": \"\"}")).contains("/name must not be empty");
    assertThat(refused("{\"name\": \"  \"}")).containsExactly("/name must not be blank");
    assertThat(refused("{\"name\": null}")).containsExactly("/name must be a text");
    assertThat(refused("{\"name\": \"a\", \"nothing\": 3}"))
        .containsExactly("/nothing must be a text or null");
    assertThat(refused("{\"name\": \"a\", \"tags\": [\"red\", \"red\"]}"))
        .containsExactly("/tags must not name the same entry twice");
    assertThat(refused("{\"name\": \"a\", \"count\": 1.5}"))
        .containsExactly("/count must be a whole number");
    assertThat(refused("{\"name\": \"a\", \"hint\": \"b\"}"))
        .containsExactly("/count is required together with hint");
    assertThat(refused("[]")).containsExactly(" must be an object");
    assertThat(errors(client.patch(THINGS + UUID.randomUUID() + "/", Map.of())))
        .containsExactly(" must have at least one field");
  }

  @Test
  void theDetailIsASentence() {
    assertThat(client.post(THINGS, "{\"nme\": 1}").json().path("detail").asString())
        .isEqualTo("nme is not a field of this request; name is required.");
  }

  @Test
  void anOperationWithoutABodyTakesNoFields() {
    String poke = THINGS + UUID.randomUUID() + "/poke/";
    assertThat(client.post(poke).status()).isEqualTo(204);
    assertThat(client.post(poke, "{}").status()).isEqualTo(204);
    assertThat(errors(client.post(poke, "{\"a\": 1}")))
        .containsExactly("/a is not a field of this request; it takes none");
  }

  @Test
  void theBodyMustBeDeclaredAsJson() {
    for (String type :
        List.of(
            "text/plain",
            "application/x-www-form-urlencoded",
            "application/json; charset=utf-16",
            "application/jsonx")) {
      Response response = client.with("Content-Type", type).post(THINGS, "{\"name\": \"a\"}");
      assertThat(response.status()).as(type).isEqualTo(415);
      assertThat(response.code()).isEqualTo("unsupported_media_type");
    }
    assertThat(
            client
                .with("Content-Type", "Application/JSON; charset=\"UTF-8\"")
                .post(THINGS, "{\"name\": \"a\"}")
                .status())
        .isEqualTo(201);
    assertThat(client.with("Content-Encoding", "gzip").post(THINGS, "{\"name\": \"a\"}").status())
        .isEqualTo(415);
  }

  @Test
  void whatIsNotJsonIsRefusedWithItsCause() {
    var causes =
        Map.of(
            "",
            "The body is empty.",
            " ",
            "The body is empty.",
            "{",
            "The body is not valid JSON: it breaks off or is malformed near line 1, column 2.",
            "{'a': 1}",
            "not valid JSON",
            "{\"a\": 1,}",
            "not valid JSON",
            "{\"a\": 1, \"a\": 2}",
            "a field is there twice",
            "{\"a\": 1} {}",
            "not valid JSON",
            "{\"a\": NaN}",
            "not valid JSON",
            "[".repeat(70) + "]".repeat(70),
            "nested too deeply",
            "{\"a\": " + "9".repeat(200) + "}",
            "number or name that is too long");
    causes.forEach(
        (body, cause) -> {
          Response response = client.post(THINGS, body);
          assertThat(response.status()).as(body).isEqualTo(400);
          assertThat(response.code()).as(body).isEqualTo("malformed_body");
          assertThat(response.json().path("detail").asString()).as(body).contains(cause);
        });
  }

  @Test
  void aRefusalDoesNotRepeatWhatMayBeASecret() {
    assertThat(client.post(THINGS, "{\"password\": \"hunter2").body()).doesNotContain("hunter2");
    assertThat(client.post(THINGS, "{\"name\": \"a\", \"count\": \"hunter2\"}").body())
        .doesNotContain("hunter2");
  }

  @Test
  void textThatNoStoreTakesIsRefused() {
    assertThat(refused("{\"name\": \"a\\u0000b\"}"))
        .containsExactly("/name has a NUL character in it");
    assertThat(refused("{\"name\": \"a\\ud800b\"}"))
        .containsExactly("/name has half a character in it (a lone surrogate)");
    assertThat(refused("{\"name\": \"a\", \"weight\": 1e999999}"))
        .containsExactly("/weight is a number out of range");
  }

  @Test
  void bytesThatAreNotUtf8AreRefused() throws Exception {
    try (var raw = new RawClient(server.port())) {
      raw.send(
          "POST /api/login/ HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 7\r\nConnection: close\r\n\r\n");
      raw.send(new byte[] {'{', '"', (byte) 0xc3, '"', ':', '1', '}'});
      assertThat(raw.readToEnd()).startsWith("HTTP/1.1 400").contains("not valid UTF-8");
    }
  }

  @Test
  void aBodyThatItsRecordCannotTakeIsAProblemOfTheField() {
    Response response = server.anonymous().post("/api/login/", "{\"number\": \"x\"}");
    assertThat(response.status()).isEqualTo(400);
    assertThat(response.json().at("/errors/0/pointer").asString()).isEqualTo("/number");
  }
}
