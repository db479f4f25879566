package io.linkspan.platform.egress;

import io.linkspan.platform.egress.Exchange.Answered;
import io.linkspan.platform.egress.Exchange.Failed;
import io.linkspan.platform.egress.Exchange.Reason;
import io.linkspan.platform.egress.OutboundRequest.Trust;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.Locale;
import java.util.function.Supplier;

/**
 * {@code linkspan_egress_seconds} by trust and outcome, where the outcome is the class of the
 * status ({@code 2xx}) or the reason of the failure; {@code linkspan_egress_connections} by state.
 * No host is a tag: there are as many as users wish.
 */
final class EgressMetrics {
  private static final int STATUS_CLASSES = 6;

  private final Timer[][] timers;

  EgressMetrics(MeterRegistry meters, ConnectionPool connections) {
    int outcomes = STATUS_CLASSES + Reason.values().length;
    timers = new Timer[Trust.values().length][outcomes];
    for (Trust trust : Trust.values()) {
      for (int outcome = 1; outcome < outcomes; outcome++) {
        timers[trust.ordinal()][outcome] =
            Timer.builder("linkspan.egress")
                .description("Outbound exchanges, resolving and redirects included")
                .tag("trust", lower(trust))
                .tag("outcome", name(outcome))
                .register(meters);
      }
    }
    gauge(meters, "leased", () -> connections.stats().getLeased());
    gauge(meters, "idle", () -> connections.stats().getAvailable());
    gauge(meters, "waiting", connections::waiting);
  }

  void count(Trust trust, Exchange exchange) {
    int outcome =
        switch (exchange) {
          // a status beyond 5xx is no HTTP, but nobody stops a server from sending it
          case Answered answered -> Math.clamp(answered.status() / 100, 1, STATUS_CLASSES - 1);
          case Failed failed -> STATUS_CLASSES + failed.reason().ordinal();
        };
    timers[trust.ordinal()][outcome].record(exchange.took());
  }

  private static String name(int outcome) {
    return outcome < STATUS_CLASSES
        ? outcome + "xx"
        : lower(Reason.values()[outcome - STATUS_CLASSES]);
  }

  private static String lower(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  private static void gauge(MeterRegistry meters, String state, Supplier<Number> value) {
    Gauge.builder("linkspan.egress.connections", value)
        .description("Outbound connections")
        .tag("state", state)
        .register(meters);
  }
}
