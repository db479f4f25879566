package io.linkspan.platform.egress;

import io.linkspan.platform.egress.OutboundRequest.Limits;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Makes the requests of one piece of work so that all of them together do not fill the memory: a
 * large answer comes to disk, and is taken from there when one of few places is free. The place is
 * kept until the next request or the end of the work, so that no server that is slow to send keeps
 * one. Work that goes on to ask with what it made of a large answer is few at a time too, and none
 * of it waits for that while it has a place.
 */
public final class LargeBodies implements AutoCloseable {
  /** The list of a calendar with more than 10,000 events. */
  static final long SMALL = 3L << 20;

  /** All of this program share one memory. */
  private static final Semaphore PLACES = new Semaphore(2, true);

  private static final Semaphore GOING_ON = new Semaphore(4, true);

  private static final Duration WAIT = Duration.ofMinutes(2);

  private final Egress egress;
  private final Semaphore places;
  private final @Nullable Semaphore goingOn;
  private final Duration wait;
  private boolean hasPlace;
  private boolean goesOn;
  private boolean closed;

  LargeBodies(Egress egress, Semaphore places, @Nullable Semaphore goingOn, Duration wait) {
    this.egress = egress;
    this.places = places;
    this.goingOn = goingOn;
    this.wait = wait;
  }

  /** For work that is done with its server when it has a large answer. */
  public static LargeBodies ofOneAnswer(Egress egress) {
    return new LargeBodies(egress, PLACES, null, WAIT);
  }

  /** For work that goes on to ask. */
  public static LargeBodies ofManyAnswers(Egress egress) {
    return new LargeBodies(egress, PLACES, GOING_ON, WAIT);
  }

  /** As {@link Egress#send}. */
  public Exchange send(OutboundRequest request) {
    leavePlace();
    return egress.send(sparing(request), this::take);
  }

  private static OutboundRequest sparing(OutboundRequest request) {
    var limits = request.limits();
    return request.within(
        new Limits(
            limits.deadline(),
            limits.wireBytes(),
            limits.bodyBytes(),
            Math.min(limits.memoryBytes(), SMALL),
            limits.cut(),
            limits.redirects()));
  }

  private synchronized boolean take() {
    if (closed) {
      return false;
    }
    try {
      goesOn = goesOn || goingOn != null && acquire(goingOn);
      hasPlace = (goesOn || goingOn == null) && acquire(places);
      return hasPlace;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private boolean acquire(Semaphore semaphore) throws InterruptedException {
    return semaphore.tryAcquire(wait.toMillis(), TimeUnit.MILLISECONDS);
  }

  private synchronized void leavePlace() {
    if (hasPlace) {
      hasPlace = false;
      places.release();
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    leavePlace();
    if (goesOn && goingOn != null) {
      goesOn = false;
      goingOn.release();
    }
  }
}
