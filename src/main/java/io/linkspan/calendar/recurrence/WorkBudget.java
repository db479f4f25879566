package io.linkspan.calendar.recurrence;

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

  /** What a run may take in all. */
  public static final Share PER_RUN = new Share(60_000_000, 500_000, Duration.ofSeconds(5));

  /**
   * What every series may take even after the run's share is used up, so that the honest ones
   * behind hostile ones stay exact. Small enough that 10,000 of them take less than a second.
   */
  private static final long GRACE_STEPS = 1_000;

  /** The clock is read once in so many steps. */
  private static final int CLOCK_EVERY = 256;

  private final Share perSeries;
  private final LongSupplier nanoClock;
  private final long runDeadline;
  private long runSteps;
  private long runOccurrences;

  private long seriesSteps;
  private long seriesOccurrences;
  private long seriesDeadline;
  private boolean onGrace;
  private long grace;
  private int untilClock = CLOCK_EVERY;
  private @Nullable String exhausted;

  private WorkBudget(Share perRun, Share perSeries, LongSupplier nanoClock) {
    this.perSeries = perSeries;
    this.nanoClock = nanoClock;
    this.runSteps = perRun.steps();
    this.runOccurrences = perRun.occurrences();
    this.runDeadline = nanoClock.getAsLong() + perRun.time().toNanos();
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
}
