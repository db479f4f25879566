package io.linkspan.calendar;

import io.linkspan.platform.egress.Egress;
import io.linkspan.platform.egress.Exchange;
import io.linkspan.platform.egress.OutboundRequest;
import io.linkspan.platform.egress.OutboundRequest.Limits;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Makes the requests of one piece of work so that all of them together do not fill the memory: a
 * large answer comes to disk, and is taken from there when one of few places is free, which is kept
 * until the work ends, since what was read is kept as long. So a server that is slow to send keeps
 * no place.
 */
public final class LargeBodies implements AutoCloseable {
  /** The list of a calendar with more than 10,000 events. */
  static final long SMALL = 3L << 20;

  /** All of this program share one memory. */
  private static final Semaphore PLACES = new Semaphore(2, true);

  /** So many of the places at most are kept while a server is asked for more. */
  private static final Semaphore LASTING = new Semaphore(1, true);

  private static final Duration WAIT = Duration.ofMinutes(2);

  private final Egress egress;
  private final List<Semaphore> needed;
  private final Duration wait;
  private final Deque<Semaphore> held = new ArrayDeque<>();
  private boolean closed;

  LargeBodies(Egress egress, List<Semaphore> needed, Duration wait) {
    this.egress = egress;
    this.needed = List.copyOf(needed);
    this.wait = wait;
  }

  /** For work that is done with its server when it has a large answer. */
  public static LargeBodies ofOneAnswer(Egress egress) {
    return new LargeBodies(egress, List.of(PLACES), WAIT);
  }

  /** For work that goes on to ask, whose place a slow server could keep from others. */
  public static LargeBodies ofManyAnswers(Egress egress) {
    return new LargeBodies(egress, List.of(LASTING, PLACES), WAIT);
  }

  /** As {@link Egress#send}. */
  public Exchange send(OutboundRequest request) {
    return egress.send(sparing(request), this::take);
  }

  private static OutboundRequest sparing(OutboundRequest request) {
    var limits = request.limits();
    return new OutboundRequest(
        request.method(),
        request.uri(),
        request.headers(),
        request.body(),
        request.trust(),
        new Limits(
            limits.deadline(),
            limits.wireBytes(),
            limits.bodyBytes(),
            Math.min(limits.memoryBytes(), SMALL),
            limits.cut(),
            limits.redirects()));
  }

  private synchronized boolean take() {
    if (closed || !held.isEmpty()) {
      return !closed;
    }
    long until = System.nanoTime() + wait.toNanos();
    try {
      for (var semaphore : needed) {
        if (!semaphore.tryAcquire(until - System.nanoTime(), TimeUnit.NANOSECONDS)) {
          release();
          return false;
        }
        held.push(semaphore);
      }
      return true;
    } catch (InterruptedException e) {
      release();
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private void release() {
    held.forEach(Semaphore::release);
    held.clear();
  }

  @Override
  public synchronized void close() {
    closed = true;
    release();
  }
}
