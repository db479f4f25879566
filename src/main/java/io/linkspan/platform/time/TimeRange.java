package io.linkspan.platform.time;

import java.time.Instant;
import java.time.ZoneOffset;

/** A stretch of time: {@code start} including, {@code end} excluding. */
public record TimeRange(Instant start, Instant end) {
  /** Wider than anything that people block or ask about. */
  public static final TimeRange ALL =
      new TimeRange(Instant.parse("1900-01-01T00:00:00Z"), Instant.parse("9000-01-01T00:00:00Z"));

  public TimeRange {
    if (!start.isBefore(end)) {
      throw new IllegalArgumentException("a range must end after it starts: " + start + "/" + end);
    }
  }

  /** Whether there are more than two years between the two, as no range of a person's time has. */
  public static boolean exceedsTwoYears(Instant start, Instant end) {
    return end.atOffset(ZoneOffset.UTC).isAfter(start.atOffset(ZoneOffset.UTC).plusYears(2));
  }

  public boolean contains(TimeRange other) {
    return !other.start.isBefore(start) && !other.end.isAfter(end);
  }

  /** The range from the earlier start to the later end. */
  public TimeRange hull(TimeRange other) {
    return new TimeRange(
        start.isBefore(other.start) ? start : other.start,
        end.isAfter(other.end) ? end : other.end);
  }

  /** Touching ends do not overlap. */
  public boolean overlaps(TimeRange other) {
    return start.isBefore(other.end) && other.start.isBefore(end);
  }
}
