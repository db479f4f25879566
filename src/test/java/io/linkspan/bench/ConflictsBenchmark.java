package io.linkspan.bench;

import io.linkspan.conflict.ConflictSweepDoor;
import java.util.List;
import java.util.Random;

/**
 * The sweep over an organizer's intervals: a million of a busy person's half hours and hours in
 * forty calendars, and twice as many, in a fresh heap each.
 */
final class ConflictsBenchmark implements Benchmark {
  private static final int N = 1_000_000;
  private static final int ROUNDS = 5;

  @Override
  public String name() {
    return "conflicts";
  }

  @Override
  public String question() {
    return "how long finding every overlap among a million intervals takes, and twice as many";
  }

  @Override
  public Report run(List<String> arguments) {
    // the same code must be warm for both sizes, or the ratio measures the compiler
    measure(N / 10);
    var single = measure(N);
    var twice = measure(2 * N);
    return new Report()
        .figure("1 M intervals", single.seconds(), "s", 1.5)
        .figure("memory for 1 M", single.megabytes(), "MB", 256)
        .figure("overlaps found in 1 M", single.pairs(), "")
        .figure("2 M intervals", twice.seconds(), "s")
        .figure("overlaps found in 2 M", twice.pairs(), "")
        .figure("2 M against 1 M", twice.seconds() / single.seconds(), "times", 3);
  }

  private record Measurement(double seconds, double megabytes, long pairs) {}

  private static Measurement measure(int n) {
    var starts = new long[n];
    var ends = new long[n];
    var sources = new int[n];
    var random = new Random(n);
    for (int i = 0; i < n; i++) {
      // the same density whatever n: a quarter of an hour apart on average
      starts[i] =
          (long) (random.nextDouble() * n) * 900_000_000L + random.nextInt(900) * 1_000_000L;
      ends[i] = starts[i] + (random.nextInt(4) == 0 ? 3_600_000_000L : 1_800_000_000L);
      sources[i] = random.nextInt(40);
    }
    double best = Double.MAX_VALUE;
    long pairs = 0;
    long most = 0;
    for (int round = 0; round < ROUNDS; round++) {
      System.gc();
      long before = used();
      long begin = System.nanoTime();
      pairs = ConflictSweepDoor.countPairs(starts, ends, sources, 40);
      best = Math.min(best, (System.nanoTime() - begin) / 1e9);
      most = Math.max(most, used() - before);
    }
    // the sweep's own, and the three arrays it is given
    double megabytes = (most + n * 20L) / (double) (1 << 20);
    return new Measurement(best, megabytes, pairs);
  }

  private static long used() {
    var runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }
}
