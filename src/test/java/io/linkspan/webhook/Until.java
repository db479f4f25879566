package io.linkspan.webhook;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for what comes in its own time. */
public final class Until {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration PAUSE = Duration.ofMillis(20);

  private Until() {}

  /**
   * @param found what there was instead, for the message
   */
  public static void holds(Supplier<?> found, BooleanSupplier condition) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - end > 0) {
        throw new AssertionError("waited in vain; there is " + found.get());
      }
      LockSupport.parkNanos(PAUSE.toNanos());
    }
  }
}
