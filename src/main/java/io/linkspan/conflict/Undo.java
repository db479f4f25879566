package io.linkspan.conflict;

import io.linkspan.platform.time.TimeRange;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What it takes to put things back as they were before an action resolved a conflict. */
sealed interface Undo {
  /** What the action changed. */
  UUID block();

  /** An event that was marked as free. */
  record MarkedFree(UUID block) implements Undo {}

  /**
   * A manual block that was deleted or shortened.
   *
   * @param before as it was
   * @param after the time that it was left with; null if it was deleted
   * @param remainder what was made of its end where it was split; null if it was not
   */
  record Replaced(UUID block, Before before, @Nullable TimeRange after, @Nullable Piece remainder)
      implements Undo {}

  /** A manual block before the action. */
  record Before(TimeRange time, boolean allDay, String reason) {}

  /** A block that the action made. */
  record Piece(UUID id, TimeRange time) {}
}
