package io.linkspan.calendar.recurrence;

import static io.linkspan.calendar.ical.Ics.calendar;
import static io.linkspan.calendar.ical.Ics.event;
import static io.linkspan.calendar.ical.Ics.expand;
import static io.linkspan.calendar.ical.Ics.lengths;
import static io.linkspan.calendar.ical.Ics.spans;
import static io.linkspan.calendar.ical.Ics.starts;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class SeriesExpanderTest {
  private static final String BERLIN = "Europe/Berlin";

  @Test
  void aWeeklyMeetingKeepsItsLocalTimeAcrossTheChangeOfTheClock() {
    var found =
        expand(
            event(
                "DTSTART;TZID=Europe/Berlin:20260323T090000",
                "DTEND;TZID=Europe/Berlin:20260323T100000",
                "RRULE:FREQ=WEEKLY"),
            "2026-03-23T00:00:00Z",
            "2026-04-07T00:00:00Z",
            BERLIN);
    assertThat(spans(found))
        .containsExactly(
            "2026-03-23T08:00:00Z/2026-03-23T09:00:00Z",
            "2026-03-30T07:00:00Z/2026-03-30T08:00:00Z",
            "2026-04-06T07:00:00Z/2026-04-06T08:00:00Z");
    assertThat(found.nextStartAtOrAfter()).contains(Instant.parse("2026-04-13T07:00:00Z"));
    assertThat(found.occurrences().getFirst().key()).isEqualTo("2026-03-23T08:00:00Z");
  }

  @Test
  void anOccurrenceLastsAsLongAsTheFirstWhereTheEndIsStated() {
    // across the night in which Berlin's clocks go forward: DTEND means eight hours elapsed
    var found =
        expand(
            event(
                "DTSTART;TZID=Europe/Berlin:20260327T220000",
                "DTEND;TZID=Europe/Berlin:20260328T060000",
                "RRULE:FREQ=DAILY;COUNT=3"),
            "2026-03-27T00:00:00Z",
            "2026-04-07T00:00:00Z",
            BERLIN);
    assertThat(lengths(found)).containsOnly(Duration.ofHours(8)).hasSize(3);
  }

  @Test
  void aDurationInDaysIsNominalAndOneInHoursIsExact() {
    String from = "2026-03-27T00:00:00Z";
    String to = "2026-04-07T00:00:00Z";
    assertThat(
            lengths(
                expand(
                    event("DTSTART;TZID=Europe/Berlin:20260328T120000", "DURATION:P1D"),
                    from,
                    to,
                    BERLIN)))
        .containsExactly(Duration.ofHours(23));
    assertThat(
            lengths(
                expand(
                    event("DTSTART;TZID=Europe/Berlin:20260328T120000", "DURATION:PT24H"),
                    from,
                    to,
                    BERLIN)))
        .containsExactly(Duration.ofHours(24));
  }

  @Test
  void aTimeThatTheClockSkipsIsReadWithTheOffsetBefore() {
    var found =
        expand(
            event("DTSTART;TZID=Europe/Berlin:20260328T023000", "RRULE:FREQ=DAILY;COUNT=3"),
            "2026-03-27T00:00:00Z",
            "2026-04-07T00:00:00Z",
            BERLIN);
    assertThat(starts(found))
        .containsExactly("2026-03-28T01:30:00Z", "2026-03-29T01:30:00Z", "2026-03-30T00:30:00Z");
  }

  @Test
  void aTimeThatComesTwiceIsTheFirst() {
    var found =
        expand(
            event("DTSTART;TZID=Europe/Berlin:20261025T023000", "DURATION:PT30M"),
            "2026-10-24T00:00:00Z",
            "2026-10-27T00:00:00Z",
            BERLIN);
    assertThat(spans(found)).containsExactly("2026-10-25T00:30:00Z/2026-10-25T01:00:00Z");
  }

  @Test
  void aWholeDayIsThatOfTheCalendarsZone() {
    var found =
        expand(
            event("DTSTART;VALUE=DATE:20260329"),
            "2026-03-01T00:00:00Z",
            "2026-04-07T00:00:00Z",
            BERLIN);
    assertThat(spans(found)).containsExactly("2026-03-28T23:00:00Z/2026-03-29T22:00:00Z");
    assertThat(found.occurrences().getFirst().allDay()).isTrue();
    assertThat(found.occurrences().getFirst().key()).isEqualTo("single");
  }

  @Test
  void exclusionsMatchInWhateverZoneAndFormTheyAreWritten() {
    var found =
        expand(
            event(
                "DTSTART;TZID=America/New_York:20260105T090000",
                "DURATION:PT1H",
                "RRULE:FREQ=DAILY;COUNT=6",
                "EXDATE:20260106T140000Z",
                "EXDATE;TZID=Europe/Berlin:20260107T150000",
                "EXDATE;VALUE=DATE:20260108",
                "EXDATE:20260109T090000"),
            "2026-01-01T00:00:00Z",
            "2026-02-01T00:00:00Z",
            BERLIN);
    assertThat(starts(found)).containsExactly("2026-01-05T14:00:00Z", "2026-01-10T14:00:00Z");
  }

  @Test
  void overridesMoveOccurrencesIntoAndOutOfTheWindow() {
    String text =
        calendar(
            "BEGIN:VEVENT",
            "UID:one",
            "DTSTART:20260105T090000Z",
            "DTEND:20260105T100000Z",
            "RRULE:FREQ=WEEKLY;COUNT=8",
            "END:VEVENT",
            "BEGIN:VEVENT",
            "UID:one",
            "RECURRENCE-ID:20260119T090000Z",
            "DTSTART:20260112T150000Z",
            "DTEND:20260112T160000Z",
            "SUMMARY:Moved",
            "END:VEVENT",
            "BEGIN:VEVENT",
            "UID:one",
            "RECURRENCE-ID:20260112T090000Z",
            "DTSTART:20260301T090000Z",
            "END:VEVENT",
            "BEGIN:VEVENT",
            "UID:one",
            "RECURRENCE-ID:20260105T090000Z",
            "DTSTART:20260105T090000Z",
            "STATUS:CANCELLED",
            "END:VEVENT");
    var found = expand(text, "2026-01-01T00:00:00Z", "2026-01-15T00:00:00Z", BERLIN);
    assertThat(spans(found)).containsExactly("2026-01-12T15:00:00Z/2026-01-12T16:00:00Z");
    assertThat(found.occurrences().getFirst().key()).isEqualTo("2026-01-19T09:00:00Z");
    assertThat(found.occurrences().getFirst().details().summary()).isEqualTo("Moved");
    assertThat(found.nextStartAtOrAfter()).contains(Instant.parse("2026-01-26T09:00:00Z"));
  }

  @Test
  void aChangeOfThisAndAllFutureShiftsLaterOccurrencesByTheClock() {
    String text =
        calendar(
            "BEGIN:VEVENT",
            "UID:one",
            "DTSTART;TZID=Europe/Berlin:20260316T090000",
            "DTEND;TZID=Europe/Berlin:20260316T100000",
            "RRULE:FREQ=WEEKLY;COUNT=5",
            "END:VEVENT",
            "BEGIN:VEVENT",
            "UID:one",
            "RECURRENCE-ID;RANGE=THISANDFUTURE;TZID=Europe/Berlin:20260323T090000",
            "DTSTART;TZID=Europe/Berlin:20260324T110000",
            "DTEND;TZID=Europe/Berlin:20260324T113000",
            "END:VEVENT");
    var found = expand(text, "2026-03-01T00:00:00Z", "2026-05-01T00:00:00Z", BERLIN);
    assertThat(spans(found))
        .containsExactly(
            "2026-03-16T08:00:00Z/2026-03-16T09:00:00Z",
            "2026-03-24T10:00:00Z/2026-03-24T10:30:00Z",
            "2026-03-31T09:00:00Z/2026-03-31T09:30:00Z",
            "2026-04-07T09:00:00Z/2026-04-07T09:30:00Z",
            "2026-04-14T09:00:00Z/2026-04-14T09:30:00Z");
  }
}
