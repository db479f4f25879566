package io.linkspan.calendar.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.linkspan.availability.CalendarFreshness.State;
import io.linkspan.calendar.Calendar;
import io.linkspan.calendar.CalendarReader;
import io.linkspan.calendar.CalendarReader.RemoteCalendar;
import io.linkspan.calendar.CalendarReader.SyncFailure;
import io.linkspan.calendar.Integration;
import io.linkspan.calendar.Integration.Status;
import io.linkspan.calendar.sync.SyncRun;
import io.linkspan.calendar.sync.SyncRun.Mode;
import io.linkspan.calendar.sync.SyncRun.Outcome;
import io.linkspan.calendar.sync.SyncRun.Trigger;
import io.linkspan.platform.http.Problem;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What a sync does when all goes well, with PostgreSQL and a provider that does as told. */
class SyncTest extends SyncTestCase {
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
  void aFullPassCountsWhatItSawThoughNothingIsNew() {
    server.put("a.ics", "A", "2026-03-03T09:00:00Z", "2026-03-03T10:00:00Z");
    server.put("b.ics", "B", "2026-03-03T11:00:00Z", "2026-03-03T12:00:00Z");
    sync();
    forceSync(true);
    assertThat(lastRun().eventsSeen()).isEqualTo(2);
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
  void aServerThatForgetsAChangeIsReadFromTheBeginningWithinADay() {
    server.put("a.ics", "A", "2026-03-03T09:00:00Z", "2026-03-03T10:00:00Z");
    sync();
    server.lose("a.ics");
    later();
    assertThat(titles()).as("its token tells of no change").containsExactly("A");
    clock.advance(Duration.ofHours(24));
    sync();
    assertThat(titles()).isEmpty();
    assertThat(lastRun().trigger()).isEqualTo(Trigger.SCHEDULE);
    assertThat(lastRun().mode()).isEqualTo(Mode.FULL);
    later();
    assertThat(lastRun().mode()).as("once a day").isEqualTo(Mode.INCREMENTAL);
  }

  @Test
  void aProviderThatTellsAWindowIsAskedAgainWhenTheWindowHasOutgrownIt() {
    server.coverUntil(Instant.parse("2027-03-03T00:00:00Z"));
    server.put("a.ics", "A", "2026-03-03T09:00:00Z", "2026-03-03T10:00:00Z");
    server.put("b.ics", "B", "2027-03-05T09:00:00Z", "2027-03-05T10:00:00Z");
    sync();
    assertThat(titles()).containsExactly("A");
    clock.advance(Duration.ofHours(72).minus(Duration.ofHours(9)));
    server.coverUntil(Instant.parse("2027-04-01T00:00:00Z"));
    feature.sync().rollWindows();
    assertThat(titles()).as("what was told is not taken for all there is").containsExactly("A");
    sync();
    assertThat(lastRun().mode()).isEqualTo(Mode.FULL);
    clock.advance(Duration.ofHours(24));
    feature.sync().rollWindows();
    assertThat(titles()).as("now it is within what was told").contains("B");
  }

  @Test
  void aSyncThatWasAskedForFindsNewCalendars() throws InterruptedException {
    sync();
    server.add(new RemoteCalendar("more", "More", null, null, CalendarReader.Access.OWNER, false));
    feature.listing().listSoon(ada, connection()).join();
    sync();
    List<Calendar> known = database.query(handle -> calendars.calendars(handle, ada, integration));
    assertThat(known).extracting(Calendar::name).contains("More");
  }
}
