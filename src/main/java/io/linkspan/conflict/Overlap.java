package io.linkspan.conflict;

import io.linkspan.platform.time.TimeRange;
import java.time.Duration;

/**
 * What two parties of a conflict share, and what that means.
 *
 * @param kind {@code external_manual} or {@code external_external}
 * @param time both claim it
 * @param type how the external event lies to the other party: of two external ones, how the one
 *     that begins first does
 */
record Overlap(String kind, TimeRange time, Type type, Severity severity) {
  static final String EXTERNAL_MANUAL = "external_manual";
  static final String EXTERNAL_EXTERNAL = "external_external";

  /** Of the contract's {@code OverlapType}. */
  enum Type {
    /** The external event contains the other, or both are the same time. */
    COMPLETE_OVERLAP,
    /** The other contains the external event. */
    CONTAINED_OVERLAP,
    /** Neither contains the other. */
    PARTIAL_OVERLAP
  }

  /**
   * How much it matters.
   *
   * <ul>
   *   <li>{@code LOW}: it costs nothing. The event covers a manual block entirely, so the block
   *       says nothing that the event does not.
   *   <li>{@code MEDIUM}: something is lost. The event takes a part of a manual block; or of two
   *       events one is of the whole day, which mostly is an absence or a note rather than a place
   *       to be.
   *   <li>{@code HIGH}: two events at set times, so somebody is in two places.
   * </ul>
   */
  enum Severity {
    LOW,
    MEDIUM,
    HIGH
  }

  /**
   * @param external the external event; of two, the one that begins first
   * @param other overlaps it
   */
  static Overlap of(ConflictParty external, ConflictParty other) {
    var time =
        new TimeRange(
            external.start().isAfter(other.start()) ? external.start() : other.start(),
            external.end().isBefore(other.end()) ? external.end() : other.end());
    var type = type(external.time(), other.time());
    return new Overlap(
        other.manual() ? EXTERNAL_MANUAL : EXTERNAL_EXTERNAL,
        time,
        type,
        severity(external, other, type));
  }

  /** In whole minutes, rounded up. */
  long minutes() {
    return Duration.between(time.start(), time.end()).plusSeconds(59).toMinutes();
  }

  private static Type type(TimeRange external, TimeRange other) {
    if (external.contains(other)) {
      return Type.COMPLETE_OVERLAP;
    }
    return other.contains(external) ? Type.CONTAINED_OVERLAP : Type.PARTIAL_OVERLAP;
  }

  private static Severity severity(ConflictParty external, ConflictParty other, Type type) {
    if (other.manual()) {
      return type == Type.COMPLETE_OVERLAP ? Severity.LOW : Severity.MEDIUM;
    }
    return external.allDay() || other.allDay() ? Severity.MEDIUM : Severity.HIGH;
  }
}
