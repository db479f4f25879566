package io.linkspan.event;

import java.time.Duration;

/** How an event says when it ends. */
public sealed interface EventEnd {
  /** DTEND: the first instant, or day, that is no longer part of the event. */
  record At(EventTime end) implements EventEnd {}

  /**
   * DURATION (RFC 5545, 3.3.6).
   *
   * @param days nominal days, weeks counting seven: the same time of day after a change of the
   *     clock
   * @param exact elapsed time, added after the days
   */
  record Lasting(int days, Duration exact) implements EventEnd {}

  /** Taken for an end that cannot be read or lies before the start: time must not pass for free. */
  EventEnd GUESSED = new Lasting(0, Duration.ofHours(1));

  /** Neither: a date lasts its day, a date-time no time at all (RFC 5545, 3.6.1). */
  record Unstated() implements EventEnd {}
}
