package io.linkspan.webhook.delivery;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import io.linkspan.webhook.EndpointQueue;
import io.linkspan.webhook.delivery.QueueStore.ClaimBudget;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * How many requests this node makes at once, and of which receivers: each has its {@link
 * EndpointThrottle}, and those that do not answer cannot have the places that the others need.
 */
final class DeliverySlots {
  private static final int MAX_REQUESTS = 1_500;

  /**
   * When so few of them are left, receivers that keep a request waiting get no more: a thousand
   * that fall silent at once would soon have all.
   */
  private static final int CROWDED_BELOW = 1_000;

  /** The last of them are for receivers to which nothing is under way. */
  private static final int RESERVED_FOR_IDLE = 500;

  /**
   * Of those places, what receivers have together whose last request had no answer, or that had
   * none yet: each may hold its slot for as long as a request lasts.
   */
  private static final int MAX_UNRESPONSIVE = 1_000;

  /**
   * What one claim takes for such receivers, and for those that keep a request waiting: hundreds
   * that may go on at the same moment must not make everyone else wait for a long claim.
   */
  private static final int MAX_UNRESPONSIVE_PER_CLAIM = 20;

  /** What the messages may have together that are being sent, in bytes: a part of the memory. */
  private static final long MAX_BYTES_IN_FLIGHT = Runtime.getRuntime().maxMemory() / 16;

  // longer than a request lasts, so that none is forgotten that still has some, and than most have
  // nothing to deliver: of whom nothing is known waits with those that do not answer
  private static final Duration THROTTLE_TTL = Duration.ofDays(1);

  private final Clock clock;
  private final Semaphore free = new Semaphore(MAX_REQUESTS);
  private final Semaphore unresponsive = new Semaphore(MAX_UNRESPONSIVE);

  /** Characters of all messages that are being sent. */
  private final AtomicLong bytesInFlight = new AtomicLong();

  private final LoadingCache<UUID, EndpointThrottle> throttles =
      Caffeine.newBuilder().expireAfterAccess(THROTTLE_TTL).build(_ -> new EndpointThrottle());

  /** Queues of which a request must end first. */
  private final Set<EndpointQueue> waiting = ConcurrentHashMap.newKeySet();

  DeliverySlots(Clock clock) {
    this.clock = clock;
  }

  /**
   * What may be taken now.
   *
   * @param untilMore nanoseconds after which a limit of requests a second allows more
   * @param more whether the next claim may take from queues that are left out of this one
   * @param full queues of which something must end first
   * @param later queues that are to be left alone for a while
   */
  record Capacity(
      ClaimBudget budget,
      long untilMore,
      boolean more,
      List<EndpointQueue> full,
      List<EndpointQueue> later) {}

  /** Whether nothing can begin before something ends. */
  boolean isFull() {
    return free.availablePermits() == 0 || bytesInFlight.get() >= MAX_BYTES_IN_FLIGHT;
  }

  /**
   * @param most deliveries in all
   */
  Capacity capacity(List<EndpointQueue> queues, int most, long nanoTime) {
    var open = new ArrayList<EndpointQueue>();
    var perQueue = new ArrayList<Integer>();
    var full = new ArrayList<EndpointQueue>();
    var later = new ArrayList<EndpointQueue>();
    int slotsForUnresponsive = unresponsive.availablePermits();
    int forUnresponsive = Math.min(MAX_UNRESPONSIVE_PER_CLAIM, slotsForUnresponsive);
    boolean more = false;
    int left = free.availablePermits();
    long untilMore = Long.MAX_VALUE;
    // beginning anywhere, so that each unresponsive one has its turn
    Collections.rotate(queues, ThreadLocalRandom.current().nextInt(Math.max(1, queues.size())));
    for (var queue : queues) {
      var throttle = throttle(queue);
      boolean stalled = throttle.isStalled(nanoTime);
      if (throttle.isBackingOff(nanoTime)
          || stalled && left <= CROWDED_BELOW
          || !throttle.isResponsive() && slotsForUnresponsive == 0) {
        later.add(queue);
        continue;
      }
      if (throttle.isFull()) {
        full.add(queue);
        continue;
      }
      int room = throttle.capacity(nanoTime);
      if (room == 0) {
        untilMore = Math.min(untilMore, throttle.untilAllowed(nanoTime));
        continue;
      }
      if (left <= RESERVED_FOR_IDLE) {
        room = throttle.isIdle() ? 1 : 0;
      }
      if (stalled || !throttle.isResponsive()) {
        int wanted = room;
        room = Math.min(wanted, forUnresponsive);
        forUnresponsive -= room;
        more |= room < wanted;
      }
      if (room > 0) {
        open.add(queue);
        perQueue.add(room);
      }
    }
    var budget =
        new ClaimBudget(
            open, perQueue, Math.min(most, left), MAX_BYTES_IN_FLIGHT - bytesInFlight.get());
    return new Capacity(budget, untilMore, more && !open.isEmpty(), full, later);
  }

  /**
   * Remembers queues of which something must end first, until it does.
   *
   * @return those of which something has ended meanwhile
   */
  List<EndpointQueue> awaitEnds(List<EndpointQueue> full) {
    waiting.addAll(full);
    return full.stream()
        .filter(queue -> !throttle(queue).isFull() && waiting.remove(queue))
        .toList();
  }

  /**
   * Takes a slot for a request that begins now.
   *
   * @param limit requests a second
   * @param size of the message
   */
  Slot take(EndpointQueue queue, @Nullable Integer limit, int size) {
    var throttle = throttle(queue);
    boolean responsive = throttle.isResponsive();
    boolean unresponsiveSlot = !responsive && unresponsive.tryAcquire();
    long begun = System.nanoTime();
    throttle.begin(limit, begun);
    bytesInFlight.addAndGet(size);
    free.acquireUninterruptibly();
    return new Slot(queue, throttle, begun, responsive, unresponsiveSlot, size);
  }

  /** Whether the receiver answered last; false where none was asked yet. */
  boolean isResponsive(EndpointQueue queue) {
    return throttle(queue).isResponsive();
  }

  private EndpointThrottle throttle(EndpointQueue queue) {
    return throttles.get(queue.webhookId());
  }

  int inUse() {
    return MAX_REQUESTS - free.availablePermits();
  }

  /** How many receivers are left alone because they do not answer. */
  int backingOff() {
    long now = System.nanoTime();
    return (int)
        throttles.asMap().values().stream().filter(throttle -> throttle.isBackingOff(now)).count();
  }

  /** Waits until every request has ended; false when it takes longer. */
  boolean awaitEnd(Duration longest) throws InterruptedException {
    return free.tryAcquire(MAX_REQUESTS, longest.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** The place of one request. */
  final class Slot {
    private final EndpointQueue queue;
    private final EndpointThrottle throttle;
    private final long begun;
    private final boolean responsive;
    private final boolean unresponsiveSlot;
    private final int size;

    private Slot(
        EndpointQueue queue,
        EndpointThrottle throttle,
        long begun,
        boolean responsive,
        boolean unresponsiveSlot,
        int size) {
      this.queue = queue;
      this.throttle = throttle;
      this.begun = begun;
      this.responsive = responsive;
      this.unresponsiveSlot = unresponsiveSlot;
      this.size = size;
    }

    /** Whether the receiver had answered last when the request began. */
    boolean responsive() {
      return responsive;
    }

    /** How the request ended decides how many follow it. */
    void ended(Attempt attempt) {
      if (attempt.unanswered()) {
        unanswered();
      } else if (attempt.retryAfter().isPresent()) {
        throttle.paused(
            Duration.between(clock.instant(), attempt.retryAfter().get()),
            begun,
            System.nanoTime());
      } else {
        throttle.answered(begun);
      }
    }

    void unanswered() {
      throttle.unanswered(ThreadLocalRandom.current().nextDouble(), begun, System.nanoTime());
    }

    /** The request was not made after all. */
    void withdrawn() {
      throttle.withdrawn(begun);
    }

    /**
     * Once, after the request.
     *
     * @return whether its queue waits for that
     */
    boolean free() {
      bytesInFlight.addAndGet(-size);
      if (unresponsiveSlot) {
        unresponsive.release();
      }
      free.release();
      return waiting.remove(queue);
    }
  }
}
