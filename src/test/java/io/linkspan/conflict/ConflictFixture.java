package io.linkspan.conflict;

import io.linkspan.activity.ActivityLogStore;
import io.linkspan.activity.ChangeSignals;
import io.linkspan.activity.ChangeStore;
import io.linkspan.availability.BlockChangeStore;
import io.linkspan.availability.BlockedTimeRows;
import io.linkspan.availability.BlockedTimes;
import io.linkspan.availability.CalendarFreshness.SourceCalendar;
import io.linkspan.availability.FakeCalendars;
import io.linkspan.platform.db.Database;
import io.linkspan.platform.db.Notifications;
import io.linkspan.platform.http.OrganizerLimits;
import io.linkspan.platform.postgres.TestDatabase;
import io.linkspan.platform.time.Ids;
import io.linkspan.platform.time.SteeredClock;
import io.linkspan.platform.time.TimeRange;
import io.linkspan.webhook.OutboxStore;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Everything that keeps conflicts, on a database of its own. */
final class ConflictFixture {
  final SteeredClock clock = SteeredClock.at("2026-03-01T00:00:00Z");
  final Ids ids = new Ids(clock);
  final FakeCalendars calendars = new FakeCalendars();
  final BlockChangeStore notes = new BlockChangeStore();
  final Database database;
  final ChangeStore changes;
  final ChangeSignals signals;
  final BlockedTimes blockedTimes;
  final ConflictReconciler.Blocks blocks;
  final ConflictReconciler reconciler;
  final ConflictStore store = new ConflictStore(ids);
  final ActivityLogStore log;
  final UUID organizer;

  ConflictFixture(TestDatabase postgres) {
    this(postgres, 10_000);
  }

  /**
   * @param most how many conflicts are kept
   */
  ConflictFixture(TestDatabase postgres, int most) {
    database = postgres.database();
    signals = new ChangeSignals(new Notifications(postgres.dataSource()));
    changes = new ChangeStore(clock, signals::changed);
    log = new ActivityLogStore(changes, ids, clock);
    blockedTimes =
        new BlockedTimes(notes, changes, _ -> {}, new OrganizerLimits(Map.of(), clock), ids, clock);
    blocks = new ConflictReconciler.Blocks(notes, blockedTimes, calendars);
    reconciler =
        new ConflictReconciler(
            database,
            blocks,
            new ConflictNews(log, new OutboxStore(ids, clock, () -> {})),
            changes,
            ids,
            clock,
            most);
    organizer = BlockedTimeRows.organizer(database, "UTC");
  }

  UUID event(SourceCalendar calendar, String title, String start, String end) {
    return database.inTransaction(
        tx ->
            BlockedTimeRows.synced(
                tx, organizer, calendar, title, Instant.parse(start), Instant.parse(end)));
  }

  UUID manual(String reason, String start, String end) {
    return database.inTransaction(
        tx ->
            blockedTimes
                .create(
                    tx,
                    organizer,
                    new BlockedTimes.Draft(
                        new TimeRange(Instant.parse(start), Instant.parse(end)),
                        false,
                        reason,
                        true))
                .id());
  }

  void move(UUID block, String start, String end) {
    database.useTransaction(
        tx -> BlockedTimeRows.move(tx, organizer, block, Instant.parse(start), Instant.parse(end)));
  }

  void remove(UUID block) {
    database.useTransaction(tx -> BlockedTimeRows.remove(tx, organizer, block));
  }

  /** All that are stored, after looking. */
  List<Conflict> conflicts() {
    reconciler.reconcile(organizer);
    return database.query(
        handle -> store.list(handle, organizer, TimeRange.ALL, Optional.empty(), 100_000));
  }

  Conflict only() {
    var all = conflicts();
    if (all.size() != 1) {
      throw new AssertionError("expected one conflict, not " + all);
    }
    return all.getFirst();
  }

  List<Conflict.Event> history(Conflict conflict) {
    return database.query(handle -> store.history(handle, organizer, conflict.id()));
  }

  /** Types of the events that were left for other systems. */
  List<String> events() {
    return database.query(
        handle ->
            handle
                .createQuery("SELECT type FROM events WHERE organizer_id = ? ORDER BY id")
                .bind(0, organizer)
                .mapTo(String.class)
                .list());
  }

  /** The calls that entries of the activity log name, empty for none; oldest first. */
  List<String> requests(String type) {
    return database.query(
        handle ->
            handle
                .createQuery(
                    """
                    SELECT coalesce(request_id, '') FROM activity_log
                    WHERE organizer_id = ? AND log_type = ? ORDER BY id
                    """)
                .bind(0, organizer)
                .bind(1, type)
                .mapTo(String.class)
                .list());
  }

  /** Messages of the activity log, oldest first. */
  List<String> messages(String type) {
    return database.query(
        handle ->
            handle
                .createQuery(
                    "SELECT message FROM activity_log WHERE organizer_id = ? AND log_type = ? ORDER BY id")
                .bind(0, organizer)
                .bind(1, type)
                .mapTo(String.class)
                .list());
  }
}
