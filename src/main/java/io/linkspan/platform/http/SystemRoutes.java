package io.linkspan.platform.http;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** Operations for the operator and their tools; in a contract without them they are left out. */
final class SystemRoutes implements Routes {
  private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";

  private final Contract contract;
  private final Readiness readiness;
  private final PrometheusMeterRegistry metrics;
  private final MachineMetrics machine;
  private volatile @Nullable String docs;
  private volatile byte @Nullable [] document;

  SystemRoutes(Contract contract, Readiness readiness, PrometheusMeterRegistry metrics) {
    this.contract = contract;
    this.readiness = readiness;
    this.metrics = metrics;
    this.machine = new MachineMetrics(metrics);
  }

  /** Files of the documentation beside the operations of the contract. */
  void pages(Pages pages) {
    pages.get("/docs/style.css", _ -> Reply.content("text/css; charset=utf-8", style()));
  }

  private static byte[] style() {
    try (var css = SystemRoutes.class.getResourceAsStream("docs.css")) {
      return Objects.requireNonNull(css).readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Made when somebody asks for it: the start of the server does not wait for a page. */
  private String docs() {
    String known = docs;
    if (known == null) {
      known = new DocsPage(contract).html();
      docs = known;
    }
    return known;
  }

  private byte[] scrape() {
    machine.bindOnce();
    return metrics.scrape().getBytes(StandardCharsets.UTF_8);
  }

  private byte[] document() {
    byte[] known = document;
    if (known == null) {
      known = JsonMapper.shared().writeValueAsBytes(contract.document());
      document = known;
    }
    return known;
  }

  @Override
  public void register(Operations operations) {
    Map<String, Operations.Handler> handlers =
        Map.of(
            "getLiveness", _ -> Reply.ok(Map.of("status", "ok")),
            "getReadiness", _ -> ready(),
            "getMetrics", _ -> Reply.content(PROMETHEUS, scrape()),
            "getOpenApi", _ -> Reply.content("application/json", document()),
            "getDocs", _ -> Reply.html(docs()).with("Cache-Control", "no-cache"));
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
