package io.linkspan.webhook.delivery;

import io.linkspan.platform.db.Database;
import io.linkspan.platform.db.SqlStates;
import io.linkspan.webhook.EndpointQueue;
import io.linkspan.webhook.delivery.Outcomes.Completion;
import io.linkspan.webhook.delivery.QueueStore.Claim;
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
  private static final int MAX_BATCH = 200;
  private static final Duration RETRY_DELAY = Duration.ofSeconds(1);
  private static final Duration SHUTDOWN_TIMEOUT = Duration.ofSeconds(3);

  private final Database database;
  private final Outcomes outcomes;
  private final InFlightClaims inFlight;
  private final Consumer<List<EndpointQueue>> written;
  private final ResilientLoop loop;
  private final LinkedBlockingQueue<Completion> ended = new LinkedBlockingQueue<>();
  private final List<Completion> batch = new ArrayList<>();
  private volatile int inHand;
  private volatile boolean nothingFollows;
  private @Nullable Thread thread;

  /**
   * @param written told when outcomes were written, so that more may be sent, and the queues in
   *     which the next of an ordering key may go
   */
  OutcomeWorker(
      Database database,
      Outcomes outcomes,
      InFlightClaims inFlight,
      DeliveryMetrics metrics,
      Consumer<List<EndpointQueue>> written) {
    this.database = database;
    this.outcomes = outcomes;
    this.inFlight = inFlight;
    this.written = written;
    this.loop = new ResilientLoop("outcomes", metrics.broken("outcomes"));
    metrics.gauge("unwritten", "Outcomes that are not in the database yet", this::unwritten);
  }

  void start() {
    thread =
        Thread.ofVirtual()
            .name("webhook-outcomes")
            .start(() -> loop.whileTrue(() -> !(nothingFollows && none()), this::round));
  }

  void add(Completion outcome) {
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
      ended.drainTo(batch, MAX_BATCH - 1);
      inHand = batch.size();
    }
    write(batch);
    var keyed =
        batch.stream()
            .map(done -> done.outcome().claim())
            .filter(claim -> claim.orderKey() != null)
            .map(Claim::queue)
            .toList();
    batch.clear();
    inHand = 0;
    written.accept(keyed);
  }

  /** What happened is kept until it is written, however long the database is away. */
  private void write(List<Completion> some) throws InterruptedException {
    for (boolean again = false; ; again = true) {
      try {
        settle(some, database.inTransaction(tx -> outcomes.write(tx, some)));
        return;
      } catch (RuntimeException | Error e) {
        boolean ofDatabase = SqlStates.ofDatabase(e);
        if (ofDatabase) {
          LOG.warn("cannot write down {} outcomes ({})", some.size(), SqlStates.of(e));
        } else {
          loop.report(e);
        }
        if (SqlStates.refusesData(e) || again && !ofDatabase) {
          writeRejected(some);
          return;
        }
        Thread.sleep(RETRY_DELAY);
      }
    }
  }

  private void settle(List<Completion> some, Set<UUID> written) {
    for (var one : some) {
      var claim = one.outcome().claim();
      var later = written.contains(claim.id()) ? null : inFlight.later(claim).orElse(null);
      if (later == null) {
        inFlight.drop(claim);
      } else {
        ended.add(one.under(later));
      }
    }
  }

  /** One receiver's words must not keep everyone's outcomes from being written. */
  private void writeRejected(List<Completion> some) throws InterruptedException {
    if (some.size() > 1) {
      for (var one : some) {
        write(List.of(one));
      }
      return;
    }
    var rejected = some.getFirst();
    var bare = rejected.withoutResponse();
    var claim = bare.outcome().claim();
    if (bare.equals(rejected)) {
      LOG.error(
          "delivery {}: its outcome cannot be kept; sent again when its lease ends", claim.id());
      inFlight.drop(claim);
      return;
    }
    LOG.warn("delivery {}: kept without its answer", claim.id());
    write(List.of(bare));
  }

  /** Writes what is there, if that takes no longer than three seconds. */
  void close() throws InterruptedException {
    nothingFollows = true;
    if (thread != null && !thread.join(SHUTDOWN_TIMEOUT)) {
      thread.interrupt();
    }
  }
}
