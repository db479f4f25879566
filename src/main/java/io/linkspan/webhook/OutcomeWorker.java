package io.linkspan.webhook;

import io.linkspan.platform.db.Database;
import io.linkspan.platform.db.SqlStates;
import io.linkspan.webhook.Outcomes.Ended;
import io.linkspan.webhook.QueueStore.Claim;
import io.linkspan.webhook.QueueStore.Lane;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes down how deliveries ended, in batches, and keeps each until it is written. */
final class OutcomeWorker {
  private static final Logger LOG = LoggerFactory.getLogger(OutcomeWorker.class);
  private static final int BATCH = 200;
  private static final Duration AFTER_FAILURE = Duration.ofSeconds(1);
  private static final Duration SHUTDOWN = Duration.ofSeconds(3);

  private final Database database;
  private final Outcomes outcomes;
  private final Held held;
  private final Consumer<List<Lane>> written;
  private final Rounds rounds;
  private final LinkedBlockingQueue<Ended> ended = new LinkedBlockingQueue<>();
  private final List<Ended> batch = new ArrayList<>();
  private volatile int inHand;
  private volatile boolean nothingFollows;
  private @Nullable Thread thread;

  /**
   * @param written told when outcomes were written, so that more may be sent, and the lanes in
   *     which the next of an ordering key may go
   */
  OutcomeWorker(
      Database database,
      Outcomes outcomes,
      Held held,
      DeliveryMetrics metrics,
      Consumer<List<Lane>> written) {
    this.database = database;
    this.outcomes = outcomes;
    this.held = held;
    this.written = written;
    this.rounds = new Rounds("outcomes", metrics.broken("outcomes"));
    metrics.gauge("unwritten", "Outcomes that are not in the database yet", this::unwritten);
  }

  void start() {
    thread =
        Thread.ofVirtual()
            .name("webhook-outcomes")
            .start(() -> rounds.whileTrue(() -> !(nothingFollows && none()), this::round));
  }

  void add(Ended outcome) {
    ended.add(outcome);
  }

  int unwritten() {
    return ended.size() + inHand;
  }

  private boolean none() {
    return ended.isEmpty() && batch.isEmpty();
  }

  private void round() throws InterruptedException {
    // what a round that broke had in hand is still there
    if (batch.isEmpty()) {
      var first = ended.poll(100, TimeUnit.MILLISECONDS);
      if (first == null) {
        return;
      }
      batch.add(first);
      ended.drainTo(batch, BATCH - 1);
      inHand = batch.size();
    }
    write(batch);
    var keyed =
        batch.stream()
            .map(done -> done.outcome().claim())
            .filter(claim -> claim.orderKey() != null)
            .map(Claim::lane)
            .toList();
    batch.clear();
    inHand = 0;
    written.accept(keyed);
  }

  /** What happened is kept until it is written, however long the database is away. */
  private void write(List<Ended> some) throws InterruptedException {
    for (boolean again = false; ; again = true) {
      try {
        settle(some, database.inTransaction(tx -> outcomes.write(tx, some)));
        return;
      } catch (RuntimeException | Error e) {
        boolean ofDatabase = SqlStates.ofDatabase(e);
        if (ofDatabase) {
          LOG.warn("cannot write down {} outcomes ({})", some.size(), SqlStates.of(e));
        } else {
          rounds.tell(e);
        }
        if (SqlStates.refusesData(e) || again && !ofDatabase) {
          writeSpoilt(some);
          return;
        }
        Thread.sleep(AFTER_FAILURE);
      }
    }
  }

  private void settle(List<Ended> some, Set<UUID> written) {
    for (var one : some) {
      var claim = one.outcome().claim();
      var later = written.contains(claim.id()) ? null : held.later(claim).orElse(null);
      if (later == null) {
        held.drop(claim);
      } else {
        ended.add(one.under(later));
      }
    }
  }

  /** One receiver's words must not keep everyone's outcomes from being written. */
  private void writeSpoilt(List<Ended> some) throws InterruptedException {
    if (some.size() > 1) {
      for (var one : some) {
        write(List.of(one));
      }
      return;
    }
    var spoilt = some.getFirst();
    var bare = spoilt.withoutWords();
    var claim = bare.outcome().claim();
    if (bare.equals(spoilt)) {
      LOG.error(
          "delivery {}: its outcome cannot be kept; sent again when its lease ends", claim.id());
      held.drop(claim);
      return;
    }
    LOG.warn("delivery {}: kept without its answer", claim.id());
    write(List.of(bare));
  }

  /** Writes what is there, if that takes no longer than three seconds. */
  void close() throws InterruptedException {
    nothingFollows = true;
    if (thread != null && !thread.join(SHUTDOWN)) {
      thread.interrupt();
    }
  }
}
