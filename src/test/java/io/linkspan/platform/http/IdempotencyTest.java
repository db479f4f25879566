package io.linkspan.platform.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.linkspan.platform.http.ApiClient.Response;
import io.linkspan.platform.postgres.TestDatabase;
import io.linkspan.platform.time.Ids;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** A call sent again has its effect once. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class IdempotencyTest {
  private static final String THINGS = "/api/things/";

  private final AtomicInteger runs = new AtomicInteger();
  private TestDatabase database;
  private TestServer server;
  private Caller ada;
  private volatile Operations.Handler create = this::insert;

  @BeforeAll
  void start() {
    database = TestDatabase.fresh();
    Small.createTable(database);
    server =
        Small.over(database)
            .routes(
                operations -> {
                  operations.on("createThing", call -> create.answer(call));
                  operations.on("pokeThing", _ -> Reply.ok(Map.of("n", runs.incrementAndGet())));
                })
            .start();
  }

  @AfterAll
  void stop() {
    server.close();
    database.close();
  }

  @BeforeEach
  void begin() {
    ada = Small.organizer(database);
    create = this::insert;
    runs.set(0);
    database.database().useTransaction(tx -> tx.execute("DELETE FROM things"));
  }

  private Reply insert(Call call) {
    int n = runs.incrementAndGet();
    String name = call.body().path("name").asString();
    return call.transact(
        tx -> {
          tx.execute("INSERT INTO things VALUES (?)", name);
          return Reply.created(Map.of("name", name, "n", n, "key", "top-secret-" + n))
              .with("Location", "/somewhere/")
              .version(7);
        });
  }

  private ApiClient with(String key) {
    return server.as(ada).with("Idempotency-Key", key);
  }

  private List<Map<String, Object>> rows() {
    return database
        .database()
        .query(
            h ->
                h.createQuery("SELECT * FROM idempotency_keys WHERE organizer_id = :id")
                    .bind("id", ada.organizerId())
                    .mapToMap()
                    .list());
  }

  private void execute(String sql) {
    database.database().useTransaction(tx -> tx.execute(sql, ada.organizerId()));
  }

  @Test
  void theSecondAnswerIsTheFirstOne() {
    Response first = with("k").post(THINGS, Map.of("name", "a", "count", 1));
    Response second = with("k").post(THINGS, "{\"count\": 1, \"name\": \"a\"}");

    assertThat(first.status()).isEqualTo(201);
    assertThat(second.status()).isEqualTo(201);
    assertThat(second.body()).isEqualTo(first.body());
    assertThat(second.header("Location")).contains("/somewhere/");
    assertThat(second.header("ETag")).isEqualTo(first.header("ETag")).isPresent();
    assertThat(second.header("Idempotency-Replayed")).contains("true");
    assertThat(Small.things(database)).isEqualTo(1);
  }

  @Test
  void withoutAKeyEveryCallCounts() {
    server.as(ada).post(THINGS, Map.of("name", "a"));
    server.as(ada).post(THINGS, Map.of("name", "a"));
    assertThat(Small.things(database)).isEqualTo(2);
    assertThat(rows()).isEmpty();
  }

  @Test
  void anotherBodyIsRefused() {
    with("k").post(THINGS, Map.of("name", "a"));
    Response other = with("k").post(THINGS, Map.of("name", "b"));
    assertThat(other.status()).isEqualTo(422);
    assertThat(other.code()).isEqualTo("idempotency_key_reused");
    assertThat(Small.things(database)).isEqualTo(1);
  }

  @Test
  void anotherOperationOrQueryIsAnotherRequest() {
    String poke = THINGS + UUID.randomUUID() + "/poke/";
    with("k").post(poke);
    assertThat(with("k").post(poke + "?full=true").status()).isEqualTo(422);
    assertThat(with("k").post(THINGS, Map.of("name", "a")).status()).isEqualTo(422);
    assertThat(with("k").post(THINGS + UUID.randomUUID() + "/poke/").status()).isEqualTo(422);
    assertThat(with("k").post(poke).body()).isEqualTo("{\"n\":1}");
  }

  @Test
  void anAnswerWithoutAnEffectIsStoredWhenTheCallEnds() {
    String poke = THINGS + UUID.randomUUID() + "/poke/";
    assertThat(with("k").post(poke).body()).isEqualTo("{\"n\":1}");
    assertThat(with("k").post(poke).body()).isEqualTo("{\"n\":1}");
    assertThat(server.as(ada).post(poke).body()).isEqualTo("{\"n\":2}");
  }

  @Test
  void keysOfOrganizersDoNotMeet() {
    with("k").post(THINGS, Map.of("name", "a"));
    var bob = server.as(Small.organizer(database)).with("Idempotency-Key", "k");
    assertThat(bob.post(THINGS, Map.of("name", "b")).status()).isEqualTo(201);
    assertThat(Small.things(database)).isEqualTo(2);
  }

  @Test
  void whoeverElseSendsTheKeyGetsAnEffectOfTheirOwnAndNotTheStoredAnswer() {
    with("k").post(THINGS, Map.of("name", "a"));
    var admin = new Caller(UUID.randomUUID(), ada.organizerId(), Set.of("*"), true);
    var again = server.as(admin).with("Idempotency-Key", "k").post(THINGS, Map.of("name", "a"));
    assertThat(again.status()).isEqualTo(201);
    assertThat(again.header("Idempotency-Replayed")).isEmpty();
    assertThat(Small.things(database)).isEqualTo(2);
  }

  @Test
  void aFailureReleasesTheKey() {
    create =
        call -> {
          runs.incrementAndGet();
          return call.transact(
              tx -> {
                tx.execute("INSERT INTO things VALUES ('half')");
                throw Problem.conflict("taken", "Not now.");
              });
        };
    assertThat(with("k").post(THINGS, Map.of("name", "a")).status()).isEqualTo(409);
    assertThat(rows()).isEmpty();
    assertThat(Small.things(database)).isZero();

    create = this::insert;
    assertThat(with("k").post(THINGS, Map.of("name", "other")).status()).isEqualTo(201);
  }

  @Test
  void aCrashOfTheHandlerReleasesTheKey() {
    create =
        _ -> {
          throw new IllegalStateException("a bug");
        };
    assertThat(with("k").post(THINGS, Map.of("name", "a")).status()).isEqualTo(500);
    assertThat(rows()).isEmpty();
  }

  @Test
  void whatFailsAfterTheEffectDoesNotUndoItsAnswer() {
    create =
        call -> {
          insert(call);
          throw new IllegalStateException("after the effect");
        };
    assertThat(with("k").post(THINGS, Map.of("name", "a")).status()).isEqualTo(500);
    assertThat(with("k").post(THINGS, Map.of("name", "a")).status()).isEqualTo(201);
    assertThat(Small.things(database)).isEqualTo(1);
  }

  @Test
  void whileTheFirstCallRunsTheSecondIsToldToWait() throws Exception {
    var inside = new CountDownLatch(1);
    var go = new CountDownLatch(1);
    create =
        call -> {
          inside.countDown();
          await(go);
          return insert(call);
        };
    var first = CompletableFuture.supplyAsync(() -> with("k").post(THINGS, Map.of("name", "a")));
    await(inside);
    Response second = with("k").post(THINGS, Map.of("name", "a"));
    go.countDown();

    assertThat(second.status()).isEqualTo(409);
    assertThat(second.code()).isEqualTo("idempotency_in_progress");
    assertThat(second.header("Retry-After")).contains("1");
    assertThat(first.get().status()).isEqualTo(201);
    assertThat(with("k").post(THINGS, Map.of("name", "a")).body()).isEqualTo(first.get().body());
    assertThat(Small.things(database)).isEqualTo(1);
  }

  @Test
  void ofManyAtOnceOneHasTheEffect() throws Exception {
    try (var threads = Executors.newFixedThreadPool(8)) {
      for (int round = 0; round < 5; round++) {
        String key = "race-" + round;
        var start = new CountDownLatch(1);
        var calls = new ArrayList<CompletableFuture<Response>>();
        for (int i = 0; i < 8; i++) {
          calls.add(
              CompletableFuture.supplyAsync(
                  () -> {
                    await(start);
                    return with(key).post(THINGS, Map.of("name", key));
                  },
                  threads));
        }
        start.countDown();
        for (var call : calls) {
          assertThat(call.get().status()).isIn(201, 409);
        }
      }
    }
    assertThat(Small.things(database)).isEqualTo(5);
  }

  @Test
  void aCallWhoseNodeDiedIsRunAgainAfterItsLease() {
    with("k").post(THINGS, Map.of("name", "a"));
    // as if the node had died after it took the key, before its transaction
    execute(
        "UPDATE idempotency_keys SET status = NULL, answer = NULL, lease_until = now() + interval '1 hour' WHERE organizer_id = ?");
    execute("DELETE FROM things WHERE ? IS NOT NULL");
    assertThat(with("k").post(THINGS, Map.of("name", "a")).status()).isEqualTo(409);

    execute(
        "UPDATE idempotency_keys SET lease_until = now() - interval '1 second' WHERE organizer_id = ?");
    Response taken = with("k").post(THINGS, Map.of("name", "a"));
    assertThat(taken.status()).isEqualTo(201);
    assertThat(with("k").post(THINGS, Map.of("name", "a")).body()).isEqualTo(taken.body());
    assertThat(Small.things(database)).isEqualTo(1);
  }

  @Test
  void aCallThatWasTakenOverCannotCommitAnyMore() throws Exception {
    var inside = new CountDownLatch(1);
    var go = new CountDownLatch(1);
    create =
        call -> {
          if (runs.get() == 0) {
            runs.incrementAndGet();
            inside.countDown();
            await(go);
          }
          return insert(call);
        };
    var slow = CompletableFuture.supplyAsync(() -> with("k").post(THINGS, Map.of("name", "a")));
    await(inside);
    execute(
        "UPDATE idempotency_keys SET lease_until = now() - interval '1 second' WHERE organizer_id = ?");
    Response fast = with("k").post(THINGS, Map.of("name", "a"));
    go.countDown();

    assertThat(fast.status()).isEqualTo(201);
    assertThat(slow.get().status()).isEqualTo(409);
    assertThat(Small.things(database)).isEqualTo(1);
    assertThat(with("k").post(THINGS, Map.of("name", "a")).body()).isEqualTo(fast.body());
  }

  @Test
  void aLongCallKeepsItsLease() throws Exception {
    var keys =
        new IdempotencyKeys(
            database.database(),
            new TestSealer(),
            new OrganizerLimits(Map.of(), Clock.systemUTC()),
            new Ids(Clock.systemUTC()),
            Duration.ofMinutes(1));
    keys.begin(ada, "k", "createThing", "digest");
    execute(
        "UPDATE idempotency_keys SET lease_until = now() - interval '1 second' WHERE organizer_id = ?");
    keys.renew();
    boolean held =
        database
            .database()
            .query(
                h ->
                    h.createQuery(
                            "SELECT lease_until > now() FROM idempotency_keys WHERE organizer_id = :id")
                        .bind("id", ada.organizerId())
                        .mapTo(Boolean.class)
                        .one());
    assertThat(held).isTrue();
  }

  @Test
  void nothingReadableIsStored() {
    with("k").post(THINGS, Map.of("name", "hidden-name"));
    String all = new StringBuilder().append(rows()).toString();
    byte[] answer = (byte[]) rows().getFirst().get("answer");
    byte[] request = (byte[]) rows().getFirst().get("request");
    assertThat(all).doesNotContain("top-secret", "hidden-name");
    assertThat(new String(answer, StandardCharsets.ISO_8859_1)).doesNotContain("top-secret");
    assertThat(request.length).isGreaterThan(64);
  }

  @Test
  void anAnswerMovedToAnotherRowDoesNotOpen() {
    with("k").post(THINGS, Map.of("name", "a"));
    with("other").post(THINGS, Map.of("name", "a"));
    execute(
        """
        UPDATE idempotency_keys k SET answer = o.answer FROM idempotency_keys o
        WHERE k.key = 'k' AND o.key = 'other' AND k.organizer_id = ?
          AND o.organizer_id = k.organizer_id
        """);
    assertThat(with("k").post(THINGS, Map.of("name", "a")).status()).isEqualTo(500);
  }

  @Test
  void afterItsDayAKeyIsNew() {
    with("k").post(THINGS, Map.of("name", "a"));
    execute(
        "UPDATE idempotency_keys SET expires_at = now() - interval '1 second' WHERE organizer_id = ?");
    assertThat(with("k").post(THINGS, Map.of("name", "b")).status()).isEqualTo(201);
    assertThat(Small.things(database)).isEqualTo(2);
  }

  @Test
  void purgingRemovesOnlyWhatIsOver() {
    with("old").post(THINGS, Map.of("name", "a"));
    execute(
        "UPDATE idempotency_keys SET expires_at = now() - interval '1 second' WHERE organizer_id = ?");
    with("new").post(THINGS, Map.of("name", "a"));
    var keys =
        new IdempotencyKeys(
            database.database(),
            new TestSealer(),
            new OrganizerLimits(Map.of(), Clock.systemUTC()),
            new Ids(Clock.systemUTC()),
            Duration.ofMinutes(1));
    assertThat(keys.purge()).isEqualTo(1);
    assertThat(rows()).extracting(row -> row.get("key")).containsExactly("new");
  }

  @Test
  void aSecondEffectInOneCallIsABug() {
    create =
        call -> {
          insert(call);
          return insert(call);
        };
    assertThat(server.as(ada).post(THINGS, Map.of("name", "a")).status()).isEqualTo(500);
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
