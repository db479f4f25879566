package io.linkspan.activity;

import io.linkspan.platform.db.Notifications;
import java.time.Duration;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Says on all nodes that something changed for an organizer: not what, which is read. */
public final class ChangeSignals {
  private static final String CHANNEL = "linkspan_changes";

  private final ConcurrentHashMap<UUID, Set<Subscription>> subscriptions =
      new ConcurrentHashMap<>();
  private final Notifications notifications;

  /**
   * @param notifications not started yet
   */
  public ChangeSignals(Notifications notifications) {
    this.notifications = notifications;
    notifications.on(CHANNEL, this::heard);
  }

  /** To be called when a change is committed. */
  public void changed(UUID organizerId) {
    wake(organizerId);
    notifications.say(CHANNEL, organizerId.toString());
  }

  Subscription subscribe(UUID organizerId) {
    var subscription = new Subscription(organizerId);
    subscriptions
        .computeIfAbsent(organizerId, _ -> ConcurrentHashMap.newKeySet())
        .add(subscription);
    return subscription;
  }

  /** How many listen for this organizer on this node. */
  int count(UUID organizerId) {
    return subscriptions.getOrDefault(organizerId, Set.of()).size();
  }

  private void heard(String payload) {
    if (payload.isEmpty()) {
      subscriptions.keySet().forEach(this::wake);
    } else {
      wake(UUID.fromString(payload));
    }
  }

  private void wake(UUID organizerId) {
    subscriptions.getOrDefault(organizerId, Set.of()).forEach(Subscription::wake);
  }

  /** Waits for changes of one organizer, until closed. */
  final class Subscription implements AutoCloseable {
    private final UUID organizerId;
    private final Semaphore woken = new Semaphore(0);

    private Subscription(UUID organizerId) {
      this.organizerId = organizerId;
    }

    /** Returns when something may have changed since the last call, or the time is over. */
    void await(Duration most) throws InterruptedException {
      if (woken.tryAcquire(most.toMillis(), TimeUnit.MILLISECONDS)) {
        woken.drainPermits();
      }
    }

    private void wake() {
      woken.release();
    }

    @Override
    public void close() {
      subscriptions.computeIfPresent(
          organizerId,
          (_, all) -> {
            all.remove(this);
            return all.isEmpty() ? null : all;
          });
    }
  }
}
