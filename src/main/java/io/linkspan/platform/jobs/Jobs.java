package io.linkspan.platform.jobs;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.task.helper.RecurringTask;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import com.github.kagkarlsson.scheduler.task.schedule.FixedDelay;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import javax.sql.DataSource;

/**
 * Work that recurs, done by one node at a time. When that node dies another takes over within 15
 * seconds: the library's own defaults would leave the work undone for half an hour.
 */
public final class Jobs implements AutoCloseable {
  private static final Duration POLL = Duration.ofSeconds(2);
  private static final Duration HEARTBEAT = Duration.ofSeconds(3);
  private static final int MISSED_HEARTBEATS = 4;
  private static final int THREADS = 2;

  /** For a run that is under way; the library would wait for half an hour. */
  private static final Duration SHUTDOWN = Duration.ofSeconds(2);

  private final Scheduler scheduler;

  /**
   * @param name of the job: its identity over all nodes and restarts
   * @param every from the end of one run to the begin of the next
   */
  public record Job(String name, Duration every, Runnable work) {}

  public Jobs(DataSource dataSource, Clock clock, List<Job> jobs) {
    this.scheduler =
        Scheduler.create(dataSource)
            .startTasks(jobs.stream().map(Jobs::task).toList())
            .clock(clock::instant)
            .pollingInterval(POLL)
            .heartbeatInterval(HEARTBEAT)
            .missedHeartbeatsLimit(MISSED_HEARTBEATS)
            .threads(THREADS)
            .shutdownMaxWait(SHUTDOWN)
            .build();
  }

  public void start() {
    scheduler.start();
  }

  /**
   * Lets a run that is under way end, for two seconds. All of them work in parts and go on another
   * time where they were interrupted.
   */
  @Override
  public void close() {
    scheduler.stop();
  }

  private static RecurringTask<Void> task(Job job) {
    return Tasks.recurring(job.name(), FixedDelay.of(job.every()))
        .execute((instance, context) -> job.work().run());
  }
}
