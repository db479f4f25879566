package io.linkspan.calendar.settings;

import io.linkspan.calendar.CalendarReader.Listing;
import io.linkspan.calendar.Integration;
import io.linkspan.calendar.sync.CalendarSync;
import io.linkspan.connection.Connections;
import io.linkspan.platform.db.Database;
import java.time.Clock;
import java.time.Duration;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps the list of an account's calendars true: added and renamed ones are found. */
public final class CalendarListing {
  private static final Logger LOG = LoggerFactory.getLogger(CalendarListing.class);
  private static final Duration LIST_AGAIN_AFTER = Duration.ofHours(1);

  /** So long at a time: who is not listed by then is the next time. */
  private static final Duration LISTING_TIME = Duration.ofMinutes(5);

  private static final int BATCH = 50;

  private final CalendarConnections connections;
  private final Connections accounts;
  private final CalendarSync sync;
  private final Database database;
  private final IntegrationStore integrations;
  private final Clock clock;

  CalendarListing(
      CalendarFeature.Parts parts,
      CalendarConnections connections,
      CalendarSync sync,
      IntegrationStore integrations) {
    this.connections = connections;
    this.accounts = parts.connections();
    this.sync = sync;
    this.database = parts.database();
    this.integrations = integrations;
    this.clock = parts.clock();
  }

  /** Finds calendars that were added or renamed at their providers. Calls out. */
  public void listAgain() {
    var began = clock.instant();
    var before = began.minus(LIST_AGAIN_AFTER);
    while (clock.instant().isBefore(began.plus(LISTING_TIME)) && !sync.isClosed()) {
      var next = database.query(handle -> integrations.listedBefore(handle, before, BATCH));
      if (next.isEmpty()) {
        return;
      }
      next.forEach(this::listAgain);
    }
  }

  /**
   * Looks for new and renamed calendars of one integration soon: somebody asked for a sync.
   *
   * @return what does it
   */
  Thread listSoon(UUID organizerId, Integration integration) {
    var reference =
        new IntegrationStore.Reference(organizerId, integration.id(), integration.accountId());
    return Thread.ofVirtual().name("listing").start(() -> listAgain(reference));
  }

  private void listAgain(IntegrationStore.Reference due) {
    // first: one that cannot be listed must not be the first in turn for ever
    database.useTransaction(
        tx -> integrations.listed(tx, due.organizerId(), due.id(), clock.instant()));
    try {
      var account = accounts.open(due.organizerId(), due.accountId());
      if (account.isEmpty()) {
        return;
      }
      var listing = connections.list(account.get());
      database.useTransaction(
          tx -> {
            store(tx, due, listing);
            sync.expandSoon(tx, due.organizerId());
            tx.afterCommit(sync.worker()::wake);
          });
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
          connections.storeCalendars(tx, due.organizerId(), due.id(), listed.calendars());
      case Listing.Failed failed ->
          LOG.info(
              "connection {}: its calendars could not be listed ({}); tried again in {}",
              due.id(),
              failed.failure().detail(),
              LIST_AGAIN_AFTER);
    }
  }
}
