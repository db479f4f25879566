package io.linkspan.app;

import io.linkspan.conflict.ConflictNews;
import io.linkspan.conflict.ConflictReconciler;
import io.linkspan.conflict.ConflictRoutes;
import io.linkspan.conflict.ConflictWorker;
import io.linkspan.platform.http.Routes;
import io.linkspan.platform.jobs.Jobs.Job;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Conflicts between blocked times. */
final class ConflictModule implements Module {
  private final Platform platform;
  private final ActivityModule activity;
  private final ConflictWorker worker;
  private final ConflictReconciler.Blocks blocks;
  private final ConflictReconciler reconciler;

  /**
   * @param worker closed by this module
   */
  ConflictModule(
      Platform platform,
      ActivityModule activity,
      WebhookModule webhooks,
      AvailabilityModule availability,
      ConflictWorker worker) {
    this.platform = platform;
    this.activity = activity;
    this.worker = worker;
    this.blocks =
        new ConflictReconciler.Blocks(
            availability.blockChanges(), availability.blockedTimes(), availability.freshness());
    this.reconciler =
        new ConflictReconciler(
            platform.database(),
            blocks,
            new ConflictNews(activity.log(), webhooks.outbox()),
            activity.changes(),
            platform.ids(),
            platform.clock());
    worker.reconcileBy(reconciler::reconcile);
  }

  @Override
  public List<Routes> routes() {
    return List.of(
        new ConflictRoutes(
            platform.database(),
            reconciler,
            blocks,
            activity.changes(),
            platform.ids(),
            platform.clock()));
  }

  @Override
  public List<Job> jobs() {
    return List.of(new Job("reconcile-conflicts", Duration.ofMinutes(1), reconciler::reconcileAll));
  }

  @Override
  public void forget(Instant before) {
    reconciler.forgetResolvedBefore(before);
  }

  @Override
  public void close() {
    worker.close();
  }
}
