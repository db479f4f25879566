package io.linkspan.webhook;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import io.linkspan.platform.db.Database;
import io.linkspan.platform.db.SqlStates;
import io.linkspan.webhook.Outcomes.Ended;
import io.linkspan.webhook.QueueStore.Claim;
import io.linkspan.webhook.QueueStore.Lane;
import io.linkspan.webhook.QueueStore.Outcome;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
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
  private static final int BATCH = 200;
  private static final int LANES = 5_000;
  private static final Duration LEASE = Duration.ofSeconds(30);
  private static final Duration POLL = Duration.ofSeconds(1);
  private static final Duration PACE_KEPT = Duration.ofMinutes(10);
  private static final Duration AFTER_FAILURE = Duration.ofSeconds(1);
  private static final Duration SHUTDOWN = Duration.ofSeconds(18);

  private final Database database;
  private final QueueStore queue;
  private final OrderStore order;
  private final WebhookStore webhooks;
  private final Sender sender;
  private final Outcomes outcomes;
  private final RetrySchedule schedule;
  private final Clock clock;
  private final DeliveryMetrics metrics;

  private final Semaphore wake = new Semaphore(0);
  private final Semaphore places = new Semaphore(AT_ONCE);
  // longer than a request lasts, so that none is forgotten that still has some
  private final LoadingCache<UUID, Pace> paces =
      Caffeine.newBuilder().expireAfterAccess(PACE_KEPT).build(_ -> new Pace());
  private final Map<UUID, Claim> running = new ConcurrentHashMap<>();
  private final LinkedBlockingQueue<Ended> ended = new LinkedBlockingQueue<>();
  private Lane cursor = Lane.FIRST;
  private volatile int inHand;
  private long untilRoom = POLL.toNanos();
  private volatile boolean stopping;
  private volatile boolean sendersDone;
  private @Nullable Thread claimer;
  private @Nullable Thread completer;

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
    metrics.gauge("in.flight", "Attempts under way", running::size);
    metrics.gauge(
        "unwritten", "Outcomes that are not in the database yet", () -> ended.size() + inHand);
    metrics.gauge("resting", "Webhooks left alone because they do not answer", this::resting);
  }

  /** Begins to send until closed. */
  public void start() {
    claimer = Thread.ofVirtual().name("webhook-claims").start(this::claimLoop);
    completer = Thread.ofVirtual().name("webhook-outcomes").start(this::completeLoop);
  }

  /** Something is due now: do not wait for the next poll. */
  public void wake() {
    wake.release();
  }

  private void claimLoop() {
    while (!stopping) {
      try {
        wake.drainPermits();
        if (claim() == 0) {
          wake.tryAcquire(untilRoom, TimeUnit.NANOSECONDS);
        }
      } catch (InterruptedException e) {
        return;
      } catch (RuntimeException e) {
        LOG.warn("cannot take deliveries ({}); tried again in a second", SqlStates.of(e));
        if (!pause(AFTER_FAILURE)) {
          return;
        }
      }
    }
  }

  /** Takes what may be sent now; 0 when there is nothing more to take before the next wake-up. */
  private int claim() {
    untilRoom = POLL.toNanos();
    int free = Math.min(BATCH, places.availablePermits());
    if (free == 0) {
      return 0;
    }
    var lanes = lanes();
    if (lanes.isEmpty()) {
      return 0;
    }
    long now = System.nanoTime();
    var open = new ArrayList<Lane>();
    var rooms = new ArrayList<Integer>();
    for (var lane : lanes) {
      var pace = pace(lane);
      int room = pace.room(now);
      if (room > 0) {
        open.add(lane);
        rooms.add(room);
      } else {
        untilRoom = Math.min(untilRoom, pace.untilAllowed(now));
      }
    }
    if (open.isEmpty()) {
      return 0;
    }
    var taken = database.inTransaction(tx -> take(tx, open, rooms, free));
    if (!taken.claims().isEmpty()) {
      send(taken.claims());
    }
    return taken.claims().size() + taken.putBack();
  }

  private record Taken(List<Claim> claims, int putBack) {}

  private Taken take(Handle tx, List<Lane> open, List<Integer> rooms, int free) {
    var now = clock.instant();
    var ordered = order.among(tx, open);
    var claims = queue.claim(tx, open, rooms, ordered, now, LEASE, free);
    var wanting = new ArrayList<Lane>();
    for (int i = 0; i < open.size() && !ordered.isEmpty(); i++) {
      var lane = open.get(i);
      if (ordered.contains(lane.webhookId())
          && claims.stream().filter(claim -> claim.lane().equals(lane)).count() < rooms.get(i)) {
        wanting.add(lane);
      }
    }
    return new Taken(claims, wanting.isEmpty() ? 0 : order.putBack(tx, wanting, now));
  }

  private List<Lane> lanes() {
    var lanes = database.query(handle -> queue.lanes(handle, cursor, LANES));
    boolean fromStart = cursor.equals(Lane.FIRST);
    cursor = lanes.size() == LANES ? lanes.getLast() : Lane.FIRST;
    return lanes.isEmpty() && !fromStart
        ? database.query(handle -> queue.lanes(handle, Lane.FIRST, LANES))
        : lanes;
  }

  private Pace pace(Lane lane) {
    return paces.get(lane.webhookId());
  }

  private void send(List<Claim> claims) {
    var lanes = claims.stream().map(Claim::lane).distinct().toList();
    Map<UUID, Webhook> known =
        database
            .query(
                handle ->
                    webhooks.findAll(
                        handle,
                        lanes.stream().map(Lane::organizerId).toList(),
                        lanes.stream().map(Lane::webhookId).toList()))
            .stream()
            .collect(Collectors.toMap(Webhook::id, webhook -> webhook));
    for (var claim : claims) {
      var webhook = known.get(claim.lane().webhookId());
      if (webhook == null) {
        database.useTransaction(tx -> outcomes.clear(tx, claim.lane()));
      } else if (!webhook.active() || claim.body() == null || claim.test()) {
        // of a test only what its server left behind when it died comes here
        ended.add(new Ended(new Outcome(claim, null, null), webhook, claim.test()));
      } else {
        start(claim, webhook, claim.body());
      }
    }
  }

  private void start(Claim claim, Webhook webhook, String body) {
    var pace = pace(claim.lane());
    pace.begin(webhook.rateLimit(), System.nanoTime());
    places.acquireUninterruptibly();
    running.put(claim.id(), claim);
    Thread.startVirtualThread(
        () -> {
          boolean silent = true;
          try {
            var attempt = sender.send(webhook, claim.eventId(), body);
            silent = attempt.silent();
            ended.add(new Ended(outcome(claim, webhook, attempt), webhook, false));
            count(claim, attempt);
          } catch (RuntimeException e) {
            LOG.error(
                "delivery {}: sending broke; it is taken again when its lease ends", claim.id(), e);
          } finally {
            pace.end(silent, System.nanoTime());
            running.remove(claim.id());
            places.release();
            wake();
          }
        });
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

  private void completeLoop() {
    var batch = new ArrayList<Ended>();
    while (!(sendersDone && ended.isEmpty())) {
      try {
        var first = ended.poll(100, TimeUnit.MILLISECONDS);
        if (first == null) {
          continue;
        }
        batch.add(first);
        ended.drainTo(batch, BATCH - 1);
        inHand = batch.size();
        write(batch);
        inHand = 0;
        if (batch.stream().anyMatch(done -> done.outcome().claim().orderKey() != null)) {
          // the next of its key may go
          wake();
        }
        batch.clear();
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  /** What happened is kept until it is written, however long the database is away. */
  private void write(List<Ended> batch) throws InterruptedException {
    while (true) {
      try {
        database.useTransaction(tx -> outcomes.write(tx, batch));
        return;
      } catch (RuntimeException e) {
        LOG.warn("cannot write down {} outcomes ({})", batch.size(), SqlStates.of(e));
        if (SqlStates.refusesData(e)) {
          writeSpoilt(batch);
          return;
        }
        Thread.sleep(AFTER_FAILURE);
      }
    }
  }

  /** One receiver's words must not keep everyone's outcomes from being written. */
  private void writeSpoilt(List<Ended> batch) throws InterruptedException {
    if (batch.size() > 1) {
      for (var ended : batch) {
        write(List.of(ended));
      }
      return;
    }
    var spoilt = batch.getFirst();
    var bare = spoilt.withoutWords();
    var id = bare.outcome().claim().id();
    if (bare.equals(spoilt)) {
      LOG.error("delivery {}: its outcome cannot be kept; sent again when its lease ends", id);
      return;
    }
    LOG.warn("delivery {}: kept without its answer", id);
    write(List.of(bare));
  }

  private static boolean pause(Duration time) {
    try {
      Thread.sleep(time);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /**
   * Takes nothing more, lets what is on its way end, writes it down, and gives the rest back: in 25
   * seconds at most.
   */
  @Override
  public void close() {
    stopping = true;
    wake();
    try {
      if (claimer != null) {
        claimer.join(Duration.ofSeconds(3));
      }
      if (places.tryAcquire(AT_ONCE, SHUTDOWN.toMillis(), TimeUnit.MILLISECONDS)) {
        LOG.debug("every delivery that was on its way has ended");
      }
      sendersDone = true;
      if (completer != null && !completer.join(Duration.ofSeconds(3))) {
        completer.interrupt();
      }
      release(Set.copyOf(running.values()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void release(Set<Claim> claims) {
    if (claims.isEmpty()) {
      return;
    }
    try {
      database.useTransaction(tx -> queue.release(tx, List.copyOf(claims)));
    } catch (RuntimeException e) {
      LOG.warn("cannot give {} deliveries back; their leases end by themselves", claims.size(), e);
    }
  }
}
