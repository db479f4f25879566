package io.linkspan.calendar.sync;

import io.linkspan.calendar.sync.SyncStore.Key;
import io.linkspan.event.recurrence.Window;
import io.linkspan.platform.db.Database;
import java.time.Clock;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Moves the window that is expanded into blocked times on with the days. */
final class WindowRoller {
  private static final Logger LOG = LoggerFactory.getLogger(WindowRoller.class);
  private static final int BATCH = 50;

  private final Database database;
  private final SyncStore syncs = new SyncStore();
  private final BlockWriter writer;
  private final SyncWindow window;
  private final ExpansionWorker expansion;
  private final Consumer<UUID> blocksChanged;
  private final Clock clock;

  WindowRoller(
      Database database,
      BlockWriter writer,
      SyncWindow window,
      ExpansionWorker expansion,
      Consumer<UUID> blocksChanged,
      Clock clock) {
    this.database = database;
    this.writer = writer;
    this.window = window;
    this.expansion = expansion;
    this.blocksChanged = blocksChanged;
    this.clock = clock;
  }

  /**
   * Moves every calendar's window on to today's, and expands anew what was made for another zone.
   */
  void rollAll() {
    var to = window.at(clock.instant());
    Optional<Key> after = Optional.empty();
    while (true) {
      var last = after;
      var others = database.query(handle -> syncs.windowOtherThan(handle, to, last, BATCH));
      if (others.isEmpty() || expansion.isClosed()) {
        break;
      }
      others.forEach(key -> roll(key, to));
      after = Optional.of(others.getLast());
    }
    expansion.expandAll();
  }

  private void roll(Key key, Window to) {
    if (expansion.isClosed()) {
      return;
    }
    try {
      writer.roll(database, key, to);
      blocksChanged.accept(key.organizerId());
    } catch (RuntimeException e) {
      LOG.error(
          "calendar {}: its window cannot be moved on; tried again within minutes",
          key.calendarId(),
          e);
    }
  }
}
