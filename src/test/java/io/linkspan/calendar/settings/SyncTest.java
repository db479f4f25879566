package io.linkspan.calendar.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.linkspan.activity.ActivityLog;
import io.linkspan.activity.Changes;
import io.linkspan.availability.BlockChangeStore;
import io.linkspan.availability.CalendarFreshness.State;
import io.linkspan.availability.SyncedBlocks;
import io.linkspan.calendar.Calendar;
import io.linkspan.calendar.CalendarReader.SyncFailure;
import io.linkspan.calendar.Integration;
import io.linkspan.calendar.Integration.Status;
import io.linkspan.calendar.settings.CalendarConnections.Found;
import io.linkspan.calendar.sync.SyncRun;
import io.linkspan.calendar.sync.SyncRun.Mode;
import io.linkspan.calendar.sync.SyncRun.Outcome;
import io.linkspan.calendar.sync.SyncRun.Trigger;
import io.linkspan.calendar.sync.SyncWindow;
import io.linkspan.conflict.ConflictRows;
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
import io.linkspan.platform.http.Problem;
import io.linkspan.platform.postgres.TestDatabase;
import io.linkspan.platform.time.Ids;
import io.linkspan.platform.time.SteeredClock;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Passes over a calendar, with PostgreSQL and a provider that does as told. */
class SyncTest {
  private static final Duration INTERVAL = Duration.ofMinutes(5);
  private static final SyncFailure DOWN =
      new SyncFailure.Unavailable("The server is down.", "Wait.");
  private static final SyncFailure REFUSED =
      new SyncFailure.Unauthorized("The password is refused.", "Reconnect.");

  @TempDir Path directory;

  private final SteeredClock clock = SteeredClock.at("2026-03-02T08:00:00Z");
  private final CalendarReaderFake server = new CalendarReaderFake();
  private final List<ActivityLog.Entry> log = new ArrayList<>();
  private final List<String> events = new ArrayList<>();
  private final List<String> shown = new ArrayList<>();
  private final UUID ada = UUID.randomUUID();
  private TestDatabase postgres;
  private Database database;
  private Connections accounts;
  private CalendarFeature feature;
  private Calendars calendars;
  private UUID integration;

  private final Map<OrganizerLimit, Long> limits = new EnumMap<>(OrganizerLimit.class);

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

  private Found discover(UUID organizer, String provider, Form form) {
    return new BoundedDiscovery(accounts, feature.connections(), Duration.ofSeconds(30))
        .of(organizer, provider, form);
  }

  private CalendarFeature node() {
    return node(Duration.ofDays(7), Duration.ofDays(365));
  }

  private CalendarFeature node(Duration behind, Duration ahead) {
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

  @Test
  void beyondTheOrganizersLimitNothingIsStoredAndTheCalendarSaysSo() {
    limits.put(OrganizerLimit.BLOCKS, 3L);
    feature = node();
    server.put("a.ics", recurring("Stand-up", "2026-03-03T10:00:00", "FREQ=DAILY;COUNT=5"));
    sync();
    assertThat(blocks()).hasSize(3).first().asString().contains("2026-03-03T09:00:00Z");
    assertThat(status()).isEqualTo(Status.DEGRADED);
    assertThat(connection().statusReason()).contains("at most 3 blocked times", "LINKSPAN_LIMITS");
    assertThat(lastRun().leftOut()).isEqualTo(1);

    limits.put(OrganizerLimit.BLOCKS, 10L);
    feature = node();
    forceSync(true);
    assertThat(blocks()).hasSize(5);
    assertThat(status()).isEqualTo(Status.CONNECTED);
  }

  @Test
  void eventsBecomeBlocksAndTheCalendarIsFresh() {
    server.put("a.ics", "Dentist", "2026-03-03T09:00:00Z", "2026-03-03T10:00:00Z");
    sync();
    assertThat(blocks()).containsExactly("Dentist 2026-03-03T09:00:00Z/2026-03-03T10:00:00Z");
    assertThat(work().state()).isEqualTo(State.FRESH);
    assertThat(status()).isEqualTo(Status.CONNECTED);
    var run = runs().getLast();
    assertThat(run.trigger()).isEqualTo(Trigger.CONNECT);
    assertThat(run.mode()).isEqualTo(Mode.FULL);
    assertThat(run.outcome()).isEqualTo(Outcome.SUCCEEDED);
    assertThat(events).contains("calendar_synced");
  }

  @Test
  void beforeTheFirstPassEndsTheConnectionIsConnectingAndTheCalendarNeverSynced() {
    assertThat(status()).isEqualTo(Status.CONNECTING);
    assertThat(work().state()).isEqualTo(State.NEVER_SYNCED);
  }

  @Test
  void aChangedEventKeepsItsBlockAndARemovedOneLosesIt() {
    server.put("a.ics", "Dentist", "2026-03-03T09:00:00Z", "2026-03-03T10:00:00Z");
    server.put("b.ics", "Lunch", "2026-03-04T11:00:00Z", "2026-03-04T12:00:00Z");
    sync();
    var before = blockId("a.ics");
    server.put("a.ics", "Dentist", "2026-03-03T14:00:00Z", "2026-03-03T15:00:00Z");
    server.remove("b.ics");
    later();
    assertThat(blocks()).containsExactly("Dentist 2026-03-03T14:00:00Z/2026-03-03T15:00:00Z");
    assertThat(blockId("a.ics")).isEqualTo(before);
    var run = lastRun();
    assertThat(run.mode()).isEqualTo(Mode.INCREMENTAL);
    assertThat(List.of(run.created(), run.updated(), run.removed())).containsExactly(0, 1, 1);
  }

  @Test
  void anUnchangedCalendarCostsOneRequestAndIsNoNews() {
    sync();
    log.clear();
    events.clear();
    later();
    assertThat(lastRun().requests()).isEqualTo(1);
    assertThat(lastRun().trigger()).isEqualTo(Trigger.SCHEDULE);
    assertThat(log).isEmpty();
    assertThat(events).isEmpty();
  }

  @Test
  void aFullPassSweepsWhatItDidNotMentionButOnlyAtItsEnd() {
    server.pagesOf(1);
    server.put("a.ics", "A", "2026-03-03T09:00:00Z", "2026-03-03T10:00:00Z");
    server.put("b.ics", "B", "2026-03-03T11:00:00Z", "2026-03-03T12:00:00Z");
    server.put("c.ics", "C", "2026-03-03T13:00:00Z", "2026-03-03T14:00:00Z");
    sync();
    server.remove("b.ics");
    server.put("d.ics", "D", "2026-03-03T15:00:00Z", "2026-03-03T16:00:00Z");
    server.fail(DOWN, 2);
    forceSync(true);
    assertThat(titles()).contains("A", "B", "C");
    server.recover();
    forceSync(true);
    assertThat(titles()).containsExactly("A", "C", "D");
    assertThat(lastRun().mode()).isEqualTo(Mode.FULL);
  }

  @Test
  void aRejectedTokenLeadsToAFullPassInTheSameRun() {
    server.put("a.ics", "A", "2026-03-03T09:00:00Z", "2026-03-03T10:00:00Z");
    server.put("b.ics", "B", "2026-03-03T11:00:00Z", "2026-03-03T12:00:00Z");
    sync();
    server.remove("a.ics");
    server.fail(new SyncFailure.TokenRejected("Unknown token.", ""), 0);
    later();
    assertThat(titles()).containsExactly("B");
    assertThat(lastRun().outcome()).isEqualTo(Outcome.SUCCEEDED);
    assertThat(lastRun().mode()).isEqualTo(Mode.FULL);
  }

  @Test
  void aFailedPassKeepsEveryBlockAndSaysSo() {
    server.put("a.ics", "A", "2026-03-03T09:00:00Z", "2026-03-03T10:00:00Z");
    sync();
    server.fail(DOWN, 0);
    later();
    assertThat(titles()).containsExactly("A");
    assertThat(work().state()).isEqualTo(State.FAILED);
    assertThat(lastRun().error()).isEqualTo("The server is down. Wait.");
    assertThat(connection().statusReason()).isEqualTo("The server is down. Wait.");
    assertThat(connection().syncErrors()).isEqualTo(1);
  }

  @Test
  void pagesStoredBeforeAFailureStay() {
    server.pagesOf(1);
    server.put("a.ics", "A", "2026-03-03T09:00:00Z", "2026-03-03T10:00:00Z");
    server.put("b.ics", "B", "2026-03-03T11:00:00Z", "2026-03-03T12:00:00Z");
    server.fail(DOWN, 1);
    sync();
    assertThat(titles()).containsExactly("A");
    assertThat(work().state()).isEqualTo(State.FAILED);
  }

  @Test
  void fiveFailuresDegradeTheConnectionAndOneSuccessHealsIt() {
    sync();
    server.fail(DOWN, 0);
    for (int failure = 1; failure <= 5; failure++) {
      assertThat(status()).isEqualTo(Status.CONNECTED);
      later();
    }
    assertThat(status()).isEqualTo(Status.DEGRADED);
    assertThat(connection().statusReason())
        .isEqualTo("It keeps failing: 5 attempts in a row. The server is down. Wait.");
    assertThat(log)
        .filteredOn(entry -> !entry.success())
        .as("the first and the fifth are news")
        .hasSize(2);
    server.recover();
    clock.advance(Duration.ofHours(2));
    feature.sync().worker().runDue();
    assertThat(status()).isEqualTo(Status.CONNECTED);
    assertThat(connection().syncErrors()).isZero();
  }

  @Test
  void refusedCredentialsAreSaidAtOnceAndOnlyOnce() {
    sync();
    server.fail(REFUSED, 0);
    later();
    clock.advance(Duration.ofHours(3));
    feature.sync().worker().runDue();
    assertThat(status()).isEqualTo(Status.NEEDS_REAUTH);
    assertThat(events).filteredOn("integration_disconnected"::equals).hasSize(1);
  }

  @Test
  void aCalendarThatIsRefusedAloneBreaksNeitherTheAccountNorItsOtherCalendars() {
    sync();
    server.refuseOnlyCalendar(
        new SyncFailure.Unauthorized("This calendar is not yours.", "Ask its owner."));
    later();
    clock.advance(Duration.ofHours(3));
    feature.sync().worker().runDue();
    assertThat(work().state()).isEqualTo(State.FAILED);
    assertThat(status()).isEqualTo(Status.CONNECTED);
    assertThat(connection().statusReason()).contains("This calendar is not yours.");
    assertThat(events).doesNotContain("integration_disconnected");
  }

  @Test
  void reconnectingKeepsIdsAndChoicesAndReadsAtOnce() {
    server.put("a.ics", "A", "2026-03-03T09:00:00Z", "2026-03-03T10:00:00Z");
    sync();
    var calendar = work().id();
    var block = blockId("a.ics");
    server.fail(REFUSED, 0);
    later();
    server.recover();
    reconnect();
    feature.sync().worker().runDue();
    assertThat(status()).isEqualTo(Status.CONNECTED);
    assertThat(work().id()).isEqualTo(calendar);
    assertThat(blockId("a.ics")).isEqualTo(block);
  }

  @Test
  void afterReconnectingEverythingIsReadAnew() {
    server.put("a.ics", "A", "2026-03-03T09:00:00Z", "2026-03-03T10:00:00Z");
    sync();
    reconnect();
    sync();
    assertThat(lastRun().mode()).isEqualTo(Mode.FULL);
    assertThat(server.requests()).last().extracting(r -> r.token()).isEqualTo(Optional.empty());
  }

  @Test
  void aPassThatRanWhileItWasReconnectedLeavesNoTokenOfTheFormerAddress() {
    server.put("a.ics", "A", "2026-03-03T09:00:00Z", "2026-03-03T10:00:00Z");
    sync();
    server.put("b.ics", "B", "2026-03-03T11:00:00Z", "2026-03-03T12:00:00Z");
    server.beforePage(
        page -> {
          server.beforePage(next -> {});
          reconnect();
        });
    later();
    assertThat(lastRun().mode()).isEqualTo(Mode.FULL);
    assertThat(lastRun().outcome()).isEqualTo(Outcome.SUCCEEDED);
    assertThat(titles()).containsExactly("A", "B");
    assertThat(runs())
        .as("why the pass before it was broken off")
        .anySatisfy(run -> assertThat(run.error()).contains("the connection was renewed"))
        .noneSatisfy(run -> assertThat(run.error()).contains("the server stopped"));
  }

  @Test
  void reconnectingTakesAwayTheReasonThatIsNoLongerTrueButNotThatItFailed() {
    sync();
    server.fail(REFUSED, 0);
    later();
    assertThat(connection().statusReason()).isNotEmpty();
    server.recover();
    var before = connection().statusReason();
    reconnect();
    assertThat(connection().statusReason()).isNotEqualTo(before).contains("Reconnected");
    assertThat(work().state()).as("until a pass succeeds").isEqualTo(State.FAILED);
    feature.sync().worker().runDue();
    assertThat(connection().statusReason()).isNull();
    assertThat(work().state()).isEqualTo(State.FRESH);
  }

  @Test
  void aWrongPasswordIsRefusedWithFieldAndFixBeforeAnythingIsStored() {
    assertThatThrownBy(() -> discover(ada, "caldav", form("wrong")))
        .isInstanceOfSatisfying(
            Problem.class,
            problem -> {
              assertThat(problem.code()).isEqualTo("wrong_password");
              assertThat(problem.errors().getFirst().pointer()).isEqualTo("/password");
              assertThat(problem.fix()).isNotEmpty();
            });
  }

  @Test
  void aPassWhoseCalendarWasTakenOverWritesNothingMore() {
    server.pagesOf(1);
    server.put("a.ics", "A", "2026-03-03T09:00:00Z", "2026-03-03T10:00:00Z");
    server.put("b.ics", "B", "2026-03-03T11:00:00Z", "2026-03-03T12:00:00Z");
    server.put("c.ics", "C", "2026-03-03T13:00:00Z", "2026-03-03T14:00:00Z");
    var titlesWhenTaken = new AtomicReference<List<String>>();
    server.beforePage(
        page -> {
          if (page == 2) {
            // as another node does when this one's lease has run out
            database.query(handle -> handle.execute("UPDATE calendars SET fence = fence + 1"));
            titlesWhenTaken.set(titles());
          }
        });
    sync();
    assertThat(titles()).isEqualTo(titlesWhenTaken.get()).doesNotContain("C");
  }

  @Test
  void aCalendarWhoseNodeIsSilentIsTakenOverWhenItsLeaseEnds() throws InterruptedException {
    server.put("a.ics", "A", "2026-03-03T09:00:00Z", "2026-03-03T10:00:00Z");
    var reached = new CountDownLatch(1);
    var goOn = new CountDownLatch(1);
    server.beforePage(
        page -> {
          reached.countDown();
          await(goOn);
        });
    var silent = Thread.ofPlatform().start(() -> feature.sync().worker().runDue());
    reached.await();
    server.beforePage(page -> {});
    node().sync().worker().runDue();
    assertThat(titles()).as("the lease still holds").isEmpty();
    leasesEnd();
    node().sync().worker().runDue();
    assertThat(titles()).containsExactly("A");
    assertThat(runs()).anySatisfy(run -> assertThat(run.error()).contains("Broken off"));
    goOn.countDown();
    silent.join();
    assertThat(titles()).containsExactly("A");
    assertThat(work().state()).isEqualTo(State.FRESH);
  }

  @Test
  void aDatabaseCutOffInTheMiddleOfAPassLosesNothingAndTheNextPassGoesOn() {
    server.put("a.ics", "A", "2026-03-03T09:00:00Z", "2026-03-03T10:00:00Z");
    sync();
    server.pagesOf(1);
    server.put("b.ics", "B", "2026-03-03T11:00:00Z", "2026-03-03T12:00:00Z");
    server.put("c.ics", "C", "2026-03-03T13:00:00Z", "2026-03-03T14:00:00Z");
    server.beforePage(
        page -> {
          postgres.cutConnections();
          throw new IllegalStateException("as when a connection breaks under a page");
        });
    later();
    assertThat(titles()).contains("A");
    server.beforePage(page -> {});
    leasesEnd();
    later();
    assertThat(titles()).containsExactly("A", "B", "C");
    assertThat(work().state()).isEqualTo(State.FRESH);
    assertThat(runs()).allSatisfy(run -> assertThat(run.outcome()).isNotEqualTo(Outcome.RUNNING));
  }

  @Test
  void aPolicyThatChangesWhileAPassRunsIsObeyedByThatPass() {
    server.put("a.ics", "Holiday", "2026-03-03T00:00:00Z", "2026-03-04T00:00:00Z");
    server.beforePage(page -> choose(new Calendars.Choice(false, null, null, null)));
    sync();
    assertThat(titles()).isEmpty();
    choose(new Calendars.Choice(true, null, null, null));
    assertThat(titles()).containsExactly("Holiday");
  }

  @Test
  void aCalendarThatNoLongerBlocksLosesItsBlocksAndGetsThemBack() {
    server.put("a.ics", "A", "2026-03-03T09:00:00Z", "2026-03-03T10:00:00Z");
    sync();
    choose(new Calendars.Choice(false, null, null, null));
    assertThat(titles()).isEmpty();
    choose(new Calendars.Choice(true, null, null, null));
    assertThat(titles()).containsExactly("A");
  }

  @Test
  void aSyncAskedForWhileOneRunsBeginsRightAfterIt() {
    server.put("a.ics", "A", "2026-03-03T09:00:00Z", "2026-03-03T10:00:00Z");
    var asked = new ArrayList<SyncRun>();
    server.beforePage(
        page -> {
          server.beforePage(next -> {});
          asked.addAll(
              database.inTransaction(tx -> calendars.forceSync(tx, ada, integration, false)));
          server.put("late.ics", "Late", "2026-03-05T09:00:00Z", "2026-03-05T10:00:00Z");
        });
    sync();
    assertThat(titles()).containsExactly("A", "Late");
    var run =
        database.query(handle -> calendars.sync(handle, ada, integration, asked.getFirst().id()));
    assertThat(run.outcome()).isEqualTo(Outcome.SUCCEEDED);
    assertThat(run.trigger()).isEqualTo(Trigger.MANUAL);
  }

  @Test
  void askingTwiceWhileOneWaitsIsOnePass() {
    var first = database.inTransaction(tx -> calendars.forceSync(tx, ada, integration, false));
    var second = database.inTransaction(tx -> calendars.forceSync(tx, ada, integration, true));
    assertThat(second).extracting(SyncRun::id).isEqualTo(first.stream().map(SyncRun::id).toList());
    feature.sync().worker().runDue();
    assertThat(runs()).hasSize(1);
  }

  @Test
  void anEventEveryHourIsSyncedOverTheNightInWhichTheClockChanges() {
    server.put("hourly.ics", recurring("hourly", "2026-01-01T00:00", "FREQ=HOURLY"));
    server.put("a.ics", "A", "2026-03-03T09:00:00Z", "2026-03-03T10:00:00Z");
    sync();
    assertThat(lastRun().error()).isNull();
    assertThat(work().state()).isEqualTo(State.FRESH);
    assertThat(titles()).containsExactly("A", "hourly");
  }

  @Test
  void oneEventThatTheDatabaseDoesNotTakeKeepsNoOtherOut() {
    server.put("a.ics", "A", "2026-03-03T09:00:00Z", "2026-03-03T10:00:00Z");
    server.put("gone.ics", "Gone", "2026-03-04T09:00:00Z", "2026-03-04T10:00:00Z");
    server.put("p.ics", "Known", "2026-03-05T09:00:00Z", "2026-03-05T10:00:00Z");
    sync();
    database.query(
        handle ->
            handle.execute("ALTER TABLE blocked_times ADD CHECK (reason NOT LIKE 'Poison%')"));
    server.put("a.ics", "A", "2026-03-03T14:00:00Z", "2026-03-03T15:00:00Z");
    server.put("p.ics", "Poison", "2026-03-05T09:00:00Z", "2026-03-05T10:00:00Z");
    server.put("b.ics", "B", "2026-03-03T11:00:00Z", "2026-03-03T12:00:00Z");
    server.remove("gone.ics");
    forceSync(true);
    assertThat(titles())
        .as("what was known of it before still counts, and what is gone went")
        .containsExactly("A", "B", "Known");
    assertThat(blocks().getFirst()).contains("2026-03-03T11:00");
    assertThat(work().state()).isEqualTo(State.FAILED);
    assertThat(lastRun().error()).contains("p.ics").contains("23514");
    server.put("p.ics", "Healed", "2026-03-05T09:00:00Z", "2026-03-05T10:00:00Z");
    later();
    assertThat(work().state()).isEqualTo(State.FRESH);
    assertThat(titles()).containsExactly("A", "B", "Healed");
  }

  @Test
  void anEventThatCannotBeComputedCountsAsBusyAndKeepsNoOtherOut() {
    var endless =
        EventDetails.of(
            new EventTime.Utc(Instant.parse("2026-03-03T09:00:00Z")),
            new EventEnd.Lasting(0, Duration.ofSeconds(Long.MAX_VALUE / 2)),
            "Endless");
    server.put("endless.ics", EventSeries.single("endless", endless));
    server.put("a.ics", "A", "2026-03-03T09:00:00Z", "2026-03-03T10:00:00Z");
    sync();
    assertThat(work().state()).isEqualTo(State.FRESH);
    assertThat(blocks())
        .containsExactly(
            " 2026-02-23T00:00:00Z/2027-03-03T00:00:00Z",
            "A 2026-03-03T09:00:00Z/2026-03-03T10:00:00Z");
    assertThat(status()).isEqualTo(Status.DEGRADED);
    assertThat(connection().statusReason()).contains("endless.ics");
  }

  @Test
  void whyAConnectionIsDegradedNamesTheEvent() {
    server.put("s.ics", recurring("Heartbeat", "2026-01-01T00:00", "FREQ=SECONDLY"));
    sync();
    assertThat(connection().statusReason())
        .startsWith("1 event was left out or guessed. In the event Heartbeat: ");
  }

  @Test
  void aPageOfVeryManyOccurrencesIsStoredInParts() {
    for (int i = 0; i < 3; i++) {
      server.put(
          i + ".ics", recurring("Often" + i, "2026-01-01T00:00", "FREQ=MINUTELY;INTERVAL=30"));
    }
    sync();
    assertThat(titles()).containsExactly("Often0", "Often1", "Often2");
    int transactions =
        database.query(
            handle ->
                handle
                    .createQuery("SELECT count(DISTINCT xmin::text) FROM blocked_times")
                    .mapTo(Integer.class)
                    .one());
    assertThat(transactions).isGreaterThan(1);
  }

  @Test
  void aPassThatTakesTooLongEndsWithWhatWasReadStored() {
    server.pagesOf(1);
    server.put("a.ics", "A", "2026-03-03T09:00:00Z", "2026-03-03T10:00:00Z");
    server.put("b.ics", "B", "2026-03-03T11:00:00Z", "2026-03-03T12:00:00Z");
    server.put("c.ics", "C", "2026-03-03T13:00:00Z", "2026-03-03T14:00:00Z");
    server.beforePage(page -> clock.advance(Duration.ofMinutes(6)));
    sync();
    assertThat(titles()).containsExactly("A", "B");
    assertThat(work().state()).isEqualTo(State.FAILED);
    assertThat(lastRun().error()).contains("within 10 minutes");
    server.beforePage(page -> {});
    later();
    assertThat(titles()).containsExactly("A", "B", "C");
    assertThat(work().state()).isEqualTo(State.FRESH);
  }

  @Test
  void anErrorOfTheMachineIsWrittenDownToo() {
    server.put("a.ics", "A", "2026-03-03T09:00:00Z", "2026-03-03T10:00:00Z");
    server.beforePage(
        page -> {
          throw new OutOfMemoryError("as told");
        });
    sync();
    assertThat(work().state()).isEqualTo(State.FAILED);
    assertThat(lastRun().outcome()).isEqualTo(Outcome.FAILED);
    assertThat(log).anySatisfy(entry -> assertThat(entry.message()).contains("Linkspan itself"));
  }

  @Test
  void aSyncAskedForWhileOneRunsBeginsRightAfterItAlsoWhenThatBreaks() {
    server.put("a.ics", "A", "2026-03-03T09:00:00Z", "2026-03-03T10:00:00Z");
    server.beforePage(
        page -> {
          server.beforePage(next -> {});
          database.useTransaction(tx -> calendars.forceSync(tx, ada, integration, false));
          throw new IllegalStateException("as told");
        });
    sync();
    assertThat(titles()).containsExactly("A");
    assertThat(lastRun().trigger()).isEqualTo(Trigger.MANUAL);
    assertThat(work().state()).isEqualTo(State.FRESH);
  }

  @Test
  void theWindowRollsForwardByItself() {
    server.put("daily.ics", daily());
    server.put("far.ics", "Far", "2027-06-01T09:00:00Z", "2027-06-01T10:00:00Z");
    sync();
    var daysAtFirst = blocks().size();
    assertThat(titles()).doesNotContain("Far");
    clock.advance(Duration.ofDays(100));
    feature.sync().rollWindows();
    assertThat(titles()).contains("Far");
    assertThat(blocks())
        .as("as many days as before, and the one far event")
        .hasSize(daysAtFirst + 1);
    assertThat(blocks().getFirst()).contains("2026-06-03T");
  }

  @Test
  void moreDaysBehindAreExpandedWhenTheOperatorAsksForThem() {
    server.put("past.ics", "Past", "2026-02-10T09:00:00Z", "2026-02-10T10:00:00Z");
    server.put("daily.ics", daily());
    sync();
    assertThat(titles()).containsExactly("Standup");
    node(Duration.ofDays(30), Duration.ofDays(365)).sync().rollWindows();
    assertThat(titles()).containsExactly("Past", "Standup");
    assertThat(blocks().getFirst()).contains("2026-01-31T");
    assertThat(work().state()).isEqualTo(State.FRESH);
  }

  @Test
  void fewerDaysAheadDoNotKeepThePastFromRollingAway() {
    server.put("daily.ics", daily());
    sync();
    clock.advance(Duration.ofDays(10));
    node(Duration.ofDays(7), Duration.ofDays(100)).sync().rollWindows();
    assertThat(blocks().getFirst()).contains("2026-03-05T");
  }

  @Test
  void anEventThatCannotBeReadAnyMoreKeepsNoOtherFromRolling() {
    server.put("daily.ics", daily());
    server.put("far.ics", "Far", "2027-06-01T09:00:00Z", "2027-06-01T10:00:00Z");
    sync();
    database.query(
        handle ->
            handle.execute(
                "UPDATE calendar_resources SET series = '[{\"v\": 99}]' WHERE resource = 'daily.ics'"));
    clock.advance(Duration.ofDays(100));
    feature.sync().rollWindows();
    assertThat(titles()).contains("Far");
    assertThat(blocks())
        .as("what cannot be read counts as busy")
        .contains(" 2026-06-03T00:00:00Z/2027-06-11T00:00:00Z");
    assertThat(status()).isEqualTo(Status.DEGRADED);
  }

  @Test
  void anEventThatTheDatabaseDoesNotTakeKeepsNoOtherFromRolling() {
    server.put("daily.ics", daily());
    server.put("far.ics", "Far", "2027-06-01T09:00:00Z", "2027-06-01T10:00:00Z");
    sync();
    database.query(
        handle ->
            handle.execute(
                "ALTER TABLE blocked_times ADD CHECK (reason <> 'Standup' OR start_at < '2027-04-01')"));
    clock.advance(Duration.ofDays(100));
    feature.sync().rollWindows();
    assertThat(titles()).containsExactly("Far", "Standup");
    assertThat(connection().statusReason()).contains("daily.ics");
  }

  @Test
  void calendarsThatCannotBeListedAreNotTheFirstInTurnForEver() {
    sync();
    server.breakListing();
    clock.advance(Duration.ofHours(25));
    feature.listing().listAgain();
    assertThat(stored("SELECT listed_at FROM calendar_integrations", Instant.class))
        .containsExactly(clock.instant());
  }

  @Test
  void aCalendarThatWasDeletedAtItsProviderGoesWithItsBlocks() {
    server.put("a.ics", "A", "2026-03-03T09:00:00Z", "2026-03-03T10:00:00Z");
    sync();
    server.unlist();
    server.fail(new SyncFailure.CalendarGone("It is not there.", "Choose another."), 0);
    later();
    later();
    assertThat(titles()).as("a server may say so while it starts").containsExactly("A");
    later();
    assertThat(titles()).isEmpty();
    List<Calendar> left = database.query(h -> calendars.calendars(h, ada, integration));
    assertThat(left).extracting(Calendar::name).containsExactly("Holidays");
    assertThat(log).last().satisfies(e -> assertThat(e.message()).contains("Work is gone"));
  }

  @Test
  void aCalendarThatIsStillListedStaysThoughItCannotBeFound() {
    server.put("a.ics", "A", "2026-03-03T09:00:00Z", "2026-03-03T10:00:00Z");
    sync();
    server.fail(new SyncFailure.CalendarGone("It is not there.", "Choose another."), 0);
    for (int i = 0; i < 5; i++) {
      later();
    }
    assertThat(titles()).containsExactly("A");
    assertThat(work().state()).isEqualTo(State.FAILED);
  }

  @Test
  void aSyncThatWaitsEndsWhenItsConnectionIsTurnedOff() {
    sync();
    var asked = database.inTransaction(tx -> calendars.forceSync(tx, ada, integration, false));
    database.useTransaction(tx -> calendars.update(tx, ada, integration, false, null));
    var run =
        database.query(handle -> calendars.sync(handle, ada, integration, asked.getFirst().id()));
    assertThat(run.outcome()).isEqualTo(Outcome.FAILED);
    assertThat(run.error()).contains("turned off");
  }

  @Test
  void whatWasMarkedFreeStaysSoWhenACalendarBlocksAgain() {
    server.put("a.ics", "A", "2026-03-03T09:00:00Z", "2026-03-03T10:00:00Z");
    server.put("b.ics", "B", "2026-03-03T11:00:00Z", "2026-03-03T12:00:00Z");
    sync();
    database.query(
        handle ->
            handle.execute("UPDATE blocked_times SET marked_free = true WHERE resource = 'a.ics'"));
    choose(new Calendars.Choice(false, null, null, null));
    choose(new Calendars.Choice(true, null, null, null));
    assertThat(stored("SELECT resource FROM blocked_times WHERE marked_free", String.class))
        .containsExactly("a.ics");
  }

  @Test
  void aChoiceForALargeCalendarIsAnsweredAtOnceAndFollowedByAWorker() {
    for (int i = 0; i < 1_001; i++) {
      server.put(i + ".ics", "E", "2026-03-03T09:00:00Z", "2026-03-03T10:00:00Z");
    }
    sync();
    database.query(
        handle ->
            handle.execute("UPDATE blocked_times SET marked_free = true WHERE resource = '7.ics'"));
    choose(new Calendars.Choice(false, null, null, null));
    feature.sync().rollWindows();
    assertThat(count("blocked_times")).isZero();
    choose(new Calendars.Choice(true, null, null, null));
    assertThat(work().state()).isEqualTo(State.STALE);
    feature.sync().rollWindows();
    assertThat(count("blocked_times")).isEqualTo(1_001);
    assertThat(work().state()).isEqualTo(State.FRESH);
    assertThat(stored("SELECT resource FROM blocked_times WHERE marked_free", String.class))
        .containsExactly("7.ics");
  }

  @Test
  @Timeout(60)
  void whoResolvesAConflictWaitsForThePageBeforeTouchingItsBlocks() {
    server.put("a.ics", "A", "2026-03-03T09:00:00Z", "2026-03-03T10:00:00Z");
    server.put("b.ics", "B", "2026-03-03T09:30:00Z", "2026-03-03T10:30:00Z");
    sync();
    var conflict =
        ConflictRows.between(
            database,
            clock,
            ada,
            integration,
            work().id(),
            List.of(blockId("a.ics"), blockId("b.ics")));
    var resolving = new AtomicReference<Thread>();
    database.useTransaction(
        page -> {
          page.execute("SELECT 1 FROM calendars FOR UPDATE");
          resolving.set(Thread.ofPlatform().start(conflict::lockParties));
          awaitLockWait(page);
          // would fail if the other had one of them, and then waited for the calendar
          page.execute("SELECT 1 FROM blocked_times FOR UPDATE NOWAIT");
        });
    join(resolving.get());
  }

  @Test
  @Timeout(60)
  void whoFindsTheCredentialsRefusedWaitsForTheAccountBeforeItsCalendar() {
    sync();
    server.fail(REFUSED, 0);
    clock.advance(INTERVAL.multipliedBy(2));
    var pass = new AtomicReference<Thread>();
    database.useTransaction(
        reconnecting -> {
          reconnecting.execute("SELECT 1 FROM accounts FOR UPDATE");
          pass.set(Thread.ofPlatform().start(() -> feature.sync().worker().runDue()));
          awaitLockWait(reconnecting);
          // would fail if the pass had it, and then waited for the account
          reconnecting.execute("SELECT 1 FROM calendars FOR UPDATE NOWAIT");
        });
    join(pass.get());
    assertThat(status()).isEqualTo(Status.NEEDS_REAUTH);
  }

  @Test
  @Timeout(60)
  void whoDisconnectsWaitsForTheAccountBeforeItsCalendars() {
    sync();
    var disconnecting = new AtomicReference<Thread>();
    database.useTransaction(
        reconnecting -> {
          reconnecting.execute("SELECT 1 FROM accounts FOR UPDATE");
          disconnecting.set(
              Thread.ofPlatform()
                  .start(
                      () ->
                          database.useTransaction(
                              tx -> feature.connections().disconnect(tx, ada, integration, null))));
          awaitLockWait(reconnecting);
          reconnecting.execute("SELECT 1 FROM calendar_integrations FOR UPDATE NOWAIT");
          reconnecting.execute("SELECT 1 FROM calendars FOR UPDATE NOWAIT");
        });
    join(disconnecting.get());
    assertThat(count("accounts")).isZero();
  }

  /** Until somebody waits for a lock in this database. */
  private static void awaitLockWait(Handle tx) {
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

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void aFullPassCountsWhatItSawThoughNothingIsNew() {
    server.put("a.ics", "A", "2026-03-03T09:00:00Z", "2026-03-03T10:00:00Z");
    server.put("b.ics", "B", "2026-03-03T11:00:00Z", "2026-03-03T12:00:00Z");
    sync();
    forceSync(true);
    assertThat(lastRun().eventsSeen()).isEqualTo(2);
  }

  @Test
  void aNameThatIsTooLongForAKeyKeepsNoOtherOut() {
    var random = new Random(7);
    var name = new StringBuilder();
    while (name.length() < 4_000) {
      name.append(Long.toHexString(random.nextLong()));
    }
    server.put(name.toString(), "Long", "2026-03-03T09:00:00Z", "2026-03-03T10:00:00Z");
    server.put("b.ics", "B", "2026-03-03T11:00:00Z", "2026-03-03T12:00:00Z");
    sync();
    assertThat(titles()).containsExactly("B");
    assertThat(lastRun().error()).contains("54000");
  }

  @Test
  void aWholeDayIsADayWhereTheCalendarIs() {
    server.put("day.ics", wholeDay());
    sync();
    assertThat(blocks()).containsExactly("Clock change 2026-03-28T23:00:00Z/2026-03-29T22:00:00Z");
  }

  @Test
  void aCalendarThatIsInAnotherZoneNowIsNotFreshUntilItsDaysAreThere() {
    server.put("day.ics", wholeDay());
    sync();
    server.moveTo("Asia/Tokyo");
    clock.advance(Duration.ofHours(25));
    feature.listing().listAgain();
    later();
    assertThat(blocks()).containsExactly("Clock change 2026-03-28T23:00:00Z/2026-03-29T22:00:00Z");
    assertThat(work().state()).isEqualTo(State.STALE);
    feature.sync().rollWindows();
    assertThat(blocks()).containsExactly("Clock change 2026-03-28T15:00:00Z/2026-03-29T15:00:00Z");
    assertThat(work().state()).isEqualTo(State.FRESH);
  }

  @Test
  void anOrganizerWhoMovesHasNoFreshAnswerUntilTheirDaysAreThere() {
    server.moveTo(null);
    reconnect();
    server.put("day.ics", wholeDay());
    sync();
    assertThat(blocks()).containsExactly("Clock change 2026-03-29T00:00:00Z/2026-03-30T00:00:00Z");
    database.useTransaction(
        tx -> {
          tx.execute("UPDATE organizers SET time_zone = 'Asia/Tokyo'");
          feature.zoneChanged(tx, ada);
        });
    assertThat(work().state()).isEqualTo(State.STALE);
    server.put("new.ics", wholeDay());
    later();
    assertThat(work().state())
        .as("only what was read now is where it belongs")
        .isEqualTo(State.STALE);
    feature.sync().rollWindows();
    assertThat(blocks())
        .containsOnly("Clock change 2026-03-28T15:00:00Z/2026-03-29T15:00:00Z")
        .hasSize(2);
    assertThat(work().state()).isEqualTo(State.FRESH);
  }

  @Test
  void disconnectingTakesCalendarsBlocksAndCredentialsAndLeavesTheOthersAlone() {
    server.put("a.ics", "A", "2026-03-03T09:00:00Z", "2026-03-03T10:00:00Z");
    sync();
    database.useTransaction(tx -> feature.connections().disconnect(tx, ada, integration, null));
    assertThat(titles()).isEmpty();
    assertThat(
            count("accounts")
                + count("calendars")
                + count("calendar_resources")
                + count("sync_runs"))
        .isZero();
    assertThat(events).contains("integration_disconnected");
  }

  @Test
  void anotherOrganizerSeesNothing() {
    var eve = UUID.randomUUID();
    List<Integration> seen = database.query(handle -> calendars.list(handle, eve));
    assertThat(seen).isEmpty();
    assertThatThrownBy(() -> database.query(handle -> calendars.get(handle, eve, integration)))
        .isInstanceOfSatisfying(
            Problem.class, problem -> assertThat(problem.status()).isEqualTo(404));
    assertThatThrownBy(
            () ->
                database.useTransaction(
                    tx -> feature.connections().disconnect(tx, eve, integration, null)))
        .isInstanceOf(Problem.class);
  }

  @Test
  void storedCredentialsCannotBeReadInTheDatabase() {
    var stored =
        database.query(
            handle ->
                handle
                    .createQuery("SELECT encode(credentials, 'escape') FROM accounts")
                    .mapTo(String.class)
                    .one());
    assertThat(stored).doesNotContain("right").doesNotContain("password");
  }

  @Test
  void aMillisecondOfAnotherNodesWorkIsNeverDoneTwice() throws InterruptedException {
    for (int i = 0; i < 40; i++) {
      server.put(i + ".ics", "E" + i, "2026-03-03T09:00:00Z", "2026-03-03T10:00:00Z");
    }
    var nodes = List.of(feature, node(), node());
    var threads =
        nodes.stream()
            .map(node -> Thread.ofPlatform().start(() -> node.sync().worker().runDue()))
            .toList();
    for (var thread : threads) {
      thread.join();
    }
    assertThat(server.requests().stream().filter(r -> r.externalId().equals("main"))).hasSize(1);
    assertThat(titles()).hasSize(40);
  }

  /** As time does that passes by the database's clock. */
  private void leasesEnd() {
    database.query(
        handle ->
            handle.execute("UPDATE calendars SET leased_until = now() - interval '1 second'"));
  }

  /** In a thread, and so a transaction, of its own. */
  private void elsewhere(Consumer<Handle> work) {
    var failed = new AtomicReference<Throwable>();
    var thread =
        Thread.ofPlatform()
            .uncaughtExceptionHandler((t, e) -> failed.set(e))
            .start(() -> database.useTransaction(work));
    join(thread);
    assertThat(failed.get()).isNull();
  }

  private static EventSeries recurring(String summary, String start, String rule) {
    var master =
        EventDetails.of(
            new EventTime.Zoned(LocalDateTime.parse(start), "Europe/Berlin"),
            new EventEnd.Lasting(0, Duration.ofMinutes(15)),
            summary);
    return new EventSeries(
        summary, master, List.of(rule), List.of(), List.of(), List.of(), List.of(), List.of());
  }

  private static EventSeries wholeDay() {
    return EventSeries.single(
        "day",
        EventDetails.of(
            new EventTime.Date(LocalDate.parse("2026-03-29")),
            new EventEnd.Unstated(),
            "Clock change"));
  }

  private static EventSeries daily() {
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

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private void sync() {
    feature.sync().worker().runDue();
  }

  private void later() {
    clock.advance(INTERVAL.multipliedBy(2));
    feature.sync().worker().runDue();
  }

  private void reconnect() {
    var before = connection();
    var account = accounts.open(ada, before.accountId()).orElseThrow();
    var found = discover(ada, "caldav", form("right"));
    database.useTransaction(
        tx -> feature.connections().reconnect(tx, before, account, found, null));
  }

  private void forceSync(boolean full) {
    database.useTransaction(tx -> calendars.forceSync(tx, ada, integration, full));
    feature.sync().worker().runDue();
  }

  private void choose(Calendars.Choice choice) {
    var calendar = work();
    database.useTransaction(tx -> calendars.choose(tx, ada, calendar, choice));
  }

  private Integration connection() {
    return database.query(handle -> calendars.get(handle, ada, integration));
  }

  private Status status() {
    return connection().status();
  }

  private Calendar work() {
    return database.query(handle -> calendars.calendars(handle, ada, integration)).getFirst();
  }

  private List<SyncRun> runs() {
    var calendar = work().id();
    return database
        .query(handle -> calendars.syncs(handle, ada, integration, Optional.empty(), 200))
        .stream()
        .filter(run -> run.calendarId().equals(calendar))
        .toList();
  }

  private SyncRun lastRun() {
    return runs().getFirst();
  }

  private List<String> blocks() {
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

  private List<String> titles() {
    return blocks().stream()
        .map(block -> block.substring(0, block.indexOf(' ')))
        .distinct()
        .sorted()
        .toList();
  }

  private UUID blockId(String resource) {
    return database.query(
        handle ->
            handle
                .createQuery("SELECT id FROM blocked_times WHERE resource = ?")
                .bind(0, resource)
                .mapTo(UUID.class)
                .one());
  }

  private <T> List<T> stored(String query, Class<T> type) {
    return database.query(handle -> handle.createQuery(query).mapTo(type).list());
  }

  private int count(String table) {
    return database.query(
        handle -> handle.createQuery("SELECT count(*) FROM " + table).mapTo(Integer.class).one());
  }

  private static Form form(String password) {
    return new Form("https://dav.example", "ada", Secret.of(password), null, null);
  }
}
