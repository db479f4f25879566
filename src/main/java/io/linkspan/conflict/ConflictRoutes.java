package io.linkspan.conflict;

import io.linkspan.activity.Changes;
import io.linkspan.availability.BlockedTimes;
import io.linkspan.availability.CalendarFreshness;
import io.linkspan.availability.Coverage;
import io.linkspan.conflict.ConflictActions.Actor;
import io.linkspan.conflict.ConflictActions.BlockChange;
import io.linkspan.conflict.ConflictActions.Done;
import io.linkspan.platform.db.Database;
import io.linkspan.platform.http.Call;
import io.linkspan.platform.http.Operations;
import io.linkspan.platform.http.Problem;
import io.linkspan.platform.http.Reply;
import io.linkspan.platform.http.RequestedRange;
import io.linkspan.platform.http.Routes;
import io.linkspan.platform.time.Ids;
import io.linkspan.platform.time.TimeRange;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Conflicts over HTTP. */
public final class ConflictRoutes implements Routes {
  private static final Duration RANGE = Duration.ofDays(365);
  private static final int LISTED = 2_000;
  private static final String PREVIEW = "preview";

  private final Database database;
  private final ConflictStore store;
  private final ConflictReconciler reconciler;
  private final ConflictActions actions;
  private final BlockedTimes blockedTimes;
  private final CalendarFreshness freshness;
  private final MarkedFreeRoutes markedFree;
  private final Clock clock;

  public ConflictRoutes(
      Database database,
      ConflictReconciler reconciler,
      ConflictReconciler.Blocks blocks,
      Changes changes,
      Ids ids,
      Clock clock) {
    this.database = database;
    this.store = new ConflictStore(ids);
    this.reconciler = reconciler;
    this.actions = new ConflictActions(reconciler, blocks.blockedTimes(), changes, ids, clock);
    this.blockedTimes = blocks.blockedTimes();
    this.freshness = blocks.freshness();
    this.markedFree = new MarkedFreeRoutes(database, store, reconciler, actions, blocks, clock);
    this.clock = clock;
  }

  /** What a list answers. */
  record Listed(
      List<ConflictAnswer> conflicts,
      List<ConflictAnswer> overlaps,
      boolean truncated,
      int manualBlocksCount,
      int syncedBlocksCount,
      int totalExternalEvents,
      int totalManualBlocks,
      Coverage coverage) {}

  record Asked(String action, @Nullable Boolean preview) {}

  record AskedOfMany(List<UUID> ids, String action, @Nullable Boolean preview) {}

  /** What an action did, or would do. */
  record Resolution(
      boolean preview,
      String action,
      String explanation,
      List<BlockChange> changes,
      ConflictAnswer.Detail conflict) {}

  /** What became of each, or would. */
  record Resolved(
      boolean preview,
      List<ConflictAnswer> resolved,
      List<BlockChange> changes,
      List<Failed> failed) {}

  record Failed(UUID id, String code, String detail) {}

  @Override
  public void register(Operations operations) {
    operations.on("listConflicts", this::list);
    operations.on("getConflict", this::get);
    operations.on("resolveConflict", this::resolve);
    operations.on("resolveConflicts", this::resolveMany);
    markedFree.register(operations);
  }

  private Reply list(Call call) {
    var from = call.instant("from").orElseGet(clock::instant);
    var range = RequestedRange.of(from, call.instant("to").orElseGet(() -> from.plus(RANGE)));
    var status = status(call.text("status").orElse("open"));
    reconciler.reconcile(call.organizerId());
    return database.snapshot(handle -> Reply.ok(list(handle, call.organizerId(), range, status)));
  }

  private Listed list(
      Handle handle, UUID organizerId, TimeRange range, Optional<Conflict.Status> status) {
    var found = store.list(handle, organizerId, range, status, LISTED + 1);
    var calendars = freshness.calendars(handle, organizerId);
    var counts = blockedTimes.count(handle, organizerId, calendars, range);
    var complete = new ArrayList<ConflictAnswer>();
    var others = new ArrayList<ConflictAnswer>();
    found.stream()
        .limit(LISTED)
        .map(ConflictAnswer::of)
        .forEach(
            answer ->
                (answer.overlapType() == Overlap.Type.COMPLETE_OVERLAP ? complete : others)
                    .add(answer));
    return new Listed(
        complete,
        others,
        found.size() > LISTED || store.truncated(handle, organizerId),
        counts.countingManual(),
        counts.countingSynced(),
        counts.synced(),
        counts.manual(),
        Coverage.of(calendars, range.start(), range.end(), clock.instant()));
  }

  private Reply get(Call call) {
    reconciler.reconcile(call.organizerId());
    return database.snapshot(
        handle -> {
          var conflict = required(handle, call.organizerId(), call.id("id"));
          return Reply.ok(detail(handle, call.organizerId(), conflict)).version(conflict.version());
        });
  }

  private Reply resolve(Call call) {
    var asked = call.body(Asked.class);
    boolean preview = Boolean.TRUE.equals(asked.preview());
    var action = ConflictAction.of(asked.action());
    var actor = Actor.of(call);
    return call.transact(
        tx -> {
          store.lockParties(tx, actor.organizerId(), List.of(call.id("id")));
          reconciler.reconcile(tx, actor.organizerId(), Optional.empty());
          // a preview is the act itself, undone: it cannot say anything else than what would happen
          if (preview) {
            tx.savepoint(PREVIEW);
          }
          var conflict = required(tx, actor.organizerId(), call.id("id"));
          var done = actions.act(tx, actor, conflict, action);
          var resolution = resolution(tx, actor, conflict.id(), done, asked.action(), preview);
          if (preview) {
            tx.rollbackToSavepoint(PREVIEW);
          }
          return Reply.ok(resolution);
        });
  }

  private Resolution resolution(
      Handle tx, Actor actor, UUID id, Done done, String action, boolean preview) {
    var conflict = required(tx, actor.organizerId(), id);
    return new Resolution(
        preview,
        action,
        done.explanation(),
        done.changes(),
        detail(tx, actor.organizerId(), conflict));
  }

  private Reply resolveMany(Call call) {
    var asked = call.body(AskedOfMany.class);
    boolean preview = Boolean.TRUE.equals(asked.preview());
    var action = ConflictAction.of(asked.action());
    var actor = Actor.of(call);
    return call.transact(
        tx -> {
          store.lockParties(tx, actor.organizerId(), asked.ids());
          reconciler.reconcile(tx, actor.organizerId(), Optional.empty());
          if (preview) {
            tx.savepoint(PREVIEW);
          }
          var resolved = resolveMany(tx, actor, asked.ids(), action, preview);
          if (preview) {
            tx.rollbackToSavepoint(PREVIEW);
          }
          return Reply.ok(resolved);
        });
  }

  private Resolved resolveMany(
      Handle tx, Actor actor, List<UUID> ids, ConflictAction action, boolean preview) {
    var statusBefore = new HashMap<UUID, Conflict.Status>();
    for (var id : ids) {
      store
          .find(tx, actor.organizerId(), id)
          .ifPresent(conflict -> statusBefore.put(id, conflict.status()));
    }
    var resolved = new ArrayList<UUID>();
    var changed = new ArrayList<BlockChange>();
    var failed = new ArrayList<Failed>();
    for (var id : ids) {
      try {
        var conflict = required(tx, actor.organizerId(), id);
        // otherwise what was done to another of them has done it to this one as well
        if (conflict.status() == statusBefore.get(id)) {
          changed.addAll(actions.act(tx, actor, conflict, action).changes());
        }
        resolved.add(id);
      } catch (Problem problem) {
        failed.add(new Failed(id, problem.code(), problem.getMessage()));
      }
    }
    return new Resolved(
        preview,
        resolved.stream()
            .map(id -> ConflictAnswer.of(required(tx, actor.organizerId(), id)))
            .toList(),
        changed,
        failed);
  }

  private Conflict required(Handle handle, UUID organizerId, UUID id) {
    return store.find(handle, organizerId, id).orElseThrow(() -> Problem.notFound("conflict"));
  }

  private ConflictAnswer.Detail detail(Handle handle, UUID organizerId, Conflict conflict) {
    return new ConflictAnswer.Detail(
        ConflictAnswer.of(conflict), store.history(handle, organizerId, conflict.id()));
  }

  private static Optional<Conflict.Status> status(String text) {
    return text.equals("all")
        ? Optional.empty()
        : Optional.of(Conflict.Status.valueOf(text.toUpperCase(Locale.ROOT)));
  }
}
