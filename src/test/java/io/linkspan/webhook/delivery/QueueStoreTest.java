package io.linkspan.webhook.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.linkspan.availability.BlockedTimeRows;
import io.linkspan.platform.postgres.TestDatabase;
import io.linkspan.webhook.EndpointQueue;
import io.linkspan.webhook.delivery.QueueStore.ClaimBudget;
import io.linkspan.webhook.delivery.QueueStore.Outcome;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class QueueStoreTest {
  private final TestDatabase postgres = TestDatabase.fresh();
  private final UUID organizer = BlockedTimeRows.organizer(postgres.database(), "UTC");

  @AfterEach
  void close() {
    postgres.close();
  }

  @Test
  void anOutcomeThatIsWrittenAgainBecauseNobodyHeardOfItsCommitCountsOnce() {
    var database = postgres.database();
    var queueStore = new QueueStore(new OrderingStore());
    var now = Clock.systemUTC().instant();
    var queue = new EndpointQueue(organizer, UUID.randomUUID());
    var claim =
        database
            .inTransaction(
                tx -> {
                  tx.execute(
                      """
                      INSERT INTO pending_deliveries (organizer_id, webhook_id, id, event_id, event_type, event_at,
                                                      created_at, due_at)
                      VALUES (?, ?, gen_random_uuid(), 'e', 'a.type', now(), now(), now() - interval '1 minute')
                      """,
                      organizer,
                      queue.webhookId());
                  var budget = new ClaimBudget(List.of(queue), List.of(1), 1, Long.MAX_VALUE);
                  return queueStore.claim(tx, budget, Set.of(), now, Duration.ofSeconds(30));
                })
            .getFirst();
    var attempt = new Attempt(now, 1, Map.of(), true, null, "no answer", Optional.empty());
    var outcomes = List.of(new Outcome(claim, attempt, now.plusSeconds(60)));

    var first = database.inTransaction(tx -> queueStore.finish(tx, outcomes, now));
    var second = database.inTransaction(tx -> queueStore.finish(tx, outcomes, now));

    assertThat(first).containsExactly(claim.id());
    assertThat(second).isEmpty();
    assertThat(count("SELECT attempts FROM pending_deliveries")).isEqualTo(1);
    assertThat(count("SELECT tries FROM pending_deliveries")).isEqualTo(1);
    assertThat(count("SELECT count(*) FROM delivery_attempts")).isEqualTo(1);
  }

  private int count(String sql) {
    return postgres.database().query(handle -> handle.createQuery(sql).mapTo(Integer.class).one());
  }
}
