package io.linkspan.webhook;

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
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
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

  /** Outcomes that wait to be written, beyond which nothing is taken. */
  private static final int UNWRITTEN = 2_000;

  private static final int BATCH = 200;

  private static final Duration LEASE = Duration.ofSeconds(30);
  private static final Duration POLL = Duration.ofSeconds(1);
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

  private final Semaphore wake = new Semaphore(0);
  private final Places places;
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
    this.places = new Places(clock);
    this.rounds = new Rounds("claims", metrics.broken("claims"));
    this.outcomeWorker = new OutcomeWorker(database, outcomes, held, metrics, this::written);
    this.due = new DueLanes(database, clock, metrics.broken("lanes"), wake::release);
    metrics.gauge("in.flight", "Attempts under way", places::taken);
    metrics.gauge("resting", "Webhooks left alone because they do not answer", places::resting);
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
      if (!claim()) {
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

  /** Takes what may be sent now; false when there is nothing more before the next wake-up. */
  private boolean claim() {
    untilRoom = POLL.toNanos();
    int most = Math.min(batch, UNWRITTEN - outcomeWorker.unwritten());
    if (most <= 0 || places.full()) {
      return false;
    }
    long now = System.nanoTime();
    var offer = places.offer(due.all(), most, now);
    untilRoom = Math.min(untilRoom, offer.untilMore());
    // very many that cannot have anything now are not gone through at each claim
    due.remove(offer.later());
    due.remove(offer.full());
    due.add(places.awaitEnds(offer.full()));
    var room = offer.room();
    if (room.lanes().isEmpty()) {
      return false;
    }
    due.remove(room.lanes());
    List<Lane> again = room.lanes();
    var toSend = new ArrayDeque<Claim>(most);
    try {
      Taken taken;
      synchronized (held) {
        taken = database.inTransaction(tx -> take(tx, room));
        for (var claim : taken.claims()) {
          if (held.take(claim)) {
            toSend.add(claim);
          }
        }
      }
      again = withMore(room, taken);
      send(toSend, now);
      return !taken.claims().isEmpty() || taken.putBack() > 0 || offer.more();
    } finally {
      // whatever was thrown: what is held and not sent would never be sent by this node
      giveBack(List.copyOf(toSend));
      due.add(again);
    }
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

  /**
   * @param claims removed as each begins
   * @param takenAt before the database gave the leases
   */
  private void send(Queue<Claim> claims, long takenAt) {
    if (claims.isEmpty()) {
      return;
    }
    var known = known(claims);
    for (var claim = claims.peek(); claim != null; claim = claims.peek()) {
      send(claim, known.get(claim.lane().webhookId()), takenAt);
      claims.remove();
    }
  }

  private Map<UUID, Webhook> known(Collection<Claim> claims) {
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
    var place = places.take(claim.lane(), webhook.rateLimit(), body.length());
    try {
      Thread.startVirtualThread(
          () -> {
            try {
              attempt(claim, webhook, body, takenAt)
                  .ifPresentOrElse(place::ended, place::withdrawn);
            } catch (RuntimeException | Error e) {
              place.silent();
              held.drop(claim);
              LOG.error(
                  "delivery {}: sending broke; it is taken again when its lease ends",
                  claim.id(),
                  e);
            } finally {
              freed(claim.lane(), place);
            }
          });
    } catch (Error noThread) {
      place.withdrawn();
      freed(claim.lane(), place);
      throw noThread;
    }
  }

  private void freed(Lane lane, Places.Place place) {
    if (place.free()) {
      due.add(List.of(lane));
    } else {
      wake.release();
    }
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
    if (!attempt.made()) {
      LOG.debug("delivery {}: {}; given back", claim.id(), attempt.error());
      giveBack(List.of(claim));
      return Optional.empty();
    }
    outcomeWorker.add(new Ended(outcome(claim.withoutBody(), webhook, attempt), webhook, false));
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
      if (places.awaitEnd(SHUTDOWN)) {
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
