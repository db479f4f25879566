package io.linkspan.conflict;

import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks for conflicts soon after blocks changed, beside the change and not within it: whoever
 * changes a block does not wait. Changes that come while an organizer's turn is awaited are looked
 * at together. What is lost with the process is noted in the database and found by {@link
 * ConflictReconciler#reconcileAll}.
 */
public final class ConflictWorker implements Consumer<UUID>, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ConflictWorker.class);

  private final Set<UUID> awaiting = ConcurrentHashMap.newKeySet();
  private final ExecutorService executor =
      Executors.newSingleThreadExecutor(Thread.ofPlatform().name("conflicts").daemon().factory());
  private volatile Consumer<UUID> reconcile = _ -> {};

  /** The reconciler changes blocks itself, so it is made after this. */
  public void reconcileBy(Consumer<UUID> reconciler) {
    this.reconcile = reconciler;
  }

  @Override
  public void accept(UUID organizerId) {
    if (awaiting.add(organizerId) && !executor.isShutdown()) {
      executor.execute(() -> reconcile(organizerId));
    }
  }

  private void reconcile(UUID organizerId) {
    awaiting.remove(organizerId);
    try {
      reconcile.accept(organizerId);
    } catch (RuntimeException e) {
      LOG.warn(
          "conflicts of organizer {} could not be looked for ({}); tried again within a minute",
          organizerId,
          e.toString());
    }
  }

  @Override
  public void close() {
    executor.shutdownNow();
  }
}
