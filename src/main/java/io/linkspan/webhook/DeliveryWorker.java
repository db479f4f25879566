package io.linkspan.webhook;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import io.linkspan.platform.db.Database;
import io.linkspan.platform.db.SqlStates;
import io.linkspan.webhook.Outcomes.Ended;
import io.linkspan.webhook.QueueStore.Claim;
import io.linkspan.webhook.QueueStore.Lane;
import io.linkspan.webhook.QueueStore.Outcome;
import io.linkspan.webhook.QueueStore.Room;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes deliveries that are due and sends them, any number of nodes side by side. What this node
 * took and did not finish is taken by another when its lease ends, so that a receiver may see a
 * message twice, always with the same id.
 */
public final class DeliveryWorker implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DeliveryWorker.class);
  private static final int AT_ONCE = 1_500;

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

  /** Outcomes that wait to be written, beyond which nothing is taken. */
  private static final int UNWRITTEN = 2_000;

  private static final int BATCH = 200;

  /** What the messages may have together that are being sent, in bytes: a part of the memory. */
  private static final long WEIGHT = Runtime.getRuntime().maxMemory() / 16;

  private static final Duration LEASE = Duration.ofSeconds(30);
  private static final Duration POLL = Duration.ofSeconds(1);
  private static final Duration PACE_KEPT = Duration.ofMinutes(10);
  private static final Duration AFTER_FAILURE = Duration.ofSeconds(1);

  /**
   * After a claim: a request that begins later may last longer than its lease. A node that slept
   * sends nothing of what it took before.
   */
  private static final Duration BEGIN_WITHIN = LEASE.minus(Sender.DEADLINE);

  private static final Duration SHUTDOWN = Duration.ofSeconds(18);

  private final Database database;
  private final QueueStore queue;
  private final OrderStore order;
  private final WebhookStore webhooks;
  private final Sender sender;
  private final Outcomes outcomes;
  private final OutcomeWorker outcomeWorker;
  private final RetrySchedule schedule;
  private final Clock clock;
  private final DeliveryMetrics metrics;

  /** Characters of all messages that are being sent. */
  private final AtomicLong weight = new AtomicLong();

  private final Semaphore wake = new Semaphore(0);
  private final Semaphore places = new Semaphore(AT_ONCE);
  private final Semaphore doubtful = new Semaphore(DOUBTFUL);
  // longer than a request lasts, so that none is forgotten that still has some
  private final LoadingCache<UUID, Pace> paces =
      Caffeine.newBuilder().expireAfterAccess(PACE_KEPT).build(_ -> new Pace());
  private final Held held = new Held();
  private final Rounds rounds;
  private final DueLanes due;
  private int batch = BATCH;
  private long untilRoom = POLL.toNanos();
  private volatile boolean stopping;
  private @Nullable Thread claimer;

  DeliveryWorker(
      Database database,
      QueueStore queue,
      OrderStore order,
      WebhookStore webhooks,
      Sender sender,
      Outcomes outcomes,
      RetrySchedule schedule,
      DeliveryMetrics metrics,
      Clock clock) {
    this.database = database;
    this.queue = queue;
    this.order = order;
    this.webhooks = webhooks;
    this.sender = sender;
    this.outcomes = outcomes;
    this.schedule = schedule;
    this.clock = clock;
    this.metrics = metrics;
    this.rounds = new Rounds("claims", metrics.broken("claims"));
    this.outcomeWorker = new OutcomeWorker(database, outcomes, held, metrics, this::written);
    this.due = new DueLanes(database, queue, clock, metrics.broken("lanes"), wake::release);
    metrics.gauge("in.flight", "Attempts under way", () -> AT_ONCE - places.availablePermits());
    metrics.gauge("resting", "Webhooks left alone because they do not answer", this::resting);
  }

  /** Begins to send until closed. */
  public void start() {
    claimer =
        Thread.ofVirtual()
            .name("webhook-claims")
            .start(() -> rounds.whileTrue(() -> !stopping, this::round));
    outcomeWorker.start();
    due.start();
  }

  /** Something is due now: do not wait for the next poll. */
  public void wake() {
    due.lookAround();
  }

  /** Something is due there. */
  void wake(Set<Lane> lanes) {
    due.add(lanes);
  }

  private void written(List<Lane> lanes) {
    due.add(lanes);
    wake.release();
  }

  private void round() throws InterruptedException {
    wake.drainPermits();
    try {
      if (claim() == 0) {
        wake.tryAcquire(untilRoom, TimeUnit.NANOSECONDS);
      }
      batch = Math.min(BATCH, batch * 2);
    } catch (RuntimeException e) {
      if (!SqlStates.ofDatabase(e)) {
        throw e;
      }
      LOG.warn("cannot take deliveries ({}); tried again in a second", SqlStates.of(e));
      Thread.sleep(AFTER_FAILURE);
    } catch (OutOfMemoryError e) {
      // so many large messages may not fit, and one still does
      batch = Math.max(1, batch / 2);
      throw e;
    }
  }

  /** Takes what may be sent now; 0 when there is nothing more to take before the next wake-up. */
  private int claim() {
    untilRoom = POLL.toNanos();
    int free =
        Math.min(batch, Math.min(places.availablePermits(), UNWRITTEN - outcomeWorker.unwritten()));
    long bytes = WEIGHT - weight.get();
    if (free <= 0 || bytes <= 0) {
      return 0;
    }
    var lanes = due.all();
    if (lanes.isEmpty()) {
      return 0;
    }
    long now = System.nanoTime();
    var room = room(lanes, free, bytes, now);
    if (room.lanes().isEmpty()) {
      return 0;
    }
    due.remove(room.lanes());
    List<Lane> again = room.lanes();
    try {
      Taken taken;
      List<Claim> toSend;
      synchronized (held) {
        taken = database.inTransaction(tx -> take(tx, room));
        toSend = taken.claims().stream().filter(held::take).toList();
      }
      again = withMore(room, taken);
      if (!toSend.isEmpty()) {
        send(toSend, now);
      }
      return taken.claims().size() + taken.putBack();
    } finally {
      due.add(again);
    }
  }

  private Room room(List<Lane> lanes, int free, long bytes, long now) {
    var open = new ArrayList<Lane>();
    var rooms = new ArrayList<Integer>();
    int forDoubtful = doubtful.availablePermits();
    int left = places.availablePermits();
    // beginning anywhere, so that each doubtful one has its turn
    Collections.rotate(lanes, ThreadLocalRandom.current().nextInt(lanes.size()));
    for (var lane : lanes) {
      var pace = pace(lane);
      int room = pace.room(now);
      if (room == 0) {
        untilRoom = Math.min(untilRoom, pace.untilAllowed(now));
        continue;
      }
      if (left <= RESERVED) {
        room = pace.idle() ? 1 : 0;
      } else if (left <= CROWDED && pace.stalls(now)) {
        room = 0;
      }
      if (!pace.answers()) {
        room = Math.min(room, forDoubtful);
        forDoubtful -= room;
      }
      if (room > 0) {
        open.add(lane);
        rooms.add(room);
      }
    }
    return new Room(open, rooms, free, bytes);
  }

  /** Lanes of which less than all that is due may have been taken. */
  private static List<Lane> withMore(Room room, Taken taken) {
    if (taken.claims().size() >= room.deliveries()
        || taken.bytes() >= room.bytes()
        || taken.putBack() > 0) {
      return room.lanes();
    }
    var counts =
        taken.claims().stream().collect(Collectors.groupingBy(Claim::lane, Collectors.counting()));
    var more = new ArrayList<Lane>();
    for (int i = 0; i < room.lanes().size(); i++) {
      if (counts.getOrDefault(room.lanes().get(i), 0L) >= room.rooms().get(i)) {
        more.add(room.lanes().get(i));
      }
    }
    return more;
  }

  private record Taken(List<Claim> claims, int putBack) {
    long bytes() {
      return claims.stream().mapToLong(Claim::bytes).sum();
    }
  }

  private Taken take(Handle tx, Room room) {
    var now = clock.instant();
    var ordered = order.among(tx, room.lanes());
    var claims = queue.claim(tx, room, ordered, now, LEASE);
    var wanting = new ArrayList<Lane>();
    for (int i = 0; i < room.lanes().size() && !ordered.isEmpty(); i++) {
      var lane = room.lanes().get(i);
      if (ordered.contains(lane.webhookId())
          && claims.stream().filter(claim -> claim.lane().equals(lane)).count()
              < room.rooms().get(i)) {
        wanting.add(lane);
      }
    }
    return new Taken(claims, wanting.isEmpty() ? 0 : order.putBack(tx, wanting, now));
  }

  private Pace pace(Lane lane) {
    return paces.get(lane.webhookId());
  }

  /**
   * @param takenAt before the database gave the leases
   */
  private void send(List<Claim> claims, long takenAt) {
    var waiting = new ArrayDeque<>(claims);
    try {
      var known = known(claims);
      for (var claim : claims) {
        send(claim, known.get(claim.lane().webhookId()), takenAt);
        waiting.remove();
      }
    } finally {
      giveBack(List.copyOf(waiting));
    }
  }

  private Map<UUID, Webhook> known(List<Claim> claims) {
    var lanes = claims.stream().map(Claim::lane).distinct().toList();
    return database
        .query(
            handle ->
                webhooks.findAll(
                    handle,
                    lanes.stream().map(Lane::organizerId).toList(),
                    lanes.stream().map(Lane::webhookId).toList()))
        .stream()
        .collect(Collectors.toMap(Webhook::id, webhook -> webhook));
  }

  private void send(Claim claim, @Nullable Webhook webhook, long takenAt) {
    if (webhook == null) {
      held.drop(claim);
      database.useTransaction(tx -> outcomes.clear(tx, claim.lane()));
    } else if (!webhook.active() || claim.body() == null || claim.test()) {
      // of a test only what its server left behind when it died comes here
      outcomeWorker.add(new Ended(new Outcome(claim, null, null), webhook, claim.test()));
    } else {
      start(claim, webhook, claim.body(), takenAt);
    }
  }

  private void start(Claim claim, Webhook webhook, String body, long takenAt) {
    var pace = pace(claim.lane());
    boolean inDoubt = !pace.answers() && doubtful.tryAcquire();
    long begun = System.nanoTime();
    pace.begin(webhook.rateLimit(), begun);
    weight.addAndGet(body.length());
    places.acquireUninterruptibly();
    try {
      Thread.startVirtualThread(
          () -> {
            try {
              attempt(claim, webhook, body, takenAt)
                  .ifPresentOrElse(
                      attempt -> tell(pace, attempt, begun), () -> pace.withdrawn(begun));
            } catch (RuntimeException | Error e) {
              pace.silent(ThreadLocalRandom.current().nextDouble(), begun, System.nanoTime());
              held.drop(claim);
              LOG.error(
                  "delivery {}: sending broke; it is taken again when its lease ends",
                  claim.id(),
                  e);
            } finally {
              end(inDoubt, body);
            }
          });
    } catch (Error noThread) {
      pace.withdrawn(begun);
      end(inDoubt, body);
      throw noThread;
    }
  }

  private void tell(Pace pace, Attempt attempt, long begun) {
    long now = System.nanoTime();
    if (attempt.silent()) {
      pace.silent(ThreadLocalRandom.current().nextDouble(), begun, now);
    } else if (attempt.retryAfter().isPresent()) {
      pace.paused(Duration.between(clock.instant(), attempt.retryAfter().get()), begun, now);
    } else {
      pace.answered(begun);
    }
  }

  private void end(boolean inDoubt, String body) {
    weight.addAndGet(-body.length());
    if (inDoubt) {
      doubtful.release();
    }
    places.release();
    wake.release();
  }

  /** Empty when it came too late to be made. */
  private Optional<Attempt> attempt(Claim claim, Webhook webhook, String body, long takenAt) {
    if (System.nanoTime() - takenAt > BEGIN_WITHIN.toNanos()) {
      LOG.info(
          "delivery {}: not begun within {} of its claim; given back", claim.id(), BEGIN_WITHIN);
      giveBack(List.of(claim));
      return Optional.empty();
    }
    var attempt = sender.send(webhook, claim.eventId(), body);
    outcomeWorker.add(new Ended(outcome(claim, webhook, attempt), webhook, false));
    count(claim, attempt);
    return Optional.of(attempt);
  }

  private Outcome outcome(Claim claim, Webhook webhook, Attempt attempt) {
    if (attempt.succeeded() || attempt.gone() || !webhook.retryFailed()) {
      return new Outcome(claim, attempt, null);
    }
    return new Outcome(
        claim,
        attempt,
        schedule.after(claim.tries() + 1, webhook.maxRetries(), attempt.retryAfter()).orElse(null));
  }

  private void count(Claim claim, Attempt attempt) {
    metrics.attempted(attempt);
    boolean askedForAgain = claim.attempts() > claim.tries();
    if (attempt.succeeded() && !askedForAgain) {
      metrics.delivered(Duration.between(claim.queuedAt(), clock.instant()));
    }
  }

  private int resting() {
    long now = System.nanoTime();
    return (int) paces.asMap().values().stream().filter(pace -> pace.rests(now)).count();
  }

  /**
   * Takes nothing more, lets what is on its way end, writes it down, and gives the rest back: in 25
   * seconds at most.
   */
  @Override
  public void close() {
    if (stopping) {
      return;
    }
    stopping = true;
    due.close();
    wake.release();
    try {
      if (claimer != null) {
        claimer.join(Duration.ofSeconds(3));
      }
      if (places.tryAcquire(AT_ONCE, SHUTDOWN.toMillis(), TimeUnit.MILLISECONDS)) {
        LOG.debug("every delivery that was on its way has ended");
      }
      outcomeWorker.close();
      release(held.all());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void giveBack(List<Claim> claims) {
    // in this order: once released, this node too may take them again
    claims.forEach(held::drop);
    release(claims);
  }

  private void release(List<Claim> claims) {
    if (claims.isEmpty()) {
      return;
    }
    try {
      database.useTransaction(tx -> queue.release(tx, claims));
    } catch (RuntimeException e) {
      LOG.warn("cannot give {} deliveries back; their leases end by themselves", claims.size(), e);
    }
  }
}
