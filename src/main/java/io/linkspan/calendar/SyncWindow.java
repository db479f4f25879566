package io.linkspan.calendar;

import io.linkspan.calendar.recurrence.Window;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** The stretch around today that is expanded into blocked times. It moves on once a day. */
public record SyncWindow(int daysBehind, int daysAhead) {
  /** In whole days, so that it stays the same all day long. */
  Window at(Instant now) {
    var today = now.truncatedTo(ChronoUnit.DAYS);
    return new Window(
        today.minus(daysBehind, ChronoUnit.DAYS), today.plus(daysAhead + 1L, ChronoUnit.DAYS));
  }
}
