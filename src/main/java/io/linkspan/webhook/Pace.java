package io.linkspan.webhook;

import java.time.Duration;

/**
 * How many requests one receiver has at a time: two at first, one more with each that is answered,
 * one only after silence. A receiver that stays silent is left alone for a while, so that it cannot
 * hold the places that others need.
 */
final class Pace {
  static final int CAP = 10;

  private static final int FIRST = 2;
  private static final int SILENCES = 10;
  private static final Duration REST = Duration.ofSeconds(15);

  private int window = FIRST;
  private int running;
  private int silences;
  private long restsUntil;
  private boolean resting;

  synchronized int room(long nanoTime) {
    if (rests(nanoTime)) {
      return 0;
    }
    resting = false;
    return Math.max(0, window - running);
  }

  synchronized boolean rests(long nanoTime) {
    return resting && nanoTime - restsUntil < 0;
  }

  synchronized void begin() {
    running++;
  }

  /**
   * @param silent whether there was no answer at all
   */
  synchronized void end(boolean silent, long nanoTime) {
    running--;
    if (!silent) {
      silences = 0;
      window = Math.min(CAP, window + 1);
      return;
    }
    silences++;
    window = 1;
    if (silences >= SILENCES) {
      resting = true;
      restsUntil = nanoTime + REST.toNanos();
    }
  }
}
