package io.linkspan.webhook;

import io.linkspan.activity.ActivityLogStore;
import io.linkspan.activity.ActivityRoutes;
import io.linkspan.activity.ChangeSignals;
import io.linkspan.activity.ChangeStore;
import io.linkspan.platform.crypto.KeysetFile;
import io.linkspan.platform.crypto.TinkSealer;
import io.linkspan.platform.db.Notifications;
import io.linkspan.platform.egress.Egress;
import io.linkspan.platform.http.OrganizerLimits;
import io.linkspan.platform.http.Routes;
import io.linkspan.platform.http.TestServer;
import io.linkspan.platform.postgres.TestDatabase;
import io.linkspan.platform.time.Ids;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** One node's webhooks, its server and its live stream, over a database that others may share. */
public final class Node implements AutoCloseable {
  public final Webhooks webhooks;
  public final TestServer server;
  public final PrometheusMeterRegistry meters =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final Notifications notifications;

  /**
   * @param keyset made when it does not exist; nodes of one database share it
   */
  public Node(
      TestDatabase postgres, Egress egress, Clock clock, Path keyset, List<Duration> retries) {
    var file = new KeysetFile(keyset, true);
    if (Files.notExists(keyset)) {
      file.create();
    }
    var ids = new Ids(clock);
    var database = postgres.database();
    notifications = new Notifications(postgres.dataSource());
    var signals = new ChangeSignals(notifications);
    var changes = new ChangeStore(clock, signals::changed);
    var log = new ActivityLogStore(changes, ids, clock);
    webhooks =
        new Webhooks(
            new WebhookParts(
                database,
                TinkSealer.open(database, file),
                egress,
                log,
                changes,
                new OrganizerLimits(Map.of(), clock),
                meters,
                ids,
                clock),
            retries,
            () -> {});
    webhooks.makePartitions();
    notifications.start();
    webhooks.worker().start();
    var routes = new ArrayList<>(webhooks.routes());
    routes.add(new ActivityRoutes(database, log, changes, signals, clock));
    server = TestServer.over(postgres).clock(clock).routes(routes.toArray(Routes[]::new)).start();
  }

  @Override
  public void close() {
    server.close();
    webhooks.worker().close();
    notifications.close();
  }
}
