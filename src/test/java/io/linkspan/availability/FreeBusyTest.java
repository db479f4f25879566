package io.linkspan.availability;

import static org.assertj.core.api.Assertions.assertThat;

import io.linkspan.availability.CalendarFreshness.SourceCalendar;
import io.linkspan.availability.CalendarFreshness.StalePolicy;
import io.linkspan.availability.CalendarFreshness.State;
import io.linkspan.platform.db.Database;
import io.linkspan.platform.postgres.TestDatabase;
import io.linkspan.platform.time.SteeredClock;
import io.linkspan.platform.time.TimeRange;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FreeBusyTest {
  private static TestDatabase postgres;

  private final Database database = postgres.database();
  private final FakeCalendars calendars = new FakeCalendars();
  private final SteeredClock clock = SteeredClock.at("2026-03-01T00:01:30Z");
  private final FreeBusy freeBusy = new FreeBusy(calendars, clock);
  private UUID organizer;
  private SourceCalendar work;

  @BeforeAll
  static void start() {
    postgres = TestDatabase.fresh();
  }

  @AfterAll
  static void stop() {
    postgres.close();
  }

  @BeforeEach
  void connect() {
    organizer = BlockedTimeRows.organizer(database, "UTC");
    work = calendars.add(organizer, "Work");
  }

  @Test
  void busyStretchesAreMergedAndCutToTheRange() {
    event("2026-03-02T08:00:00Z", "2026-03-02T10:00:00Z");
    event("2026-03-02T09:30:00Z", "2026-03-02T11:00:00Z");
    event("2026-03-02T11:00:00Z", "2026-03-02T11:30:00Z");
    event("2026-03-02T15:00:00Z", "2026-03-02T19:00:00Z");
    assertThat(ask("2026-03-02T09:00:00Z", "2026-03-02T16:00:00Z").busy())
        .containsExactly(
            range("2026-03-02T09:00:00Z", "2026-03-02T11:30:00Z"),
            range("2026-03-02T15:00:00Z", "2026-03-02T16:00:00Z"));
  }

  @Test
  void whatTouchesTheRangeIsNotInIt() {
    event("2026-03-02T08:00:00Z", "2026-03-02T09:00:00Z");
    event("2026-03-02T10:00:00Z", "2026-03-02T11:00:00Z");
    assertThat(ask("2026-03-02T09:00:00Z", "2026-03-02T10:00:00Z").busy()).isEmpty();
  }

  @Test
  void withoutCalendarsTheAnswerIsComplete() {
    var nobody = BlockedTimeRows.organizer(database, "UTC");
    var answer = database.query(handle -> freeBusy.of(handle, nobody, march()));
    assertThat(answer.busy()).isEmpty();
    assertThat(answer.coverage()).isEqualTo(new Coverage(true, List.of()));
  }

  @Test
  void anotherOrganizersBlocksDoNotCount() {
    event("2026-03-02T08:00:00Z", "2026-03-02T09:00:00Z");
    var other = BlockedTimeRows.organizer(database, "UTC");
    assertThat(database.query(handle -> freeBusy.of(handle, other, march())).busy()).isEmpty();
  }

  @Test
  void coverageSaysHowOldTheAnswerIs() {
    var answer = ask("2026-03-02T00:00:00Z", "2026-03-03T00:00:00Z").coverage();
    assertThat(answer.complete()).isTrue();
    assertThat(answer.calendars())
        .singleElement()
        .satisfies(
            calendar -> {
              assertThat(calendar.calendar()).isEqualTo("Work");
              assertThat(calendar.ageSeconds()).isEqualTo(90);
            });
  }

  @Test
  void aBrokenCalendarStillCountsAsLastKnown() {
    event("2026-03-02T08:00:00Z", "2026-03-02T09:00:00Z");
    for (var state : List.of(State.STALE, State.FAILED, State.NEVER_SYNCED)) {
      calendars.with(organizer, work, state, StalePolicy.LAST_KNOWN);
      var answer = ask("2026-03-02T00:00:00Z", "2026-03-03T00:00:00Z");
      assertThat(answer.busy())
          .containsExactly(range("2026-03-02T08:00:00Z", "2026-03-02T09:00:00Z"));
      assertThat(answer.coverage().complete()).isFalse();
    }
  }

  @Test
  void aBrokenCalendarThatBlocksMakesAllOfTheRangeBusy() {
    calendars.with(organizer, work, State.FAILED, StalePolicy.BLOCK);
    assertThat(ask("2026-03-02T00:00:00Z", "2026-03-03T00:00:00Z").busy())
        .containsExactly(range("2026-03-02T00:00:00Z", "2026-03-03T00:00:00Z"));
  }

  @Test
  void aFreshCalendarCountsByItsEventsWhateverItsPolicy() {
    event("2026-03-02T08:00:00Z", "2026-03-02T09:00:00Z");
    for (var policy : StalePolicy.values()) {
      calendars.with(organizer, work, State.FRESH, policy);
      assertThat(ask("2026-03-02T00:00:00Z", "2026-03-03T00:00:00Z").busy())
          .containsExactly(range("2026-03-02T08:00:00Z", "2026-03-02T09:00:00Z"));
    }
  }

  @Test
  void aBrokenCalendarThatAllowsDoesNotCountButOthersDo() {
    var home = calendars.add(organizer, "Home");
    event("2026-03-02T08:00:00Z", "2026-03-02T09:00:00Z");
    database.useTransaction(
        tx ->
            BlockedTimeRows.synced(
                tx,
                organizer,
                home,
                "Dentist",
                Instant.parse("2026-03-02T12:00:00Z"),
                Instant.parse("2026-03-02T13:00:00Z")));
    calendars.with(organizer, work, State.FAILED, StalePolicy.ALLOW);
    var answer = ask("2026-03-02T00:00:00Z", "2026-03-03T00:00:00Z");
    assertThat(answer.busy())
        .containsExactly(range("2026-03-02T12:00:00Z", "2026-03-02T13:00:00Z"));
    assertThat(answer.coverage().complete()).isFalse();
  }

  @Test
  void aCalendarThatIsSwitchedOffNeverCountsAndIsListed() {
    event("2026-03-02T08:00:00Z", "2026-03-02T09:00:00Z");
    var blocking = calendars.with(organizer, work, State.FAILED, StalePolicy.BLOCK);
    calendars.switchedOff(organizer, blocking);
    var answer = ask("2026-03-02T00:00:00Z", "2026-03-03T00:00:00Z");
    assertThat(answer.busy()).isEmpty();
    assertThat(answer.coverage().calendars())
        .singleElement()
        .satisfies(calendar -> assertThat(calendar.state()).isEqualTo(State.DISABLED));
  }

  @Test
  void theAnswerIsNotCompleteWhereTheCalendarWasNotRead() {
    calendars.readOnlyFor(
        organizer,
        work,
        Instant.parse("2026-02-22T00:00:00Z"),
        Instant.parse("2027-03-01T00:00:00Z"));
    assertThat(ask("2026-02-22T00:00:00Z", "2027-03-01T00:00:00Z").coverage().complete()).isTrue();
    assertThat(ask("2026-02-21T23:59:59Z", "2026-03-03T00:00:00Z").coverage().complete()).isFalse();
    assertThat(ask("2026-03-02T00:00:00Z", "2027-03-01T00:00:01Z").coverage().complete()).isFalse();
  }

  @Test
  void theAnswerIsNotCompleteWhereAnEventWasLeftOutAndSaysWhy() {
    calendars.leavingOut(organizer, work, 2, "2 events were left out or guessed. The first.");
    var coverage = ask("2026-03-02T00:00:00Z", "2026-03-03T00:00:00Z").coverage();
    assertThat(coverage.complete()).isFalse();
    assertThat(coverage.calendars().getFirst().leftOut()).isEqualTo(2);
    assertThat(coverage.calendars().getFirst().reason())
        .isEqualTo("2 events were left out or guessed. The first.");
  }

  @Test
  void theAnswerSaysForWhichTimeTheCalendarWasRead() {
    calendars.readOnlyFor(
        organizer,
        work,
        Instant.parse("2026-02-22T00:00:00Z"),
        Instant.parse("2027-03-01T00:00:00Z"));
    var coverage = ask("2027-02-01T00:00:00Z", "2027-04-01T00:00:00Z").coverage();
    assertThat(coverage.calendars().getFirst().reason())
        .isEqualTo("Only the time from 2026-02-22T00:00:00Z to 2027-03-01T00:00:00Z is read.");
  }

  @Test
  void whatIsMarkedFreeDoesNotCount() {
    var block = event("2026-03-02T08:00:00Z", "2026-03-02T09:00:00Z");
    database.useTransaction(
        tx -> new BlockedTimeStore().markFree(tx, organizer, block, true, clock.instant()));
    assertThat(ask("2026-03-02T00:00:00Z", "2026-03-03T00:00:00Z").busy()).isEmpty();
  }

  @Test
  void mergingIsRightForAnyBlocks() {
    var random = new Random(7);
    var base = Instant.parse("2026-05-01T00:00:00Z");
    var busyMinutes = new boolean[2_000];
    database.useTransaction(
        tx -> {
          for (int i = 0; i < 150; i++) {
            int start = random.nextInt(1_900);
            int end = start + 1 + random.nextInt(30);
            BlockedTimeRows.synced(
                tx,
                organizer,
                work,
                "",
                base.plus(Duration.ofMinutes(start)),
                base.plus(Duration.ofMinutes(end)));
            for (int minute = start; minute < end; minute++) {
              busyMinutes[minute] = true;
            }
          }
        });
    var expected = new ArrayList<TimeRange>();
    int from = 100;
    int to = 1_800;
    for (int minute = from; minute < to; ) {
      int start = minute;
      while (minute < to && busyMinutes[minute]) {
        minute++;
      }
      if (minute > start) {
        expected.add(
            new TimeRange(
                base.plus(Duration.ofMinutes(start)), base.plus(Duration.ofMinutes(minute))));
      }
      minute++;
    }
    var answer =
        database.query(
            handle ->
                freeBusy.of(
                    handle,
                    organizer,
                    new TimeRange(
                        base.plus(Duration.ofMinutes(from)), base.plus(Duration.ofMinutes(to)))));
    assertThat(answer.busy()).isEqualTo(expected);
  }

  private UUID event(String start, String end) {
    return database.inTransaction(
        tx ->
            BlockedTimeRows.synced(
                tx, organizer, work, "Event", Instant.parse(start), Instant.parse(end)));
  }

  private FreeBusy.Answer ask(String from, String to) {
    return database.query(handle -> freeBusy.of(handle, organizer, range(from, to)));
  }

  private static TimeRange march() {
    return range("2026-03-01T00:00:00Z", "2026-04-01T00:00:00Z");
  }

  private static TimeRange range(String start, String end) {
    return new TimeRange(Instant.parse(start), Instant.parse(end));
  }
}
