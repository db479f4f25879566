package io.linkspan.webhook.delivery;

import io.linkspan.platform.db.Database;
import io.linkspan.webhook.delivery.QueueMonitorStore.State;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at the queue every 15 seconds, whoever scrapes how often: {@code linkspan_webhook_queue_…}.
 * Raises an alarm before what slows a queue in PostgreSQL does: a transaction that nobody ends, and
 * the dead rows that vacuum cannot remove because of it.
 *
 * <p>What is not known (the database is away) is {@code NaN}, not zero.
 */
public final class QueueMonitor implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(QueueMonitor.class);
  private static final Duration INTERVAL = Duration.ofSeconds(15);

  /** When to raise an alarm: at an open transaction this old, or so many dead rows. */
  record Thresholds(Duration transaction, long deadRows) {
    /** At full speed a minute between two vacuums leaves some 400,000 dead rows. */
    static final Thresholds STANDARD = new Thresholds(Duration.ofMinutes(5), 1_000_000);
  }

  private final Database database;
  private final Thresholds thresholds;
  private final QueueMonitorStore store = new QueueMonitorStore();
  private final Clock clock;
  private volatile @Nullable State state;
  private volatile Optional<String> alarm = Optional.empty();
  private @Nullable Thread thread;

  QueueMonitor(Database database, Thresholds thresholds, MeterRegistry meters, Clock clock) {
    this.database = database;
    this.thresholds = thresholds;
    this.clock = clock;
    gauge(meters, "depth", "Deliveries that are not finished", State::pending);
    gauge(meters, "webhooks", "Webhooks with unfinished deliveries", State::webhooks);
    gauge(
        meters,
        "oldest.due",
        "Seconds since the delivery was due that has waited longest",
        seen -> seconds(overdue(seen)));
    gauge(meters, "dead.rows", "Rows of the queue's table to be vacuumed", State::deadRows);
    gauge(
        meters,
        "oldest.transaction",
        "Seconds that the oldest transaction of the database is open",
        seen -> seconds(seen.oldestTransaction()));
    Gauge.builder("linkspan.webhook.queue.alarm", () -> alarm.isPresent() ? 1 : 0)
        .description("1 while something slows the queue down; the log and /readyz say what")
        .register(meters);
  }

  private void gauge(
      MeterRegistry meters, String name, String description, ToDoubleFunction<State> value) {
    Gauge.builder(
            "linkspan.webhook.queue." + name,
            () -> {
              var seen = state;
              return seen == null ? Double.NaN : value.applyAsDouble(seen);
            })
        .description(description)
        .register(meters);
  }

  private static double seconds(Duration duration) {
    return duration.toMillis() / 1000.0;
  }

  private Duration overdue(State seen) {
    var due = seen.oldestDue();
    var now = clock.instant();
    return due == null || due.isAfter(now) ? Duration.ZERO : Duration.between(due, now);
  }

  /** Begins to look until closed. */
  public void start() {
    thread = Thread.ofVirtual().name("webhook-watch").start(this::loop);
  }

  private void loop() {
    try {
      while (true) {
        look();
        Thread.sleep(INTERVAL);
      }
    } catch (InterruptedException closing) {
      Thread.currentThread().interrupt();
    }
  }

  void look() {
    try {
      var seen = database.inTransaction(store::look);
      state = seen;
      raise(alarm(seen));
    } catch (RuntimeException | Error e) {
      // nothing ends the watch: gauges that stand still would look as if all were well
      state = null;
      LOG.debug("the queue could not be looked at; its gauges say NaN", e);
    }
  }

  private Optional<String> alarm(State seen) {
    var held = seen.oldestTransaction();
    if (seen.holder() != null && held.compareTo(thresholds.transaction()) >= 0) {
      return Optional.of(
          seen.holder()
              + " has a transaction open for longer than "
              + thresholds.transaction().toMinutes()
              + " minutes, so that the queue cannot be vacuumed; end it with pg_terminate_backend");
    }
    if (seen.deadRows() >= thresholds.deadRows()) {
      return Optional.of(
          "pending_deliveries has more than "
              + thresholds.deadRows()
              + " dead rows; see that autovacuum is on and keeps up");
    }
    return Optional.empty();
  }

  private void raise(Optional<String> now) {
    var before = alarm;
    alarm = now;
    if (now.isPresent() && !before.equals(now)) {
      LOG.warn("deliveries will become slow: {}", now.get());
    } else if (now.isEmpty() && before.isPresent()) {
      LOG.info("what slowed deliveries down is over");
    }
  }

  /** For an operator who asks whether all is well, in a line. */
  public String summary() {
    var seen = state;
    return alarm.orElseGet(
        () ->
            seen == null
                ? "the queue has not been seen"
                : seen.pending() + " wait, the longest for " + overdue(seen).toSeconds() + " s");
  }

  @Override
  public void close() {
    if (thread != null) {
      thread.interrupt();
    }
  }
}
