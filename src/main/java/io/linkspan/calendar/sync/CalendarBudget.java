package io.linkspan.calendar.sync;

import io.linkspan.event.recurrence.WorkBudget;
import java.time.Duration;
import java.util.function.Function;

/**
 * What expanding one calendar may cost over all its pages, so that neither time nor room begin anew
 * with each. Not thread-safe.
 */
final class CalendarBudget {
  /** Beyond it only simple series are still expanded exactly. */
  private static final Duration COMPUTING_TIME = Duration.ofSeconds(20);

  private Duration computed = Duration.ZERO;
  private long occurrencesLeft = WorkBudget.PER_RUN.occurrences();

  /** Does a part of the work with what is left. */
  <T> T spend(Function<WorkBudget, T> work) {
    var started = System.nanoTime();
    var time = COMPUTING_TIME.minus(computed);
    var share =
        new WorkBudget.Share(
            WorkBudget.PER_RUN.steps(), occurrencesLeft, time.isNegative() ? Duration.ZERO : time);
    var budget = WorkBudget.of(share, WorkBudget.PER_SERIES, System::nanoTime);
    T done = work.apply(budget);
    computed = computed.plusNanos(System.nanoTime() - started);
    occurrencesLeft = budget.occurrencesLeft();
    return done;
  }

  /** Ends a part of the work when it has taken long enough or fills enough memory. */
  static final class Part {
    /** So many blocks are held and written at a time, and the last series' own. */
    private static final int BLOCKS = 20_000;

    /** So long is computed before others have their turn. */
    private static final Duration TIME = Duration.ofMillis(250);

    private final long end = System.nanoTime() + TIME.toNanos();
    private int blocks;

    void add(BlockExpansion.Expanded expanded) {
      blocks += expanded.blocks().size();
    }

    boolean isFull() {
      return blocks >= BLOCKS || System.nanoTime() - end > 0;
    }
  }
}
