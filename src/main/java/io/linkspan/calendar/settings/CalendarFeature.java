package io.linkspan.calendar.settings;

import io.linkspan.activity.ActivityLog;
import io.linkspan.activity.Changes;
import io.linkspan.availability.SyncedBlocks;
import io.linkspan.calendar.CalendarReader;
import io.linkspan.calendar.sync.CalendarSync;
import io.linkspan.calendar.sync.SyncWindow;
import io.linkspan.connection.Connections;
import io.linkspan.platform.db.Database;
import io.linkspan.platform.http.Routes;
import io.linkspan.platform.time.Ids;
import io.linkspan.webhook.Outbox;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;

/** Everything about calendars, put together. */
public final class CalendarFeature {
  private final CalendarSync sync;
  private final Calendars calendars;
  private final CalendarConnections connections;
  private final CalendarListing listing;
  private final Database database;
  private final Connections accounts;

  /**
   * What it is made of.
   *
   * @param readers by account type
   * @param interval between two syncs of a calendar
   * @param blocksChanged told the organizer whose blocks may have changed, after the change is
   *     committed
   */
  public record Parts(
      Map<String, CalendarReader> readers,
      Connections connections,
      Database database,
      SyncedBlocks blocks,
      SyncWindow window,
      Duration interval,
      Consumer<UUID> blocksChanged,
      ActivityLog log,
      Outbox outbox,
      Changes changes,
      Ids ids,
      Clock clock) {}

  public CalendarFeature(Parts parts) {
    var integrations = new IntegrationStore(name -> parts.connections().card(name).name());
    var stored = new CalendarStore(parts.interval());
    this.database = parts.database();
    this.accounts = parts.connections();
    this.sync =
        new CalendarSync(
            new CalendarSync.Parts(
                parts.readers(),
                parts.connections(),
                parts.database(),
                parts.blocks(),
                parts.window(),
                parts.interval(),
                parts.blocksChanged(),
                parts.log(),
                parts.outbox(),
                parts.changes(),
                parts.ids(),
                parts.clock()));
    this.calendars = new Calendars(parts, sync, integrations, stored);
    this.connections = new CalendarConnections(parts, calendars, sync, integrations, stored);
    this.listing = new CalendarListing(parts, connections, sync, integrations);
  }

  public CalendarSync sync() {
    return sync;
  }

  /** What connecting an account gives an organizer of it. */
  public CalendarConnections connections() {
    return connections;
  }

  /** Finds calendars that were added or renamed at their providers. */
  public CalendarListing listing() {
    return listing;
  }

  public Routes routes() {
    return new CalendarRoutes(this, database, accounts, CalendarRoutes.PATIENCE);
  }

  /** The organizer moved to another zone: whole days and floating times are elsewhere now. */
  public void zoneChanged(Handle tx, UUID organizerId) {
    sync.expandSoon(tx, organizerId);
  }

  Calendars calendars() {
    return calendars;
  }
}
