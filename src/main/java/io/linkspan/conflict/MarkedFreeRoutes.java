package io.linkspan.conflict;

import io.linkspan.availability.BlockedTime;
import io.linkspan.availability.BlockedTimes;
import io.linkspan.availability.CalendarFreshness;
import io.linkspan.availability.CalendarFreshness.SourceCalendar;
import io.linkspan.conflict.ConflictActions.Actor;
import io.linkspan.platform.db.Database;
import io.linkspan.platform.http.Call;
import io.linkspan.platform.http.Cursor;
import io.linkspan.platform.http.Operations;
import io.linkspan.platform.http.Problem;
import io.linkspan.platform.http.Reply;
import io.linkspan.platform.http.Routes;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Events that somebody marked as free, over HTTP: seen in one place, and taken back there. */
final class MarkedFreeRoutes implements Routes {
  private final Database database;
  private final ConflictStore store;
  private final ConflictReconciler reconciler;
  private final ConflictActions actions;
  private final BlockedTimes blockedTimes;
  private final CalendarFreshness freshness;
  private final Clock clock;

  MarkedFreeRoutes(
      Database database,
      ConflictStore store,
      ConflictReconciler reconciler,
      ConflictActions actions,
      ConflictReconciler.Blocks blocks,
      Clock clock) {
    this.database = database;
    this.store = store;
    this.reconciler = reconciler;
    this.actions = actions;
    this.blockedTimes = blocks.blockedTimes();
    this.freshness = blocks.freshness();
    this.clock = clock;
  }

  /** One occurrence as it is answered. */
  record Event(
      UUID id,
      String title,
      Instant start,
      Instant end,
      boolean allDay,
      @Nullable String calendar,
      @Nullable UUID calendarId,
      @Nullable UUID integrationId) {}

  record Asked(List<UUID> ids) {}

  /** What became of each. */
  record Unmarked(List<UUID> unmarked, List<ConflictRoutes.Failed> failed) {}

  @Override
  public void register(Operations operations) {
    operations.on("listMarkedFree", this::list);
    operations.on("unmarkFree", this::unmark);
  }

  private Reply list(Call call) {
    return database.snapshot(
        handle -> {
          var names = calendarNames(handle, call.organizerId());
          var rows =
              blockedTimes.markedFree(
                  handle, call.organizerId(), clock.instant(), call.cursor(), call.limit() + 1);
          return Reply.ok(
              call.page(
                  rows.stream().map(block -> event(block, names)).toList(),
                  event -> new Cursor(event.start(), event.id())));
        });
  }

  private Reply unmark(Call call) {
    var asked = call.body(Asked.class);
    var actor = Actor.of(call);
    return call.transact(
        tx -> {
          store.lockBlocks(tx, actor.organizerId(), asked.ids().toArray(UUID[]::new));
          reconciler.reconcile(tx, actor.organizerId(), Optional.empty());
          return Reply.ok(unmark(tx, actor, asked.ids()));
        });
  }

  private Unmarked unmark(Handle tx, Actor actor, List<UUID> ids) {
    var unmarked = new ArrayList<UUID>();
    var failed = new ArrayList<ConflictRoutes.Failed>();
    for (var id : ids) {
      try {
        requireEvent(tx, actor, id);
        actions.blockAgain(tx, actor, id);
        unmarked.add(id);
      } catch (Problem problem) {
        failed.add(new ConflictRoutes.Failed(id, problem.code(), problem.getMessage()));
      }
    }
    return new Unmarked(unmarked, failed);
  }

  private void requireEvent(Handle tx, Actor actor, UUID id) {
    if (blockedTimes.lock(tx, actor.organizerId(), id).filter(block -> !block.manual()).isEmpty()) {
      throw Problem.notFound("event");
    }
  }

  private Map<UUID, String> calendarNames(Handle handle, UUID organizerId) {
    return freshness.calendars(handle, organizerId).stream()
        .collect(Collectors.toMap(SourceCalendar::calendarId, SourceCalendar::name));
  }

  private static Event event(BlockedTime block, Map<UUID, String> calendarNames) {
    var calendar = block.calendarId();
    return new Event(
        block.id(),
        block.reason(),
        block.start(),
        block.end(),
        block.allDay(),
        calendar == null ? null : calendarNames.get(calendar),
        calendar,
        block.integrationId());
  }
}
