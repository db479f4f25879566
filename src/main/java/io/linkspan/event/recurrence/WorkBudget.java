package io.linkspan.event.recurrence;

import java.time.Duration;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * How much work the series of one run may cost together, and each of them alone. One is shared by
 * all series of a sync run, so that many hostile ones cannot each take a deadline. Not thread-safe.
 */
public final class WorkBudget {
  /**
   * @param steps candidates looked at, and calendar computations made on the way
   * @param occurrences results kept, which bounds the memory
   */
  public record Share(long steps, long occurrences, Duration time) {}

  /** What one series may take: far above any honest one, a fraction of a second. */
  public static final Share PER_SERIES = new Share(2_000_000, 20_000, Duration.ofMillis(250));

  /** What a run may take in all: a year of 10,000 honest recurring events is half a million. */
  public static final Share PER_RUN = new Share(60_000_000, 500_000, Duration.ofSeconds(5));

  /**
   * What every series may take even after the run's share is used up, so that the honest ones
   * behind hostile ones stay exact. Small enough that 10,000 of them take less than a second.
   */
  private static final long GRACE_STEPS = 1_000;

  /** The same for what is kept, once they have used up as much room again as a run has. */
  private static final long LAST_OCCURRENCES = 10;

  /** The clock is read once in so many steps. */
  private static final int CLOCK_EVERY = 256;

  /** A series that has taken fewer steps is slow because the machine is: it may go on. */
  private static final long UNTIMED_STEPS = 20_000;

  private final Share perRun;
  private final Share perSeries;
  private final LongSupplier nanoClock;
  private final long runDeadline;
  private long runSteps;
  private long runOccurrences;
  private boolean runOver;

  private long seriesSteps;
  private long seriesOccurrences;
  private long seriesDeadline;
  private boolean timed;
  private int untilClock = CLOCK_EVERY;
  private @Nullable String exhausted;

  private WorkBudget(Share perRun, Share perSeries, LongSupplier nanoClock) {
    this.perRun = perRun;
    this.perSeries = perSeries;
    this.nanoClock = nanoClock;
    this.runSteps = perRun.steps();
    this.runOccurrences = perRun.occurrences();
    this.runDeadline = nanoClock.getAsLong() + perRun.time().toNanos();
    this.runOver = perRun.occurrences() <= 0 || perRun.time().isZero();
  }

  /**
   * Starts a run now.
   *
   * @param nanoClock as {@link System#nanoTime}
   */
  public static WorkBudget of(Share perRun, Share perSeries, LongSupplier nanoClock) {
    return new WorkBudget(perRun, perSeries, nanoClock);
  }

  /** A run with the usual shares, starting now. */
  public static WorkBudget standard() {
    return of(PER_RUN, PER_SERIES, System::nanoTime);
  }

  /** Whether the run's share is used up, so that what follows gets only the grace. */
  public boolean runIsOver() {
    return runOver;
  }

  /**
   * How many occurrences the run may still keep: what its next part begins with. Negative after
   * that, by what was kept in grace.
   */
  public long occurrencesLeft() {
    return runOccurrences;
  }

  /** Begins the next series. */
  void nextSeries() {
    seriesSteps = runOver ? GRACE_STEPS : perSeries.steps();
    seriesOccurrences = runOver ? grace() : perSeries.occurrences();
    timed = false;
    exhausted = null;
  }

  private long grace() {
    return runOccurrences > -PER_RUN.occurrences() ? GRACE_STEPS : LAST_OCCURRENCES;
  }

  /** Takes steps. False, from then on, if the series must stop. */
  boolean spend(int steps) {
    seriesSteps -= steps;
    untilClock -= steps;
    if (seriesSteps < 0) {
      return stop(runOver ? runReason() : "it takes more than " + perSeries.steps() + " steps");
    }
    if (untilClock < 0 && !runOver) {
      runSteps -= CLOCK_EVERY - untilClock;
      untilClock = CLOCK_EVERY;
      return clockAllows();
    }
    return exhausted == null;
  }

  /** Takes room for one more occurrence. False, from then on, if there is none. */
  boolean keep() {
    seriesOccurrences--;
    runOccurrences--;
    if (seriesOccurrences < 0) {
      return stop(
          runOver
              ? runReason()
              : "it has more than " + perSeries.occurrences() + " occurrences in the window");
    }
    if (!runOver && runOccurrences < 0) {
      runOver = true;
      return stop(runReason());
    }
    return exhausted == null;
  }

  /** Why the series must stop, as a clause, or null. */
  @Nullable String exhausted() {
    return exhausted;
  }

  private boolean clockAllows() {
    long now = nanoClock.getAsLong();
    if (!timed) {
      timed = true;
      seriesDeadline = now + perSeries.time().toNanos();
    }
    if (runSteps < 0 || now - runDeadline > 0) {
      runOver = true;
      return stop(runReason());
    }
    if (now - seriesDeadline > 0 && perSeries.steps() - seriesSteps > UNTIMED_STEPS) {
      return stop("it takes longer than " + perSeries.time().toMillis() + " ms");
    }
    return exhausted == null;
  }

  private String runReason() {
    return runOccurrences <= 0
        ? "the calendar has more occurrences in the window than are kept of one"
        : "the calendar's series together take more than "
            + perRun.steps()
            + " steps or "
            + perRun.time().toMillis()
            + " ms";
  }

  private boolean stop(String reason) {
    if (exhausted == null) {
      exhausted = reason;
    }
    return false;
  }
}
