package io.linkspan.calendar.settings;

import static org.assertj.core.api.Assertions.assertThat;

import io.linkspan.availability.CalendarFreshness.State;
import io.linkspan.calendar.Calendar;
import io.linkspan.calendar.CalendarReader.SyncFailure;
import io.linkspan.calendar.Integration.Status;
import io.linkspan.calendar.sync.SyncRun.Outcome;
import io.linkspan.event.EventDetails;
import io.linkspan.event.EventEnd;
import io.linkspan.event.EventSeries;
import io.linkspan.event.EventTime;
import io.linkspan.platform.http.OrganizerLimit;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What fails, in a calendar, at its provider or in this program, and what it leaves as it was. */
class SyncFailuresTest extends SyncTestCase {
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
  void aFailureDegradesTheConnectionAndOneSuccessHealsIt() {
    sync();
    assertThat(status()).isEqualTo(Status.CONNECTED);
    server.fail(DOWN, 0);
    for (int failure = 1; failure <= 5; failure++) {
      later();
      assertThat(status()).isEqualTo(Status.DEGRADED);
    }
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
    assertThat(status()).isEqualTo(Status.DEGRADED);
    assertThat(connection().statusReason()).contains("This calendar is not yours.");
    assertThat(events).doesNotContain("integration_disconnected");
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
}
