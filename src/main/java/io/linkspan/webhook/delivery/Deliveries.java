package io.linkspan.webhook.delivery;

import io.linkspan.platform.http.Routes;
import io.linkspan.webhook.EndpointQueue;
import io.linkspan.webhook.OutboxStore;
import io.linkspan.webhook.WebhookParts;
import io.linkspan.webhook.subscription.DeliveryEngine;
import io.linkspan.webhook.subscription.DeliveryStats;
import io.linkspan.webhook.subscription.Webhook;
import io.linkspan.webhook.subscription.WebhookSecrets;
import io.linkspan.webhook.subscription.WebhookStore;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The delivery engine: sends what is due, replays, and forgets. */
public final class Deliveries implements DeliveryEngine {
  private static final Logger LOG = LoggerFactory.getLogger(Deliveries.class);

  private final WebhookParts parts;
  private final RetentionStore retention = new RetentionStore();
  private final DeliveryStore store;
  private final DeliveryWorker worker;
  private final QueueMonitor monitor;
  private final Replays replays;
  private final PendingDiscarder discarder;
  private final List<Routes> routes;

  /**
   * @param retries delay before each retry
   */
  public Deliveries(
      WebhookParts parts,
      OutboxStore outbox,
      WebhookStore webhooks,
      WebhookSecrets secrets,
      List<Duration> retries) {
    this.parts = parts;
    this.store = new DeliveryStore(retries.size());
    var database = parts.database();
    var clock = parts.clock();
    var order = new OrderingStore();
    var queue = new QueueStore(order);
    var schedule = new RetrySchedule(retries, clock);
    var sender = new Sender(parts.egress(), secrets, schedule, clock);
    this.discarder = new PendingDiscarder(database, queue, clock);
    var outcomes =
        new Outcomes(
            queue, webhooks, outbox, parts.log(), parts.changes(), discarder::begin, clock);
    this.worker =
        new DeliveryWorker(
            database,
            queue,
            order,
            webhooks,
            sender,
            outcomes,
            schedule,
            new DeliveryMetrics(parts.meters()),
            clock);
    this.monitor =
        new QueueMonitor(database, QueueMonitor.Thresholds.STANDARD, parts.meters(), clock);
    var replayStore = new ReplayStore(parts.ids());
    this.replays = new Replays(database, replayStore, webhooks, worker::wake, clock);
    this.routes =
        List.of(
            new DeliveryRoutes(
                database,
                webhooks,
                store,
                outbox,
                sender,
                outcomes,
                worker::wake,
                worker::isResponsive,
                parts.ids(),
                clock),
            new ReplayRoutes(database, webhooks, store, replayStore, replays, parts.ids(), clock));
  }

  public List<Routes> routes() {
    return routes;
  }

  /** Sends what is due; to be started and closed. */
  public DeliveryWorker worker() {
    return worker;
  }

  /** Measures the queue; to be started and closed. */
  public QueueMonitor monitor() {
    return monitor;
  }

  /** Something is due in these queues. */
  public void wake(Set<EndpointQueue> queues) {
    worker.wake(queues);
  }

  @Override
  public Map<UUID, DeliveryStats> stats(
      Handle handle, UUID organizerId, List<UUID> webhooks, Instant now) {
    return store.stats(handle, organizerId, webhooks, now);
  }

  @Override
  public void discardPending(EndpointQueue queue) {
    discarder.begin(queue);
  }

  @Override
  public void replayMissed(Handle tx, Webhook webhook, Instant since, Instant now) {
    replays.begin(
        tx,
        webhook,
        Replay.of(
            webhook.organizerId(),
            webhook.id(),
            parts.ids().next(),
            Replay.MISSED,
            since,
            now,
            now));
  }

  /** Goes on with replays whose node died before they were queued to their end. */
  public void resumeReplays() {
    replays.resume();
  }

  /** Discards what waits for webhooks that are off, and clears what deleted ones left behind. */
  public void clearDeleted() {
    discarder.resume();
    parts
        .database()
        .query(
            handle -> {
              retention.clearDeleted(handle);
              return true;
            });
  }

  /** Makes room for the attempts of the next days. */
  public void makePartitions() {
    try {
      parts
          .database()
          .query(
              handle -> {
                retention.makePartitions(handle, parts.clock().instant());
                return true;
              });
    } catch (RuntimeException e) {
      LOG.warn("attempts go into the common partition until one for their day can be made", e);
    }
  }

  /** Forgets events, deliveries and attempts that are older. */
  public void forgetBefore(Instant before) {
    parts
        .database()
        .query(
            handle -> {
              retention.purge(handle, before);
              return true;
            });
  }
}
