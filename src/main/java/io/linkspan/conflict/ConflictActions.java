package io.linkspan.conflict;

import io.linkspan.activity.Changes;
import io.linkspan.availability.BlockedTime;
import io.linkspan.availability.BlockedTimes;
import io.linkspan.availability.BlockedTimes.Draft;
import io.linkspan.conflict.ConflictReconciler.Cause;
import io.linkspan.platform.http.Call;
import io.linkspan.platform.http.Problem;
import io.linkspan.platform.text.English;
import io.linkspan.platform.time.Ids;
import io.linkspan.platform.time.TimeRange;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Acts on conflicts. What is done to a block is followed by what that does to other conflicts. */
final class ConflictActions {
  /** How a block changes: none after it when it is gone or free, two when it is cut in two. */
  record BlockChange(UUID id, List<TimeRange> before, List<TimeRange> after) {}

  /**
   * What an action did.
   *
   * @param freedBlock marked free by it, or null
   */
  record Done(String explanation, List<BlockChange> changes, @Nullable UUID freedBlock) {}

  /** For whom, who asks, and by which call. */
  record Actor(UUID organizerId, UUID userId, String requestId) {
    static Actor of(Call call) {
      return new Actor(call.organizerId(), call.caller().userId(), call.requestId());
    }
  }

  private final ConflictStore store;
  private final ConflictReconciler reconciler;
  private final BlockedTimes blockedTimes;
  private final Changes changes;
  private final Clock clock;

  ConflictActions(
      ConflictReconciler reconciler,
      BlockedTimes blockedTimes,
      Changes changes,
      Ids ids,
      Clock clock) {
    this.store = new ConflictStore(ids);
    this.reconciler = reconciler;
    this.blockedTimes = blockedTimes;
    this.changes = changes;
    this.clock = clock;
  }

  /**
   * Does it. Conflicts must be reconciled in this transaction, which keeps them as they are.
   *
   * @throws Problem 409 {@code action_impossible}, with nothing done
   */
  Done act(Handle tx, Actor actor, Conflict conflict, ConflictAction action) {
    if (!ConflictAdvice.actions(conflict).contains(action)) {
      throw impossible(conflict, action);
    }
    return switch (action) {
      case DISMISS -> dismiss(tx, actor, conflict);
      case REOPEN -> reopen(tx, actor, conflict);
      case DELETE_BLOCK -> followed(tx, actor, action, delete(tx, actor, conflict));
      case SHRINK_BLOCK -> followed(tx, actor, action, shrink(tx, actor, conflict));
      case MARK_FREE -> followed(tx, actor, action, markFree(tx, actor, conflict));
    };
  }

  private Done dismiss(Handle tx, Actor actor, Conflict conflict) {
    var done =
        new Done(
            "Both stay as they are; the conflict is shown again only if more of them overlaps.",
            List.of(),
            null);
    write(tx, actor, conflict.dismissedNow(), ConflictAction.DISMISS, done);
    return done;
  }

  private Done reopen(Handle tx, Actor actor, Conflict conflict) {
    if (conflict.status() == Conflict.Status.DISMISSED) {
      var done = new Done("The conflict is open again.", List.of(), null);
      write(tx, actor, conflict.reopened(), ConflictAction.REOPEN, done);
      return done;
    }
    var event =
        Optional.ofNullable(conflict.freedBlock())
            .flatMap(id -> blockedTimes.lock(tx, actor.organizerId(), id))
            .orElseThrow(() -> impossible("The event that was marked free is gone."));
    blockedTimes.markFree(tx, actor.organizerId(), event, false);
    return followed(
        tx,
        actor,
        ConflictAction.REOPEN,
        new Done(
            capital(event) + " blocks its time again.",
            List.of(new BlockChange(event.id(), List.of(), List.of(event.time()))),
            null));
  }

  private Done delete(Handle tx, Actor actor, Conflict conflict) {
    var block = lock(tx, actor, conflict.second());
    blockedTimes.delete(tx, actor.organizerId(), block);
    return new Done(
        capital(block) + " is deleted.",
        List.of(new BlockChange(block.id(), List.of(block.time()), List.of())),
        null);
  }

  /** What remains before the event keeps the block's id; what remains after it alone does, too. */
  private Done shrink(Handle tx, Actor actor, Conflict conflict) {
    var block = lock(tx, actor, conflict.second());
    var event = conflict.first();
    var rest = new ArrayList<TimeRange>();
    if (block.start().isBefore(event.start())) {
      rest.add(new TimeRange(block.start(), event.start()));
    }
    if (event.end().isBefore(block.end())) {
      rest.add(new TimeRange(event.end(), block.end()));
    }
    boolean active = !block.markedFree();
    // whole days with a piece cut out are none
    blockedTimes.change(
        tx, actor.organizerId(), block, new Draft(rest.getFirst(), false, block.reason(), active));
    if (rest.size() > 1) {
      blockedTimes.create(
          tx, actor.organizerId(), new Draft(rest.getLast(), false, block.reason(), active));
    }
    String what =
        rest.size() > 1
            ? "%s is cut in two around %s."
            : "%s is shortened so that it leaves the time of %s.";
    return new Done(
        what.formatted(capital(block), event.name())
            + (block.allDay() ? " It is no longer of whole days." : ""),
        List.of(new BlockChange(block.id(), List.of(block.time()), rest)),
        null);
  }

  private Done markFree(Handle tx, Actor actor, Conflict conflict) {
    var event = lock(tx, actor, conflict.first());
    blockedTimes.markFree(tx, actor.organizerId(), event, true);
    return new Done(
        capital(event)
            + " does not block any more; the event itself, and other occurrences of it, stay as they are.",
        List.of(new BlockChange(event.id(), List.of(event.time()), List.of())),
        event.id());
  }

  private Done followed(Handle tx, Actor actor, ConflictAction action, Done done) {
    reconciler.reconcile(
        tx,
        actor.organizerId(),
        Optional.of(
            new Cause(
                action.text(),
                actor.userId(),
                actor.requestId(),
                done.explanation(),
                done.freedBlock())));
    return done;
  }

  private void write(Handle tx, Actor actor, Conflict conflict, ConflictAction action, Done done) {
    var now = clock.instant();
    store.update(tx, actor.organizerId(), List.of(conflict), now);
    store.remember(
        tx,
        actor.organizerId(),
        List.of(
            new ConflictStore.NewEvent(
                conflict.id(),
                conflict.status(),
                action.text(),
                actor.userId(),
                done.explanation())),
        now);
    changes.changed(tx, actor.organizerId(), "conflict", conflict.id(), Changes.Change.UPDATED);
  }

  private BlockedTime lock(Handle tx, Actor actor, ConflictParty party) {
    return blockedTimes
        .lock(tx, actor.organizerId(), party.id())
        .orElseThrow(
            () -> impossible(English.capitalized(party.name()) + " was deleted meanwhile."));
  }

  private static String capital(BlockedTime block) {
    return English.capitalized(ConflictParty.of(block, "a connected calendar").name());
  }

  private static Problem impossible(Conflict conflict, ConflictAction action) {
    if (conflict.status() == Conflict.Status.RESOLVED) {
      return impossible("The conflict is resolved already.");
    }
    var possible = ConflictAdvice.actions(conflict).stream().map(ConflictAction::text).toList();
    return impossible(
            switch (action) {
              case DELETE_BLOCK -> "Neither of the two is a manual block.";
              case SHRINK_BLOCK ->
                  conflict.second().manual()
                      ? "The event covers the block entirely: nothing of it would be left."
                      : "Neither of the two is a manual block.";
              case DISMISS -> "The conflict is dismissed already.";
              case REOPEN -> "The conflict is open already.";
              case MARK_FREE -> "Neither of the two is an event that can be marked free.";
            })
        .fix("Possible now: " + String.join(", ", possible) + ".");
  }

  private static Problem impossible(String why) {
    return Problem.conflict("action_impossible", why);
  }
}
