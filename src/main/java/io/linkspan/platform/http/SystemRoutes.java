package io.linkspan.platform.http;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/** Operations for the operator and their tools; in a contract without them they are left out. */
final class SystemRoutes implements Routes {
  private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";

  private final Contract contract;
  private final Readiness readiness;
  private final PrometheusMeterRegistry metrics;

  SystemRoutes(Contract contract, Readiness readiness, PrometheusMeterRegistry metrics) {
    this.contract = contract;
    this.readiness = readiness;
    this.metrics = metrics;
  }

  @Override
  public void register(Operations operations) {
    byte[] document = JsonMapper.shared().writeValueAsBytes(contract.document());
    Map<String, Operations.Handler> handlers =
        Map.of(
            "getLiveness", _ -> Reply.ok(Map.of("status", "ok")),
            "getReadiness", _ -> ready(),
            "getMetrics",
                _ -> Reply.content(PROMETHEUS, metrics.scrape().getBytes(StandardCharsets.UTF_8)),
            "getOpenApi", _ -> Reply.content("application/json", document),
            "getDocs", _ -> Reply.html("<!doctype html><title>Linkspan</title>"));
    handlers.forEach(
        (id, handler) -> {
          if (contract.operation(id).isPresent()) {
            operations.on(id, handler);
          }
        });
  }

  private record Report(String status, List<Readiness.Outcome> checks) {}

  private Reply ready() {
    var outcomes = readiness.look();
    boolean ready = outcomes.stream().allMatch(Readiness.Outcome::ok);
    var report = new Report(ready ? "ready" : "not_ready", outcomes);
    return ready ? Reply.ok(report) : new Reply(503, report, Map.of("Retry-After", "5"));
  }
}
