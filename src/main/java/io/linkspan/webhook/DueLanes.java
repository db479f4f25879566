package io.linkspan.webhook;

import io.linkspan.platform.db.Database;
import io.linkspan.platform.db.SqlStates;
import io.linkspan.webhook.LaneStore.LaneState;
import io.linkspan.webhook.QueueStore.Lane;
import io.micrometer.core.instrument.Counter;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The lanes in which something may be due, so that a claim need not look into those where all wait
 * for a retry. What this node queues it knows at once; what others queued, and what becomes due, it
 * finds by looking into every lane once a second and whenever it is told to.
 */
final class DueLanes {
  private static final Logger LOG = LoggerFactory.getLogger(DueLanes.class);

  /** Looked at with one query, which deliveries must not feel. */
  private static final int AT_ONCE = 200;

  private static final Duration BETWEEN = Duration.ofMillis(20);
  private static final Duration POLL = Duration.ofSeconds(1);
  private static final Duration AFTER_FAILURE = Duration.ofSeconds(1);

  private final Database database;
  private final LaneStore store = new LaneStore();
  private final Clock clock;
  private final Rounds rounds;
  private final Runnable found;
  private final Set<Lane> lanes = ConcurrentHashMap.newKeySet();
  private final Semaphore look = new Semaphore(0);
  private Lane cursor = Lane.FIRST;
  private volatile boolean stopping;
  private @Nullable Thread thread;

  /**
   * @param found told when there are lanes; must return at once
   */
  DueLanes(Database database, Clock clock, Counter broken, Runnable found) {
    this.database = database;
    this.clock = clock;
    this.rounds = new Rounds("lanes", broken);
    this.found = found;
  }

  void start() {
    thread =
        Thread.ofVirtual()
            .name("webhook-lanes")
            .start(() -> rounds.whileTrue(() -> !stopping, this::round));
  }

  /** Something may be due anywhere. */
  void lookAround() {
    look.release();
  }

  /** Something may be due there. */
  void add(Collection<Lane> due) {
    if (!due.isEmpty()) {
      lanes.addAll(due);
      found.run();
    }
  }

  /** In any order. */
  List<Lane> all() {
    return new ArrayList<>(lanes);
  }

  /** Before they are looked into, so that what is queued meanwhile is not missed. */
  void remove(Collection<Lane> looked) {
    looked.forEach(lanes::remove);
  }

  private void round() throws InterruptedException {
    if (cursor.equals(Lane.FIRST)) {
      look.drainPermits();
    }
    try {
      var seen = database.inTransaction(tx -> store.list(tx, cursor, AT_ONCE, clock.instant()));
      boolean more = seen.size() == AT_ONCE;
      cursor = more ? seen.getLast().lane() : Lane.FIRST;
      add(seen.stream().filter(LaneState::due).map(LaneState::lane).toList());
      if (more) {
        Thread.sleep(BETWEEN);
      } else {
        look.tryAcquire(POLL.toNanos(), TimeUnit.NANOSECONDS);
      }
    } catch (RuntimeException e) {
      if (!SqlStates.ofDatabase(e)) {
        throw e;
      }
      LOG.debug("cannot look for due deliveries ({}); tried again in a second", SqlStates.of(e));
      Thread.sleep(AFTER_FAILURE);
    }
  }

  void close() {
    stopping = true;
    if (thread != null) {
      lookAround();
    }
  }
}
