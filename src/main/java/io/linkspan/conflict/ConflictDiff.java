package io.linkspan.conflict;

import io.linkspan.conflict.ConflictReconciler.Cause;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What has to be written so that the stored conflicts are those that were found. */
final class ConflictDiff {
  private final Optional<Cause> cause;
  private final Instant now;
  private final List<Conflict> inserts = new ArrayList<>();
  private final List<Conflict> updates = new ArrayList<>();
  private final List<ConflictStore.NewEvent> events = new ArrayList<>();
  private final List<Conflict> detected = new ArrayList<>();
  private final List<Conflict> resolved = new ArrayList<>();
  private int goneCount;

  /**
   * @param cause what somebody did; empty when the blocks changed by themselves
   */
  ConflictDiff(Optional<Cause> cause, Instant now) {
    this.cause = cause;
    this.now = now;
  }

  /** A pair that never was in conflict before. */
  void added(Conflict conflict) {
    inserts.add(conflict);
    remember(conflict, "Found: " + ConflictWords.sentence(conflict));
    announce(conflict);
  }

  /** A known pair is in conflict, as before or again. */
  void seen(Conflict before, ConflictParty first, ConflictParty second) {
    if (before.standing() && before.first().equals(first) && before.second().equals(second)) {
      return;
    }
    var after = before.seen(first, second);
    updates.add(after);
    if (after.status() != before.status()) {
      remember(
          after,
          before.standing()
              ? "More overlaps than was dismissed: " + ConflictWords.sentence(after)
              : "They overlap again: " + ConflictWords.sentence(after));
      announce(after);
    }
  }

  /** A pair is not in conflict any more. */
  void gone(Conflict before) {
    goneCount++;
    var after = before.resolved(undoOf(before));
    updates.add(after);
    if (over(before)) {
      // blocks that are over are not kept: nobody solved anything
      remember(after, "The time is over.");
      return;
    }
    remember(after, "They do not overlap any more: a block or an event has changed or is gone.");
    resolved.add(after);
  }

  private @Nullable Undo undoOf(Conflict conflict) {
    return cause.map(Cause::undo).filter(undo -> conflict.involves(undo.block())).orElse(null);
  }

  private void remember(Conflict conflict, String explanation) {
    events.add(
        new ConflictStore.NewEvent(
            conflict.id(),
            conflict.status(),
            cause.map(Cause::action).orElse(null),
            cause.map(Cause::userId).orElse(null),
            cause.map(Cause::explanation).orElse(explanation)));
  }

  /** Nobody is told of what is over, or of what they just did themselves. */
  private void announce(Conflict conflict) {
    if (!over(conflict) && cause.isEmpty()) {
      detected.add(conflict);
    }
  }

  private boolean over(Conflict conflict) {
    return !conflict.overlap().time().end().isAfter(now);
  }

  boolean isEmpty() {
    return inserts.isEmpty() && updates.isEmpty();
  }

  int goneCount() {
    return goneCount;
  }

  List<Conflict> inserts() {
    return inserts;
  }

  List<Conflict> updates() {
    return updates;
  }

  List<ConflictStore.NewEvent> events() {
    return events;
  }

  /** To be told to others. */
  List<Conflict> detected() {
    return detected;
  }

  /** To be told to others. */
  List<Conflict> resolved() {
    return resolved;
  }
}
