package io.linkspan.calendar.settings;

import io.linkspan.activity.ActivityLog;
import io.linkspan.activity.Changes;
import io.linkspan.activity.Changes.Change;
import io.linkspan.availability.SyncedBlocks;
import io.linkspan.calendar.CalendarReader;
import io.linkspan.calendar.CalendarReader.Listing;
import io.linkspan.calendar.CalendarReader.RemoteCalendar;
import io.linkspan.calendar.Integration;
import io.linkspan.calendar.sync.CalendarSync;
import io.linkspan.connection.Account;
import io.linkspan.connection.AccountFeature;
import io.linkspan.connection.Connections;
import io.linkspan.connection.Connector.Verification.Verified;
import io.linkspan.platform.http.Problem;
import io.linkspan.platform.text.English;
import io.linkspan.platform.time.Ids;
import io.linkspan.webhook.Outbox;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Calendar integrations on connected accounts, from the first connection to the last. */
public final class CalendarConnections implements AccountFeature {
  private final Map<String, CalendarReader> readers;
  private final Calendars calendars;
  private final IntegrationStore integrations;
  private final CalendarStore stored;
  private final CalendarSync sync;
  private final Connections connections;
  private final SyncedBlocks blocks;
  private final ActivityLog log;
  private final Outbox outbox;
  private final Changes changes;
  private final Ids ids;
  private final Clock clock;

  CalendarConnections(
      CalendarFeature.Parts parts,
      Calendars calendars,
      CalendarSync sync,
      IntegrationStore integrations,
      CalendarStore stored) {
    this.readers = Map.copyOf(parts.readers());
    this.calendars = calendars;
    this.integrations = integrations;
    this.stored = stored;
    this.sync = sync;
    this.connections = parts.connections();
    this.blocks = parts.blocks();
    this.log = parts.log();
    this.outbox = parts.outbox();
    this.changes = parts.changes();
    this.ids = parts.ids();
    this.clock = parts.clock();
  }

  @Override
  public String integrationType() {
    return "calendar";
  }

  @Override
  public Discovered discover(Account account) {
    var found = remoteCalendars(account);
    return (tx, accountId, displayName, requestId) ->
        attach(tx, account, accountId, found, displayName, requestId);
  }

  private List<RemoteCalendar> remoteCalendars(Account account) {
    return switch (list(account)) {
      case Listing.Listed listed -> listed.calendars();
      case Listing.Failed failed ->
          throw Problem.badRequest("provider_failed", failed.failure().detail())
              .fix(failed.failure().fix());
    };
  }

  /** Lists the account's calendars at the provider. Calls out. */
  Listing list(Account account) {
    var reader = readers.get(account.provider());
    if (reader == null) {
      throw new IllegalStateException(
          "no calendars can be read from the provider '" + account.provider() + "'");
    }
    return reader.calendars(account);
  }

  private Attached attach(
      Handle tx,
      Account account,
      UUID accountId,
      List<RemoteCalendar> found,
      String displayName,
      @Nullable String requestId) {
    var organizer = account.organizerId();
    var now = clock.instant();
    var known = integrations.findByAccount(tx, organizer, accountId);
    var id = known.orElseGet(ids::next);
    if (known.isEmpty()) {
      integrations.insert(tx, organizer, id, accountId, now);
    } else {
      integrations.edited(tx, organizer, id, now);
    }
    storeCalendars(tx, organizer, id, found);
    sync.expandSoon(tx, organizer);
    sync.readAnew(tx, organizer, id);
    changes.changed(
        tx,
        organizer,
        "calendar_integration",
        id,
        known.isEmpty() ? Change.CREATED : Change.UPDATED);
    record(
        tx,
        organizer,
        id,
        "oauth_connected",
        (known.isEmpty() ? "Connected " : "Reconnected ") + displayName + ".",
        Map.of("provider", account.provider(), "calendars", found.size()),
        requestId);
    return new Attached(id, known.isEmpty());
  }

  /** Keeps what an account lists: new calendars, other names; what is not listed stays. */
  void storeCalendars(Handle tx, UUID organizerId, UUID integrationId, List<RemoteCalendar> found) {
    boolean anyWritable = found.stream().anyMatch(remote -> Calendars.writable(remote.access()));
    for (var remote : found) {
      // calendars that others share for reading (holidays, a colleague's) are not the person's own
      // time
      boolean blocksTime = Calendars.writable(remote.access()) || !anyWritable;
      stored.upsert(
          tx, organizerId, integrationId, ids.next(), remote, blocksTime, clock.instant());
    }
  }

  /** A verified account and what was found in it. */
  record Found(Account account, Verified verified, Discovered discovered) {}

  /** What connecting came to. */
  record Connected(Integration integration, boolean created) {}

  /** Stores the account with its calendars; one that was connected keeps its ids and choices. */
  Connected connect(Handle tx, Found found, @Nullable String requestId) {
    var organizer = found.account().organizerId();
    if (!integrations.lockAll(tx, organizer)) {
      throw Problem.notFound("organizer");
    }
    var accountId = connections.store(tx, found.account(), found.verified());
    var attached =
        found.discovered().attach(tx, accountId, found.verified().displayName(), requestId);
    return new Connected(
        calendars.get(tx, organizer, attached.integrationId()), attached.created());
  }

  /** Gives a connection new credentials: ids and choices stay, and all of it is read at once. */
  Integration reconnect(
      Handle tx,
      Integration integration,
      Account connected,
      Found found,
      @Nullable String requestId) {
    var organizer = connected.organizerId();
    calendars.lock(tx, organizer, integration.id());
    connections.renew(tx, connected, found.verified());
    found.discovered().attach(tx, connected.id(), found.verified().displayName(), requestId);
    return calendars.get(tx, organizer, integration.id());
  }

  /** Somebody tried to reconnect with another server and without a password. */
  void recordPasswordKept(
      Handle tx, UUID organizerId, Integration integration, @Nullable String requestId) {
    log.record(
        tx,
        new ActivityLog.Entry(
            organizerId,
            "error",
            "calendar",
            integration.id(),
            "Reconnecting "
                + integration.providerUserId()
                + " with another server address was refused: the stored password was not sent there.",
            Map.of("provider", integration.provider(), "code", "password_required"),
            false,
            requestId));
  }

  /** Ends a connection: its calendars, their blocked times and its credentials go. */
  void disconnect(Handle tx, UUID organizerId, UUID id, @Nullable String requestId) {
    var integration = calendars.lock(tx, organizerId, id);
    int removed = 0;
    for (var calendar : stored.list(tx, organizerId, id, clock.instant())) {
      sync.lock(tx, organizerId, calendar.id());
      removed += blocks.removeCalendar(tx, organizerId, calendar.id());
    }
    connections.remove(tx, organizerId, integration.accountId());
    changes.changed(tx, organizerId, "calendar_integration", id, Change.DELETED);
    record(
        tx,
        organizerId,
        id,
        "integration_disconnected",
        "Disconnected %s (%s) and removed %s."
            .formatted(
                integration.providerDisplay(),
                integration.providerUserId(),
                English.count(removed, "blocked time")),
        Map.of(
            "provider", integration.provider(), "reason", "disconnected", "blocked_times", removed),
        requestId);
    outbox.publish(
        tx,
        organizerId,
        "integration_disconnected",
        Map.of(
            "integration_id",
            id,
            "integration_type",
            "calendar",
            "provider",
            integration.provider(),
            "reason",
            "disconnected"));
  }

  /** What disconnecting would take with it. */
  record Impact(
      int calendarsCount,
      int blockedTimesCount,
      int upcomingBlockedTimesCount,
      int openConflictsCount,
      boolean isDestination,
      String summary) {}

  Impact impact(Handle handle, UUID organizerId, UUID id) {
    var integration = calendars.get(handle, organizerId, id);
    var counts = integrations.counts(handle, organizerId, id, clock.instant());
    boolean destination = integration.calendarId() != null;
    var summary =
        "%s and %s %s (%d upcoming) are removed%s. Nothing changes at %s."
            .formatted(
                English.count(integration.calendarsCount(), "calendar"),
                integration.calendarsCount() == 1 ? "its" : "their",
                English.count(counts.blocks(), "blocked time"),
                counts.upcoming(),
                destination ? ", and bookings have no calendar to be written to" : "",
                integration.providerDisplay());
    return new Impact(
        integration.calendarsCount(),
        counts.blocks(),
        counts.upcoming(),
        counts.openConflicts(),
        destination,
        summary);
  }

  @Override
  public void accountBroken(Handle tx, UUID organizerId, UUID accountId, String reason) {
    integrations
        .findByAccount(tx, organizerId, accountId)
        .map(id -> calendars.get(tx, organizerId, id))
        .ifPresent(integration -> broken(tx, organizerId, integration, reason));
  }

  private void broken(Handle tx, UUID organizerId, Integration integration, String reason) {
    changes.changed(tx, organizerId, "calendar_integration", integration.id(), Change.UPDATED);
    log.record(
        tx,
        new ActivityLog.Entry(
            organizerId,
            "integration_disconnected",
            "calendar",
            integration.id(),
            reason,
            Map.of("provider", integration.provider(), "reason", "needs_reauth"),
            false,
            null));
    outbox.publish(
        tx,
        organizerId,
        "integration_disconnected",
        Map.of(
            "integration_id",
            integration.id(),
            "integration_type",
            "calendar",
            "provider",
            integration.provider(),
            "reason",
            "needs_reauth",
            "detail",
            reason));
  }

  private void record(
      Handle tx,
      UUID organizerId,
      UUID id,
      String type,
      String message,
      Map<String, Object> details,
      @Nullable String requestId) {
    log.record(
        tx,
        new ActivityLog.Entry(
            organizerId, type, "calendar", id, message, details, true, requestId));
  }
}
