package io.linkspan.app;

import java.time.Clock;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Stops the program, its database too, when the process is asked to end; also while it still
 * starts, when there may be a database already but no program yet that could stop it.
 */
final class Lifetime {
  private final Config config;
  private final Clock clock;
  private final ReentrantLock starting = new ReentrantLock();
  private final CountDownLatch stopped = new CountDownLatch(1);
  private volatile boolean asked;
  private @Nullable Wiring wiring;

  Lifetime(Config config, Clock clock) {
    this.config = config;
    this.clock = clock;
  }

  /**
   * Starts up to where the server answers. To be called once, by the main thread.
   *
   * @throws StartFailed with nothing left that runs
   */
  Wiring start() {
    starting.lock();
    try {
      var starter = Thread.currentThread();
      Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(starter), "stop"));
      var started = Wiring.answering(config, clock);
      wiring = started;
      return started;
    } finally {
      starting.unlock();
    }
  }

  /** Whether it is to end, so that nothing more needs to begin. */
  boolean ends() {
    return asked;
  }

  void awaitEnd() throws InterruptedException {
    stopped.await();
  }

  private void stop(Thread starter) {
    asked = true;
    // a database of our own is there within seconds; another's is perhaps waited for
    if (starting.isLocked() && config.database().isPresent()) {
      starter.interrupt();
    }
    starting.lock();
    try {
      if (wiring != null) {
        wiring.close();
      }
    } finally {
      starting.unlock();
    }
    stopped.countDown();
  }
}
