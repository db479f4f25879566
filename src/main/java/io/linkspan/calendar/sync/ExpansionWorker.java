package io.linkspan.calendar.sync;

import io.linkspan.calendar.sync.SyncStore.Key;
import io.linkspan.platform.db.Database;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes blocks anew that were made for another zone or other addresses, beside the change and not
 * within it. Until then the calendar does not count as fresh. What is lost with the process is
 * found by {@link #expandAll}.
 */
final class ExpansionWorker implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ExpansionWorker.class);
  private static final int BATCH = 500;

  private final Database database;
  private final BlockWriter writer;
  private final Consumer<UUID> blocksChanged;
  private final SyncStore syncs = new SyncStore();
  private final Set<UUID> awaiting = ConcurrentHashMap.newKeySet();
  private final ExecutorService executor =
      Executors.newSingleThreadExecutor(Thread.ofPlatform().name("expansion").daemon().factory());
  private volatile boolean started;

  ExpansionWorker(Database database, BlockWriter writer, Consumer<UUID> blocksChanged) {
    this.database = database;
    this.writer = writer;
    this.blocksChanged = blocksChanged;
  }

  void start() {
    started = true;
  }

  /** The organizer's calendars may have to be expanded anew. */
  void look(UUID organizerId) {
    if (started && !isClosed() && awaiting.add(organizerId)) {
      executor.execute(
          () -> {
            awaiting.remove(organizerId);
            expand(Optional.of(organizerId));
          });
    }
  }

  /** Looks at everybody's. */
  void expandAll() {
    expand(Optional.empty());
  }

  private void expand(Optional<UUID> organizer) {
    Optional<Key> after = Optional.empty();
    while (true) {
      List<Key> keys;
      try {
        var last = after;
        keys = database.query(handle -> syncs.toExpand(handle, organizer, last, BATCH));
      } catch (RuntimeException e) {
        LOG.warn("calendars cannot be looked at ({}); tried again within minutes", e.toString());
        return;
      }
      if (keys.isEmpty() || isClosed()) {
        return;
      }
      keys.forEach(this::expand);
      after = Optional.of(keys.getLast());
    }
  }

  private void expand(Key calendar) {
    if (isClosed()) {
      return;
    }
    try {
      if (writer.expandAgain(database, calendar)) {
        blocksChanged.accept(calendar.organizerId());
      }
    } catch (RuntimeException e) {
      LOG.error(
          "calendar {} cannot be expanded anew; it does not count as fresh, and is tried again within minutes",
          calendar.calendarId(),
          e);
    }
  }

  /** Whether the server stops: what is left is done after the next start. */
  boolean isClosed() {
    return executor.isShutdown();
  }

  @Override
  public void close() {
    executor.shutdown();
  }
}
