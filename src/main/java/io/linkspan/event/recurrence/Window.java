package io.linkspan.event.recurrence;

import java.time.Instant;

/** The stretch of time that is looked at. */
public record Window(Instant fromInclusive, Instant toExclusive) {
  public Window {
    if (toExclusive.isBefore(fromInclusive)) {
      throw new IllegalArgumentException(
          "a window cannot end at " + toExclusive + " before it starts at " + fromInclusive);
    }
  }

  /** Whether [start, end) has time in the window; no time at all counts where it starts. */
  boolean meets(Instant start, Instant end) {
    return start.isBefore(toExclusive)
        && (end.isAfter(fromInclusive) || start.equals(end) && !start.isBefore(fromInclusive));
  }
}
