package io.linkspan.calendar.sync;

import io.linkspan.activity.ActivityLog;
import io.linkspan.activity.Changes;
import io.linkspan.activity.Changes.Change;
import io.linkspan.calendar.Integration;
import io.linkspan.calendar.sync.SyncRun.Trigger;
import io.linkspan.calendar.sync.SyncStore.Target;
import io.linkspan.webhook.Outbox;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * Tells of passes over calendars, in the transaction that ends them. A pass that found nothing new
 * is not news unless a person asked for it or it ends a series of failures: every calendar is read
 * every few minutes.
 */
final class SyncNews {
  private final Changes changes;
  private final ActivityLog log;
  private final Outbox outbox;

  SyncNews(ActivityLog log, Outbox outbox, Changes changes) {
    this.changes = changes;
    this.log = log;
    this.outbox = outbox;
  }

  void began(Handle tx, Target target, SyncRun run) {
    show(tx, target, run);
  }

  /**
   * @param leftOut whether it met events that it had to leave out or to guess
   */
  void succeeded(Handle tx, Target target, SyncRun run, boolean leftOut) {
    show(tx, target, run);
    boolean changed = run.created() + run.updated() + run.removed() > 0;
    boolean recovered = target.failures() > 0;
    if (!changed && !recovered && !leftOut && !askedFor(run)) {
      return;
    }
    record(
        tx,
        target,
        run,
        "Read %s: %d blocked times added, %d updated, %d removed%s. %s"
            .formatted(
                target.name(),
                run.created(),
                run.updated(),
                run.removed(),
                recovered ? ", after " + target.failures() + " failed attempts" : "",
                LeftOutText.of(
                    run.leftOut(),
                    run.problems().isEmpty() ? null : run.problems().getFirst().detail()))
            .strip());
    if (changed || recovered || askedFor(run)) {
      outbox.publish(tx, target.organizerId(), "calendar_synced", details(target, run));
    }
  }

  /**
   * @param failures in a row, this one included
   * @param refused whether the credentials were accepted until now
   */
  void failed(Handle tx, Target target, SyncRun run, int failures, boolean refused) {
    show(tx, target, run);
    if (failures == 1 || failures == Integration.KEEPS_FAILING_AFTER || refused || askedFor(run)) {
      record(tx, target, run, "Could not read " + target.name() + ". " + run.error());
    }
    if (refused) {
      disconnected(tx, target, String.valueOf(run.error()));
    }
  }

  /** The calendar was deleted at its provider. */
  void gone(Handle tx, Target target, int blocks) {
    changes.changed(
        tx, target.organizerId(), "calendar_integration", target.integrationId(), Change.UPDATED);
    log.record(
        tx,
        new ActivityLog.Entry(
            target.organizerId(),
            "calendar_sync",
            "calendar",
            target.integrationId(),
            "%s is gone at its provider: it is not listed there any more and cannot be read. %d blocked times went with it."
                .formatted(target.name(), blocks),
            Map.of(
                "integration_id",
                target.integrationId(),
                "calendar_id",
                target.calendarId(),
                "calendar",
                target.name(),
                "provider",
                target.provider(),
                "removed",
                blocks),
            true,
            null));
  }

  private void show(Handle tx, Target target, SyncRun run) {
    changes.changed(tx, target.organizerId(), "sync", run.id(), Change.UPDATED);
    changes.changed(
        tx, target.organizerId(), "calendar_integration", target.integrationId(), Change.UPDATED);
  }

  private void disconnected(Handle tx, Target target, String reason) {
    log.record(
        tx,
        new ActivityLog.Entry(
            target.organizerId(),
            "integration_disconnected",
            "calendar",
            target.integrationId(),
            reason,
            Map.of("provider", target.provider(), "reason", "needs_reauth"),
            false,
            null));
    outbox.publish(
        tx,
        target.organizerId(),
        "integration_disconnected",
        Map.of(
            "integration_id",
            target.integrationId(),
            "integration_type",
            "calendar",
            "provider",
            target.provider(),
            "reason",
            "needs_reauth",
            "detail",
            reason));
  }

  private void record(Handle tx, Target target, SyncRun run, String message) {
    var details = details(target, run);
    details.put("left_out", run.leftOut());
    log.record(
        tx,
        new ActivityLog.Entry(
            target.organizerId(),
            "calendar_sync",
            "calendar",
            target.integrationId(),
            message,
            details,
            run.outcome() == SyncRun.Outcome.SUCCEEDED,
            null));
  }

  private static boolean askedFor(SyncRun run) {
    return run.trigger() == Trigger.MANUAL || run.trigger() == Trigger.CONNECT;
  }

  private static Map<String, Object> details(Target target, SyncRun run) {
    var details = new LinkedHashMap<String, Object>();
    details.put("integration_id", target.integrationId());
    details.put("calendar_id", target.calendarId());
    details.put("calendar", target.name());
    details.put("provider", target.provider());
    details.put("sync_id", run.id());
    details.put("mode", run.mode());
    details.put("trigger", run.trigger());
    details.put("created", run.created());
    details.put("updated", run.updated());
    details.put("removed", run.removed());
    putIfKnown(details, "error", run.error());
    return details;
  }

  private static void putIfKnown(Map<String, Object> details, String name, @Nullable Object value) {
    if (value != null) {
      details.put(name, value);
    }
  }
}
