package io.linkspan.webhook.delivery;

import io.linkspan.platform.db.Database;
import io.linkspan.platform.db.Purge;
import io.linkspan.webhook.EndpointQueue;
import java.time.Clock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives up what waits for webhooks that were switched off, part by part, so that a long queue is no
 * long transaction. A replay of what was missed sends it after all.
 */
final class PendingDiscarder {
  private static final Logger LOG = LoggerFactory.getLogger(PendingDiscarder.class);

  private final Database database;
  private final QueueStore queueStore;
  private final Clock clock;

  PendingDiscarder(Database database, QueueStore queueStore, Clock clock) {
    this.database = database;
    this.queueStore = queueStore;
    this.clock = clock;
  }

  /** Returns at once. */
  void begin(EndpointQueue queue) {
    Thread.ofVirtual().name("webhook-discarder").start(() -> discardPending(queue));
  }

  /** What is left where that did not come to its end, or what was on its way then. */
  void resume() {
    database.query(queueStore::inactiveWithPending).forEach(this::discardPending);
  }

  private void discardPending(EndpointQueue queue) {
    try {
      int part;
      do {
        part = database.inTransaction(tx -> queueStore.discardPending(tx, queue, clock.instant()));
      } while (part == Purge.BATCH);
    } catch (RuntimeException e) {
      LOG.warn(
          "webhook {}: what waits for it cannot be given up ({}); tried again within a minute",
          queue.webhookId(),
          e.toString());
    }
  }
}
