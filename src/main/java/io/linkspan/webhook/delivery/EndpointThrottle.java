package io.linkspan.webhook.delivery;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How many requests one receiver has at a time: one until its limit is known, then two, one more
 * with each that is answered, one only after silence. A silent receiver is left alone for a while,
 * longer with each silence, so that it cannot hold the places that others need; many of them are
 * not tried again all at once, because no two wait equally long. One that says {@code Retry-After}
 * is left alone too. Where its webhook has a limit of requests a second, each node keeps to it by
 * itself.
 */
final class EndpointThrottle {
  static final int MAX_CONCURRENT = 10;

  private static final int INITIAL_WINDOW = 2;
  private static final long STALL_THRESHOLD = Duration.ofMillis(500).toNanos();
  private static final Duration BACKOFF_STEP = Duration.ofMillis(1500);
  private static final Duration MAX_BACKOFF = Duration.ofSeconds(15);

  /**
   * For no longer all deliveries wait because one was answered {@code Retry-After}: that one keeps
   * to it in full.
   */
  private static final Duration MAX_PAUSE = Duration.ofMinutes(1);

  private static final long SECOND = Duration.ofSeconds(1).toNanos();

  /** What was not used of the limit is kept for so long. */
  private static final long BURST_WINDOW = SECOND / 10;

  /** Requests that become free within this time are taken together. */
  private static final long MIN_WAIT = Duration.ofMillis(20).toNanos();

  private int window = INITIAL_WINDOW;

  /** Whether any was ever begun, and with it the limit known. */
  private boolean known;

  /** When those began that are under way, in no order. */
  private final List<Long> running = new ArrayList<>(MAX_CONCURRENT);

  private int failures;
  private long backOffUntil;
  private boolean backingOff;
  private boolean responsive;

  /** Nanoseconds between two requests; 0: any number. */
  private long interval;

  /** Up to here the limit is used up. */
  private long usedUntil;

  synchronized int capacity(long nanoTime) {
    if (isBackingOff(nanoTime)) {
      return 0;
    }
    backingOff = false;
    if (!known) {
      return 1;
    }
    int places = Math.max(0, window - running.size());
    return interval == 0
        ? places
        : Math.clamp((nanoTime - unusedFrom(nanoTime)) / interval, 0, places);
  }

  /** Whether nothing more may begin before a request ends. */
  synchronized boolean isFull() {
    return known && running.size() >= window;
  }

  /** Whether a request waits for its answer for longer than half a second. */
  synchronized boolean isStalled(long nanoTime) {
    return running.stream().anyMatch(begun -> nanoTime - begun > STALL_THRESHOLD);
  }

  /** Whether nothing is under way. */
  synchronized boolean isIdle() {
    return running.isEmpty();
  }

  /** Whether the last request was answered. */
  synchronized boolean isResponsive() {
    return responsive;
  }

  synchronized boolean isBackingOff(long nanoTime) {
    return backingOff && nanoTime - backOffUntil < 0;
  }

  /** How long until the limit allows more; forever while something else keeps it. */
  synchronized long untilAllowed(long nanoTime) {
    return interval == 0 || backingOff || isFull()
        ? Long.MAX_VALUE
        : Math.max(MIN_WAIT, unusedFrom(nanoTime) + interval - nanoTime);
  }

  /**
   * @param limit requests a second
   */
  synchronized void begin(@Nullable Integer limit, long nanoTime) {
    running.add(nanoTime);
    known = true;
    if (limit == null) {
      interval = 0;
      return;
    }
    boolean fresh = interval == 0;
    interval = SECOND / limit;
    if (fresh) {
      usedUntil = nanoTime - interval;
    }
    usedUntil = unusedFrom(nanoTime) + interval;
  }

  private long unusedFrom(long nanoTime) {
    long earliest = nanoTime - Math.max(interval, BURST_WINDOW);
    return usedUntil - earliest > 0 ? usedUntil : earliest;
  }

  /**
   * A request that was answered.
   *
   * @param begun when it began, as for all that end
   */
  synchronized void answered(long begun) {
    running.remove(begun);
    responsive = true;
    failures = 0;
    window = Math.min(MAX_CONCURRENT, window + 1);
  }

  /**
   * A request that was answered, by asking for a pause.
   *
   * @param pause for which nothing more is to be sent
   */
  synchronized void paused(Duration pause, long begun, long nanoTime) {
    running.remove(begun);
    responsive = true;
    failures = 0;
    window = 1;
    backOff(pause.compareTo(MAX_PAUSE) > 0 ? MAX_PAUSE : pause, nanoTime);
  }

  /**
   * A request without any answer.
   *
   * @param share between 0 and 1, by which the backoff is longer or shorter
   */
  synchronized void unanswered(double share, long begun, long nanoTime) {
    running.remove(begun);
    responsive = false;
    failures++;
    window = 1;
    long backoff = Math.min(MAX_BACKOFF.toNanos(), failures * BACKOFF_STEP.toNanos());
    backOff(Duration.ofNanos((long) (backoff * (0.5 + share))), nanoTime);
  }

  /** A request that was not made after all. */
  synchronized void withdrawn(long begun) {
    running.remove(begun);
  }

  private void backOff(Duration backoff, long nanoTime) {
    long until = nanoTime + backoff.toNanos();
    if (!isBackingOff(nanoTime) || until - backOffUntil > 0) {
      backingOff = true;
      backOffUntil = until;
    }
  }
}
