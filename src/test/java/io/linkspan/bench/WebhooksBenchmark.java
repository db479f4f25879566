package io.linkspan.bench;

import io.linkspan.bench.WebhookGenerator.Order;
import io.linkspan.bench.WebhookGenerator.Result;
import io.linkspan.bench.WebhookStage.Cost;
import io.linkspan.bench.WebhookStage.Shape;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The delivery engine with everything on one machine: server (heap of 512 MB), its PostgreSQL with
 * {@code fsync} and {@code synchronous_commit}, integrators and receivers. Events of 1 KB are
 * published in requests of {@link #BATCH}, each is heard by {@link #FAN_OUT} of an organizer's ten
 * webhooks; what costs an integrator one request an event is measured beside it.
 */
final class WebhooksBenchmark implements Benchmark {
  private static final int FAN_OUT = 5;
  private static final int BATCH = 10;
  private static final int QUEUED = 100_000;
  private static final int LARGEST_BATCH = 500;
  private static final long UNBOUND = Long.MAX_VALUE >> 16;
  private static final long SETTLING = Duration.ofSeconds(10).toNanos();

  /** Until the engine tries a receiver again that was silent, and has caught up with it. */
  private static final double SETTLING_SECONDS = 16;

  private static final Shape HUNDRED = new Shape(10, 10, FAN_OUT, 0);

  private final Map<String, Scenario> scenarios = new LinkedHashMap<>();
  private double scale = 1;

  private interface Scenario {
    Report run() throws Exception;
  }

  WebhooksBenchmark() {
    scenarios.put("rate", this::rate);
    scenarios.put("single", this::single);
    scenarios.put("latency", this::latency);
    scenarios.put("holes", this::holes);
    scenarios.put("queue", this::queue);
    scenarios.put("overload", this::overload);
    scenarios.put("million", this::million);
  }

  @Override
  public String name() {
    return "webhooks";
  }

  @Override
  public String question() {
    return "deliveries a second, latency, black holes, a long queue, overload, a million pending; ledgers compared [quick] [SCENARIO ...]: "
        + String.join(" ", scenarios.keySet());
  }

  @Override
  public Report run(List<String> arguments) throws Exception {
    var chosen = new ArrayList<>(arguments);
    if (chosen.remove("quick")) {
      scale = 0.25;
    }
    if (!scenarios.keySet().containsAll(chosen)) {
      throw new IllegalArgumentException("scenarios are " + scenarios.keySet());
    }
    var report = new Report();
    for (String name : chosen.isEmpty() ? scenarios.keySet() : chosen) {
      var found = scenarios.get(name).run();
      // an hour of measuring should not be silent
      System.err.print(found.table());
      report.and(found);
    }
    return report;
  }

  private double seconds(double whole) {
    return Math.max(4, whole * scale);
  }

  /** Until the JIT compiler knows the hot paths. */
  private void warmUp(WebhookStage stage) throws Exception {
    stage.publish(stage.flood(BATCH, seconds(20)));
    stage.drain();
  }

  private Report rate() throws Exception {
    return sustained("rate", new WebhookStage(HUNDRED), BATCH, 3_000);
  }

  /** One request an event, one delivery of each: the dearest way. */
  private Report single() throws Exception {
    return sustained("single", new WebhookStage(new Shape(10, 10, 1, 0)), 1, Double.NaN);
  }

  private Report sustained(String name, WebhookStage opened, int batch, double least)
      throws Exception {
    try (var stage = opened) {
      warmUp(stage);
      Cost before = stage.cost();
      Result flood = stage.publish(stage.flood(batch, seconds(30)));
      Cost cost = stage.cost().since(before);
      var ledgers = new WebhookLedgers(stage);
      double rate = ledgers.rate(flood.from(), flood.to());
      var report = new Report();
      if (Double.isNaN(least)) {
        report.figure(name + "_per_second", rate, "/s");
      } else {
        report.atLeast(name + "_per_second", rate, "/s", least);
      }
      report
          .figure(name + "_fan_out", stage.shape().fanOut(), "")
          .figure(name + "_events_a_request", batch, "")
          .figure(name + "_server_cpu", micros(cost.server(), cost), "us")
          .figure(name + "_postgres_cpu", micros(cost.postgres(), cost), "us")
          .figure(name + "_generator_cpu", micros(cost.generator(), cost), "us")
          .figure(name + "_receiver_cpu", micros(cost.receiver(), cost), "us")
          .figure(name + "_wal_bytes", (double) cost.wal() / cost.received(), "B")
          .never(name + "_refused", flood.refused() + flood.broken());
      told(flood);
      return ledgers.compare(report, name);
    }
  }

  private static double micros(double seconds, Cost cost) {
    return seconds * 1e6 / cost.received();
  }

  private static void told(Result result) {
    if (!result.refusal().isEmpty()) {
      System.err.println(result.refused() + " refused: " + result.refusal());
    }
  }

  private Report latency() throws Exception {
    try (var stage = new WebhookStage(HUNDRED)) {
      warmUp(stage);
      Result paced = stage.publish(stage.paced(0, 500, 1, seconds(30)));
      var ledgers = new WebhookLedgers(stage);
      var accepted = ledgers.sinceAccepted(paced.from(), paced.to());
      var sent = ledgers.sinceSent(paced.from(), paced.to());
      var report =
          new Report()
              .figure("latency_per_second", ledgers.rate(paced.from(), paced.to()), "/s")
              .figure("latency_p50", accepted.at(0.5), "ms", 20)
              .figure("latency_p99", accepted.at(0.99), "ms", 250)
              .figure("latency_from_request_p50", sent.at(0.5), "ms")
              .figure("latency_from_request_p99", sent.at(0.99), "ms");
      return ledgers.compare(report, "latency");
    }
  }

  /**
   * A thousand endpoints, and each event goes to one organizer's ten. All of them answer; or nine
   * of each ten take connections and never answer, or do not even take them. Measured is what the
   * tenth gets.
   */
  private Report holes() throws Exception {
    try (var stage = new WebhookStage(new Shape(100, 10, 1, 9))) {
      warmUp(stage);
      var with = new ArrayList<Result>();
      var without = new ArrayList<Result>();
      for (int pair = 0; pair < 5; pair++) {
        stage.blackHoles(false);
        stage.publish(stage.paced(0, 100, 1, SETTLING_SECONDS));
        without.add(stage.publish(stage.paced(0, 100, 1, seconds(40))));
        stage.blackHoles(true);
        with.add(stage.publish(stage.paced(0, 100, 1, seconds(40))));
      }
      stage.blackHoles(false);
      var ledgers = new WebhookLedgers(stage);
      List<Double> worse = new ArrayList<>();
      List<Double> rates = new ArrayList<>();
      for (int pair = 0; pair < 5; pair++) {
        double p99With = p99(ledgers, with.get(pair));
        double p99Without = p99(ledgers, without.get(pair));
        System.err.printf("holes: p99 %.1f ms, without %.1f ms%n", p99With, p99Without);
        worse.add(p99With / p99Without);
        rates.add(
            ledgers.rate(with.get(pair).from(), with.get(pair).to())
                / ledgers.rate(without.get(pair).from(), without.get(pair).to()));
      }
      var report =
          new Report()
              .figure("holes_p99_ratio", median(worse), "ratio", 1.1)
              .atLeast("holes_throughput_ratio", median(rates), "ratio", 0.95);
      return ledgers.compare(report, "holes");
    }
  }

  private static double p99(WebhookLedgers ledgers, Result result) {
    return ledgers.sinceAccepted(result.from(), result.to()).at(0.99);
  }

  private static double median(List<Double> values) {
    return values.stream().sorted(Comparator.naturalOrder()).toList().get(values.size() / 2);
  }

  /** One organizer queues as fast as it can, the others go on at 200 deliveries a second. */
  private Report queue() throws Exception {
    var shape = new Shape(20, 10, FAN_OUT, 0);
    try (var stage = new WebhookStage(shape)) {
      warmUp(stage);
      long events = (long) (QUEUED * scale / FAN_OUT);
      var others = stage.begin(stage.paced(1, 200, 1, seconds(40)));
      Result queued =
          stage.publishBeside(
              new Order(0, 1, shape.topics(), 0, LARGEST_BATCH, 60, 4, UNBOUND, FAN_OUT, events));
      Result waited = Result.read(others.join());
      var ledgers = new WebhookLedgers(stage);
      var waits = ledgers.sinceAccepted(waited.from(), waited.to(), 1);
      var report =
          new Report()
              .figure("queue_queued", queued.accepted() * (double) FAN_OUT, "")
              .figure("queue_seconds_to_queue", (queued.to() - queued.from()) / 1e9, "s")
              .figure("queue_others_p50", waits.at(0.5), "ms")
              .figure("queue_others_p99", waits.at(0.99), "ms", 1_000);
      told(queued);
      told(waited);
      return ledgers.compare(report, "queue");
    }
  }

  /** Three times as many as arrive at best are asked for; refusing some of them is fine. */
  private Report overload() throws Exception {
    try (var stage = new WebhookStage(HUNDRED)) {
      warmUp(stage);
      Result peak = stage.publish(stage.flood(BATCH, seconds(20)));
      stage.drain();
      Result base = stage.publish(stage.paced(0, 500, 1, seconds(20)));
      double most = new WebhookLedgers(stage).rate(peak.from(), peak.to());
      Result over = stage.publish(stage.paced(0, 3 * most, BATCH, 60 * scale));
      Result after = stage.publish(stage.paced(0, 500, 1, 20));
      boolean well = stage.isWell();
      var ledgers = new WebhookLedgers(stage);
      double good = ledgers.rate(over.from(), over.to());
      var before = ledgers.sinceAccepted(base.from(), base.to());
      var settled = ledgers.sinceAccepted(over.to() + SETTLING, after.to());
      var report =
          new Report()
              .figure("overload_peak", most, "/s")
              .figure("overload_offered", 3 * most, "/s")
              .figure(
                  "overload_accepted",
                  over.accepted() * FAN_OUT / ((over.to() - over.from()) / 1e9),
                  "/s")
              .atLeast("overload_goodput_ratio", good / most, "ratio", 0.9)
              .figure("overload_before_p50", before.at(0.5), "ms")
              .figure("overload_before_p99", before.at(0.99), "ms")
              .figure("overload_10s_after_p50", settled.at(0.5), "ms", 20)
              .figure("overload_10s_after_p99", settled.at(0.99), "ms", 250)
              .never("overload_out_of_memory", well ? 0 : 1);
      told(over);
      told(after);
      return ledgers.compare(report, "overload");
    }
  }

  /**
   * A million deliveries that wait for a retry in an hour: a tenth of them in the queues of the
   * webhooks that are measured, the others in those of a thousand more of the same organizers.
   */
  private Report million() throws Exception {
    try (var stage = new WebhookStage(HUNDRED)) {
      warmUp(stage);
      var results = new ArrayList<Result>();
      for (boolean pending : List.of(false, true, false)) {
        if (pending) {
          stage.execute(PENDING.formatted((int) (900 * scale), (int) (1_000 * scale)));
        }
        stage.execute("VACUUM ANALYZE pending_deliveries");
        results.add(stage.publish(stage.flood(BATCH, seconds(20))));
        stage.drain();
        stage.execute("DELETE FROM pending_deliveries");
      }
      var ledgers = new WebhookLedgers(stage);
      var rates = results.stream().map(result -> ledgers.rate(result.from(), result.to())).toList();
      double without = (rates.get(0) + rates.get(2)) / 2;
      var report =
          new Report()
              .figure("million_without", without, "/s")
              .figure("million_with", rates.get(1), "/s")
              .atLeast("million_ratio", rates.get(1) / without, "ratio", 0.9);
      return ledgers.compare(report, "million");
    }
  }

  private static final String PENDING =
      """
      INSERT INTO pending_deliveries (organizer_id, webhook_id, id, event_id, event_type, event_at, created_at,
                                      attempts, tries, due_at)
      SELECT l.organizer_id, l.webhook_id, gen_random_uuid(), gen_random_uuid(), 'bench.waiting', now(), now(), 3, 3,
             now() + interval '1 hour'
      FROM (SELECT organizer_id, gen_random_uuid() AS webhook_id, %1$d AS length
            FROM (SELECT DISTINCT organizer_id FROM webhooks) o CROSS JOIN generate_series(1, 100)
            UNION ALL
            SELECT organizer_id, id, %2$d FROM webhooks) l
      CROSS JOIN LATERAL generate_series(1, l.length)
      """;
}
