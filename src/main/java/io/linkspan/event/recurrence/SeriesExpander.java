package io.linkspan.event.recurrence;

import io.linkspan.event.EventSeries;
import java.time.ZoneId;

/** Turns a series into the occurrences of a window (RFC 5545, 3.8.5). Safe for use by threads. */
public final class SeriesExpander {
  private final ZoneResolver zones = new ZoneResolver();

  /**
   * @param zone where floating times and whole days take place, and what stands in for a zone that
   *     nobody knows
   * @param budget of the run that this series is part of
   */
  public Expansion expand(EventSeries series, Window window, ZoneId zone, WorkBudget budget) {
    budget.nextSeries();
    var times = new TimeResolver(zones, series, zone, budget);
    return new SeriesExpansion(series, window, times, budget).run();
  }
}
