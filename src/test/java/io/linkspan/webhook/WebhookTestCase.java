package io.linkspan.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import com.standardwebhooks.Webhook;
import io.linkspan.activity.ActivityLogStore;
import io.linkspan.activity.ChangeStore;
import io.linkspan.availability.BlockedTimeRows;
import io.linkspan.platform.crypto.KeysetFile;
import io.linkspan.platform.crypto.TinkSealer;
import io.linkspan.platform.db.Database;
import io.linkspan.platform.egress.HttpEgress;
import io.linkspan.platform.http.ApiClient;
import io.linkspan.platform.http.OrganizerLimits;
import io.linkspan.platform.http.Routes;
import io.linkspan.platform.http.TestServer;
import io.linkspan.platform.postgres.TestDatabase;
import io.linkspan.platform.time.Ids;
import io.linkspan.platform.time.SteeredClock;
import io.linkspan.webhook.Receiver.Received;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** A server with webhooks alone, and an organizer with a receiver. */
public abstract class WebhookTestCase {
  protected static final String WEBHOOKS = "/api/v1/integrations/webhooks/";
  protected static final String EVENTS = "/api/v1/events/";
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  // the receivers' library compares with the real time
  protected static final SteeredClock CLOCK =
      SteeredClock.at(Clock.systemUTC().instant().toString());

  @TempDir static Path directory;

  private static TestDatabase postgres;
  protected static Database database;
  private static HttpEgress egress;
  protected static Webhooks webhooks;
  protected static TestServer server;

  protected UUID organizer;
  protected ApiClient ada;
  protected Receiver receiver;

  @BeforeAll
  protected static void start() {
    postgres = TestDatabase.fresh();
    database = postgres.database();
    var keyset = new KeysetFile(directory.resolve("keyset"), true);
    keyset.create();
    egress = HttpEgress.to(List.of("127.0.0.0/8"), new SimpleMeterRegistry());
    var ids = new Ids(CLOCK);
    var changes = new ChangeStore(CLOCK, _ -> {});
    webhooks =
        new Webhooks(
            new WebhookParts(
                database,
                TinkSealer.open(database, keyset),
                egress,
                new ActivityLogStore(changes, ids, CLOCK),
                changes,
                new OrganizerLimits(Map.of(), CLOCK),
                new SimpleMeterRegistry(),
                ids,
                CLOCK),
            List.of(Duration.ofSeconds(5), Duration.ofMinutes(5)),
            () -> {});
    webhooks.makePartitions();
    webhooks.worker().start();
    server =
        TestServer.over(postgres)
            .clock(CLOCK)
            .routes(webhooks.routes().toArray(Routes[]::new))
            .start();
  }

  @AfterAll
  protected static void stop() {
    server.close();
    webhooks.worker().close();
    egress.close();
    postgres.close();
  }

  @BeforeEach
  protected void arrange() {
    CLOCK.set(Clock.systemUTC().instant());
    organizer = BlockedTimeRows.organizer(database, "Europe/Berlin");
    ada = server.as(organizer);
    receiver = new Receiver();
  }

  @AfterEach
  protected void closeReceiver() {
    receiver.close();
  }

  protected JsonNode create(Map<String, Object> fields) {
    var made = ada.post(WEBHOOKS, body(fields));
    assertThat(made.status()).as(made.body()).isEqualTo(201);
    return made.json();
  }

  protected Map<String, Object> body(Map<String, Object> fields) {
    var body = new HashMap<String, Object>();
    body.put("name", "CRM");
    body.put("webhook_url", receiver.url());
    body.put("events", List.of("*"));
    body.putAll(fields);
    return body;
  }

  protected void publish(String type, Map<String, Object> data) {
    var answer = ada.post(EVENTS, Map.of("type", type, "data", data));
    assertThat(answer.status()).as(answer.body()).isEqualTo(202);
  }

  protected static void verify(String secret, Received got) throws Exception {
    new Webhook(secret).verify(got.body(), got.headers());
  }

  protected static Map<String, Object> today(String status) {
    var now = CLOCK.instant();
    return Map.of(
        "from",
        now.minus(Duration.ofDays(1)).toString(),
        "to",
        now.plus(Duration.ofDays(1)).toString(),
        "status",
        status);
  }

  protected static String path(JsonNode webhook) {
    return WEBHOOKS + webhook.at("/id").asString() + "/";
  }

  protected static String deliveries(JsonNode webhook) {
    return path(webhook) + "deliveries/";
  }

  protected static int attempts(JsonNode page) {
    return page.at("/results/0/attempts_count").asInt(0);
  }

  /** The newest delivery, once it is finished. */
  protected JsonNode finished(JsonNode webhook) {
    var page =
        await(
            deliveries(webhook),
            shown ->
                !shown.at("/results").isEmpty()
                    && !shown.at("/results/0/status").asString().equals("pending"));
    return ada.get(deliveries(webhook) + page.at("/results/0/id").asString() + "/").json();
  }

  protected JsonNode await(String path, Predicate<JsonNode> wanted) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (System.nanoTime() - end < 0) {
      var answer = ada.get(path);
      if (answer.status() == 200 && wanted.test(answer.json())) {
        return answer.json();
      }
      LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
    }
    throw new AssertionError(path + " did not become as wanted: " + ada.get(path).body());
  }
}
