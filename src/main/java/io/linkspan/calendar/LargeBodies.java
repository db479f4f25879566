package io.linkspan.calendar;

import io.linkspan.platform.egress.Egress;
import io.linkspan.platform.egress.Exchange;
import io.linkspan.platform.egress.OutboundRequest;
import io.linkspan.platform.egress.OutboundRequest.Limits;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Makes the requests of one piece of work so that all of them together do not fill the memory: an
 * answer is first taken if it is small, as nearly all are; for a larger one the request is made
 * again when one of few places is free, which is kept until the work ends, since what was read is
 * kept as long.
 */
public final class LargeBodies implements AutoCloseable {
  /** The list of a calendar with more than 10,000 events. */
  static final long SMALL = 3L << 20;

  /** All of this program share one memory. */
  private static final Semaphore PLACES = new Semaphore(2, true);

  private static final Duration WAIT = Duration.ofMinutes(2);

  private final Egress egress;
  private final Semaphore places;
  private final Duration wait;
  private final AtomicInteger repeated = new AtomicInteger();
  private boolean held;
  private boolean closed;

  public LargeBodies(Egress egress) {
    this(egress, PLACES, WAIT);
  }

  LargeBodies(Egress egress, Semaphore places, Duration wait) {
    this.egress = egress;
    this.places = places;
    this.wait = wait;
  }

  /** As {@link Egress#send}. */
  public Exchange send(OutboundRequest request) {
    if (request.limits().bodyBytes() <= SMALL || held()) {
      return egress.send(request);
    }
    var exchange = egress.send(small(request));
    if (!(exchange instanceof Exchange.Failed failed)
        || failed.reason() != Exchange.Reason.TOO_LARGE) {
      return exchange;
    }
    if (!take()) {
      return new Exchange.Failed(
          Exchange.Reason.TIMEOUT,
          "The answer of "
              + request.uri().getHost()
              + " is large, and others were being read until time was up.",
          failed.took());
    }
    repeated.incrementAndGet();
    return egress.send(request);
  }

  /** How many requests were made again. */
  public int repeated() {
    return repeated.get();
  }

  private static OutboundRequest small(OutboundRequest request) {
    var limits = request.limits();
    return new OutboundRequest(
        request.method(),
        request.uri(),
        request.headers(),
        request.body(),
        request.trust(),
        new Limits(
            limits.deadline(),
            Math.min(limits.wireBytes(), SMALL),
            SMALL,
            limits.cut(),
            limits.redirects()));
  }

  private synchronized boolean held() {
    return held;
  }

  private synchronized boolean take() {
    try {
      held = held || !closed && places.tryAcquire(wait.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return held;
  }

  @Override
  public synchronized void close() {
    closed = true;
    if (held) {
      held = false;
      places.release();
    }
  }
}
