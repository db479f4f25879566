package io.linkspan.bench;

import io.linkspan.bench.WebhookGenerator.Accepted;
import io.linkspan.bench.WebhookReceiver.Arrival;
import java.io.IOException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.ToLongFunction;

/** What was accepted, what arrived and what the database says, once nothing is on its way. */
final class WebhookLedgers {
  private final WebhookStage stage;
  private final Map<UUID, Accepted> accepted = new HashMap<>();
  private final List<Arrival> arrivals;

  private record Delivery(UUID event, int endpoint) {}

  WebhookLedgers(WebhookStage stage) throws IOException, SQLException {
    stage.drain();
    this.stage = stage;
    this.arrivals = WebhookReceiver.read(stage.received());
    for (var ledger : stage.accepted()) {
      WebhookGenerator.read(ledger).forEach(event -> accepted.put(event.event(), event));
    }
  }

  /** Adds what must never happen. */
  Report compare(Report report, String scenario) throws SQLException {
    var arrived = new HashSet<Delivery>();
    long twice = 0;
    for (var arrival : arrivals) {
      twice += arrived.add(new Delivery(arrival.event(), arrival.endpoint())) ? 0 : 1;
    }
    var committed = committed();
    long forgotten = accepted.keySet().stream().filter(event -> !committed.contains(event)).count();
    long lost =
        accepted.values().stream()
            .mapToLong(
                event -> {
                  int first =
                      event.organizer() * stage.shape().each()
                          + event.topic() * stage.shape().fanOut();
                  long missing = 0;
                  for (int i = 0; i < stage.shape().fanOut(); i++) {
                    missing += arrived.contains(new Delivery(event.event(), first + i)) ? 0 : 1;
                  }
                  return missing;
                })
            .sum();
    long uncommitted =
        arrived.stream().filter(delivery -> !committed.contains(delivery.event())).count();
    long unlike =
        unlike(arrived)
            + Math.abs(
                arrivals.size()
                    - stage.number("SELECT count(*) FROM delivery_attempts WHERE succeeded"));
    return report
        .figure(scenario + "_compared", arrived.size(), "")
        .never(scenario + "_lost", forgotten + lost)
        .never(scenario + "_never_committed", uncommitted)
        .never(scenario + "_duplicates", twice)
        .never(scenario + "_unlike_database", unlike);
  }

  private Set<UUID> committed() throws SQLException {
    var ids = new HashSet<UUID>();
    read(
        "SELECT id::uuid FROM events WHERE type LIKE 'bench.%'",
        rows -> ids.add(rows.getObject(1, UUID.class)));
    return ids;
  }

  /** Deliveries that arrived or that the database calls delivered, and not both. */
  private long unlike(Set<Delivery> arrived) throws SQLException {
    var untold = new HashSet<>(arrived);
    var unheard = new LongAdder();
    read(
        """
        SELECT event_id::uuid, webhook_id FROM finished_deliveries
        WHERE event_type LIKE 'bench.%' AND status = 'delivered'
        """,
        rows -> {
          var endpoint = stage.endpoints().get(rows.getObject(2, UUID.class));
          if (!untold.remove(new Delivery(rows.getObject(1, UUID.class), endpoint))) {
            unheard.increment();
          }
        });
    return untold.size() + unheard.sum();
  }

  private interface Row {
    void read(ResultSet rows) throws SQLException;
  }

  /** Row by row: all of them at once would not fit beside the ledgers. */
  private void read(String sql, Row row) throws SQLException {
    try (var connection = stage.connect()) {
      connection.setAutoCommit(false);
      try (var statement = connection.createStatement()) {
        statement.setFetchSize(10_000);
        try (var rows = statement.executeQuery(sql)) {
          while (rows.next()) {
            row.read(rows);
          }
        }
      }
    }
  }

  /** How many arrived between two times, a second, at those that always answer. */
  double rate(long from, long to) {
    return arrivals.stream()
            .filter(arrival -> answersAlways(arrival) && arrival.at() >= from && arrival.at() < to)
            .count()
        / ((to - from) / 1e9);
  }

  private boolean answersAlways(Arrival arrival) {
    var shape = stage.shape();
    return arrival.endpoint() % shape.each() < shape.each() - shape.dead();
  }

  /**
   * Milliseconds from acceptance to arrival at those that always answer, of what was sent between
   * two times.
   */
  Latencies sinceAccepted(long from, long to) {
    return latencies(from, to, 0, Accepted::at);
  }

  /** The same without the first organizers. */
  Latencies sinceAccepted(long from, long to, int organizers) {
    return latencies(from, to, organizers, Accepted::at);
  }

  /** The same from when the request began, so that what accepting takes is in it. */
  Latencies sinceSent(long from, long to) {
    return latencies(from, to, 0, Accepted::sent);
  }

  private Latencies latencies(long from, long to, int without, ToLongFunction<Accepted> begin) {
    return new Latencies(
        arrivals.stream()
            .filter(
                arrival -> {
                  var event = accepted.get(arrival.event());
                  return event != null
                      && answersAlways(arrival)
                      && event.organizer() >= without
                      && event.sent() >= from
                      && event.sent() < to;
                })
            .mapToDouble(
                // a receiver may hear of it before its publisher does
                arrival ->
                    Math.max(0, arrival.at() - begin.applyAsLong(accepted.get(arrival.event())))
                        / 1e6)
            .sorted()
            .toArray());
  }

  /**
   * @param sorted milliseconds
   */
  record Latencies(double[] sorted) {
    double at(double quantile) {
      return sorted.length == 0
          ? Double.NaN
          : sorted[(int) Math.min(sorted.length - 1L, Math.round(sorted.length * quantile))];
    }
  }
}
