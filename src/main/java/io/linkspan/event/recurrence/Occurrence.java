package io.linkspan.event.recurrence;

import io.linkspan.event.EventDetails;
import java.time.Instant;

/**
 * One time at which an event takes place.
 *
 * @param key stable within its series, whatever the window and however it was moved: {@code
 *     single}, the original start as {@code 2026-03-29T07:00:00Z} or {@code 2026-03-29}, or {@code
 *     overflow} for the stretch that could not be computed and counts as busy
 * @param end exclusive; equal to start for an event without length
 * @param allDay whether it was written in dates
 * @param details of the override if there is one, else of the master: these decide whether it is
 *     busy. Its {@code start} and {@code end} are as written there, not this occurrence's
 */
public record Occurrence(
    String key, Instant start, Instant end, boolean allDay, EventDetails details) {
  /** Key of an event that does not recur. */
  public static final String SINGLE = "single";

  /** Key of the stretch that was not computed. */
  public static final String OVERFLOW = "overflow";
}
