package io.linkspan.calendar.settings;

import io.linkspan.activity.Changes;
import io.linkspan.activity.Changes.Change;
import io.linkspan.availability.CalendarFreshness.StalePolicy;
import io.linkspan.availability.SyncedBlocks;
import io.linkspan.calendar.BusyPolicy;
import io.linkspan.calendar.Calendar;
import io.linkspan.calendar.CalendarReader.Access;
import io.linkspan.calendar.Integration;
import io.linkspan.calendar.sync.CalendarSync;
import io.linkspan.calendar.sync.SyncRun;
import io.linkspan.connection.Connections;
import io.linkspan.platform.http.Problem;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * Connected calendars and what their organizer chose of them. Connecting and disconnecting are
 * {@link CalendarConnections}'s, reading is {@link CalendarSync}'s.
 */
final class Calendars {
  private final CalendarSync sync;
  private final Connections connections;
  private final SyncedBlocks blocks;
  private final Changes changes;
  private final Clock clock;
  private final IntegrationStore integrations;
  private final CalendarStore calendars;
  private final Consumer<UUID> blocksChanged;

  Calendars(
      CalendarFeature.Parts parts,
      CalendarSync sync,
      IntegrationStore integrations,
      CalendarStore calendars) {
    this.sync = sync;
    this.connections = parts.connections();
    this.blocks = parts.blocks();
    this.changes = parts.changes();
    this.clock = parts.clock();
    this.blocksChanged = parts.blocksChanged();
    this.integrations = integrations;
    this.calendars = calendars;
  }

  /** Tells that a committed change may have changed what blocks. */
  void blocksChanged(UUID organizerId) {
    blocksChanged.accept(organizerId);
  }

  List<Integration> list(Handle handle, UUID organizerId) {
    return integrations.list(handle, organizerId);
  }

  Integration get(Handle handle, UUID organizerId, UUID id) {
    return integrations
        .find(handle, organizerId, id)
        .orElseThrow(() -> Problem.notFound("connection"));
  }

  List<Calendar> calendars(Handle handle, UUID organizerId, UUID integrationId) {
    get(handle, organizerId, integrationId);
    return calendars.list(handle, organizerId, integrationId, clock.instant());
  }

  Calendar calendar(Handle handle, UUID organizerId, UUID integrationId, UUID id) {
    return calendars
        .find(handle, organizerId, id, clock.instant())
        .filter(found -> found.integrationId().equals(integrationId))
        .orElseThrow(() -> Problem.notFound("calendar"));
  }

  /** The connection as it is, which nobody else edits until the transaction ends. */
  Integration lock(Handle tx, UUID organizerId, UUID id) {
    if (!integrations.lockAll(tx, organizerId)) {
      throw Problem.notFound("connection");
    }
    // the account, its integration, its calendars: everybody's order
    connections.lock(tx, organizerId, get(tx, organizerId, id).accountId());
    if (!integrations.lock(tx, organizerId, id)) {
      throw Problem.notFound("connection");
    }
    return get(tx, organizerId, id);
  }

  /** As {@link #lock}, and no pass writes meanwhile. */
  Integration lockWithCalendars(Handle tx, UUID organizerId, UUID id) {
    lock(tx, organizerId, id);
    for (var calendar : calendars.list(tx, organizerId, id, clock.instant())) {
      sync.lock(tx, organizerId, calendar.id());
    }
    return get(tx, organizerId, id);
  }

  /** As {@link #lockWithCalendars}, and what would go with them stays as it is. */
  Integration lockWithBlocks(Handle tx, UUID organizerId, UUID id) {
    var integration = lockWithCalendars(tx, organizerId, id);
    blocks.lock(
        tx,
        organizerId,
        calendars.list(tx, organizerId, id, clock.instant()).stream().map(Calendar::id).toList());
    return integration;
  }

  /** The calendar as it is, which neither people nor passes change until the transaction ends. */
  Calendar lockCalendar(Handle tx, UUID organizerId, UUID integrationId, UUID id) {
    lock(tx, organizerId, integrationId);
    sync.lock(tx, organizerId, id);
    return calendar(tx, organizerId, integrationId, id);
  }

  List<SyncRun> syncs(
      Handle handle, UUID organizerId, UUID integrationId, Optional<UUID> before, int limit) {
    get(handle, organizerId, integrationId);
    return sync.history(handle, organizerId, integrationId, before, limit);
  }

  SyncRun sync(Handle handle, UUID organizerId, UUID integrationId, UUID id) {
    return sync.find(handle, organizerId, integrationId, id)
        .orElseThrow(() -> Problem.notFound("sync"));
  }

  /** Turns a connection on or off; members that are null stay. */
  Integration update(
      Handle tx,
      UUID organizerId,
      UUID id,
      @Nullable Boolean active,
      @Nullable Boolean syncEnabled) {
    var before = lock(tx, organizerId, id);
    integrations.update(tx, organizerId, id, active, syncEnabled, clock.instant());
    show(tx, organizerId, id, Change.UPDATED);
    var after = get(tx, organizerId, id);
    if (!(before.isActive() && before.syncEnabled()) && after.isActive() && after.syncEnabled()) {
      calendars.schedule(tx, organizerId, id, clock.instant());
    }
    if (!after.isActive() || !after.syncEnabled()) {
      calendars.schedule(tx, organizerId, id, null);
      sync.cancelWaiting(
          tx, organizerId, id, "Not started: syncing was turned off before its turn came.");
    }
    if (before.isActive() != after.isActive()) {
      calendars
          .list(tx, organizerId, id, clock.instant())
          .forEach(calendar -> blocks.noteChange(tx, organizerId, calendar.id()));
    }
    return after;
  }

  /**
   * Chooses where bookings are written to.
   *
   * @param calendarId one of the integration's calendars, or null for none
   */
  void setDestination(Handle tx, UUID organizerId, UUID integrationId, @Nullable UUID calendarId) {
    lock(tx, organizerId, integrationId);
    if (calendarId == null) {
      if (get(tx, organizerId, integrationId).calendarId() != null) {
        calendars.setDestination(tx, organizerId, null, clock.instant());
      }
      return;
    }
    var chosen =
        calendars
            .find(tx, organizerId, calendarId, clock.instant())
            .filter(calendar -> calendar.integrationId().equals(integrationId))
            .orElseThrow(
                () ->
                    Problem.badField("/calendar_id", "This connection has no such calendar.")
                        .fix("Take an id from the list of the connection's calendars."));
    requireWritable(chosen, "/calendar_id");
    calendars.setDestination(tx, organizerId, calendarId, clock.instant());
    show(tx, organizerId, integrationId, Change.UPDATED);
  }

  private static void requireWritable(Calendar calendar, String pointer) {
    if (!writable(calendar.access())) {
      var why = "Bookings cannot be written to '" + calendar.name() + "': it can only be read.";
      throw Problem.conflict("calendar_read_only", why)
          .field(pointer, why)
          .fix("Choose a calendar whose access is owner or writer.");
    }
  }

  /** What PATCH sets of a calendar; members that are null stay. */
  record Choice(
      @Nullable Boolean blocksTime,
      @Nullable Boolean isDestination,
      @Nullable BusyPolicy busyPolicy,
      @Nullable StalePolicy stalePolicy) {}

  /** Applies choices, and makes the calendar's blocks anew where they matter to them. */
  Calendar choose(Handle tx, UUID organizerId, Calendar before, Choice choice) {
    if (choice.isDestination() != null) {
      calendars.lockForDestination(tx, organizerId, before.id());
    }
    sync.lock(tx, organizerId, before.id());
    if (Boolean.TRUE.equals(choice.isDestination())) {
      requireWritable(before, "/is_destination");
      calendars.setDestination(tx, organizerId, before.id(), clock.instant());
    } else if (Boolean.FALSE.equals(choice.isDestination()) && before.isDestination()) {
      calendars.setDestination(tx, organizerId, null, clock.instant());
    }
    boolean blocksTime = choice.blocksTime() == null ? before.blocksTime() : choice.blocksTime();
    var busyPolicy = choice.busyPolicy() == null ? before.busyPolicy() : choice.busyPolicy();
    calendars.update(
        tx,
        organizerId,
        before.id(),
        blocksTime,
        busyPolicy,
        choice.stalePolicy() == null ? before.stalePolicy() : choice.stalePolicy(),
        clock.instant());
    changes.changed(tx, organizerId, "calendar", before.id(), Change.UPDATED);
    if (blocksTime != before.blocksTime() || !busyPolicy.equals(before.busyPolicy())) {
      sync.choiceChanged(tx, organizerId, before.id(), before.blocksTime() && !blocksTime);
    }
    return calendar(tx, organizerId, before.integrationId(), before.id());
  }

  /**
   * Asks for a pass over every calendar now. A calendar that waits for one already gets no second.
   *
   * @param full whether everything is read again, not only what changed
   */
  List<SyncRun> forceSync(Handle tx, UUID organizerId, UUID integrationId, boolean full) {
    var integration = lock(tx, organizerId, integrationId);
    if (!integration.isActive() || !integration.syncEnabled()) {
      throw Problem.conflict(
              "integration_disabled", "This connection is not read: its organizer turned that off.")
          .fix("Set is_active and sync_enabled to true first.");
    }
    return calendars.list(tx, organizerId, integrationId, clock.instant()).stream()
        .map(calendar -> sync.request(tx, organizerId, integrationId, calendar.id(), full))
        .toList();
  }

  static boolean writable(Access access) {
    return access == Access.OWNER || access == Access.WRITER;
  }

  private void show(Handle tx, UUID organizerId, UUID id, Change change) {
    changes.changed(tx, organizerId, "calendar_integration", id, change);
  }
}
