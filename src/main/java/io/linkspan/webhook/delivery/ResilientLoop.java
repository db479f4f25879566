package io.linkspan.webhook.delivery;

import io.micrometer.core.instrument.Counter;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A loop that nothing thrown in one of its rounds ends, an {@link Error} neither. Ending the
 * process instead would be safe, nothing acknowledged is only in memory, but not better: a message
 * that is too large for the heap would then end one node after the other, and all that the failing
 * allocation asked for is free again when its round is over.
 */
final class ResilientLoop {
  private static final Logger LOG = LoggerFactory.getLogger(ResilientLoop.class);
  private static final Duration RESTART_DELAY = Duration.ofSeconds(1);

  private final String what;
  private final Counter broken;

  ResilientLoop(String what, Counter broken) {
    this.what = what;
    this.broken = broken;
  }

  interface Round {
    void run() throws InterruptedException;
  }

  /** Runs rounds until the condition fails or the thread is interrupted. */
  void whileTrue(BooleanSupplier goOn, Round round) {
    boolean rest = false;
    while (true) {
      try {
        if (rest) {
          Thread.sleep(RESTART_DELAY);
          rest = false;
        }
        if (!goOn.getAsBoolean()) {
          return;
        }
        round.run();
      } catch (InterruptedException closing) {
        return;
      } catch (RuntimeException | Error e) {
        rest = true;
        report(e);
      }
    }
  }

  /** Counts and logs what broke a round. */
  void report(Throwable thrown) {
    try {
      broken.increment();
      LOG.error("webhook {}: a round broke; the next begins in a second", what, thrown);
    } catch (Error noRoomToSaySo) {
      // out of memory also here
    }
  }
}
