package io.linkspan.calendar.settings;

import static org.assertj.core.api.Assertions.assertThat;

import io.linkspan.activity.ActivityLog;
import io.linkspan.activity.Changes;
import io.linkspan.availability.BlockChangeStore;
import io.linkspan.availability.SyncedBlocks;
import io.linkspan.calendar.Calendar;
import io.linkspan.calendar.CalendarReader.SyncFailure;
import io.linkspan.calendar.Integration;
import io.linkspan.calendar.Integration.Status;
import io.linkspan.calendar.settings.CalendarConnections.Found;
import io.linkspan.calendar.sync.SyncRun;
import io.linkspan.calendar.sync.SyncWindow;
import io.linkspan.connection.Connections;
import io.linkspan.connection.Connector.Form;
import io.linkspan.event.EventDetails;
import io.linkspan.event.EventEnd;
import io.linkspan.event.EventSeries;
import io.linkspan.event.EventTime;
import io.linkspan.platform.crypto.KeysetFile;
import io.linkspan.platform.crypto.Secret;
import io.linkspan.platform.crypto.TinkSealer;
import io.linkspan.platform.db.Database;
import io.linkspan.platform.http.OrganizerLimit;
import io.linkspan.platform.http.OrganizerLimits;
import io.linkspan.platform.postgres.TestDatabase;
import io.linkspan.platform.time.Ids;
import io.linkspan.platform.time.SteeredClock;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/**
 * A connected calendar of one organizer, with PostgreSQL, a steered clock and a provider in memory.
 */
abstract class SyncTestCase {
  static final Duration INTERVAL = Duration.ofMinutes(5);
  static final SyncFailure DOWN = new SyncFailure.Unavailable("The server is down.", "Wait.");
  static final SyncFailure REFUSED =
      new SyncFailure.Unauthorized("The password is refused.", "Reconnect.");

  @TempDir Path directory;

  final SteeredClock clock = SteeredClock.at("2026-03-02T08:00:00Z");
  final CalendarReaderFake server = new CalendarReaderFake();
  final List<ActivityLog.Entry> log = new ArrayList<>();
  final List<String> events = new ArrayList<>();
  final List<String> shown = new ArrayList<>();
  final UUID ada = UUID.randomUUID();
  TestDatabase postgres;
  Database database;
  Connections accounts;
  CalendarFeature feature;
  Calendars calendars;
  UUID integration;
  final Map<OrganizerLimit, Long> limits = new EnumMap<>(OrganizerLimit.class);

  @BeforeEach
  void connect() {
    postgres = TestDatabase.fresh();
    database = postgres.database();
    feature = node();
    calendars = feature.calendars();
    database.query(
        handle ->
            handle.execute(
                "INSERT INTO organizers (id, email, role, created_at, updated_at) VALUES (?, 'ada@example.org', 'organizer', now(), now())",
                ada));
    var found = discover(ada, "caldav", form("right"));
    integration =
        database
            .inTransaction(tx -> feature.connections().connect(tx, found, null))
            .integration()
            .id();
  }

  @AfterEach
  void close() {
    postgres.close();
  }

  Found discover(UUID organizer, String provider, Form form) {
    return new BoundedDiscovery(accounts, feature.connections(), Duration.ofSeconds(30))
        .of(organizer, provider, form);
  }

  CalendarFeature node() {
    return node(Duration.ofDays(7), Duration.ofDays(365));
  }

  CalendarFeature node(Duration behind, Duration ahead) {
    var ids = new Ids(clock);
    Changes changes = (tx, organizer, kind, resource, change) -> shown.add(kind);
    var sealer = TinkSealer.open(database, new KeysetFile(directory.resolve("keyset"), true));
    accounts =
        new Connections(
            List.of(server), sealer, database, new OrganizerLimits(limits, clock), ids, clock);
    return new CalendarFeature(
        new CalendarFeature.Parts(
            Map.of("caldav", server),
            accounts,
            database,
            new SyncedBlocks(
                new BlockChangeStore(), changes, new OrganizerLimits(limits, clock), ids, clock),
            new SyncWindow(behind, ahead),
            INTERVAL,
            organizer -> {},
            (tx, entry) -> log.add(entry),
            (tx, organizer, type, data) -> events.add(type),
            changes,
            ids,
            clock));
  }

  /** Until somebody waits for a lock in this database. */
  static void awaitLockWait(Handle tx) {
    boolean waiting = false;
    while (!waiting) {
      // a transaction sees the activity as it was when it first looked
      tx.execute("SELECT pg_stat_clear_snapshot()");
      waiting =
          tx.createQuery(
                  """
                  SELECT EXISTS (SELECT 1 FROM pg_stat_activity
                                 WHERE datname = current_database() AND wait_event_type = 'Lock')
                  """)
              .mapTo(Boolean.class)
              .one();
    }
  }

  static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** As time does that passes by the database's clock. */
  void leasesEnd() {
    database.query(
        handle ->
            handle.execute("UPDATE calendars SET leased_until = now() - interval '1 second'"));
  }

  /** In a thread, and so a transaction, of its own. */
  void elsewhere(Consumer<Handle> work) {
    var failed = new AtomicReference<Throwable>();
    var thread =
        Thread.ofPlatform()
            .uncaughtExceptionHandler((t, e) -> failed.set(e))
            .start(() -> database.useTransaction(work));
    join(thread);
    assertThat(failed.get()).isNull();
  }

  static EventSeries recurring(String summary, String start, String rule) {
    var master =
        EventDetails.of(
            new EventTime.Zoned(LocalDateTime.parse(start), "Europe/Berlin"),
            new EventEnd.Lasting(0, Duration.ofMinutes(15)),
            summary);
    return new EventSeries(
        summary, master, List.of(rule), List.of(), List.of(), List.of(), List.of(), List.of());
  }

  static EventSeries wholeDay() {
    return EventSeries.single(
        "day",
        EventDetails.of(
            new EventTime.Date(LocalDate.parse("2026-03-29")),
            new EventEnd.Unstated(),
            "Clock change"));
  }

  static EventSeries daily() {
    var master =
        EventDetails.of(
            new EventTime.Zoned(LocalDateTime.parse("2026-01-01T09:00"), "Europe/Berlin"),
            new EventEnd.Lasting(0, Duration.ofMinutes(15)),
            "Standup");
    return new EventSeries(
        "daily",
        master,
        List.of("FREQ=DAILY"),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        List.of());
  }

  static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  void sync() {
    feature.sync().worker().runDue();
  }

  void later() {
    clock.advance(INTERVAL.multipliedBy(2));
    feature.sync().worker().runDue();
  }

  void reconnect() {
    var before = connection();
    var account = accounts.open(ada, before.accountId()).orElseThrow();
    var found = discover(ada, "caldav", form("right"));
    database.useTransaction(
        tx -> feature.connections().reconnect(tx, before, account, found, null));
  }

  void forceSync(boolean full) {
    database.useTransaction(tx -> calendars.forceSync(tx, ada, integration, full));
    feature.sync().worker().runDue();
  }

  void choose(Calendars.Choice choice) {
    var calendar = work();
    database.useTransaction(tx -> calendars.choose(tx, ada, calendar, choice));
  }

  Integration connection() {
    return database.query(handle -> calendars.get(handle, ada, integration));
  }

  Status status() {
    return connection().status();
  }

  Calendar work() {
    return database.query(handle -> calendars.calendars(handle, ada, integration)).getFirst();
  }

  List<SyncRun> runs() {
    var calendar = work().id();
    return database
        .query(handle -> calendars.syncs(handle, ada, integration, Optional.empty(), 200))
        .stream()
        .filter(run -> run.calendarId().equals(calendar))
        .toList();
  }

  SyncRun lastRun() {
    return runs().getFirst();
  }

  List<String> blocks() {
    return database.query(
        handle ->
            handle
                .createQuery(
                    "SELECT reason, start_at, end_at FROM blocked_times ORDER BY start_at, reason")
                .map(
                    (rs, context) ->
                        rs.getString("reason")
                            + " "
                            + rs.getObject("start_at", java.time.OffsetDateTime.class).toInstant()
                            + "/"
                            + rs.getObject("end_at", java.time.OffsetDateTime.class).toInstant())
                .list());
  }

  List<String> titles() {
    return blocks().stream()
        .map(block -> block.substring(0, block.indexOf(' ')))
        .distinct()
        .sorted()
        .toList();
  }

  UUID blockId(String resource) {
    return database.query(
        handle ->
            handle
                .createQuery("SELECT id FROM blocked_times WHERE resource = ?")
                .bind(0, resource)
                .mapTo(UUID.class)
                .one());
  }

  <T> List<T> stored(String query, Class<T> type) {
    return database.query(handle -> handle.createQuery(query).mapTo(type).list());
  }

  int count(String table) {
    return database.query(
        handle -> handle.createQuery("SELECT count(*) FROM " + table).mapTo(Integer.class).one());
  }

  static Form form(String password) {
    return new Form("https://dav.example", "ada", Secret.of(password), null, null);
  }
}
