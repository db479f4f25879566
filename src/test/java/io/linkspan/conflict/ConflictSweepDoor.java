package io.linkspan.conflict;

/** Lets the benchmark in. */
public final class ConflictSweepDoor {
  private ConflictSweepDoor() {}

  /** How many pairs the sweep finds. */
  public static long countPairs(long[] starts, long[] ends, int[] sources, int sourceCount) {
    long[] count = new long[1];
    ConflictSweep.run(
        starts,
        ends,
        sources,
        sourceCount,
        (first, second) -> {
          count[0]++;
          return true;
        });
    return count[0];
  }
}
