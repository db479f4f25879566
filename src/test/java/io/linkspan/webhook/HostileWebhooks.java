package io.linkspan.webhook;

import io.linkspan.availability.BlockedTimeRows;
import io.linkspan.platform.egress.HttpEgress;
import io.linkspan.platform.egress.OwnNetwork;
import io.linkspan.platform.http.ApiClient;
import io.linkspan.platform.postgres.TestDatabase;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import tools.jackson.databind.JsonNode;

/**
 * The program that {@link HostileWebhooksTest} runs in {@link OwnNetwork}: makes a webhook for each
 * address, publishes two events, and waits for what becomes of them.
 *
 * <p>Prints {@code refused URL} for each webhook that cannot be made, and {@code delivered URL} or
 * {@code failed URL REASON} for each delivery.
 */
final class HostileWebhooks {
  private static final String WEBHOOKS = "/api/v1/integrations/webhooks/";

  private final ApiClient ada;
  private final int port;

  private HostileWebhooks(ApiClient ada, int port) {
    this.ada = ada;
    this.port = port;
  }

  public static void main(String[] args) throws Exception {
    Path keyset = Files.createTempDirectory("hostile").resolve("keyset");
    try (var network = OwnNetwork.enter();
        var postgres = TestDatabase.fresh();
        var egress =
            new HttpEgress(
                OwnNetwork.policy(args[0]),
                network,
                SSLContext.getDefault(),
                new SimpleMeterRegistry(),
                new HttpEgress.Settings(
                    500, 10, Duration.ofSeconds(1), "corpus", Path.of("target")));
        var node =
            new Node(postgres, egress, Clock.systemUTC(), keyset, List.of(Duration.ofHours(1)))) {
      var organizer = BlockedTimeRows.organizer(postgres.database(), "UTC");
      new HostileWebhooks(node.server.as(organizer), network.port()).run();
      network.fence();
    } finally {
      Files.deleteIfExists(keyset);
      Files.deleteIfExists(keyset.getParent());
    }
  }

  private void run() {
    var webhooks = new LinkedHashMap<String, String>();
    OwnNetwork.HOSTS.forEach(host -> subscribe(webhooks, "http://" + host + ":" + port + "/"));
    OwnNetwork.names().stream()
        .sorted()
        .forEach(name -> subscribe(webhooks, "http://" + name + ":" + port + "/"));
    subscribe(webhooks, "http://public.example:" + port + "/redirect?to=127.0.0.1");
    for (int round = 0; round < 2; round++) {
      ada.post("/api/v1/events/", Map.of("type", "a", "data", Map.of()));
      webhooks.forEach((id, url) -> Until.holds(() -> url, () -> pending(id) == 0));
    }
    webhooks.forEach(this::report);
  }

  private void subscribe(Map<String, String> webhooks, String url) {
    var made =
        ada.post(
            WEBHOOKS,
            Map.of("name", "x", "webhook_url", url, "events", List.of("a"), "max_retries", 0));
    if (made.status() == 201) {
      webhooks.put(made.json().at("/id").asString(), url);
    } else {
      System.out.println("refused " + url);
    }
  }

  private int pending(String id) {
    return ada.get(WEBHOOKS + id + "/deliveries/?status=pending").json().at("/results").size();
  }

  private void report(String id, String url) {
    String deliveries = WEBHOOKS + id + "/deliveries/";
    for (JsonNode delivery : ada.get(deliveries).json().at("/results")) {
      var shown = ada.get(deliveries + delivery.at("/id").asString() + "/").json();
      System.out.println(
          shown.at("/status").asString() + " " + url + " " + shown.at("/attempts/0/error"));
    }
  }
}
