package io.linkspan.event.recurrence;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A zone made for turning many local times into points in time. A local time that a forward change
 * of the clock skips is read with the offset before the change, one that happens twice is the first
 * of them (RFC 5545, 3.3.5). Immutable.
 */
final class LocalZone {
  static final LocalZone UTC = fixed(0);

  /** Transitions are listed up to here; later times repeat the last year's, as rules do. */
  private static final int LAST_YEAR = 2199;

  /** Seconds of 400 years, after which the Gregorian calendar repeats, weekdays included. */
  private static final long CYCLE = 146_097L * 86_400;

  private static final long END = Instant.parse("2200-01-01T00:00:00Z").getEpochSecond();

  /** Up to which point in time each offset holds; the last one holds for ever. */
  private final long[] instants;

  /** The same in local time: the later of the clock's two readings at the change. */
  private final long[] locals;

  private final int[] offsets;

  private LocalZone(long[] instants, int[] offsets) {
    this.instants = instants;
    this.offsets = offsets;
    this.locals = new long[instants.length];
    for (int i = 0; i < instants.length; i++) {
      locals[i] = instants[i] + Math.max(offsets[i], offsets[i + 1]);
    }
  }

  static LocalZone fixed(int offset) {
    return new LocalZone(new long[0], new int[] {offset});
  }

  static LocalZone of(ZoneRules rules) {
    List<ZoneOffsetTransition> all = new ArrayList<>(rules.getTransitions());
    if (!rules.getTransitionRules().isEmpty()) {
      int year = all.isEmpty() ? 1970 : all.getLast().getDateTimeBefore().getYear() + 1;
      for (; year <= LAST_YEAR; year++) {
        for (var rule : rules.getTransitionRules()) {
          all.add(rule.createTransition(year));
        }
      }
    }
    var instants = new long[all.size()];
    var offsets = new int[all.size() + 1];
    offsets[0] =
        (all.isEmpty() ? rules.getOffset(Instant.EPOCH) : all.getFirst().getOffsetBefore())
            .getTotalSeconds();
    for (int i = 0; i < instants.length; i++) {
      instants[i] = all.get(i).toEpochSecond();
      offsets[i + 1] = all.get(i).getOffsetAfter().getTotalSeconds();
    }
    return new LocalZone(instants, offsets);
  }

  /**
   * @param instants when the offset changes, ascending
   * @param offsets before the first change, and from each on: one more than there are changes
   */
  static LocalZone of(long[] instants, int[] offsets) {
    return new LocalZone(instants.clone(), offsets.clone());
  }

  /** The point in time, in seconds since 1970 UTC, of a local time in seconds of its own clock. */
  long toInstant(long local) {
    if (local >= END) {
      long back = Math.ceilDiv(local - END + 1, CYCLE) * CYCLE;
      return toInstant(local - back) + back;
    }
    return local - offsets[at(locals, local)];
  }

  /** As {@link #toInstant(long)}, starting to look where the last answer was. */
  long toInstant(long local, Hint hint) {
    int i = hint.at;
    if (i < offsets.length
        && (i == locals.length || local < locals[i])
        && (i == 0 || local >= locals[i - 1])
        && local < END) {
      return local - offsets[i];
    }
    if (local < END) {
      hint.at = at(locals, local);
    }
    return toInstant(local);
  }

  /**
   * Whether a forward change of the clock skips the local time, so that a later local time is the
   * same point in time. To be asked right after {@link #toInstant(long, Hint)} with the same hint.
   */
  boolean skips(long local, Hint hint) {
    int i = hint.at;
    return i < instants.length && local < END && local - offsets[i] >= instants[i];
  }

  /** Whether the clock is put forward within the day before a point in time. */
  boolean leapsBefore(long instant) {
    return toLocal(instant) - toLocal(instant - TimeResolver.DAY) > TimeResolver.DAY;
  }

  /** What the clock shows, in seconds of its own. */
  long toLocal(long instant) {
    if (instant >= END) {
      long back = Math.ceilDiv(instant - END + 1, CYCLE) * CYCLE;
      return toLocal(instant - back) + back;
    }
    return instant + offsets[at(instants, instant)];
  }

  private static int at(long[] bounds, long value) {
    int found = Arrays.binarySearch(bounds, value);
    return found >= 0 ? found + 1 : -found - 1;
  }

  /** Where the last answer was found. Not thread-safe. */
  static final class Hint {
    private int at;
  }

  /** Offsets at both ends of what is listed, for tests. */
  ZoneOffset offsetAt(Instant instant) {
    return ZoneOffset.ofTotalSeconds(offsets[at(instants, instant.getEpochSecond())]);
  }
}
