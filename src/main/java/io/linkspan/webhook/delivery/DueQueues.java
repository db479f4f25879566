package io.linkspan.webhook.delivery;

import io.linkspan.platform.db.Database;
import io.linkspan.platform.db.SqlStates;
import io.linkspan.webhook.EndpointQueue;
import io.linkspan.webhook.delivery.EndpointQueueStore.QueueState;
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
 * The queues in which something may be due, so that a claim need not look into those where all wait
 * for a retry. What this node queues it knows at once; what others queued, and what becomes due, it
 * finds by looking into every queue once a second and whenever it is told to.
 */
final class DueQueues {
  private static final Logger LOG = LoggerFactory.getLogger(DueQueues.class);

  /** Looked at with one query, which deliveries must not feel. */
  private static final int MAX_QUEUES_PER_LOOK = 200;

  private static final Duration LOOK_INTERVAL = Duration.ofMillis(20);
  private static final Duration POLL_INTERVAL = Duration.ofSeconds(1);
  private static final Duration RETRY_DELAY = Duration.ofSeconds(1);

  private final Database database;
  private final EndpointQueueStore store = new EndpointQueueStore();
  private final Clock clock;
  private final ResilientLoop loop;
  private final Runnable found;
  private final Set<EndpointQueue> queues = ConcurrentHashMap.newKeySet();
  private final Semaphore look = new Semaphore(0);
  private EndpointQueue cursor = EndpointQueue.FIRST;
  private volatile boolean stopping;
  private @Nullable Thread thread;

  /**
   * @param found told when there are queues; must return at once
   */
  DueQueues(Database database, Clock clock, Counter broken, Runnable found) {
    this.database = database;
    this.clock = clock;
    this.loop = new ResilientLoop("queues", broken);
    this.found = found;
  }

  void start() {
    thread =
        Thread.ofVirtual()
            .name("webhook-queues")
            .start(() -> loop.whileTrue(() -> !stopping, this::round));
  }

  /** Something may be due anywhere. */
  void lookAround() {
    look.release();
  }

  /** Something may be due there. */
  void add(Collection<EndpointQueue> due) {
    if (!due.isEmpty()) {
      queues.addAll(due);
      found.run();
    }
  }

  /** In any order. */
  List<EndpointQueue> all() {
    return new ArrayList<>(queues);
  }

  /** Before they are looked into, so that what is queued meanwhile is not missed. */
  void remove(Collection<EndpointQueue> looked) {
    looked.forEach(queues::remove);
  }

  private void round() throws InterruptedException {
    if (cursor.equals(EndpointQueue.FIRST)) {
      look.drainPermits();
    }
    try {
      var seen =
          database.inTransaction(
              tx -> store.list(tx, cursor, MAX_QUEUES_PER_LOOK, clock.instant()));
      boolean more = seen.size() == MAX_QUEUES_PER_LOOK;
      cursor = more ? seen.getLast().queue() : EndpointQueue.FIRST;
      add(seen.stream().filter(QueueState::due).map(QueueState::queue).toList());
      if (more) {
        Thread.sleep(LOOK_INTERVAL);
      } else {
        look.tryAcquire(POLL_INTERVAL.toNanos(), TimeUnit.NANOSECONDS);
      }
    } catch (RuntimeException e) {
      if (!SqlStates.ofDatabase(e)) {
        throw e;
      }
      LOG.debug("cannot look for due deliveries ({}); tried again in a second", SqlStates.of(e));
      Thread.sleep(RETRY_DELAY);
    }
  }

  void close() {
    stopping = true;
    if (thread != null) {
      lookAround();
    }
  }
}
