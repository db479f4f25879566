package io.linkspan.webhook.subscription;

import static org.assertj.core.api.Assertions.assertThat;

import com.standardwebhooks.Webhook;
import com.standardwebhooks.exceptions.EmptyWebhookSecretException;
import com.standardwebhooks.exceptions.WebhookVerificationException;
import io.linkspan.Soak;
import io.linkspan.availability.BlockedTimeRows;
import io.linkspan.platform.egress.HttpEgress;
import io.linkspan.platform.http.ApiClient;
import io.linkspan.platform.http.Json;
import io.linkspan.platform.postgres.TestDatabase;
import io.linkspan.webhook.Node;
import io.linkspan.webhook.Receiver;
import io.linkspan.webhook.Receiver.Received;
import io.linkspan.webhook.subscription.Mutants.Letter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * What the engine delivers, judged by the official libraries of Standard Webhooks for Java and for
 * JavaScript.
 */
@Timeout(180)
class StandardWebhooksTest {
  private static final String WEBHOOKS = "/api/v1/integrations/webhooks/";
  private static final int MUTANTS = Soak.size("linkspan.mutants", 10_000, 100_000);
  private static final long SEED = 20_261_124;
  private static final Path JS = Path.of(System.getProperty("basedir", ""), "src", "test", "js");

  @TempDir static Path directory;

  private static TestDatabase postgres;
  private static HttpEgress egress;
  private static Node node;

  private final Map<String, Webhook> receivers = new HashMap<>();
  private ApiClient ada;

  @BeforeAll
  static void start() {
    postgres = TestDatabase.fresh();
    egress = HttpEgress.to(List.of("127.0.0.0/8"), new SimpleMeterRegistry());
    // the libraries compare with the real time
    node =
        new Node(
            postgres,
            egress,
            Clock.systemUTC(),
            directory.resolve("keyset"),
            List.of(Duration.ofSeconds(5)));
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
  void bothLibrariesVerifyWhatIsDeliveredAndRefuseEveryMutantOfIt() throws Exception {
    var letters = new ArrayList<Letter>();
    try (var receiver = new Receiver()) {
      String secret = subscribe(receiver).at("/secret_key").asString();
      for (int i = 0; i < 40; i++) {
        publish(
            Map.of("n", i, "text", "ä€😀\u0001\"\\/".repeat(i), "nested", Map.of("a", List.of())));
      }
      for (int i = 0; i < 40; i++) {
        letters.add(letter(secret, receiver.next()));
      }
    }
    var mutants = new Mutants(letters, SEED).make(MUTANTS);
    // between the mutants, so that nothing passes by refusing everything
    var all = new ArrayList<Letter>();
    for (int i = 0; i < MUTANTS; i++) {
      if (i % 1000 == 0) {
        all.add(letters.get(i / 1000 % letters.size()));
      }
      all.add(mutants.get(i));
    }
    judge(all, letters);
  }

  @Test
  void bothLibrariesVerifyWithEitherSecretWhileOneRotatesAndOnlyWithTheNewOneAfterwards()
      throws Exception {
    try (var receiver = new Receiver()) {
      var made = subscribe(receiver);
      String path = WEBHOOKS + made.at("/id").asString() + "/rotate-secret/";
      String old = made.at("/secret_key").asString();
      String fresh = ada.post(path, Map.of("overlap_hours", 1)).json().at("/secret_key").asString();
      publish(Map.of("n", 1));
      var got = receiver.next();
      var both = List.of(letter(old, got), letter(fresh, got));
      judge(both, both);

      String last = ada.post(path, Map.of("overlap_hours", 0)).json().at("/secret_key").asString();
      publish(Map.of("n", 2));
      got = receiver.next();
      var right = letter(last, got);
      judge(List.of(letter(old, got), right, letter(fresh, got)), List.of(right));
    }
  }

  /** Both libraries verify exactly those that are genuine. */
  private void judge(List<Letter> all, List<Letter> genuine) throws Exception {
    var byNode = verdictsOfNode(all);
    assertThat(byNode).hasSameSizeAs(all);
    var wrong = new ArrayList<String>();
    for (int i = 0; i < all.size(); i++) {
      var letter = all.get(i);
      String right = genuine.contains(letter) ? "verified" : "refused";
      for (String verdict : List.of(verdictOfJava(letter), byNode.get(i))) {
        if (!verdict.equals(right)) {
          wrong.add(verdict + " instead of " + right + ": " + letter + " " + letter.text());
        }
      }
    }
    assertThat(wrong).isEmpty();
  }

  private String verdictOfJava(Letter letter) {
    try {
      receivers
          .computeIfAbsent(letter.secret(), StandardWebhooksTest::receiver)
          .verify(
              letter.text(),
              Map.of(
                  "webhook-id", List.of(letter.id()),
                  "webhook-timestamp", List.of(letter.timestamp()),
                  "webhook-signature", List.of(letter.signature())));
      return "verified";
    } catch (WebhookVerificationException e) {
      return "refused";
    }
  }

  private static Webhook receiver(String secret) {
    try {
      return new Webhook(secret);
    } catch (EmptyWebhookSecretException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private static List<String> verdictsOfNode(List<Letter> letters) throws Exception {
    packages();
    Path in = directory.resolve("letters.ndjson");
    try (var lines = Files.newBufferedWriter(in)) {
      for (var letter : letters) {
        lines.write(
            Json.text(
                Map.of(
                    "secret", letter.secret(),
                    "id", letter.id(),
                    "timestamp", letter.timestamp(),
                    "signature", letter.signature(),
                    "body", Base64.getEncoder().encodeToString(letter.body()))));
        lines.newLine();
      }
    }
    return run(new ProcessBuilder("node", "verify.mjs").redirectInput(in.toFile()))
        .lines()
        .toList();
  }

  /** What the lock names, fetched once; no package runs a script of its own. */
  private static void packages() throws Exception {
    Path lock = JS.resolve("package-lock.json");
    Path fetched = JS.resolve("node_modules/.package-lock.json");
    if (Files.notExists(fetched)
        || Files.getLastModifiedTime(fetched).compareTo(Files.getLastModifiedTime(lock)) < 0) {
      run(new ProcessBuilder("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"));
    }
  }

  private static String run(ProcessBuilder builder) throws IOException, InterruptedException {
    Path errors = directory.resolve("errors");
    var process =
        builder.directory(JS.toAbsolutePath().toFile()).redirectError(errors.toFile()).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor())
        .as("%s (needs Node 20.19 or newer): %s", builder.command(), Files.readString(errors))
        .isZero();
    return output;
  }

  private static Letter letter(String secret, Received got) {
    return new Letter(
        secret,
        got.header("webhook-id"),
        got.header("webhook-timestamp"),
        got.header("webhook-signature"),
        got.body().getBytes(StandardCharsets.UTF_8));
  }

  private JsonNode subscribe(Receiver receiver) {
    var made =
        ada.post(
            WEBHOOKS, Map.of("name", "CRM", "webhook_url", receiver.url(), "events", List.of("*")));
    assertThat(made.status()).as(made.body()).isEqualTo(201);
    return made.json();
  }

  private void publish(Map<String, Object> data) {
    var answer = ada.post("/api/v1/events/", Map.of("type", "invoice.paid", "data", data));
    assertThat(answer.status()).as(answer.body()).isEqualTo(202);
  }
}
