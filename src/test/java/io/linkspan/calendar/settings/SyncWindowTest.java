package io.linkspan.calendar.settings;

import static org.assertj.core.api.Assertions.assertThat;

import io.linkspan.availability.CalendarFreshness.State;
import io.linkspan.calendar.Integration.Status;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What is expanded: the window, choices and zones. */
class SyncWindowTest extends SyncTestCase {
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
}
