package io.linkspan.calendar;

import java.util.Arrays;

/**
 * Finds every pair of overlapping intervals of different sources, in O(n log n + k) for n intervals
 * and k pairs, over plain arrays.
 *
 * <p>Intervals are half-open: one that ends when another starts does not overlap it. Intervals of
 * one source are never paired, and cost nothing for lying on top of each other: what is active is
 * kept by source, and the interval's own source is stepped over as a whole.
 */
final class ConflictSweep {
  private static final int NONE = -1;

  /** Takes a pair: {@code first} starts no later than {@code second}. */
  @FunctionalInterface
  interface PairSink {
    /**
     * @return whether to go on
     */
    boolean pair(int first, int second);
  }

  private final long[] starts;
  private final long[] ends;
  private final int[] sources;

  // The active intervals: a linked list for each source, and the sources that have one.
  private final int[] headOfSource;
  private final int[] nextOfSame;
  private final int[] activeSources;
  private int activeCount;

  private ConflictSweep(long[] starts, long[] ends, int[] sources, int sourceCount) {
    this.starts = starts;
    this.ends = ends;
    this.sources = sources;
    this.headOfSource = new int[sourceCount];
    this.nextOfSame = new int[starts.length];
    this.activeSources = new int[Math.min(sourceCount, starts.length)];
    Arrays.fill(headOfSource, NONE);
  }

  /**
   * Hands every pair to the sink, by the start of the later one.
   *
   * @param starts including, in any unit
   * @param ends excluding; an interval that ends where it starts overlaps nothing
   * @param sources from 0 to {@code sourceCount}, excluding
   * @return whether all pairs were handed over, that is, the sink never stopped
   */
  static boolean run(long[] starts, long[] ends, int[] sources, int sourceCount, PairSink sink) {
    if (starts.length != ends.length || starts.length != sources.length) {
      throw new IllegalArgumentException(
          "starts, ends and sources must be of one length, but are %d, %d and %d"
              .formatted(starts.length, ends.length, sources.length));
    }
    return new ConflictSweep(starts, ends, sources, sourceCount).sweep(sink);
  }

  private boolean sweep(PairSink sink) {
    for (int interval : StartOrder.of(starts)) {
      if (ends[interval] <= starts[interval]) {
        continue;
      }
      if (!pairWithOtherSources(interval, sink)) {
        return false;
      }
      activate(interval);
    }
    return true;
  }

  private boolean pairWithOtherSources(int interval, PairSink sink) {
    int own = sources[interval];
    for (int i = 0; i < activeCount; ) {
      int source = activeSources[i];
      if (source == own) {
        i++;
        continue;
      }
      if (!pairWithActive(source, interval, sink)) {
        return false;
      }
      if (headOfSource[source] == NONE) {
        activeSources[i] = activeSources[--activeCount];
      } else {
        i++;
      }
    }
    return true;
  }

  /** Also drops what has ended: each interval at most once, so it costs O(n) in all. */
  private boolean pairWithActive(int source, int interval, PairSink sink) {
    int previous = NONE;
    for (int other = headOfSource[source]; other != NONE; other = nextOfSame[other]) {
      if (ends[other] <= starts[interval]) {
        if (previous == NONE) {
          headOfSource[source] = nextOfSame[other];
        } else {
          nextOfSame[previous] = nextOfSame[other];
        }
        continue;
      }
      if (!sink.pair(other, interval)) {
        return false;
      }
      previous = other;
    }
    return true;
  }

  private void activate(int interval) {
    int source = sources[interval];
    if (headOfSource[source] == NONE) {
      activeSources[activeCount++] = source;
    }
    nextOfSame[interval] = headOfSource[source];
    headOfSource[source] = interval;
  }

  /** The order of starts, by a radix sort over the bytes in which they differ at all. */
  private static final class StartOrder {
    private static final int RADIX = 1 << 11;

    private StartOrder() {}

    static int[] of(long[] starts) {
      int n = starts.length;
      int[] order = new int[n];
      if (n == 0) {
        return order;
      }
      long min = Long.MAX_VALUE;
      long max = Long.MIN_VALUE;
      for (int i = 0; i < n; i++) {
        order[i] = i;
        min = Math.min(min, starts[i]);
        max = Math.max(max, starts[i]);
      }
      // as an unsigned number the difference is right even where it overflows
      long spread = max - min;
      int[] sorted = new int[n];
      for (int shift = 0; shift < Long.SIZE && spread >>> shift != 0; shift += 11) {
        if (sortByDigit(starts, min, shift, order, sorted)) {
          int[] swap = order;
          order = sorted;
          sorted = swap;
        }
      }
      return order;
    }

    /** Returns false, having done nothing, when all digits are the same. */
    private static boolean sortByDigit(
        long[] starts, long min, int shift, int[] order, int[] sorted) {
      int[] position = new int[RADIX + 1];
      for (long start : starts) {
        position[digit(start - min, shift) + 1]++;
      }
      if (position[digit(starts[0] - min, shift) + 1] == starts.length) {
        return false;
      }
      for (int i = 1; i <= RADIX; i++) {
        position[i] += position[i - 1];
      }
      for (int interval : order) {
        sorted[position[digit(starts[interval] - min, shift)]++] = interval;
      }
      return true;
    }

    private static int digit(long offset, int shift) {
      return (int) (offset >>> shift) & (RADIX - 1);
    }
  }
}
