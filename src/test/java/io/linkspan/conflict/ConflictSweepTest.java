package io.linkspan.conflict;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ConflictSweepTest {
  private record Pair(int first, int second) {}

  @Test
  void touchingEndsDoNotOverlap() {
    assertThat(sweep(new long[] {0, 10, 20}, new long[] {10, 20, 30}, new int[] {0, 1, 0}))
        .isEmpty();
  }

  @Test
  void theEarlierOneOfAPairComesFirst() {
    assertThat(sweep(new long[] {5, 0}, new long[] {15, 10}, new int[] {0, 1}))
        .containsExactly(new Pair(1, 0));
  }

  @Test
  void oneSourceIsNeverPairedWithItself() {
    assertThat(sweep(new long[] {0, 0, 3}, new long[] {9, 9, 6}, new int[] {0, 0, 0})).isEmpty();
  }

  @Test
  void anEmptyIntervalOverlapsNothing() {
    assertThat(sweep(new long[] {0, 5}, new long[] {10, 5}, new int[] {0, 1})).isEmpty();
  }

  @Test
  void aSinkThatHasEnoughStopsTheSweep() {
    var pairs = new ArrayList<Pair>();
    boolean complete =
        ConflictSweep.run(
            new long[] {0, 0, 0},
            new long[] {9, 9, 9},
            new int[] {0, 1, 2},
            3,
            (first, second) -> {
              pairs.add(new Pair(first, second));
              return false;
            });
    assertThat(complete).isFalse();
    assertThat(pairs).hasSize(1);
  }

  @Test
  void startsAsFarApartAsNumbersGoAreOrdered() {
    assertThat(
            sweep(
                new long[] {Long.MAX_VALUE - 1, Long.MIN_VALUE, 0},
                new long[] {Long.MAX_VALUE, Long.MAX_VALUE, 1},
                new int[] {0, 1, 2}))
        .containsExactlyInAnyOrder(new Pair(1, 0), new Pair(1, 2));
  }

  @Test
  void findsExactlyWhatComparingEachWithEachFinds() {
    var random = new Random(20261123);
    for (int round = 0; round < 3_000; round++) {
      int n = random.nextInt(40);
      int sourceCount = 1 + random.nextInt(6);
      // few distinct times, so that equal starts and touching ends are common; wide ones now and
      // then
      int spread = round % 3 == 0 ? 12 : round % 3 == 1 ? 200 : Integer.MAX_VALUE;
      var starts = new long[n];
      var ends = new long[n];
      var sources = new int[n];
      for (int i = 0; i < n; i++) {
        starts[i] = random.nextInt(spread) - spread / 2L;
        ends[i] = starts[i] + random.nextInt(Math.max(2, spread / 3));
        sources[i] = random.nextInt(sourceCount);
      }
      assertThat(unordered(sweep(starts, ends, sources)))
          .as("round %d", round)
          .isEqualTo(unordered(eachWithEach(starts, ends, sources)));
    }
  }

  private static List<Pair> sweep(long[] starts, long[] ends, int[] sources) {
    var pairs = new ArrayList<Pair>();
    boolean complete =
        ConflictSweep.run(
            starts,
            ends,
            sources,
            10,
            (first, second) -> {
              assertThat(starts[first]).isLessThanOrEqualTo(starts[second]);
              pairs.add(new Pair(first, second));
              return true;
            });
    assertThat(complete).isTrue();
    return pairs;
  }

  private static List<Pair> eachWithEach(long[] starts, long[] ends, int[] sources) {
    var pairs = new ArrayList<Pair>();
    for (int a = 0; a < starts.length; a++) {
      for (int b = a + 1; b < starts.length; b++) {
        if (sources[a] != sources[b]
            && Math.max(starts[a], starts[b]) < Math.min(ends[a], ends[b])) {
          pairs.add(new Pair(a, b));
        }
      }
    }
    return pairs;
  }

  /** As a set; fails on a pair that was found twice. */
  private static Set<Pair> unordered(List<Pair> pairs) {
    var set = new HashSet<Pair>();
    for (var pair : pairs) {
      assertThat(
              set.add(
                  new Pair(
                      Math.min(pair.first(), pair.second()),
                      Math.max(pair.first(), pair.second()))))
          .as("%s only once", pair)
          .isTrue();
    }
    return set;
  }
}
