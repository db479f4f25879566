package io.linkspan.calendar.sync;

import io.linkspan.activity.ActivityLog;
import io.linkspan.activity.Changes;
import io.linkspan.availability.SyncedBlocks;
import io.linkspan.calendar.CalendarReader;
import io.linkspan.calendar.sync.SyncRun.Trigger;
import io.linkspan.calendar.sync.SyncStore.Key;
import io.linkspan.connection.Connections;
import io.linkspan.platform.db.Database;
import io.linkspan.platform.time.Ids;
import io.linkspan.webhook.Outbox;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jdbi.v3.core.Handle;

/** Keeps calendars in sync: what others may ask of it, and its history. */
public final class CalendarSync {
  private final SyncedBlocks blocks;
  private final BlockWriter writer;
  private final SyncStore syncs = new SyncStore();
  private final SyncRunStore runs = new SyncRunStore();
  private final ExpansionWorker expansion;
  private final SyncWorker worker;
  private final WindowRoller roller;
  private final Database database;
  private final Ids ids;
  private final Clock clock;

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

  public CalendarSync(Parts parts) {
    this.blocks = parts.blocks();
    this.writer = new BlockWriter(parts.blocks());
    this.database = parts.database();
    this.ids = parts.ids();
    this.clock = parts.clock();
    this.expansion = new ExpansionWorker(database, writer, parts.blocksChanged());
    this.worker =
        new SyncWorker(
            new SyncEngine(
                parts.readers(),
                parts.connections(),
                database,
                writer,
                new SyncNews(parts.log(), parts.outbox(), parts.changes()),
                new NextSync(parts.interval(), RandomGenerator.getDefault()),
                parts.window(),
                parts.blocksChanged(),
                ids,
                clock),
            expansion,
            database,
            clock);
    this.roller =
        new WindowRoller(database, writer, parts.window(), expansion, parts.blocksChanged(), clock);
  }

  /** What reads calendars that are due. */
  public SyncWorker worker() {
    return worker;
  }

  /** See {@link WindowRoller#rollAll}. */
  public void rollWindows() {
    roller.rollAll();
  }

  /** Keeps syncs from writing the calendar until the transaction ends. */
  public void lock(Handle tx, UUID organizerId, UUID calendarId) {
    syncs.lock(tx, new Key(organizerId, calendarId));
  }

  /** Syncs of a connection, newest first, older than {@code before} if given. */
  public List<SyncRun> history(
      Handle handle, UUID organizerId, UUID integrationId, Optional<UUID> before, int limit) {
    return runs.list(handle, organizerId, integrationId, before, limit);
  }

  public Optional<SyncRun> find(Handle handle, UUID organizerId, UUID integrationId, UUID id) {
    return runs.find(handle, organizerId, integrationId, id);
  }

  /**
   * Asks for a sync of the calendar now. One that waits for its turn already gets no second.
   *
   * @param full whether everything is read again, not only what changed
   */
  public SyncRun request(
      Handle tx, UUID organizerId, UUID integrationId, UUID calendarId, boolean full) {
    var key = new Key(organizerId, calendarId);
    syncs.lock(tx, key);
    var waiting = runs.waiting(tx, organizerId, calendarId);
    if (waiting.isEmpty()) {
      runs.insertWaiting(
          tx,
          organizerId,
          integrationId,
          calendarId,
          ids.next(),
          Trigger.MANUAL,
          full,
          clock.instant());
    } else if (full) {
      runs.askFull(tx, organizerId, waiting.get().id());
    }
    syncs.makeDue(tx, key, clock.instant());
    return runs.waiting(tx, organizerId, calendarId).orElseThrow();
  }

  /** Reads every calendar of the connection from the beginning, now: its credentials are new. */
  public void readAnew(Handle tx, UUID organizerId, UUID integrationId) {
    var now = clock.instant();
    syncs.readAnew(tx, organizerId, integrationId, "Reconnected, and not synced since.", now);
    runs.failBegun(
        tx,
        organizerId,
        integrationId,
        "Interrupted: the connection was renewed meanwhile. The next sync reads everything again.",
        now);
  }

  /** Ends syncs of the connection that wait for a turn which will not come. */
  public void cancelWaiting(Handle tx, UUID organizerId, UUID integrationId, String reason) {
    runs.failWaiting(tx, organizerId, integrationId, reason, clock.instant());
  }

  /**
   * Makes a calendar's blocked times again after its organizer changed whether or what of it
   * blocks; at once if they are few, else soon, and until then the calendar is not fresh.
   *
   * @param stopsBlocking whether it blocked until now and does not any more
   */
  public void choiceChanged(Handle tx, UUID organizerId, UUID calendarId, boolean stopsBlocking) {
    var key = new Key(organizerId, calendarId);
    if (stopsBlocking) {
      syncs.keepFreed(tx, key, blocks.freed(tx, organizerId, calendarId));
    }
    if (!writer.expandAnew(tx, key)) {
      expandSoon(tx, organizerId);
    }
  }

  /** Looks, after the commit, for calendars of the organizer whose zone or addresses changed. */
  public void expandSoon(Handle tx, UUID organizerId) {
    tx.afterCommit(() -> expansion.look(organizerId));
  }

  /** Whether the server stops. */
  public boolean isClosed() {
    return expansion.isClosed();
  }

  /** Forgets the history: syncs without changes after a week, the others after the retention. */
  public void forgetBefore(Duration retention) {
    var now = clock.instant();
    database.query(
        handle -> runs.purge(handle, now.minus(retention), now.minus(Duration.ofDays(7))));
  }
}
