package io.linkspan.webhook.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.linkspan.availability.BlockedTimeRows;
import io.linkspan.platform.postgres.TestDatabase;
import io.linkspan.platform.time.Ids;
import io.linkspan.webhook.EndpointQueue;
import io.linkspan.webhook.delivery.QueueStore.Claim;
import io.linkspan.webhook.delivery.QueueStore.ClaimBudget;
import io.linkspan.webhook.delivery.QueueStore.Outcome;
import io.linkspan.webhook.subscription.Webhook;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Plans are kept, and made while the queue is short: they must still do when it is long. */
class QueuePlansTest {
  private static final int WAITING = 5_000;
  private static final int SENT = 20;
  private static final int LANES = 100;

  private final TestDatabase postgres = TestDatabase.fresh();
  private final UUID organizer = BlockedTimeRows.organizer(postgres.database(), "UTC");
  private final QueueStore queueStore = new QueueStore(new OrderingStore());
  private final EndpointQueueStore endpointQueueStore = new EndpointQueueStore();
  private final ReplayStore replays = new ReplayStore(new Ids(Clock.systemUTC()));
  private final Instant now = Clock.systemUTC().instant();

  @AfterEach
  void close() {
    postgres.close();
  }

  @Test
  void nothingReadsTheWholeQueueThoughItWasEmptyWhenPlansWereMade() {
    var queue = new EndpointQueue(organizer, UUID.randomUUID());
    var database = postgres.database();
    var other = new EndpointQueue(organizer, UUID.randomUUID());
    database.query(handle -> handle.execute("VACUUM ANALYZE pending_deliveries"));

    long read =
        database.inTransaction(
            tx -> {
              // the driver prepares what it has seen a few times, and only then a plan is kept
              for (int i = 0; i < 10; i++) {
                claim(tx, queue);
                queueStore.release(tx, List.of(gone(queue)));
                queueStore.finish(
                    tx, List.of(outcome(gone(queue), false), outcome(gone(queue), true)), now);
              }
              insert(tx, other, WAITING);
              insert(tx, queue, SENT);
              long before = read(tx);
              assertThat(round(tx, queue)).isEqualTo(SENT);
              return read(tx) - before;
            });
    assertThat(read).isBetween((long) SENT, SENT * 10L);
  }

  @Test
  void aLookIntoEveryLaneReadsOnlyTheFirstOfEachThoughThereWereFewWhenItsPlanWasMade() {
    var database = postgres.database();
    var watch = new QueueMonitorStore();
    var queues =
        Stream.generate(() -> new EndpointQueue(organizer, UUID.randomUUID()))
            .limit(LANES)
            .toList();
    database.useTransaction(tx -> insert(tx, queues.getFirst(), SENT));
    database.query(handle -> handle.execute("VACUUM ANALYZE pending_deliveries"));

    Function<Handle, List<EndpointQueueStore.QueueState>> list =
        tx -> endpointQueueStore.list(tx, EndpointQueue.FIRST, LANES, now);
    Function<Handle, Integer> discardPending =
        tx -> queueStore.discardPending(tx, queues.getLast(), now);
    for (int i = 0; i < 10; i++) {
      // each in a transaction of its own, as what one says of its plans is of its transaction
      database.inTransaction(list);
      database.inTransaction(discardPending);
      database.inTransaction(watch::look);
    }
    database.useTransaction(tx -> queues.forEach(queue -> insert(tx, queue, WAITING / LANES)));

    assertThat(database.inTransaction(list))
        .hasSize(LANES)
        .allMatch(EndpointQueueStore.QueueState::due);
    assertThat(readBy(list)).isBetween((long) LANES, LANES * 3L);
    assertThat(readBy(discardPending)).isLessThan(LANES);
    assertThat(database.inTransaction(watch::look).webhooks()).isEqualTo(LANES);
    // it counts a short queue, and reads nothing else
    assertThat(readBy(watch::look)).isBetween((long) WAITING, WAITING + LANES * 3L);
  }

  private long readBy(Function<Handle, ?> look) {
    return postgres
        .database()
        .inTransaction(
            tx -> {
              long before = read(tx);
              look.apply(tx);
              return read(tx) - before;
            });
  }

  @Test
  void aLaneOfWhichAllIsOnItsWayIsNotDue() {
    var queue = new EndpointQueue(organizer, UUID.randomUUID());
    postgres
        .database()
        .useTransaction(
            tx -> {
              insert(tx, queue, 2);
              var first = claim(tx, queue, 1);
              assertThat(endpointQueueStore.list(tx, EndpointQueue.FIRST, LANES, now))
                  .allMatch(EndpointQueueStore.QueueState::due);
              claim(tx, queue, 1);
              assertThat(endpointQueueStore.list(tx, EndpointQueue.FIRST, LANES, now))
                  .containsExactly(new EndpointQueueStore.QueueState(queue, false));
              queueStore.release(tx, first);
              assertThat(endpointQueueStore.list(tx, EndpointQueue.FIRST, LANES, now))
                  .allMatch(EndpointQueueStore.QueueState::due);
            });
  }

  @Test
  void aReplayReadsWhatAWebhookHeardOnceAndNotOncePerEvent() {
    var database = postgres.database();
    var queue = new EndpointQueue(organizer, UUID.randomUUID());
    database.query(handle -> handle.execute("VACUUM ANALYZE finished_deliveries"));
    database.useTransaction(
        tx -> {
          insert(tx, queue, WAITING / 10);
          tx.execute(
              """
              INSERT INTO finished_deliveries (organizer_id, webhook_id, id, event_id, event_type, event_at,
                                               created_at, status, attempts, finished_at)
              SELECT organizer_id, webhook_id, id, event_id, event_type, event_at, created_at, 'delivered', 1, due_at
              FROM pending_deliveries
              """);
          tx.execute(
              """
              INSERT INTO events (organizer_id, id, type, data, created_at)
              SELECT organizer_id, 'unheard' || event_id, event_type, '{}', event_at FROM pending_deliveries
              """);
        });

    database.useTransaction(
        tx -> {
          long before = read(tx, "finished_deliveries");
          assertThat(replays.count(tx, webhook(queue), missed(queue))).isEqualTo(WAITING / 10);
          assertThat(read(tx, "finished_deliveries") - before).isLessThan(WAITING);
        });
  }

  private Replay missed(EndpointQueue queue) {
    return Replay.of(
        organizer,
        queue.webhookId(),
        UUID.randomUUID(),
        "missed",
        now.minusSeconds(60),
        now.plusSeconds(60),
        now);
  }

  private Webhook webhook(EndpointQueue queue) {
    return new Webhook(
        organizer,
        queue.webhookId(),
        "all",
        "https://example.org/",
        List.of("*"),
        new byte[0],
        true,
        true,
        1,
        new byte[0],
        "",
        false,
        null,
        null,
        null,
        null,
        null,
        1,
        now,
        now);
  }

  /** Takes what is due, gives it back, takes it again and writes down how it ended. */
  private int round(Handle tx, EndpointQueue queue) {
    var claims = claim(tx, queue);
    queueStore.release(tx, claims);
    var again = claim(tx, queue);
    var outcomes =
        IntStream.range(0, again.size()).mapToObj(i -> outcome(again.get(i), i % 2 == 0));
    queueStore.finish(tx, outcomes.toList(), now);
    return again.size();
  }

  /** Rows of the queue that this transaction looked at. */
  private static long read(Handle tx) {
    return read(tx, "pending_deliveries");
  }

  private static long read(Handle tx, String table) {
    return tx.createQuery(
            """
            SELECT coalesce(idx_tup_fetch, 0) + coalesce(seq_tup_read, 0) FROM pg_stat_xact_user_tables
            WHERE relname = :table
            """)
        .bind("table", table)
        .mapTo(Long.class)
        .one();
  }

  private List<Claim> claim(Handle tx, EndpointQueue queue) {
    return claim(tx, queue, SENT);
  }

  private List<Claim> claim(Handle tx, EndpointQueue queue, int most) {
    return queueStore.claim(
        tx,
        new ClaimBudget(List.of(queue), List.of(most), 200, Long.MAX_VALUE),
        Set.of(),
        now,
        Duration.ofSeconds(30));
  }

  private static Outcome outcome(Claim claim, boolean again) {
    var at = claim.queuedAt();
    var attempt = new Attempt(at, 1, Map.of(), true, null, "no answer", Optional.empty());
    return new Outcome(claim, attempt, again ? at.plusSeconds(60) : null);
  }

  private Claim gone(EndpointQueue queue) {
    return new Claim(queue, UUID.randomUUID(), "e", "a.type", now, 0, 0, 1, null, false, 2, "{}");
  }

  private void insert(Handle tx, EndpointQueue queue, int count) {
    tx.createUpdate(
            """
            INSERT INTO pending_deliveries (organizer_id, webhook_id, id, event_id, event_type, event_at, created_at,
                                            due_at)
            SELECT :organizer, :webhook, gen_random_uuid(), n::text, 'a.type', :now, :now, :now
            FROM generate_series(1, :count) n
            """)
        .bind("organizer", queue.organizerId())
        .bind("webhook", queue.webhookId())
        .bind("now", now)
        .bind("count", count)
        .execute();
  }
}
