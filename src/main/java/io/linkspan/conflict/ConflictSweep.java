package io.linkspan.conflict;

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

  // In the order of their starts, so that the sweep reads memory in one direction.
  private final int[] order;
  private final long[] starts;
  private final long[] ends;
  private final int[] sources;

  // The active intervals: a linked list for each source, and the sources that have one.
  private final int[] headOfSource;
  private final int[] nextOfSame;
  private final int[] activeSources;
  private int activeCount;

  private ConflictSweep(long[] starts, long[] ends, int[] sources, int sourceCount) {
    int n = starts.length;
    this.order = new int[n];
    this.starts = new StartOrder(starts, order).sort();
    this.ends = new long[n];
    this.sources = new int[n];
    for (int i = 0; i < n; i++) {
      this.ends[i] = ends[order[i]];
      this.sources[i] = sources[order[i]];
    }
    this.headOfSource = new int[sourceCount];
    this.nextOfSame = new int[n];
    this.activeSources = new int[Math.min(sourceCount, n)];
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
    for (int interval = 0; interval < starts.length; interval++) {
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
      if (!sink.pair(order[other], order[interval])) {
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

  /** Sorts starts, and the numbers of their intervals along, by the digits in which they differ. */
  private static final class StartOrder {
    private static final int BITS = 11;
    private static final int RADIX = 1 << BITS;

    private final int[] result;
    private final long min;
    private final long spread;
    // how far each start is behind the earliest: an unsigned number, right even where it overflows
    private long[] offsets;
    private long[] sortedOffsets;
    private int[] numbers;
    private int[] sortedNumbers;

    /**
     * @param result filled with the numbers of the intervals
     */
    StartOrder(long[] starts, int[] result) {
      int n = starts.length;
      long least = Long.MAX_VALUE;
      long most = Long.MIN_VALUE;
      for (long start : starts) {
        least = Math.min(least, start);
        most = Math.max(most, start);
      }
      this.result = result;
      this.min = least;
      this.spread = most - least;
      this.offsets = new long[n];
      this.sortedOffsets = new long[n];
      this.numbers = new int[n];
      this.sortedNumbers = new int[n];
      for (int i = 0; i < n; i++) {
        offsets[i] = starts[i] - least;
        numbers[i] = i;
      }
    }

    /** The sorted starts. */
    long[] sort() {
      if (result.length == 0) {
        return offsets;
      }
      for (int shift = 0; shift < Long.SIZE && spread >>> shift != 0; shift += BITS) {
        sortByDigit(shift);
      }
      System.arraycopy(numbers, 0, result, 0, numbers.length);
      for (int i = 0; i < offsets.length; i++) {
        offsets[i] += min;
      }
      return offsets;
    }

    private void sortByDigit(int shift) {
      int[] position = new int[RADIX + 1];
      for (long offset : offsets) {
        position[digit(offset, shift) + 1]++;
      }
      if (position[digit(offsets[0], shift) + 1] == offsets.length) {
        return;
      }
      for (int i = 1; i <= RADIX; i++) {
        position[i] += position[i - 1];
      }
      for (int i = 0; i < offsets.length; i++) {
        int to = position[digit(offsets[i], shift)]++;
        sortedOffsets[to] = offsets[i];
        sortedNumbers[to] = numbers[i];
      }
      var offsetsBefore = offsets;
      offsets = sortedOffsets;
      sortedOffsets = offsetsBefore;
      var numbersBefore = numbers;
      numbers = sortedNumbers;
      sortedNumbers = numbersBefore;
    }

    private static int digit(long offset, int shift) {
      return (int) (offset >>> shift) & (RADIX - 1);
    }
  }
}
