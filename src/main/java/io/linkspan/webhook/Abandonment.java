package io.linkspan.webhook;

import io.linkspan.platform.db.Database;
import io.linkspan.platform.db.Purge;
import io.linkspan.webhook.QueueStore.Lane;
import java.time.Clock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives up what waits for webhooks that were switched off, part by part, so that a long queue is no
 * long transaction. A replay of what was missed sends it after all.
 */
final class Abandonment {
  private static final Logger LOG = LoggerFactory.getLogger(Abandonment.class);

  private final Database database;
  private final QueueStore queue;
  private final Clock clock;

  Abandonment(Database database, QueueStore queue, Clock clock) {
    this.database = database;
    this.queue = queue;
    this.clock = clock;
  }

  /** Returns at once. */
  void begin(Lane lane) {
    Thread.ofVirtual().name("webhook-abandonment").start(() -> abandon(lane));
  }

  /** What is left where that did not come to its end, or what was on its way then. */
  void goOn() {
    database.query(queue::abandoned).forEach(this::abandon);
  }

  private void abandon(Lane lane) {
    try {
      int part;
      do {
        part = database.inTransaction(tx -> queue.abandon(tx, lane, clock.instant()));
      } while (part == Purge.BATCH);
    } catch (RuntimeException e) {
      LOG.warn(
          "webhook {}: what waits for it cannot be given up ({}); tried again within a minute",
          lane.webhookId(),
          e.toString());
    }
  }
}
