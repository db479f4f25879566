package io.linkspan.webhook.delivery;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.function.IntSupplier;

/**
 * What this node does for deliveries: {@code linkspan_webhook_attempts_seconds} by outcome, {@code
 * linkspan_webhook_latency_seconds} and gauges. No webhook is a tag: there are as many as users
 * wish.
 */
final class DeliveryMetrics {
  private static final Duration[] ATTEMPT_BUCKETS =
      millis(5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 15_000);
  private static final Duration[] LATENCY_BUCKETS =
      millis(
          5,
          10,
          20,
          50,
          100,
          250,
          500,
          1_000,
          2_500,
          5_000,
          10_000,
          30_000,
          300_000,
          3_600_000,
          86_400_000);

  private final MeterRegistry meters;
  private final Timer delivered;
  private final Timer refused;
  private final Timer unanswered;
  private final Timer latency;

  DeliveryMetrics(MeterRegistry meters) {
    this.meters = meters;
    this.delivered = attempts("delivered");
    this.refused = attempts("refused");
    this.unanswered = attempts("no_answer");
    this.latency =
        Timer.builder("linkspan.webhook.latency")
            .description("From an event to its delivery, failed attempts between included")
            .serviceLevelObjectives(LATENCY_BUCKETS)
            .register(meters);
  }

  private Timer attempts(String outcome) {
    return Timer.builder("linkspan.webhook.attempts")
        .description("Attempts to deliver, by what came of them")
        .tag("outcome", outcome)
        .serviceLevelObjectives(ATTEMPT_BUCKETS)
        .register(meters);
  }

  private static Duration[] millis(long... millis) {
    var durations = new Duration[millis.length];
    for (int i = 0; i < millis.length; i++) {
      durations[i] = Duration.ofMillis(millis[i]);
    }
    return durations;
  }

  void attempted(Attempt attempt) {
    var timer = attempt.succeeded() ? delivered : attempt.unanswered() ? unanswered : refused;
    timer.record(Duration.ofMillis(attempt.durationMs()));
  }

  /**
   * @param sinceEvent of a delivery that nobody asked for again; less than nothing where two nodes'
   *     clocks differ
   */
  void delivered(Duration sinceEvent) {
    latency.record(sinceEvent.isNegative() ? Duration.ZERO : sinceEvent);
  }

  /** Of rounds of the engine's loops that something unexpected ended. */
  Counter broken(String loop) {
    return Counter.builder("linkspan.webhook.rounds.broken")
        .description("Rounds that broke; the log says of what")
        .tag("loop", loop)
        .register(meters);
  }

  /**
   * @param name under {@code linkspan.webhook}
   */
  void gauge(String name, String description, IntSupplier value) {
    Gauge.builder("linkspan.webhook." + name, value::getAsInt)
        .description(description)
        .register(meters);
  }
}
