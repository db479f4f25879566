package io.linkspan.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import io.linkspan.availability.BlockedTimeRows;
import io.linkspan.platform.postgres.TestDatabase;
import io.linkspan.platform.time.Ids;
import io.linkspan.webhook.QueueStore.Claim;
import io.linkspan.webhook.QueueStore.Lane;
import io.linkspan.webhook.QueueStore.Outcome;
import io.linkspan.webhook.QueueStore.Room;
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
  private final QueueStore queue = new QueueStore(new OrderStore());
  private final LaneStore laneStore = new LaneStore();
  private final ReplayStore replays = new ReplayStore(new Ids(Clock.systemUTC()));
  private final Instant now = Clock.systemUTC().instant();

  @AfterEach
  void close() {
    postgres.close();
  }

  @Test
  void nothingReadsTheWholeQueueThoughItWasEmptyWhenPlansWereMade() {
    var lane = new Lane(organizer, UUID.randomUUID());
    var database = postgres.database();
    var other = new Lane(organizer, UUID.randomUUID());
    database.query(handle -> handle.execute("VACUUM ANALYZE pending_deliveries"));

    long read =
        database.inTransaction(
            tx -> {
              // the driver prepares what it has seen a few times, and only then a plan is kept
              for (int i = 0; i < 10; i++) {
                claim(tx, lane);
                queue.release(tx, List.of(gone(lane)));
                queue.finish(
                    tx, List.of(outcome(gone(lane), false), outcome(gone(lane), true)), now);
              }
              insert(tx, other, WAITING);
              insert(tx, lane, SENT);
              long before = read(tx);
              assertThat(round(tx, lane)).isEqualTo(SENT);
              return read(tx) - before;
            });
    assertThat(read).isBetween((long) SENT, SENT * 10L);
  }

  @Test
  void aLookIntoEveryLaneReadsOnlyTheFirstOfEachThoughThereWereFewWhenItsPlanWasMade() {
    var database = postgres.database();
    var watch = new QueueWatchStore();
    var lanes = Stream.generate(() -> new Lane(organizer, UUID.randomUUID())).limit(LANES).toList();
    database.useTransaction(tx -> insert(tx, lanes.getFirst(), SENT));
    database.query(handle -> handle.execute("VACUUM ANALYZE pending_deliveries"));

    Function<Handle, List<LaneStore.LaneState>> list =
        tx -> laneStore.list(tx, Lane.FIRST, LANES, now);
    Function<Handle, Integer> abandon = tx -> queue.abandon(tx, lanes.getLast(), now);
    for (int i = 0; i < 10; i++) {
      // each in a transaction of its own, as what one says of its plans is of its transaction
      database.inTransaction(list);
      database.inTransaction(abandon);
      database.inTransaction(watch::look);
    }
    database.useTransaction(tx -> lanes.forEach(lane -> insert(tx, lane, WAITING / LANES)));

    assertThat(database.inTransaction(list)).hasSize(LANES).allMatch(LaneStore.LaneState::due);
    assertThat(readBy(list)).isBetween((long) LANES, LANES * 3L);
    assertThat(readBy(abandon)).isLessThan(LANES);
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
    var lane = new Lane(organizer, UUID.randomUUID());
    postgres
        .database()
        .useTransaction(
            tx -> {
              insert(tx, lane, 2);
              var first = claim(tx, lane, 1);
              assertThat(laneStore.list(tx, Lane.FIRST, LANES, now))
                  .allMatch(LaneStore.LaneState::due);
              claim(tx, lane, 1);
              assertThat(laneStore.list(tx, Lane.FIRST, LANES, now))
                  .containsExactly(new LaneStore.LaneState(lane, false));
              queue.release(tx, first);
              assertThat(laneStore.list(tx, Lane.FIRST, LANES, now))
                  .allMatch(LaneStore.LaneState::due);
            });
  }

  @Test
  void aReplayReadsWhatAWebhookHeardOnceAndNotOncePerEvent() {
    var database = postgres.database();
    var lane = new Lane(organizer, UUID.randomUUID());
    database.query(handle -> handle.execute("VACUUM ANALYZE finished_deliveries"));
    database.useTransaction(
        tx -> {
          insert(tx, lane, WAITING / 10);
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
          assertThat(replays.count(tx, webhook(lane), missed(lane))).isEqualTo(WAITING / 10);
          assertThat(read(tx, "finished_deliveries") - before).isLessThan(WAITING);
        });
  }

  private Replay missed(Lane lane) {
    return Replay.of(
        organizer,
        lane.webhookId(),
        UUID.randomUUID(),
        "missed",
        now.minusSeconds(60),
        now.plusSeconds(60),
        now);
  }

  private Webhook webhook(Lane lane) {
    return new Webhook(
        organizer,
        lane.webhookId(),
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
  private int round(Handle tx, Lane lane) {
    var claims = claim(tx, lane);
    queue.release(tx, claims);
    var again = claim(tx, lane);
    var outcomes =
        IntStream.range(0, again.size()).mapToObj(i -> outcome(again.get(i), i % 2 == 0));
    queue.finish(tx, outcomes.toList(), now);
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

  private List<Claim> claim(Handle tx, Lane lane) {
    return claim(tx, lane, SENT);
  }

  private List<Claim> claim(Handle tx, Lane lane, int most) {
    return queue.claim(
        tx,
        new Room(List.of(lane), List.of(most), 200, Long.MAX_VALUE),
        Set.of(),
        now,
        Duration.ofSeconds(30));
  }

  private static Outcome outcome(Claim claim, boolean again) {
    var at = claim.queuedAt();
    var attempt = new Attempt(at, 1, Map.of(), true, null, "no answer", Optional.empty());
    return new Outcome(claim, attempt, again ? at.plusSeconds(60) : null);
  }

  private Claim gone(Lane lane) {
    return new Claim(lane, UUID.randomUUID(), "e", "a.type", now, 0, 0, 1, null, false, 2, "{}");
  }

  private void insert(Handle tx, Lane lane, int count) {
    tx.createUpdate(
            """
            INSERT INTO pending_deliveries (organizer_id, webhook_id, id, event_id, event_type, event_at, created_at,
                                            due_at)
            SELECT :organizer, :webhook, gen_random_uuid(), n::text, 'a.type', :now, :now, :now
            FROM generate_series(1, :count) n
            """)
        .bind("organizer", lane.organizerId())
        .bind("webhook", lane.webhookId())
        .bind("now", now)
        .bind("count", count)
        .execute();
  }
}
