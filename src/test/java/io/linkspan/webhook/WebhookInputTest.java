package io.linkspan.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import io.linkspan.availability.BlockedTimeRows;
import io.linkspan.platform.egress.HttpEgress;
import io.linkspan.platform.http.ApiClient;
import io.linkspan.platform.http.Json;
import io.linkspan.platform.postgres.TestDatabase;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What webhooks and events are refused for, and that the last thing that fits does fit. */
@Timeout(120)
class WebhookInputTest {
  private static final String WEBHOOKS = "/api/v1/integrations/webhooks/";
  private static final String EVENTS = "/api/v1/events/";
  private static final int MOST_BYTES = 1 << 20;

  @TempDir static Path directory;

  private static TestDatabase postgres;
  private static HttpEgress egress;
  private static Node node;

  private ApiClient ada;

  @BeforeAll
  static void start() {
    postgres = TestDatabase.fresh();
    egress = HttpEgress.to(List.of("127.0.0.0/8"), new SimpleMeterRegistry());
    node =
        new Node(
            postgres,
            egress,
            Clock.systemUTC(),
            directory.resolve("keyset"),
            List.of(Duration.ofHours(1)));
  }

  @AfterAll
  static void stop() {
    node.close();
    egress.close();
    postgres.close();
  }

  @BeforeEach
  void signIn() {
    ada = node.server.as(BlockedTimeRows.organizer(postgres.database(), "UTC"));
  }

  @Test
  void aRequestAtTheLimitIsDeliveredAndOneByteMoreIsRefused() {
    try (var receiver = new Receiver()) {
      subscribe(receiver);
      assertThat(ada.post(EVENTS, sized(MOST_BYTES + 1)).status()).isEqualTo(413);
      var largest = ada.post(EVENTS, sized(MOST_BYTES));
      assertThat(largest.status()).as(largest.body()).isEqualTo(202);
      var got = receiver.next();
      assertThat(got.header("webhook-id")).isEqualTo("at-the-limit");
      assertThat(Json.mapper().readTree(got.body()).at("/data/x").asString())
          .isEqualTo(Json.mapper().readTree(sized(MOST_BYTES)).at("/data/x").asString());
    }
  }

  private static String sized(int bytes) {
    String empty = "{\"type\":\"a\",\"id\":\"at-the-limit\",\"data\":{\"x\":\"\"}}";
    return empty.replace("\"\"", "\"" + "x".repeat(bytes - empty.length()) + "\"");
  }

  @Test
  void aThousandEventsAreTakenTogetherAndOneMoreIsRefusedWhole() {
    try (var receiver = new Receiver()) {
      subscribe(receiver);
      var event = Map.of("type", "a", "data", Map.of());
      assertThat(ada.post(EVENTS, Collections.nCopies(1001, event)).status()).isEqualTo(400);
      assertThat(ada.post(EVENTS, Collections.nCopies(1000, event)).status()).isEqualTo(202);
      for (int i = 0; i < 1000; i++) {
        receiver.next();
      }
    }
  }

  @Test
  void ofAnArrayWithOneBadEventNoneIsPublished() {
    try (var receiver = new Receiver()) {
      subscribe(receiver);
      var good = Map.of("type", "a", "data", Map.of(), "id", "good-" + UUID.randomUUID());
      var answer = ada.post(EVENTS, List.of(good, Map.of("type", "A", "data", Map.of())));
      assertThat(answer.status()).isEqualTo(400);
      assertThat(answer.json().at("/errors/0/pointer").asString()).isEqualTo("/1/type");
      assertThat(ada.post(EVENTS, Map.of("type", "last", "data", Map.of())).status())
          .isEqualTo(202);
      assertThat(receiver.next().body()).contains("\"last\"");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "[]",
        "null",
        "\"a\"",
        "{\"type\":\"a\"}",
        "{\"data\":{}}",
        "{\"type\":\"a\",\"data\":[]}",
        "{\"type\":\"a\",\"data\":null}",
        "{\"type\":\"a\",\"data\":\"{}\"}",
        "{\"type\":\"\",\"data\":{}}",
        "{\"type\":\"1a\",\"data\":{}}",
        "{\"type\":\"a b\",\"data\":{}}",
        "{\"type\":\"a\\n\",\"data\":{}}",
        "{\"type\":\"\\u00e4\",\"data\":{}}",
        "{\"type\":null,\"data\":{}}",
        "{\"type\":\"a\",\"data\":{},\"id\":\"\"}",
        "{\"type\":\"a\",\"data\":{},\"id\":null}",
        "{\"type\":\"a\",\"data\":{},\"id\":7}",
        "{\"type\":\"a\",\"data\":{},\"id\":\"a.b\"}",
        "{\"type\":\"a\",\"data\":{},\"id\":\"a b\"}",
        "{\"type\":\"a\",\"data\":{},\"id\":\"a\\n\"}",
        "{\"type\":\"a\",\"data\":{},\"id\":\"a\\r\\nX-Injected: 1\"}",
        "{\"type\":\"a\",\"data\":{},\"id\":\"a\\u0000\"}",
        "{\"type\":\"a\",\"data\":{},\"more\":1}",
        "{\"type\":\"a\",\"data\":{}",
        "{\"type\":\"a\",\"type\":\"b\",\"data\":{}}",
        "{\"type\":\"a\",\"data\":{}} {}"
      })
  void anEventOfAnotherShapeIsRefused(String body) {
    var answer = ada.post(EVENTS, body);
    assertThat(answer.status()).as(answer.body()).isEqualTo(400);
    assertThat(answer.header("content-type")).hasValue("application/problem+json");
  }

  @Test
  void dataThatPostgresqlCannotHoldOrThatIsDeepArrivesOrIsRefusedButNeverBreaks() {
    try (var receiver = new Receiver()) {
      subscribe(receiver);
      var nul = ada.post(EVENTS, "{\"type\":\"a\",\"data\":{\"x\":\"a\\u0000b\"}}");
      assertThat(nul.status()).as(nul.body()).isEqualTo(400);
      for (String data :
          List.of(
              "[".repeat(5_000) + "]".repeat(5_000),
              "1e400",
              "1" + "0".repeat(5_000),
              "\"\\ud800\"",
              "1e-400",
              "-0.0")) {
        var answer = ada.post(EVENTS, "{\"type\":\"a\",\"data\":{\"x\":" + data + "}}");
        assertThat(answer.status()).as(answer.body()).isIn(202, 400);
        if (answer.status() == 202) {
          receiver.next();
        }
      }
    }
  }

  @Test
  void aSecretIsTakenFrom24To64BytesAndInNoOtherShape() {
    for (int bytes : List.of(24, 32, 64)) {
      assertThat(create(Map.of("secret_key", secret(bytes))).status()).isEqualTo(201);
    }
    String sound = secret(32);
    for (String shape :
        List.of(
            secret(23),
            secret(65),
            secret(0),
            sound.substring(6),
            sound.toUpperCase(Locale.ROOT),
            " " + sound,
            sound + "\n",
            sound.replace("_", "-"),
            sound.substring(0, sound.length() - 1) + "!",
            "whsec_" + "_-".repeat(16),
            "whpk_" + sound.substring(6),
            "whsec_" + "ä".repeat(24),
            "whsec_")) {
      var answer = create(Map.of("secret_key", shape));
      assertThat(answer.status()).as(shape).isEqualTo(400);
      assertThat(answer.json().at("/errors/0/pointer").asString()).isEqualTo("/secret_key");
      if (shape.length() > 10) {
        assertThat(answer.body()).as("a refused secret is told").doesNotContain(shape.strip());
      }
    }
  }

  private static String secret(int bytes) {
    var key = new byte[bytes];
    Arrays.fill(key, (byte) 7);
    return "whsec_" + Base64.getEncoder().encodeToString(key);
  }

  @Test
  void noHeaderBringsAnotherWithIt() {
    var bad = new LinkedHashMap<String, String>();
    bad.put("X-A", "a\r\nX-Injected: 1");
    bad.put("X-B", "a\nX-Injected: 1");
    bad.put("X-C", "a\rX-Injected: 1");
    bad.put("X-D", "a\0b");
    bad.put("X-E", "a\u0085X-Injected: 1");
    bad.put("X-F", "a\u2028X-Injected: 1");
    bad.put("X-G", "ä");
    bad.put("X-H\r\nX-Injected", "1");
    bad.put("X-I: 1\r\nX-Injected", "1");
    bad.put("X I", "1");
    bad.put("X-J:", "1");
    bad.put("X-Ä", "1");
    bad.put("", "1");
    for (String ours :
        List.of(
            "Host",
            "host",
            "Content-Length",
            "Transfer-Encoding",
            "TRANSFER-ENCODING",
            "Connection",
            "Upgrade",
            "TE",
            "Trailer",
            "Expect",
            "Content-Type",
            "Content-Encoding",
            "Webhook-Id",
            "webhook-SIGNATURE",
            "webhook-timestamp",
            "User-Agent")) {
      bad.put(ours, "x");
    }
    bad.forEach(
        (name, value) -> {
          var answer = create(Map.of("headers", Map.of(name, value)));
          assertThat(answer.status()).as(name + "=" + value).isEqualTo(400);
          assertThat(answer.json().at("/errors/0/pointer").asString()).startsWith("/headers");
        });
    assertThat(create(Map.of("headers", Map.of("X-A", "1", "x-a", "2"))).status()).isEqualTo(400);
  }

  @Test
  void everyRefusalIsASentenceThatSaysWhatItIsAbout() {
    var refused = new LinkedHashMap<String, Map<String, Object>>();
    refused.put(
        "The address cannot be used: it is a private address.",
        Map.of("webhook_url", "http://10.1.2.3/"));
    refused.put(
        "The address cannot be used: it has port 22, which belongs to another protocol than HTTP.",
        Map.of("webhook_url", "http://example.org:22/"));
    refused.put(
        "Webhook-Id is a header that deliveries have of their own.",
        Map.of("headers", Map.of("Webhook-Id", "1")));
    refused.put(
        "headers has a field whose name is empty or otherwise unusable.",
        Map.of("headers", Map.of("", "1")));
    refused.put("signatures must contain v1.", Map.of("signatures", List.of("v1a")));
    refused.put(
        "A secret must be whsec_ and 24 to 64 bytes in base64.", Map.of("secret_key", "short"));
    refused.forEach(
        (detail, fields) ->
            assertThat(create(fields).json().at("/detail").asString()).isEqualTo(detail));
    assertThat(create(Map.of("webhook_url", "http://10.1.2.3/")).json().at("/fix").asString())
        .contains("LINKSPAN_EGRESS_ALLOW");
  }

  @Test
  void whatCustomHeadersMayBeArrivesAsItWasGiven() {
    try (var receiver = new Receiver()) {
      var headers = Map.of("X-Odd", "a b \"c\"; d=e, f", "Authorization", "Basic YTpi");
      var made = create(Map.of("headers", headers, "webhook_url", receiver.url()));
      assertThat(made.status()).as(made.body()).isEqualTo(201);
      assertThat(ada.post(EVENTS, Map.of("type", "a", "data", Map.of())).status()).isEqualTo(202);
      var got = receiver.next();
      headers.forEach((name, value) -> assertThat(got.header(lower(name))).isEqualTo(value));
      assertThat(got.headers()).doesNotContainKey("x-injected");
    }
  }

  private static String lower(String name) {
    return name.toLowerCase(Locale.ROOT);
  }

  private void subscribe(Receiver receiver) {
    var made = create(Map.of("webhook_url", receiver.url()));
    assertThat(made.status()).as(made.body()).isEqualTo(201);
  }

  private ApiClient.Response create(Map<String, Object> fields) {
    var body = new HashMap<String, Object>();
    body.put("name", "CRM");
    body.put("webhook_url", "https://hooks.example.org/");
    body.put("events", List.of("*"));
    body.putAll(fields);
    return ada.post(WEBHOOKS, body);
  }
}
