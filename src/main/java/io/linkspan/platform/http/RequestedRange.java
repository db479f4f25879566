package io.linkspan.platform.http;

import io.linkspan.platform.time.TimeRange;
import java.time.Instant;

/** The stretch of time that is asked about with {@code from} and {@code to}. */
public final class RequestedRange {
  private RequestedRange() {}

  /**
   * Of a query.
   *
   * @throws Problem {@code invalid_range} unless it ends after it starts, at most two years later
   */
  public static TimeRange of(Instant from, Instant to) {
    return of(from, to, "?to");
  }

  /**
   * Of a body.
   *
   * @throws Problem as {@link #of}
   */
  public static TimeRange ofBody(Instant from, Instant to) {
    return of(from, to, "/to");
  }

  private static TimeRange of(Instant from, Instant to, String pointer) {
    if (!from.isBefore(to)) {
      throw Problem.badRequest("invalid_range", "The range ends before it starts, or is empty.")
          .field(pointer, "must be after from");
    }
    if (TimeRange.exceedsTwoYears(from, to)) {
      throw Problem.badRequest("invalid_range", "The range spans more than two years.")
          .field(pointer, "must be at most two years after from")
          .fix("Ask for one part after the other.");
    }
    return new TimeRange(from, to);
  }

  /**
   * Checks a range that may be open at either end.
   *
   * @throws Problem as {@link #of}
   */
  public static void check(Call call) {
    var from = call.instant("from");
    var to = call.instant("to");
    if (from.isPresent() && to.isPresent()) {
      of(from.get(), to.get());
    }
  }
}
