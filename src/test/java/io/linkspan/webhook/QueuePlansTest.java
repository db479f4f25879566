package io.linkspan.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import io.linkspan.availability.BlockedTimeRows;
import io.linkspan.platform.db.TestDatabase;
import io.linkspan.webhook.QueueStore.Claim;
import io.linkspan.webhook.QueueStore.Lane;
import io.linkspan.webhook.QueueStore.Outcome;
import io.linkspan.webhook.QueueStore.Room;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Plans are kept, and made while the queue is short: they must still do when it is long. */
class QueuePlansTest {
  private static final int WAITING = 5_000;
  private static final int SENT = 20;

  private final TestDatabase postgres = TestDatabase.fresh();
  private final UUID organizer = BlockedTimeRows.organizer(postgres.database(), "UTC");
  private final QueueStore queue = new QueueStore(new OrderStore());
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
    return tx.createQuery(
            """
            SELECT idx_tup_fetch + seq_tup_read FROM pg_stat_xact_user_tables
            WHERE relname = 'pending_deliveries'
            """)
        .mapTo(Long.class)
        .one();
  }

  private List<Claim> claim(Handle tx, Lane lane) {
    return queue.claim(
        tx,
        new Room(List.of(lane), List.of(SENT), 200, Long.MAX_VALUE),
        Set.of(),
        now,
        Duration.ofSeconds(30));
  }

  private static Outcome outcome(Claim claim, boolean again) {
    return new Outcome(claim, null, again ? claim.queuedAt().plusSeconds(60) : null);
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
