package io.linkspan.webhook;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import io.linkspan.webhook.QueueStore.Lane;
import io.linkspan.webhook.QueueStore.Room;
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
 * How many requests this node makes at once, and of which receivers: each has its {@link Pace}, and
 * those that do not answer cannot have the places that the others need.
 */
final class Places {
  private static final int ALL = 1_500;

  /**
   * When so few of them are left, receivers that keep a request waiting get no more: a thousand
   * that fall silent at once would soon have all.
   */
  private static final int CROWDED = 1_000;

  /** The last of them are for receivers to which nothing is under way. */
  private static final int RESERVED = 500;

  /**
   * Of those places, what receivers have together whose last request had no answer, or that had
   * none yet: each may hold its place for as long as a request lasts.
   */
  private static final int DOUBTFUL = 1_000;

  /**
   * What one claim takes for such receivers, and for those that keep a request waiting: hundreds
   * that may go on at the same moment must not make everyone else wait for a long claim.
   */
  private static final int DOUBTFUL_AT_ONCE = 20;

  /** What the messages may have together that are being sent, in bytes: a part of the memory. */
  private static final long WEIGHT = Runtime.getRuntime().maxMemory() / 16;

  // longer than a request lasts, so that none is forgotten that still has some
  private static final Duration PACE_KEPT = Duration.ofMinutes(10);

  private final Clock clock;
  private final Semaphore free = new Semaphore(ALL);
  private final Semaphore doubtful = new Semaphore(DOUBTFUL);

  /** Characters of all messages that are being sent. */
  private final AtomicLong weight = new AtomicLong();

  private final LoadingCache<UUID, Pace> paces =
      Caffeine.newBuilder().expireAfterAccess(PACE_KEPT).build(_ -> new Pace());

  /** Lanes of which a request must end first. */
  private final Set<Lane> waiting = ConcurrentHashMap.newKeySet();

  Places(Clock clock) {
    this.clock = clock;
  }

  /**
   * What may be taken now.
   *
   * @param untilMore nanoseconds after which a limit of requests a second allows more
   * @param more whether the next claim may take from lanes that are left out of this one
   * @param full lanes of which something must end first
   * @param later lanes that are to be left alone for a while
   */
  record Offer(Room room, long untilMore, boolean more, List<Lane> full, List<Lane> later) {}

  /** Whether nothing can begin before something ends. */
  boolean full() {
    return free.availablePermits() == 0 || weight.get() >= WEIGHT;
  }

  /**
   * @param most deliveries in all
   */
  Offer offer(List<Lane> lanes, int most, long nanoTime) {
    var open = new ArrayList<Lane>();
    var rooms = new ArrayList<Integer>();
    var full = new ArrayList<Lane>();
    var later = new ArrayList<Lane>();
    int placesOfDoubtful = doubtful.availablePermits();
    int forDoubtful = Math.min(DOUBTFUL_AT_ONCE, placesOfDoubtful);
    boolean more = false;
    int left = free.availablePermits();
    long untilMore = Long.MAX_VALUE;
    // beginning anywhere, so that each doubtful one has its turn
    Collections.rotate(lanes, ThreadLocalRandom.current().nextInt(Math.max(1, lanes.size())));
    for (var lane : lanes) {
      var pace = pace(lane);
      boolean stalls = pace.stalls(nanoTime);
      if (pace.rests(nanoTime)
          || stalls && left <= CROWDED
          || !pace.answers() && placesOfDoubtful == 0) {
        later.add(lane);
        continue;
      }
      if (pace.full()) {
        full.add(lane);
        continue;
      }
      int room = pace.room(nanoTime);
      if (room == 0) {
        untilMore = Math.min(untilMore, pace.untilAllowed(nanoTime));
        continue;
      }
      if (left <= RESERVED) {
        room = pace.idle() ? 1 : 0;
      }
      if (stalls || !pace.answers()) {
        int wanted = room;
        room = Math.min(wanted, forDoubtful);
        forDoubtful -= room;
        more |= room < wanted;
      }
      if (room > 0) {
        open.add(lane);
        rooms.add(room);
      }
    }
    var room = new Room(open, rooms, Math.min(most, left), WEIGHT - weight.get());
    return new Offer(room, untilMore, more && !open.isEmpty(), full, later);
  }

  /**
   * Remembers lanes of which something must end first, until it does.
   *
   * @return those of which something has ended meanwhile
   */
  List<Lane> awaitEnds(List<Lane> full) {
    waiting.addAll(full);
    return full.stream().filter(lane -> !pace(lane).full() && waiting.remove(lane)).toList();
  }

  /**
   * Takes a place for a request that begins now.
   *
   * @param limit requests a second
   * @param size of the message
   */
  Place take(Lane lane, @Nullable Integer limit, int size) {
    var pace = pace(lane);
    boolean inDoubt = !pace.answers() && doubtful.tryAcquire();
    long begun = System.nanoTime();
    pace.begin(limit, begun);
    weight.addAndGet(size);
    free.acquireUninterruptibly();
    return new Place(lane, pace, begun, inDoubt, size);
  }

  private Pace pace(Lane lane) {
    return paces.get(lane.webhookId());
  }

  int taken() {
    return ALL - free.availablePermits();
  }

  /** How many receivers are left alone because they do not answer. */
  int resting() {
    long now = System.nanoTime();
    return (int) paces.asMap().values().stream().filter(pace -> pace.rests(now)).count();
  }

  /** Waits until every request has ended; false when it takes longer. */
  boolean awaitEnd(Duration longest) throws InterruptedException {
    return free.tryAcquire(ALL, longest.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** The place of one request. */
  final class Place {
    private final Lane lane;
    private final Pace pace;
    private final long begun;
    private final boolean inDoubt;
    private final int size;

    private Place(Lane lane, Pace pace, long begun, boolean inDoubt, int size) {
      this.lane = lane;
      this.pace = pace;
      this.begun = begun;
      this.inDoubt = inDoubt;
      this.size = size;
    }

    /** How the request ended decides how many follow it. */
    void ended(Attempt attempt) {
      if (attempt.silent()) {
        silent();
      } else if (attempt.retryAfter().isPresent()) {
        pace.paused(
            Duration.between(clock.instant(), attempt.retryAfter().get()),
            begun,
            System.nanoTime());
      } else {
        pace.answered(begun);
      }
    }

    void silent() {
      pace.silent(ThreadLocalRandom.current().nextDouble(), begun, System.nanoTime());
    }

    /** The request was not made after all. */
    void withdrawn() {
      pace.withdrawn(begun);
    }

    /**
     * Once, after the request.
     *
     * @return whether its lane waits for that
     */
    boolean free() {
      weight.addAndGet(-size);
      if (inDoubt) {
        doubtful.release();
      }
      free.release();
      return waiting.remove(lane);
    }
  }
}
