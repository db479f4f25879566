package io.linkspan.conflict;

import io.linkspan.availability.BlockedTime;
import io.linkspan.platform.time.TimeRange;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Objects;
import java.util.UUID;

/**
 * Which blocks of an organizer conflict with each other: an event with a manual block, and an event
 * with another. Not conflicts are two manual blocks, two occurrences of one stored event, and the
 * same event seen in two calendars (the same UID at the same time).
 */
final class ConflictPairs {
  /** Two blocks; {@code first} is the external event, or of two the one that begins first. */
  record Pair(BlockedTime first, BlockedTime second) {}

  /** What was found; {@code complete} is false when there was more than was asked for. */
  record Found(List<Pair> pairs, boolean complete) {}

  /** Occurrences of one stored event do not conflict with each other. */
  private record Source(UUID calendarId, String resource) {}

  private static final int MANUAL = 0;

  private ConflictPairs() {}

  /**
   * Conflicts whose overlap lies at least partly in the range, the earliest first.
   *
   * @param most how many to find
   */
  static Found find(List<BlockedTime> blocks, TimeRange range, int most) {
    int n = blocks.size();
    var starts = new long[n];
    var ends = new long[n];
    var sources = new int[n];
    var sourceIds = new HashMap<Source, Integer>();
    for (int i = 0; i < n; i++) {
      var block = blocks.get(i);
      starts[i] = micros(block.start());
      ends[i] = micros(block.end());
      sources[i] = source(block, sourceIds);
    }
    var pairs = new ArrayList<Pair>();
    boolean complete =
        ConflictSweep.run(
            starts,
            ends,
            sources,
            sourceIds.size() + 1,
            (a, b) -> {
              var first = blocks.get(a);
              var second = blocks.get(b);
              if (!overlapIn(range, first, second) || sameEvent(first, second)) {
                return true;
              }
              if (pairs.size() == most) {
                return false;
              }
              pairs.add(ordered(first, second));
              return true;
            });
    return new Found(pairs, complete);
  }

  /** Whether two blocks that both count conflict. */
  static boolean conflict(BlockedTime a, BlockedTime b) {
    return !(a.manual() && b.manual())
        && !sameSource(a, b)
        && a.time().overlaps(b.time())
        && !sameEvent(a, b);
  }

  /** The external event first; of two the one that begins first, and the longer if both do. */
  static Pair ordered(BlockedTime a, BlockedTime b) {
    if (a.manual() != b.manual()) {
      return a.manual() ? new Pair(b, a) : new Pair(a, b);
    }
    int order = a.start().compareTo(b.start());
    if (order == 0) {
      order = b.end().compareTo(a.end());
    }
    if (order == 0) {
      order = a.id().compareTo(b.id());
    }
    return order <= 0 ? new Pair(a, b) : new Pair(b, a);
  }

  private static int source(BlockedTime block, HashMap<Source, Integer> sourceIds) {
    if (block.manual()) {
      return MANUAL;
    }
    var source =
        new Source(
            Objects.requireNonNull(block.calendarId()), Objects.requireNonNull(block.resource()));
    return sourceIds.computeIfAbsent(source, s -> sourceIds.size() + 1);
  }

  private static boolean sameSource(BlockedTime a, BlockedTime b) {
    return Objects.equals(a.calendarId(), b.calendarId())
        && Objects.equals(a.resource(), b.resource());
  }

  private static boolean sameEvent(BlockedTime a, BlockedTime b) {
    return a.externalId() != null
        && a.externalId().equals(b.externalId())
        && a.start().equals(b.start())
        && a.end().equals(b.end());
  }

  private static boolean overlapIn(TimeRange range, BlockedTime a, BlockedTime b) {
    var start = a.start().isAfter(b.start()) ? a.start() : b.start();
    var end = a.end().isBefore(b.end()) ? a.end() : b.end();
    return start.isBefore(range.end()) && range.start().isBefore(end);
  }

  /** PostgreSQL's own precision. */
  private static long micros(Instant time) {
    return Math.addExact(
        Math.multiplyExact(time.getEpochSecond(), 1_000_000L), time.getNano() / 1_000);
  }
}
