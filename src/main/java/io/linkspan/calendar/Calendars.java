package io.linkspan.calendar;

import io.linkspan.activity.ActivityLog;
import io.linkspan.activity.Changes;
import io.linkspan.activity.Changes.Change;
import io.linkspan.availability.CalendarFreshness.StalePolicy;
import io.linkspan.availability.SyncedBlocks;
import io.linkspan.calendar.CalendarProvider.Access;
import io.linkspan.calendar.CalendarProvider.Listing;
import io.linkspan.calendar.CalendarProvider.RemoteCalendar;
import io.linkspan.calendar.SyncRun.Trigger;
import io.linkspan.calendar.SyncStore.Key;
import io.linkspan.connection.Account;
import io.linkspan.connection.AccountProvider.Form;
import io.linkspan.connection.AccountProvider.Verification.Verified;
import io.linkspan.connection.Connections;
import io.linkspan.connection.ProviderCard;
import io.linkspan.platform.db.Database;
import io.linkspan.platform.http.Problem;
import io.linkspan.platform.text.English;
import io.linkspan.platform.time.Ids;
import io.linkspan.webhook.Outbox;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * Connected calendars: from the first connection over choices to the end. Reading them is the
 * {@link SyncWorker}'s, what is to be done now and then {@link CalendarUpkeep}'s.
 */
public final class Calendars {
  private final Map<String, CalendarProvider> providers;
  private final Connections connections;
  private final SyncedBlocks blocks;
  private final BlockWriter writer;
  private final ActivityLog log;
  private final Outbox outbox;
  private final Changes changes;
  private final Ids ids;
  private final Clock clock;
  private final IntegrationStore integrations;
  private final CalendarStore calendars;
  private final SyncRunStore runs = new SyncRunStore();
  private final SyncStore syncs = new SyncStore();
  private final ExpansionWorker expansion;
  private final SyncWorker worker;
  private final CalendarUpkeep upkeep;
  private final Consumer<UUID> blocksChanged;

  /**
   * @param providers by name
   * @param interval between two passes over a calendar
   * @param blocksChanged told the organizer whose blocks may have changed, after the change is
   *     committed
   */
  public Calendars(
      Map<String, CalendarProvider> providers,
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
      Clock clock) {
    this.providers = Map.copyOf(providers);
    this.connections = connections;
    this.blocks = blocks;
    this.writer = new BlockWriter(blocks);
    this.log = log;
    this.outbox = outbox;
    this.changes = changes;
    this.ids = ids;
    this.clock = clock;
    this.blocksChanged = blocksChanged;
    this.integrations = new IntegrationStore(name -> connections.card(name).name());
    this.calendars = new CalendarStore(interval);
    this.expansion = new ExpansionWorker(database, writer, blocksChanged);
    this.worker =
        new SyncWorker(
            new SyncEngine(
                providers,
                connections,
                database,
                writer,
                new SyncNews(log, outbox, changes),
                new NextSync(interval, RandomGenerator.getDefault()),
                window,
                blocksChanged,
                ids,
                clock),
            expansion,
            database,
            clock);
    this.upkeep =
        new CalendarUpkeep(
            this,
            database,
            integrations,
            calendars,
            writer,
            window,
            expansion,
            blocksChanged,
            clock);
  }

  /** What reads the calendars. */
  public SyncWorker worker() {
    return worker;
  }

  /** What is to be done now and then. */
  public CalendarUpkeep upkeep() {
    return upkeep;
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
      syncs.lock(tx, new Key(organizerId, calendar.id()));
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
    syncs.lock(tx, new Key(organizerId, id));
    return calendar(tx, organizerId, integrationId, id);
  }

  List<SyncRun> syncs(
      Handle handle, UUID organizerId, UUID integrationId, Optional<UUID> before, int limit) {
    get(handle, organizerId, integrationId);
    return runs.list(handle, organizerId, integrationId, before, limit);
  }

  SyncRun sync(Handle handle, UUID organizerId, UUID integrationId, UUID id) {
    return runs.find(handle, organizerId, integrationId, id)
        .orElseThrow(() -> Problem.notFound("sync"));
  }

  /** A verified account and the calendars found in it. */
  record Found(Account account, Verified verified, List<RemoteCalendar> calendars) {}

  /**
   * Tries the credentials and lists the calendars. Calls out.
   *
   * @throws Problem 400 with the cause
   */
  Found discover(UUID organizerId, String provider, Form form) {
    var verified = connections.verify(provider, form);
    var account = connections.preview(organizerId, provider, verified);
    return new Found(account, verified, remoteCalendars(account));
  }

  private List<RemoteCalendar> remoteCalendars(Account account) {
    return switch (list(account)) {
      case Listing.Listed listed -> listed.calendars();
      case Listing.Failed failed ->
          throw Problem.badRequest("provider_failed", failed.failure().detail())
              .fix(failed.failure().fix());
    };
  }

  /** What connecting came to. */
  record Connected(Integration integration, boolean created) {}

  /**
   * Stores the account with its calendars; one that was connected before keeps its ids and choices.
   */
  Connected connect(Handle tx, Found found, @Nullable String requestId) {
    var organizer = found.account().organizerId();
    var now = clock.instant();
    if (!integrations.lockAll(tx, organizer)) {
      throw Problem.notFound("organizer");
    }
    var accountId = connections.store(tx, found.account(), found.verified());
    var known = integrations.findByAccount(tx, organizer, accountId);
    var id = known.orElseGet(ids::next);
    if (known.isEmpty()) {
      integrations.insert(tx, organizer, id, accountId, now);
    } else {
      integrations.edited(tx, organizer, id, now);
    }
    storeCalendars(tx, organizer, id, found.calendars());
    tx.afterCommit(() -> expansion.look(organizer));
    readAnew(tx, organizer, id);
    show(tx, organizer, id, known.isEmpty() ? Change.CREATED : Change.UPDATED);
    record(
        tx,
        organizer,
        id,
        "oauth_connected",
        (known.isEmpty() ? "Connected " : "Connected again: ")
            + found.verified().displayName()
            + ".",
        Map.of("provider", found.account().provider(), "calendars", found.calendars().size()),
        true,
        requestId);
    return new Connected(get(tx, organizer, id), known.isEmpty());
  }

  /** Keeps what an account lists: new calendars, other names; what is not listed stays. */
  void storeCalendars(Handle tx, UUID organizerId, UUID integrationId, List<RemoteCalendar> found) {
    boolean anyWritable = found.stream().anyMatch(remote -> writable(remote.access()));
    for (var remote : found) {
      // calendars that others share for reading (holidays, a colleague's) are not the person's own
      // time
      boolean blocksTime = writable(remote.access()) || !anyWritable;
      calendars.upsert(
          tx, organizerId, integrationId, ids.next(), remote, blocksTime, clock.instant());
    }
  }

  /** Gives a connection new credentials: ids and choices stay, and all of it is read at once. */
  Integration reconnect(
      Handle tx,
      Integration integration,
      Account connected,
      Found found,
      @Nullable String requestId) {
    var organizer = connected.organizerId();
    lock(tx, organizer, integration.id());
    connections.renew(tx, connected, found.verified());
    integrations.edited(tx, organizer, integration.id(), clock.instant());
    storeCalendars(tx, organizer, integration.id(), found.calendars());
    tx.afterCommit(() -> expansion.look(organizer));
    readAnew(tx, organizer, integration.id());
    show(tx, organizer, integration.id(), Change.UPDATED);
    record(
        tx,
        organizer,
        integration.id(),
        "oauth_connected",
        "Reconnected " + found.verified().displayName() + ".",
        Map.of("provider", connected.provider()),
        true,
        requestId);
    return get(tx, organizer, integration.id());
  }

  /** See {@link Connections#completed}. */
  Form completed(Form form, Account stored) {
    return connections.completed(form, stored);
  }

  /** Somebody tried to reconnect with another server and without a password. */
  void recordPasswordKept(
      Handle tx, UUID organizerId, Integration integration, @Nullable String requestId) {
    record(
        tx,
        organizerId,
        integration.id(),
        "error",
        "Reconnecting "
            + integration.providerUserId()
            + " with another server address was refused: the stored password was not sent there.",
        Map.of("provider", integration.provider(), "code", "password_required"),
        false,
        requestId);
  }

  private void readAnew(Handle tx, UUID organizerId, UUID id) {
    var now = clock.instant();
    calendars.readAnew(tx, organizerId, id, "Connected anew, and not read since.", now);
    runs.failBegun(
        tx,
        organizerId,
        id,
        "Broken off: the connection was renewed meanwhile. The next pass reads everything anew.",
        now);
  }

  ProviderCard card(String provider) {
    return connections.card(provider);
  }

  /** With its credentials; empty when it is gone. */
  Optional<Account> open(UUID organizerId, UUID accountId) {
    return connections.open(organizerId, accountId);
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
      runs.failWaiting(
          tx,
          organizerId,
          id,
          "Not begun: reading this connection was turned off before its turn came.",
          clock.instant());
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
    var key = new Key(organizerId, before.id());
    if (choice.isDestination() != null) {
      calendars.lockForDestination(tx, organizerId, before.id());
    }
    syncs.lock(tx, key);
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
      if (before.blocksTime() && !blocksTime) {
        syncs.keepFreed(tx, key, blocks.freed(tx, organizerId, before.id()));
      }
      if (!writer.expandAnew(tx, key)) {
        // until then it is not fresh; of one that does not block any more nothing counts at once
        tx.afterCommit(() -> expansion.look(organizerId));
      }
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
    var waiting = new ArrayList<SyncRun>();
    for (var calendar : calendars.list(tx, organizerId, integrationId, clock.instant())) {
      var key = new Key(organizerId, calendar.id());
      syncs.lock(tx, key);
      var run = runs.waiting(tx, organizerId, calendar.id());
      if (run.isEmpty()) {
        runs.insertWaiting(
            tx,
            organizerId,
            integrationId,
            calendar.id(),
            ids.next(),
            Trigger.MANUAL,
            full,
            clock.instant());
      } else if (full) {
        runs.askFull(tx, organizerId, run.get().id());
      }
      syncs.makeDue(tx, key, clock.instant());
      waiting.add(runs.waiting(tx, organizerId, calendar.id()).orElseThrow());
    }
    return waiting;
  }

  /** Ends a connection: its calendars, their blocks and its credentials go. */
  void disconnect(Handle tx, UUID organizerId, UUID id, @Nullable String requestId) {
    var integration = lock(tx, organizerId, id);
    int removed = 0;
    for (var calendar : calendars.list(tx, organizerId, id, clock.instant())) {
      syncs.lock(tx, new Key(organizerId, calendar.id()));
      removed += blocks.removeCalendar(tx, organizerId, calendar.id());
    }
    connections.remove(tx, organizerId, integration.accountId());
    show(tx, organizerId, id, Change.DELETED);
    record(
        tx,
        organizerId,
        id,
        "integration_disconnected",
        "Disconnected %s (%s): %d blocked times went with it."
            .formatted(integration.providerDisplay(), integration.providerUserId(), removed),
        Map.of(
            "provider", integration.provider(), "reason", "disconnected", "blocked_times", removed),
        true,
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
    var integration = get(handle, organizerId, id);
    var counts = integrations.counts(handle, organizerId, id, clock.instant());
    boolean destination = integration.calendarId() != null;
    var summary =
        "%s and %s %s (%d still to come) would go%s. Nothing changes at %s."
            .formatted(
                English.count(integration.calendarsCount(), "calendar"),
                integration.calendarsCount() == 1 ? "its" : "their",
                English.count(counts.blocks(), "blocked time"),
                counts.upcoming(),
                destination ? "; bookings would have no calendar to be written to" : "",
                integration.providerDisplay());
    return new Impact(
        integration.calendarsCount(),
        counts.blocks(),
        counts.upcoming(),
        counts.openConflicts(),
        destination,
        summary);
  }

  /**
   * The organizer moved to another zone: whole days and floating times are elsewhere now. Only told
   * here; until they are expanded anew, which begins at once, the calendars are not fresh.
   */
  public void zoneChanged(Handle tx, UUID organizerId) {
    tx.afterCommit(() -> expansion.look(organizerId));
  }

  /** Calls out. */
  Listing list(Account account) {
    var provider = providers.get(account.provider());
    if (provider == null) {
      throw new IllegalStateException(
          "no calendars can be read from the provider '" + account.provider() + "'");
    }
    return provider.calendars(account);
  }

  private static boolean writable(Access access) {
    return access == Access.OWNER || access == Access.WRITER;
  }

  private void show(Handle tx, UUID organizerId, UUID id, Change change) {
    changes.changed(tx, organizerId, "calendar_integration", id, change);
  }

  private void record(
      Handle tx,
      UUID organizerId,
      UUID id,
      String type,
      String message,
      Map<String, Object> details,
      boolean success,
      @Nullable String requestId) {
    log.record(
        tx,
        new ActivityLog.Entry(
            organizerId, type, "calendar", id, message, details, success, requestId));
  }
}
