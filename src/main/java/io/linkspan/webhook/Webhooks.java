package io.linkspan.webhook;

import io.linkspan.platform.http.Routes;
import io.linkspan.webhook.delivery.Deliveries;
import io.linkspan.webhook.delivery.DeliveryWorker;
import io.linkspan.webhook.delivery.QueueMonitor;
import io.linkspan.webhook.subscription.WebhookRoutes;
import io.linkspan.webhook.subscription.WebhookSecrets;
import io.linkspan.webhook.subscription.WebhookStore;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/** Telling other systems what happened: the outbox, subscriptions, and the engine that delivers. */
public final class Webhooks {
  private final OutboxStore outbox;
  private final Deliveries deliveries;
  private final List<Routes> routes = new ArrayList<>();

  /**
   * @param retries delay before each retry
   * @param hint tells the other nodes that deliveries wait; must return at once
   */
  public Webhooks(WebhookParts parts, List<Duration> retries, Runnable hint) {
    var queued = new AtomicReference<Consumer<Set<EndpointQueue>>>(_ -> {});
    this.outbox =
        new OutboxStore(
            parts.ids(),
            parts.clock(),
            queues -> {
              queued.get().accept(queues);
              hint.run();
            });
    var webhooks = new WebhookStore();
    var secrets = new WebhookSecrets(parts.sealer());
    this.deliveries = new Deliveries(parts, outbox, webhooks, secrets, retries);
    queued.set(deliveries::wake);
    routes.add(new WebhookRoutes(parts, webhooks, secrets, deliveries, retries.size()));
    routes.addAll(deliveries.routes());
    routes.add(new EventRoutes(outbox, parts.limits(), parts.ids()));
  }

  /** Where features leave their events. */
  public Outbox outbox() {
    return outbox;
  }

  public List<Routes> routes() {
    return List.copyOf(routes);
  }

  /** Sends what is due; to be started and closed. */
  public DeliveryWorker worker() {
    return deliveries.worker();
  }

  /** Measures the queue; to be started and closed. */
  public QueueMonitor monitor() {
    return deliveries.monitor();
  }

  /** Deliveries wait: do not wait for the next poll. */
  public void wake() {
    deliveries.worker().wake();
  }

  /** Goes on with replays whose node died before they were queued to their end. */
  public void resumeReplays() {
    deliveries.resumeReplays();
  }

  /** Discards what waits for webhooks that are off, and clears what deleted ones left behind. */
  public void clearDeleted() {
    deliveries.clearDeleted();
  }

  /** Makes room for the attempts of the next days. */
  public void makePartitions() {
    deliveries.makePartitions();
  }

  /** Forgets events, deliveries and attempts that are older. */
  public void forgetBefore(Instant before) {
    deliveries.forgetBefore(before);
  }
}
