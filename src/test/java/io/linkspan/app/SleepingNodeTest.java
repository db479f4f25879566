package io.linkspan.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** One of two nodes stands still ({@code SIGSTOP}) until the other has taken over, and goes on. */
@Timeout(180)
class SleepingNodeTest {
  private static final int EVENTS = 5;

  @TempDir Path directory;

  private TwoNodes two;
  private ServerProcess sleeper;
  private ServerProcess other;

  @BeforeEach
  void start() throws Exception {
    two = new TwoNodes(directory);
    sleeper = two.nodes.getFirst();
    other = two.nodes.getLast();
  }

  @AfterEach
  void stop() {
    two.close();
  }

  /** Leases are aged in the database, of both nodes: the one that is awake sends nothing twice. */
  @Test
  void whatWasInFlightComesTwiceAtMostAndItsOutcomesAreTooLate() throws Exception {
    // what is asked of a node that sleeps is answered when it wakes
    var publishers = new Publishers(two.nodes.subList(1, 2), 4);
    try (publishers) {
      ServerProcess.until(() -> two.ledger.requests() > 200);
      sleeper.signal("STOP");
    }
    var leased = age();
    assertThat(leased).isNotEmpty();
    two.awaitNothingPending();
    sleeper.signal("CONT");
    publishBy(sleeper);
    two.awaitNothingPending();
    awaitIdle(sleeper);
    assertThat(twice()).as("sent twice").isSubsetOf(leased);
    two.compare(publishers);
  }

  /**
   * It falls asleep between its claim and the look-up of where to send, which a lock holds up, and
   * sleeps for as long as its lease is: by the clock that it goes by itself.
   */
  @Test
  void whatItTookAndHadNotBegunToSendItLeavesToTheOther() throws Exception {
    publishBy(other);
    two.awaitNothingPending();
    assertThat(two.ledger.requests()).isEqualTo(EVENTS * TwoNodes.RECEIVERS.size());

    other.signal("STOP");
    try (var locking = two.connect()) {
      locking.setAutoCommit(false);
      locking.createStatement().execute("LOCK TABLE webhooks IN ACCESS EXCLUSIVE MODE");
      askForAllAgain();
      ServerProcess.until(() -> two.count(LEASED) > 0);
      sleeper.signal("STOP");
    }
    other.signal("CONT");
    two.awaitNothingPending();
    assertThat(two.ledger.requests()).isEqualTo(2 * EVENTS * TwoNodes.RECEIVERS.size());

    // what it sends next, it sends behind all that it took before
    other.signal("STOP");
    sleeper.signal("CONT");
    publishBy(sleeper);
    two.awaitNothingPending();
    awaitIdle(sleeper);
    assertThat(two.ledger.requests()).isEqualTo(3 * EVENTS * TwoNodes.RECEIVERS.size());
  }

  /** It falls asleep after it claimed an id, before it commits: the same lock holds it up. */
  @Test
  void theLocksOfATransactionThatItSleepsInAreFreeBeforeItWakes() throws Exception {
    CompletableFuture<Integer> asleep;
    try (var locking = two.connect()) {
      locking.setAutoCommit(false);
      locking.createStatement().execute("LOCK TABLE webhooks IN ACCESS EXCLUSIVE MODE");
      asleep =
          CompletableFuture.supplyAsync(
              () -> sleeper.client().post("/api/v1/events/", EVENT).status());
      ServerProcess.until(() -> two.count(WAITING) > 0);
      sleeper.signal("STOP");
    }
    // waits for the other's claim of the id
    assertThat(other.client().post("/api/v1/events/", EVENT).status()).isEqualTo(202);
    sleeper.signal("CONT");
    assertThat(asleep.join()).isEqualTo(503);
    two.awaitNothingPending();
    assertThat(two.ledger.requests()).isEqualTo(TwoNodes.RECEIVERS.size());
  }

  private static final Map<String, Object> EVENT =
      Map.of("type", "crash.test", "id", "one", "data", Map.of());

  private static final String WAITING =
      """
      SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'webhooks'::regclass
      """;

  private static final String LEASED =
      "SELECT count(*) FROM pending_deliveries WHERE leased_until IS NOT NULL";

  private void publishBy(ServerProcess node) {
    for (int i = 0; i < EVENTS; i++) {
      var answer =
          node.client().post("/api/v1/events/", Map.of("type", "crash.test", "data", Map.of()));
      assertThat(answer.status()).as(answer.body()).isEqualTo(202);
    }
  }

  private static void awaitIdle(ServerProcess node) {
    ServerProcess.until(
        () -> {
          String metrics = node.client().get("/metrics").body();
          return metrics.contains("linkspan_webhook_in_flight 0.0")
              && metrics.contains("linkspan_webhook_unwritten 0.0");
        });
  }

  private Set<String> age() {
    return two.texts(
        """
        UPDATE pending_deliveries p SET leased_until = leased_until - interval '1 hour'
        FROM webhooks w WHERE w.id = p.webhook_id AND p.leased_until IS NOT NULL
        RETURNING w.name || ' ' || p.event_id
        """);
  }

  private void askForAllAgain() throws SQLException {
    try (var connection = two.connect()) {
      connection
          .createStatement()
          .execute(
              """
              WITH back AS (DELETE FROM finished_deliveries RETURNING *)
              INSERT INTO pending_deliveries (organizer_id, webhook_id, id, event_id, event_type, event_at,
                                              created_at, attempts, due_at)
              SELECT organizer_id, webhook_id, id, event_id, event_type, event_at, created_at, attempts,
                     clock_timestamp()
              FROM back
              """);
    }
  }

  private Set<String> twice() {
    var twice = new HashSet<String>();
    two.ledger
        .arrivals()
        .forEach(
            (entry, times) -> {
              if (times.size() > 1) {
                twice.add(entry.path() + " " + entry.id());
              }
            });
    return twice;
  }
}
