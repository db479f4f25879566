package io.linkspan.calendar.recurrence;

import java.time.ZoneId;

/** Turns a series into the occurrences of a window (RFC 5545, 3.8.5). Safe for use by threads. */
public final class SeriesExpander {
  /**
   * @param zone where floating times and whole days take place, and what stands in for a zone that
   *     nobody knows
   */
  public Expansion expand(EventSeries series, Window window, ZoneId zone, WorkBudget budget) {
    throw new UnsupportedOperationException("not yet");
  }
}
