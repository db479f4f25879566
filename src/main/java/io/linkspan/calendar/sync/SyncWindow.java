package io.linkspan.calendar.sync;

import io.linkspan.event.recurrence.Window;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** The stretch around today that is expanded into blocked times. It moves on once a day. */
public record SyncWindow(Duration behind, Duration ahead) {
  /** In whole days, so that it stays the same all day long. */
  Window at(Instant now) {
    var today = now.truncatedTo(ChronoUnit.DAYS);
    return new Window(today.minus(behind), today.plus(ahead).plus(1, ChronoUnit.DAYS));
  }
}
