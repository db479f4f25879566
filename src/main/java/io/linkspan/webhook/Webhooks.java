package io.linkspan.webhook;

import io.linkspan.activity.ActivityLog;
import io.linkspan.activity.Changes;
import io.linkspan.platform.crypto.Sealer;
import io.linkspan.platform.db.Database;
import io.linkspan.platform.egress.Egress;
import io.linkspan.platform.http.Routes;
import io.linkspan.platform.time.Ids;
import io.linkspan.webhook.QueueStore.Lane;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Telling other systems what happened: the outbox, subscriptions, and the engine that delivers. */
public final class Webhooks {
  private static final Logger LOG = LoggerFactory.getLogger(Webhooks.class);

  private final OrderStore order = new OrderStore();
  private final QueueStore queue = new QueueStore(order);
  private final RetentionStore retention = new RetentionStore();
  private final AtomicReference<Consumer<Set<Lane>>> queued = new AtomicReference<>(_ -> {});
  private final Database database;
  private final OutboxStore outbox;
  private final DeliveryWorker worker;
  private final QueueWatch watch;
  private final Replays replays;
  private final Abandonment abandonment;
  private final List<Routes> routes;
  private final Clock clock;

  /** What webhooks are made of. */
  public record Parts(
      Database database,
      Sealer sealer,
      Egress egress,
      ActivityLog log,
      Changes changes,
      MeterRegistry meters,
      Ids ids,
      Clock clock) {}

  /**
   * @param retries delay before each retry
   * @param hint tells the other nodes that deliveries wait; must return at once
   */
  public Webhooks(Parts parts, List<Duration> retries, Runnable hint) {
    this.database = parts.database();
    this.clock = parts.clock();
    this.outbox =
        new OutboxStore(
            parts.ids(),
            clock,
            lanes -> {
              queued.get().accept(lanes);
              hint.run();
            });
    var schedule = new RetrySchedule(retries, clock);
    var webhooks = new WebhookStore();
    var seals = new Seals(parts.sealer());
    var sender = new Sender(parts.egress(), seals, schedule, clock);
    this.abandonment = new Abandonment(database, queue, clock);
    var outcomes =
        new Outcomes(
            queue, webhooks, outbox, parts.log(), parts.changes(), abandonment::begin, clock);
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
    this.watch = new QueueWatch(database, QueueWatch.Limits.STANDARD, parts.meters(), clock);
    queued.set(worker::wake);
    var deliveries = new DeliveryStore();
    var waker = (Runnable) this::wake;
    var replayStore = new ReplayStore(parts.ids());
    this.replays = new Replays(database, replayStore, webhooks, waker, clock);
    this.routes =
        List.of(
            new WebhookRoutes(
                database,
                webhooks,
                deliveries,
                abandonment,
                replays,
                seals,
                parts.egress(),
                schedule,
                parts.changes(),
                parts.ids(),
                clock),
            new DeliveryRoutes(
                database,
                webhooks,
                deliveries,
                outbox,
                sender,
                outcomes,
                waker,
                parts.ids(),
                clock),
            new ReplayRoutes(
                database, webhooks, deliveries, replayStore, replays, parts.ids(), clock),
            new EventRoutes(outbox, parts.ids()));
  }

  /** Where features leave their events. */
  public Outbox outbox() {
    return outbox;
  }

  public List<Routes> routes() {
    return routes;
  }

  /** Sends what is due; to be started and closed. */
  public DeliveryWorker worker() {
    return worker;
  }

  /** Measures the queue; to be started and closed. */
  public QueueWatch watch() {
    return watch;
  }

  /** Deliveries wait: do not wait for the next poll. */
  public void wake() {
    worker.wake();
  }

  /** Goes on with replays whose node died before they were queued to their end. */
  public void goOnWithReplays() {
    replays.goOn();
  }

  /** Gives up what waits for webhooks that are off, and clears what deleted ones left behind. */
  public void clearDeleted() {
    abandonment.goOn();
    database.query(
        handle -> {
          retention.clearDeleted(handle);
          return true;
        });
  }

  /** Makes room for the attempts of the next days. */
  public void makePartitions() {
    try {
      database.query(
          handle -> {
            retention.makePartitions(handle, clock.instant());
            return true;
          });
    } catch (RuntimeException e) {
      LOG.warn("attempts go into the common partition until one for their day can be made", e);
    }
  }

  /** Forgets events, deliveries and attempts that are older. */
  public void forgetBefore(Instant before) {
    database.query(
        handle -> {
          retention.purge(handle, before);
          return true;
        });
  }
}
