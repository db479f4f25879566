package io.linkspan.conflict;

import io.linkspan.activity.ActivityLog;
import io.linkspan.webhook.Outbox;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * Tells of conflicts that came and went: an event for each that was found, and entries of the
 * activity log, where many at once are one entry.
 */
public final class ConflictNews {
  private static final int ENTRIES = 10;

  private final ActivityLog log;
  private final Outbox outbox;

  public ConflictNews(ActivityLog log, Outbox outbox) {
    this.log = log;
    this.outbox = outbox;
  }

  /**
   * @param requestId the call that caused it, or null
   */
  void detected(Handle tx, UUID organizerId, List<Conflict> conflicts, @Nullable String requestId) {
    log(tx, organizerId, "conflict_detected", "Conflict", "found", conflicts, requestId);
    outbox.publishAll(
        tx,
        organizerId,
        "conflict_detected",
        conflicts.stream()
            .map(conflict -> Map.<String, Object>of("conflict", ConflictAnswer.of(conflict)))
            .toList());
  }

  /**
   * @param requestId the call that caused it, or null
   */
  void resolved(Handle tx, UUID organizerId, List<Conflict> conflicts, @Nullable String requestId) {
    log(
        tx,
        organizerId,
        "conflict_resolved",
        "No conflict any more",
        "resolved",
        conflicts,
        requestId);
  }

  private void log(
      Handle tx,
      UUID organizerId,
      String type,
      String lead,
      String done,
      List<Conflict> conflicts,
      @Nullable String requestId) {
    if (conflicts.size() > ENTRIES) {
      var ids = conflicts.stream().limit(ENTRIES).map(Conflict::id).toList();
      log.record(
          tx,
          new ActivityLog.Entry(
              organizerId,
              type,
              "calendar",
              null,
              "%d conflicts %s.".formatted(conflicts.size(), done),
              Map.of("count", conflicts.size(), "first_ids", ids),
              true,
              requestId));
      return;
    }
    var entries = new ArrayList<ActivityLog.Entry>();
    for (var conflict : conflicts) {
      entries.add(
          new ActivityLog.Entry(
              organizerId,
              type,
              "calendar",
              conflict.first().integrationId(),
              lead + ": " + ConflictWords.sentence(conflict),
              details(conflict),
              true,
              requestId));
    }
    log.recordAll(tx, entries);
  }

  private static Map<String, Object> details(Conflict conflict) {
    var overlap = conflict.overlap();
    var details = new LinkedHashMap<String, Object>();
    details.put("conflict_id", conflict.id());
    details.put("kind", overlap.kind());
    details.put("start", overlap.time().start());
    details.put("end", overlap.time().end());
    return details;
  }
}
