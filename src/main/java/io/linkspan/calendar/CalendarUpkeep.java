package io.linkspan.calendar;

import io.linkspan.calendar.CalendarProvider.Listing;
import io.linkspan.calendar.SyncStore.Key;
import io.linkspan.event.recurrence.Window;
import io.linkspan.platform.db.Database;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What connected calendars need now and then, whether anybody asks or not. */
public final class CalendarUpkeep {
  private static final Logger LOG = LoggerFactory.getLogger(CalendarUpkeep.class);
  private static final Duration LIST_AGAIN_AFTER = Duration.ofHours(24);

  /** So long at a time: who is not listed by then is the next time. */
  private static final Duration LISTING_TIME = Duration.ofMinutes(5);

  private static final int BATCH = 50;

  private final Calendars all;
  private final Database database;
  private final IntegrationStore integrations;
  private final CalendarStore calendars;
  private final SyncRunStore runs = new SyncRunStore();
  private final BlockWriter writer;
  private final SyncWindow window;
  private final ExpansionWorker expansion;
  private final Consumer<UUID> blocksChanged;
  private final Clock clock;

  CalendarUpkeep(
      Calendars all,
      Database database,
      IntegrationStore integrations,
      CalendarStore calendars,
      BlockWriter writer,
      SyncWindow window,
      ExpansionWorker expansion,
      Consumer<UUID> blocksChanged,
      Clock clock) {
    this.all = all;
    this.database = database;
    this.integrations = integrations;
    this.calendars = calendars;
    this.writer = writer;
    this.window = window;
    this.expansion = expansion;
    this.blocksChanged = blocksChanged;
    this.clock = clock;
  }

  /**
   * Moves the expanded stretch of every calendar on to today's, and expands anew what was made for
   * another zone.
   */
  public void rollWindows() {
    var to = window.at(clock.instant());
    Optional<Key> after = Optional.empty();
    while (true) {
      var last = after;
      var others = database.query(handle -> calendars.windowOtherThan(handle, to, last, BATCH));
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

  /** Finds calendars that were added or renamed at their providers. Calls out. */
  public void listAgain() {
    var began = clock.instant();
    var before = began.minus(LIST_AGAIN_AFTER);
    while (clock.instant().isBefore(began.plus(LISTING_TIME)) && !expansion.isClosed()) {
      var next = database.query(handle -> integrations.listedBefore(handle, before, BATCH));
      if (next.isEmpty()) {
        return;
      }
      next.forEach(this::listAgain);
    }
  }

  private void listAgain(IntegrationStore.Reference due) {
    // first: one that cannot be listed must not be the first in turn for ever
    database.useTransaction(
        tx -> integrations.listed(tx, due.organizerId(), due.id(), clock.instant()));
    try {
      var account = all.open(due.organizerId(), due.accountId());
      if (account.isEmpty()) {
        return;
      }
      var listing = all.list(account.get());
      database.useTransaction(tx -> store(tx, due, listing));
      expansion.look(due.organizerId());
    } catch (RuntimeException e) {
      LOG.error(
          "connection {}: its calendars cannot be listed; tried again in {}",
          due.id(),
          LIST_AGAIN_AFTER,
          e);
    }
  }

  private void store(Handle tx, IntegrationStore.Reference due, Listing listing) {
    if (!integrations.lock(tx, due.organizerId(), due.id())) {
      return;
    }
    switch (listing) {
      case Listing.Listed listed ->
          all.storeCalendars(tx, due.organizerId(), due.id(), listed.calendars());
      case Listing.Failed failed ->
          LOG.info(
              "connection {}: its calendars could not be listed ({}); tried again in {}",
              due.id(),
              failed.failure().detail(),
              LIST_AGAIN_AFTER);
    }
  }

  /**
   * Forgets the history of passes: quiet ones after a week, the others after the log's retention.
   */
  public void forgetSyncsBefore(Duration retention) {
    var now = clock.instant();
    database.query(
        handle -> runs.purge(handle, now.minus(retention), now.minus(Duration.ofDays(7))));
  }
}
