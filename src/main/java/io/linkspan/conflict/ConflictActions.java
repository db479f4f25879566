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
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Acts on conflicts. What is done to a block is followed by what that does to other conflicts. */
final class ConflictActions {
  /**
   * How a block changes.
   *
   * @param title the event's title or the block's reason
   * @param calendar its name; null if manual
   * @param after nothing when it is deleted or free, two when it is split
   */
  record BlockChange(
      UUID id,
      String type,
      String title,
      @Nullable String calendar,
      List<TimeRange> before,
      List<TimeRange> after) {
    static BlockChange of(ConflictParty party, List<TimeRange> before, List<TimeRange> after) {
      return new BlockChange(
          party.id(), party.type(), party.title(), party.calendar(), before, after);
    }
  }

  /**
   * What an action did.
   *
   * @param undo how to take it back; null where nothing has to be
   */
  record Done(String explanation, List<BlockChange> changes, @Nullable Undo undo) {}

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
            "Both stay as they are; the conflict is shown again only if the overlap grows.",
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
    return switch (Objects.requireNonNull(conflict.undo())) {
      case Undo.MarkedFree free -> blockAgain(tx, actor, free.block());
      case Undo.Replaced replaced ->
          followed(tx, actor, ConflictAction.REOPEN, putBack(tx, actor, conflict, replaced));
    };
  }

  /**
   * Lets an event block its time again that was marked as free.
   *
   * @throws Problem 409 {@code action_impossible} if it is gone
   */
  Done blockAgain(Handle tx, Actor actor, UUID id) {
    var event =
        blockedTimes
            .lock(tx, actor.organizerId(), id)
            .orElseThrow(() -> impossible("The event that was marked as free is gone."));
    blockedTimes.markFree(tx, actor.organizerId(), event, false);
    // also of those that do not overlap any more: nothing is left to be undone
    store.update(
        tx,
        actor.organizerId(),
        store.resolvedByMarking(tx, actor.organizerId(), id).stream()
            .map(Conflict::withoutUndo)
            .toList(),
        clock.instant());
    return followed(
        tx,
        actor,
        ConflictAction.REOPEN,
        new Done(
            capital(event) + " blocks its time again.",
            List.of(BlockChange.of(party(event), List.of(), List.of(event.time()))),
            null));
  }

  /** The manual block as it was, unless somebody has changed it since. */
  private Done putBack(Handle tx, Actor actor, Conflict conflict, Undo.Replaced undo) {
    var before = undo.before();
    var now = blockedTimes.lock(tx, actor.organizerId(), undo.block());
    if (!now.map(BlockedTime::time).equals(Optional.ofNullable(undo.after()))) {
      throw impossible("The block has been changed since.");
    }
    var remainder = undo.remainder();
    if (remainder != null) {
      var piece = blockedTimes.lock(tx, actor.organizerId(), remainder.id());
      if (!piece.map(BlockedTime::time).equals(Optional.of(remainder.time()))) {
        throw impossible("The block has been changed since.");
      }
      blockedTimes.delete(tx, actor.organizerId(), piece.get());
    }
    var draft = new Draft(before.time(), before.allDay(), before.reason(), true);
    if (now.isPresent()) {
      blockedTimes.change(tx, actor.organizerId(), now.get(), draft);
    } else {
      blockedTimes.restore(tx, actor.organizerId(), undo.block(), draft);
    }
    var wasLeft = new ArrayList<TimeRange>();
    now.map(BlockedTime::time).ifPresent(wasLeft::add);
    if (remainder != null) {
      wasLeft.add(remainder.time());
    }
    return new Done(
        capital(conflict.second()) + " is back as it was.",
        List.of(BlockChange.of(conflict.second(), wasLeft, List.of(before.time()))),
        null);
  }

  private Done delete(Handle tx, Actor actor, Conflict conflict) {
    var block = lock(tx, actor, conflict.second());
    blockedTimes.delete(tx, actor.organizerId(), block);
    return new Done(
        capital(block) + " is deleted.",
        List.of(BlockChange.of(conflict.second(), List.of(block.time()), List.of())),
        new Undo.Replaced(block.id(), before(block), null, null));
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
    Undo.Piece remainder = null;
    if (rest.size() > 1) {
      var made =
          blockedTimes.create(
              tx, actor.organizerId(), new Draft(rest.getLast(), false, block.reason(), active));
      remainder = new Undo.Piece(made.id(), made.time());
    }
    String what =
        rest.size() > 1
            ? "%s is split around %s."
            : "%s is shortened so that it no longer overlaps %s.";
    return new Done(
        what.formatted(capital(block), event.name())
            + (block.allDay() ? " It is no longer an all-day block." : ""),
        List.of(BlockChange.of(conflict.second(), List.of(block.time()), rest)),
        new Undo.Replaced(block.id(), before(block), rest.getFirst(), remainder));
  }

  private Done markFree(Handle tx, Actor actor, Conflict conflict) {
    var event = lock(tx, actor, conflict.first());
    blockedTimes.markFree(tx, actor.organizerId(), event, true);
    return new Done(
        capital(event)
            + " no longer blocks its time; the event itself and its other occurrences stay as they are.",
        List.of(BlockChange.of(conflict.first(), List.of(event.time()), List.of())),
        new Undo.MarkedFree(event.id()));
  }

  private static Undo.Before before(BlockedTime block) {
    return new Undo.Before(block.time(), block.allDay(), block.reason());
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
                done.undo())));
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
        .orElseThrow(() -> impossible(capital(party) + " has been deleted in the meantime."));
  }

  private static ConflictParty party(BlockedTime block) {
    return ConflictParty.of(block, "a connected calendar");
  }

  private static String capital(BlockedTime block) {
    return capital(party(block));
  }

  private static String capital(ConflictParty party) {
    return English.capitalized(party.name());
  }

  private static Problem impossible(Conflict conflict, ConflictAction action) {
    if (conflict.status() == Conflict.Status.RESOLVED) {
      return impossible("The conflict is already resolved.");
    }
    var possible = ConflictAdvice.actions(conflict).stream().map(ConflictAction::text).toList();
    return impossible(
            switch (action) {
              case DELETE_BLOCK -> "Neither of the two is a manual block.";
              case SHRINK_BLOCK ->
                  conflict.second().manual()
                      ? "The event covers the whole block: nothing would be left of it."
                      : "Neither of the two is a manual block.";
              case DISMISS -> "The conflict is already dismissed.";
              case REOPEN -> "The conflict is already open.";
              case MARK_FREE -> "Neither of the two is an event that can be marked free.";
            })
        .fix("Possible now: " + String.join(", ", possible) + ".");
  }

  private static Problem impossible(String why) {
    return Problem.conflict("action_impossible", why);
  }
}
