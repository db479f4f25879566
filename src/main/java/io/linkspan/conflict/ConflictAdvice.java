package io.linkspan.conflict;

import static io.linkspan.conflict.ConflictAction.DELETE_BLOCK;
import static io.linkspan.conflict.ConflictAction.DISMISS;
import static io.linkspan.conflict.ConflictAction.MARK_FREE;
import static io.linkspan.conflict.ConflictAction.REOPEN;
import static io.linkspan.conflict.ConflictAction.SHRINK_BLOCK;

import io.linkspan.conflict.Overlap.Type;
import io.linkspan.platform.text.English;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What can be done about a conflict, and what we would do. */
final class ConflictAdvice {
  /**
   * What we would do, and why.
   *
   * @param action null where it cannot be done here, but in the calendar
   */
  record Recommendation(@Nullable String action, String title, String explanation) {
    private static Recommendation of(ConflictAction action, String title, String explanation) {
      return new Recommendation(action.text(), title, explanation);
    }
  }

  private ConflictAdvice() {}

  /** The best first. */
  static List<ConflictAction> actions(Conflict conflict) {
    return switch (conflict.status()) {
      case OPEN -> waysOut(conflict);
      case DISMISSED -> {
        var ways = new ArrayList<>(waysOut(conflict));
        ways.remove(DISMISS);
        ways.addFirst(REOPEN);
        yield List.copyOf(ways);
      }
      case RESOLVED -> conflict.undo() == null ? List.of() : List.of(REOPEN);
    };
  }

  /** Nothing for a conflict that is dismissed or resolved. */
  static Optional<Recommendation> recommendation(Conflict conflict) {
    if (conflict.status() != Conflict.Status.OPEN) {
      return Optional.empty();
    }
    return Optional.of(
        conflict.second().manual() ? aboutBlock(conflict) : aboutTwoEvents(conflict));
  }

  private static List<ConflictAction> waysOut(Conflict conflict) {
    if (!conflict.second().manual()) {
      return List.of(MARK_FREE, DISMISS);
    }
    // of a block that is covered entirely, cutting leaves nothing
    return conflict.overlap().type() == Type.COMPLETE_OVERLAP
        ? List.of(DELETE_BLOCK, MARK_FREE, DISMISS)
        : List.of(SHRINK_BLOCK, DELETE_BLOCK, MARK_FREE, DISMISS);
  }

  private static Recommendation aboutBlock(Conflict conflict) {
    String event = English.capitalized(conflict.first().name());
    String block = conflict.second().name();
    return switch (conflict.overlap().type()) {
      case COMPLETE_OVERLAP ->
          Recommendation.of(
              DELETE_BLOCK,
              "Delete the block",
              "%s already covers all of %s, so the block adds nothing.".formatted(event, block));
      case PARTIAL_OVERLAP ->
          Recommendation.of(
              SHRINK_BLOCK,
              "Shorten the block",
              "%s already covers %s of %s; the rest of the block stays."
                  .formatted(event, ConflictWords.duration(conflict.overlap().minutes()), block));
      case CONTAINED_OVERLAP ->
          Recommendation.of(
              SHRINK_BLOCK,
              "Cut the block around the event",
              "%s lies within %s; what is before and after it stays blocked."
                  .formatted(event, block));
    };
  }

  private static Recommendation aboutTwoEvents(Conflict conflict) {
    String first = conflict.first().name();
    String second = conflict.second().name();
    if (conflict.first().allDay() && !conflict.second().allDay()) {
      return Recommendation.of(
          MARK_FREE,
          "Mark the all-day event as free",
          "%s lasts all day, which is usually a note rather than an appointment; %s keeps its time. If it is an absence, move the other event instead."
              .formatted(English.capitalized(first), second));
    }
    if (conflict.overlap().severity() == Overlap.Severity.HIGH) {
      // dismissing it, or freeing the time of a meeting, would leave somebody in two places
      return new Recommendation(
          null,
          "Move one of the events",
          "You cannot attend both %s and %s: move or cancel one of them in its calendar, and the conflict resolves itself."
              .formatted(first, second));
    }
    return Recommendation.of(
        DISMISS,
        "Keep both",
        "%s and %s can usually coexist, because one of them lasts all day. If not, move one in its calendar and the conflict resolves itself."
            .formatted(English.capitalized(first), second));
  }
}
