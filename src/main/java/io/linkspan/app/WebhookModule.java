package io.linkspan.app;

import io.linkspan.platform.http.Readiness;
import io.linkspan.platform.http.Routes;
import io.linkspan.platform.jobs.Jobs.Job;
import io.linkspan.webhook.Outbox;
import io.linkspan.webhook.WebhookParts;
import io.linkspan.webhook.Webhooks;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Webhooks, and the deliveries to them. */
final class WebhookModule implements Module {
  private static final String DELIVERIES = "linkspan_deliveries";

  private final Webhooks webhooks;

  WebhookModule(Platform platform, ActivityModule activity) {
    var notifications = platform.notifications();
    String node = platform.ids().next().toString();
    this.webhooks =
        new Webhooks(
            new WebhookParts(
                platform.database(),
                platform.sealer(),
                platform.egress(),
                activity.log(),
                activity.changes(),
                platform.limits(),
                platform.metrics(),
                platform.ids(),
                platform.clock()),
            platform.config().webhookRetrySchedule(),
            () -> notifications.say(DELIVERIES, node));
    notifications.on(
        DELIVERIES,
        from -> {
          // what it queued itself it knows, and where
          if (!from.equals(node)) {
            webhooks.wake();
          }
        });
    webhooks.makePartitions();
  }

  Outbox outbox() {
    return webhooks.outbox();
  }

  @Override
  public List<Routes> routes() {
    return webhooks.routes();
  }

  @Override
  public List<Job> jobs() {
    return List.of(
        new Job("replays", Duration.ofSeconds(10), webhooks::resumeReplays),
        new Job("clear-deleted-webhooks", Duration.ofMinutes(1), webhooks::clearDeleted),
        new Job("delivery-partitions", Duration.ofHours(6), webhooks::makePartitions));
  }

  @Override
  public List<Worker> workers() {
    return List.of(
        new Worker("deliveries", webhooks.worker()::start, webhooks.worker()),
        new Worker("watch of the queue", webhooks.monitor()::start, webhooks.monitor()));
  }

  /** Never refuses: other nodes would not deliver any faster without this one. */
  @Override
  public List<Readiness.Check> checks() {
    return List.of(new Readiness.Check("deliveries", webhooks.monitor()::summary));
  }

  @Override
  public void forget(Instant before) {
    webhooks.forgetBefore(before);
  }
}
