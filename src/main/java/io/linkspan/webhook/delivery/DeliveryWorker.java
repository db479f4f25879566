package io.linkspan.webhook.delivery;

import io.linkspan.platform.db.Database;
import io.linkspan.platform.db.SqlStates;
import io.linkspan.webhook.EndpointQueue;
import io.linkspan.webhook.delivery.Outcomes.Completion;
import io.linkspan.webhook.delivery.QueueStore.Claim;
import io.linkspan.webhook.delivery.QueueStore.ClaimBudget;
import io.linkspan.webhook.delivery.QueueStore.Outcome;
import io.linkspan.webhook.subscription.Webhook;
import io.linkspan.webhook.subscription.WebhookStore;
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
  private static final int MAX_UNWRITTEN_OUTCOMES = 2_000;

  private static final int MAX_BATCH = 200;

  private static final Duration LEASE = Duration.ofSeconds(30);
  private static final Duration POLL_INTERVAL = Duration.ofSeconds(1);
  private static final Duration RETRY_DELAY = Duration.ofSeconds(1);

  /**
   * After a claim: a request that begins later may last longer than its lease. A node that slept
   * sends nothing of what it took before.
   */
  private static final Duration MAX_START_DELAY = LEASE.minus(Sender.DEADLINE);

  private static final Duration SHUTDOWN_TIMEOUT = Duration.ofSeconds(18);

  private final Database database;
  private final QueueStore queueStore;
  private final OrderingStore order;
  private final WebhookStore webhooks;
  private final Sender sender;
  private final Outcomes outcomes;
  private final OutcomeWorker outcomeWorker;
  private final RetrySchedule schedule;
  private final Clock clock;
  private final DeliveryMetrics metrics;

  private final Semaphore wake = new Semaphore(0);
  private final DeliverySlots slots;
  private final InFlightClaims inFlight = new InFlightClaims();
  private final ResilientLoop loop;
  private final DueQueues due;
  private int batch = MAX_BATCH;
  private long untilCapacity = POLL_INTERVAL.toNanos();
  private volatile boolean stopping;
  private @Nullable Thread claimer;

  DeliveryWorker(
      Database database,
      QueueStore queueStore,
      OrderingStore order,
      WebhookStore webhooks,
      Sender sender,
      Outcomes outcomes,
      RetrySchedule schedule,
      DeliveryMetrics metrics,
      Clock clock) {
    this.database = database;
    this.queueStore = queueStore;
    this.order = order;
    this.webhooks = webhooks;
    this.sender = sender;
    this.outcomes = outcomes;
    this.schedule = schedule;
    this.clock = clock;
    this.metrics = metrics;
    this.slots = new DeliverySlots(clock);
    this.loop = new ResilientLoop("claims", metrics.broken("claims"));
    this.outcomeWorker = new OutcomeWorker(database, outcomes, inFlight, metrics, this::written);
    this.due = new DueQueues(database, clock, metrics.broken("queues"), wake::release);
    metrics.gauge("in.flight", "Attempts under way", slots::inUse);
    metrics.gauge("resting", "Webhooks left alone because they do not answer", slots::backingOff);
  }

  /** Begins to send until closed. */
  public void start() {
    claimer =
        Thread.ofVirtual()
            .name("webhook-claims")
            .start(() -> loop.whileTrue(() -> !stopping, this::round));
    outcomeWorker.start();
    due.start();
  }

  /** Something is due now: do not wait for the next poll. */
  public void wake() {
    due.lookAround();
  }

  /** Something is due there. */
  void wake(Set<EndpointQueue> queues) {
    due.add(queues);
  }

  boolean isResponsive(EndpointQueue queue) {
    return slots.isResponsive(queue);
  }

  private void written(List<EndpointQueue> queues) {
    due.add(queues);
    wake.release();
  }

  private void round() throws InterruptedException {
    wake.drainPermits();
    try {
      if (!claim()) {
        wake.tryAcquire(untilCapacity, TimeUnit.NANOSECONDS);
      }
      batch = Math.min(MAX_BATCH, batch * 2);
    } catch (RuntimeException e) {
      if (!SqlStates.ofDatabase(e)) {
        throw e;
      }
      LOG.warn("cannot take deliveries ({}); tried again in a second", SqlStates.of(e));
      Thread.sleep(RETRY_DELAY);
    } catch (OutOfMemoryError e) {
      // so many large messages may not fit, and one still does
      batch = Math.max(1, batch / 2);
      throw e;
    }
  }

  /** Takes what may be sent now; false when there is nothing more before the next wake-up. */
  private boolean claim() {
    untilCapacity = POLL_INTERVAL.toNanos();
    int most = Math.min(batch, MAX_UNWRITTEN_OUTCOMES - outcomeWorker.unwritten());
    if (most <= 0 || slots.isFull()) {
      return false;
    }
    long now = System.nanoTime();
    var capacity = slots.capacity(due.all(), most, now);
    untilCapacity = Math.min(untilCapacity, capacity.untilMore());
    // very many that cannot have anything now are not gone through at each claim
    due.remove(capacity.later());
    due.remove(capacity.full());
    due.add(slots.awaitEnds(capacity.full()));
    var budget = capacity.budget();
    if (budget.queues().isEmpty()) {
      return false;
    }
    due.remove(budget.queues());
    List<EndpointQueue> again = budget.queues();
    var toSend = new ArrayDeque<Claim>(most);
    try {
      Taken taken;
      synchronized (inFlight) {
        taken = database.inTransaction(tx -> take(tx, budget));
        for (var claim : taken.claims()) {
          if (inFlight.take(claim)) {
            toSend.add(claim);
          }
        }
      }
      again = withMore(budget, taken);
      send(toSend, now);
      return !taken.claims().isEmpty() || taken.postponed() > 0 || capacity.more();
    } finally {
      // whatever was thrown: what is held and not sent would never be sent by this node
      giveBack(List.copyOf(toSend));
      due.add(again);
    }
  }

  /** Queues of which less than all that is due may have been taken. */
  private static List<EndpointQueue> withMore(ClaimBudget budget, Taken taken) {
    if (taken.claims().size() >= budget.deliveries()
        || taken.bytes() >= budget.bytes()
        || taken.postponed() > 0) {
      return budget.queues();
    }
    var counts =
        taken.claims().stream().collect(Collectors.groupingBy(Claim::queue, Collectors.counting()));
    var more = new ArrayList<EndpointQueue>();
    for (int i = 0; i < budget.queues().size(); i++) {
      if (counts.getOrDefault(budget.queues().get(i), 0L) >= budget.perQueue().get(i)) {
        more.add(budget.queues().get(i));
      }
    }
    return more;
  }

  private record Taken(List<Claim> claims, int postponed) {
    long bytes() {
      return claims.stream().mapToLong(Claim::bytes).sum();
    }
  }

  private Taken take(Handle tx, ClaimBudget budget) {
    var now = clock.instant();
    var ordered = order.among(tx, budget.queues());
    var claims = queueStore.claim(tx, budget, ordered, now, LEASE);
    var wanting = new ArrayList<EndpointQueue>();
    for (int i = 0; i < budget.queues().size() && !ordered.isEmpty(); i++) {
      var queue = budget.queues().get(i);
      if (ordered.contains(queue.webhookId())
          && claims.stream().filter(claim -> claim.queue().equals(queue)).count()
              < budget.perQueue().get(i)) {
        wanting.add(queue);
      }
    }
    return new Taken(claims, wanting.isEmpty() ? 0 : order.postponeBlocked(tx, wanting, now));
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
      send(claim, known.get(claim.queue().webhookId()), takenAt);
      claims.remove();
    }
  }

  private Map<UUID, Webhook> known(Collection<Claim> claims) {
    var queues = claims.stream().map(Claim::queue).distinct().toList();
    return database
        .query(
            handle ->
                webhooks.findAll(
                    handle,
                    queues.stream().map(EndpointQueue::organizerId).toList(),
                    queues.stream().map(EndpointQueue::webhookId).toList()))
        .stream()
        .collect(Collectors.toMap(Webhook::id, webhook -> webhook));
  }

  private void send(Claim claim, @Nullable Webhook webhook, long takenAt) {
    if (webhook == null) {
      inFlight.drop(claim);
      database.useTransaction(tx -> outcomes.clear(tx, claim.queue()));
    } else if (!webhook.active() || claim.body() == null || claim.test()) {
      // of a test only what its server left behind when it died comes here
      outcomeWorker.add(new Completion(new Outcome(claim, null, null), webhook, claim.test()));
    } else {
      start(claim, webhook, claim.body(), takenAt);
    }
  }

  private void start(Claim claim, Webhook webhook, String body, long takenAt) {
    var slot = slots.take(claim.queue(), webhook.rateLimit(), body.length());
    try {
      Thread.startVirtualThread(
          () -> {
            try {
              attempt(claim, webhook, body, slot.responsive(), takenAt)
                  .ifPresentOrElse(slot::ended, slot::withdrawn);
            } catch (RuntimeException | Error e) {
              slot.unanswered();
              inFlight.drop(claim);
              LOG.error(
                  "delivery {}: sending broke; it is taken again when its lease ends",
                  claim.id(),
                  e);
            } finally {
              freed(claim.queue(), slot);
            }
          });
    } catch (Error noThread) {
      slot.withdrawn();
      freed(claim.queue(), slot);
      throw noThread;
    }
  }

  private void freed(EndpointQueue queue, DeliverySlots.Slot slot) {
    if (slot.free()) {
      due.add(List.of(queue));
    } else {
      wake.release();
    }
  }

  /** Empty when it came too late to be made. */
  private Optional<Attempt> attempt(
      Claim claim, Webhook webhook, String body, boolean responsive, long takenAt) {
    if (System.nanoTime() - takenAt > MAX_START_DELAY.toNanos()) {
      LOG.info(
          "delivery {}: not begun within {} of its claim; given back", claim.id(), MAX_START_DELAY);
      giveBack(List.of(claim));
      return Optional.empty();
    }
    var attempt = sender.send(webhook, claim.eventId(), body, responsive);
    if (!attempt.made()) {
      LOG.debug("delivery {}: {}; given back", claim.id(), attempt.error());
      giveBack(List.of(claim));
      return Optional.empty();
    }
    outcomeWorker.add(
        new Completion(outcome(claim.withoutBody(), webhook, attempt), webhook, false));
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
      if (slots.awaitEnd(SHUTDOWN_TIMEOUT)) {
        LOG.debug("every delivery that was on its way has ended");
      }
      outcomeWorker.close();
      release(inFlight.all());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void giveBack(List<Claim> claims) {
    // in this order: once released, this node too may take them again
    claims.forEach(inFlight::drop);
    release(claims);
  }

  private void release(List<Claim> claims) {
    if (claims.isEmpty()) {
      return;
    }
    try {
      database.useTransaction(tx -> queueStore.release(tx, claims));
    } catch (RuntimeException e) {
      LOG.warn("cannot give {} deliveries back; their leases end by themselves", claims.size(), e);
    }
  }
}
