package io.linkspan.webhook.delivery;

import io.linkspan.platform.db.Database;
import io.linkspan.webhook.subscription.Webhook;
import io.linkspan.webhook.subscription.WebhookStore;
import java.time.Clock;
import org.jdbi.v3.core.Handle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Queues replays part by part, so that none is one long transaction and a crash loses none. */
final class Replays {
  private static final Logger LOG = LoggerFactory.getLogger(Replays.class);

  private final Database database;
  private final ReplayStore store;
  private final WebhookStore webhooks;
  private final Runnable wake;
  private final Clock clock;

  Replays(Database database, ReplayStore store, WebhookStore webhooks, Runnable wake, Clock clock) {
    this.database = database;
    this.store = store;
    this.webhooks = webhooks;
    this.wake = wake;
    this.clock = clock;
  }

  /** Stores it with its first part; the rest follows after the commit. */
  Replay begin(Handle tx, Webhook webhook, Replay replay) {
    store.insert(tx, replay, store.count(tx, webhook, replay));
    var begun = store.queuePart(tx, webhook, replay, clock.instant());
    tx.afterCommit(
        () -> {
          wake.run();
          if (begun.queuing()) {
            Thread.ofVirtual().name("webhook-replay").start(this::resume);
          }
        });
    return begun;
  }

  /** Queues what is not queued yet, of any replay that no other node is at. */
  void resume() {
    try {
      database.useTransaction(tx -> store.lookAgain(tx, clock.instant()));
      while (database.inTransaction(this::queuePart)) {
        wake.run();
      }
    } catch (RuntimeException e) {
      LOG.warn("cannot queue a replay further ({}); tried again within seconds", e.toString());
    }
  }

  private boolean queuePart(Handle tx) {
    var unfinished = store.lockUnfinished(tx);
    if (unfinished.isEmpty()) {
      return false;
    }
    var replay = unfinished.get();
    var webhook = webhooks.find(tx, replay.organizerId(), replay.webhookId());
    if (webhook.isPresent() && webhook.get().active()) {
      store.queuePart(tx, webhook.get(), replay, clock.instant());
    } else {
      store.end(tx, replay, Replay.CANCELLED);
    }
    return true;
  }

  /**
   * Queues no more of it and takes back what is not on its way.
   *
   * @return how many were taken back
   */
  int cancel(Replay replay) {
    database.useTransaction(
        tx ->
            store
                .lock(tx, replay.organizerId(), replay.webhookId(), replay.id())
                .ifPresent(locked -> store.end(tx, locked, Replay.CANCELLED)));
    if (replay.ofPending()) {
      // nothing was queued that could be taken back: what is due now was waiting before
      return 0;
    }
    int total = 0;
    int part;
    do {
      part = database.inTransaction(tx -> store.takeBack(tx, replay, clock.instant()));
      total += part;
    } while (part == ReplayStore.BATCH);
    return total;
  }
}
