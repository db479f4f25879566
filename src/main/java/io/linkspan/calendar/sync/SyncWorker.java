package io.linkspan.calendar.sync;

import io.linkspan.calendar.sync.SyncStore.Target;
import io.linkspan.platform.db.Database;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes calendars that are due and reads them, any number of nodes side by side.
 *
 * <p>Each pass has a thread of the operating system, not a virtual one: expanding a hostile series
 * computes without ever waiting, and only the operating system takes the processor away from that.
 */
public final class SyncWorker implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SyncWorker.class);

  /** Most of a pass is waiting for a server; what computes and writes is bounded by itself. */
  private static final int MAX_RUNNING = 128;

  private static final int MAX_PER_ORGANIZER = 8;
  private static final int MAX_PER_ACCOUNT = 4;
  private static final Duration HEARTBEAT = Duration.ofSeconds(4);
  private static final Duration POLL = Duration.ofMillis(500);
  private static final Duration SHUTDOWN = Duration.ofSeconds(10);

  private final SyncEngine engine;
  private final ExpansionWorker expansion;
  private final Database database;
  private final Clock clock;
  private final SyncClaims claims = new SyncClaims(MAX_PER_ORGANIZER, MAX_PER_ACCOUNT);
  private final LeaseStore leases = new LeaseStore();
  private final Map<Target, Thread> running = new ConcurrentHashMap<>();
  private final Semaphore slots = new Semaphore(MAX_RUNNING);
  private final Semaphore wake = new Semaphore(0);
  private final ExecutorService passes = Executors.newCachedThreadPool(named("sync-"));
  private final ExecutorService loops = Executors.newCachedThreadPool(named("sync-loop-"));
  private volatile boolean stopping;

  SyncWorker(SyncEngine engine, ExpansionWorker expansion, Database database, Clock clock) {
    this.engine = engine;
    this.expansion = expansion;
    this.database = database;
    this.clock = clock;
  }

  /** Begins to take work until closed. */
  public void start() {
    expansion.start();
    loops.execute(this::takeWork);
    loops.execute(this::keepLeases);
  }

  /** Something is due now: do not wait for the next poll. */
  public void wake() {
    wake.release();
  }

  /** Reads everything that is due, in the calling thread, and returns when nothing more is. */
  public void runDue() {
    while (true) {
      var claimed = claim(MAX_RUNNING);
      if (claimed.isEmpty()) {
        return;
      }
      claimed.forEach(this::run);
    }
  }

  private void takeWork() {
    while (!stopping) {
      try {
        wake.drainPermits();
        var claimed = claim(slots.availablePermits());
        for (var target : claimed) {
          slots.acquire();
          passes.execute(
              () -> {
                try {
                  run(target);
                } finally {
                  slots.release();
                  wake();
                }
              });
        }
        if (claimed.isEmpty()) {
          wake.tryAcquire(POLL.toMillis(), TimeUnit.MILLISECONDS);
        }
      } catch (InterruptedException e) {
        return;
      } catch (RuntimeException e) {
        LOG.warn("cannot take calendars that are due ({}); tried again in a second", e.toString());
        pause(Duration.ofSeconds(1));
      }
    }
  }

  private List<Target> claim(int free) {
    return free == 0
        ? List.of()
        : database.inTransaction(tx -> claims.claim(tx, clock.instant(), free));
  }

  private void run(Target target) {
    running.put(target, Thread.currentThread());
    try {
      engine.run(target);
    } catch (Throwable e) {
      // also what is no exception, such as memory that is used up: else it comes again with each
      // lease
      crashed(target, e);
    } finally {
      running.remove(target);
    }
  }

  private void crashed(Target target, Throwable cause) {
    try {
      if (stopping) {
        database.useTransaction(tx -> leases.release(tx, target));
      } else {
        engine.crashed(target, cause);
      }
    } catch (RuntimeException | Error e) {
      LOG.warn(
          "calendar {}: the pass broke and that could not be written down ({}); its lease ends by itself",
          target.calendarId(),
          e.toString());
    }
  }

  private void keepLeases() {
    while (!stopping) {
      pause(HEARTBEAT);
      var targets = List.copyOf(running.keySet());
      try {
        if (!targets.isEmpty()) {
          database.useTransaction(tx -> leases.prolong(tx, targets));
        }
      } catch (RuntimeException e) {
        LOG.warn(
            "cannot prolong {} leases ({}); another node may take them over",
            targets.size(),
            e.toString());
      }
    }
  }

  private static void pause(Duration time) {
    try {
      TimeUnit.MILLISECONDS.sleep(time.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Takes nothing more, lets passes end for some seconds, and gives the rest back. */
  @Override
  public void close() {
    stopping = true;
    expansion.close();
    loops.shutdownNow();
    passes.shutdown();
    try {
      if (!passes.awaitTermination(SHUTDOWN.toMillis(), TimeUnit.MILLISECONDS)) {
        passes.shutdownNow();
        running
            .keySet()
            .forEach(target -> database.useTransaction(tx -> leases.release(tx, target)));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static ThreadFactory named(String prefix) {
    return Thread.ofPlatform().name(prefix, 0).daemon().factory();
  }
}
