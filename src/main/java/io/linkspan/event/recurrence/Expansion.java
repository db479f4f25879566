package io.linkspan.event.recurrence;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What a series is within a window.
 *
 * @param occurrences those that meet the window, sorted by start; cancelled ones are left out
 * @param nextStartAtOrAfter a time, not before the window's end, up to which the series brings
 *     nothing new: usually the next start. Empty if it never matters again
 * @param overflow present if the work budget ended first; then the stretch from {@link
 *     Overflow#from} to the window's end is among the occurrences as one, keyed {@link
 *     Occurrence#OVERFLOW}, which must count as busy
 * @param degraded what could not be understood and was replaced by a guess, a sentence each
 */
public record Expansion(
    List<Occurrence> occurrences,
    Optional<Instant> nextStartAtOrAfter,
    Optional<Overflow> overflow,
    List<String> degraded) {

  public Expansion {
    occurrences = List.copyOf(occurrences);
    degraded = List.copyOf(degraded);
  }

  /**
   * @param from where the uncomputed stretch begins, within the window
   * @param reason which limit was reached, as a sentence
   */
  public record Overflow(Instant from, String reason) {}
}
