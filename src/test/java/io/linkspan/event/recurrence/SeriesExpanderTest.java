package io.linkspan.event.recurrence;

import static io.linkspan.event.ical.Ics.calendar;
import static io.linkspan.event.ical.Ics.event;
import static io.linkspan.event.ical.Ics.expand;
import static io.linkspan.event.ical.Ics.lengths;
import static io.linkspan.event.ical.Ics.spans;
import static io.linkspan.event.ical.Ics.starts;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
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

  @Test
  void anHourThatTheClockSkipsIsNotASecondOccurrenceOfTheNextHour() {
    var everyHour =
        expand(
            event(
                "DTSTART;TZID=Europe/Berlin:20260101T000000",
                "DURATION:PT30M",
                "RRULE:FREQ=HOURLY"),
            "2026-03-29T00:00:00Z",
            "2026-03-29T03:00:00Z",
            BERLIN);
    assertThat(starts(everyHour))
        .containsExactly("2026-03-29T00:00:00Z", "2026-03-29T01:00:00Z", "2026-03-29T02:00:00Z");
    var atTwoHours =
        expand(
            event(
                "DTSTART;TZID=Europe/Berlin:20260328T020000",
                "DURATION:PT30M",
                "RRULE:FREQ=DAILY;BYHOUR=2,3"),
            "2026-03-29T00:00:00Z",
            "2026-03-30T00:00:00Z",
            BERLIN);
    assertThat(starts(atTwoHours)).containsExactly("2026-03-29T01:00:00Z");
  }

  @Test
  void minutesThatTheClockSkipsAreTheMinutesOfTheNextHour() {
    var found =
        expand(
            event(
                "DTSTART;TZID=Europe/Berlin:20260329T010000",
                "DURATION:PT1M",
                "RRULE:FREQ=MINUTELY;INTERVAL=20"),
            "2026-03-29T00:00:00Z",
            "2026-03-29T02:00:00Z",
            BERLIN);
    assertThat(found.occurrences()).extracting(Occurrence::key).doesNotHaveDuplicates().hasSize(6);
  }

  @Test
  void aDayThatAPlaceSkipsIsNotASecondOccurrenceOfTheNext() {
    // Samoa had no 30 December 2011
    var found =
        expand(
            event("DTSTART;TZID=Pacific/Apia:20111228T090000", "DURATION:PT1H", "RRULE:FREQ=DAILY"),
            "2011-12-28T00:00:00Z",
            "2012-01-02T00:00:00Z",
            BERLIN);
    assertThat(found.occurrences()).extracting(Occurrence::key).doesNotHaveDuplicates();
  }

  @Test
  void aStartThatTheClockSkipsIsNotASecondOccurrenceOfItsRule() {
    var found =
        expand(
            event(
                "DTSTART;TZID=Europe/Berlin:20260329T020000",
                "DURATION:PT30M",
                "RRULE:FREQ=DAILY;BYHOUR=3"),
            "2026-03-29T00:00:00Z",
            "2026-03-30T00:00:00Z",
            BERLIN);
    assertThat(starts(found)).containsExactly("2026-03-29T01:00:00Z");
  }

  @Test
  void anExcludedHourTakesNothingWithItThatTheClockMakesTheSameMoment() {
    for (var excluded : List.of("2", "3")) {
      var found =
          expand(
              event(
                  "DTSTART;TZID=Europe/Berlin:20260327T020000",
                  "DURATION:PT30M",
                  "RRULE:FREQ=DAILY;BYHOUR=2,3",
                  "EXRULE:FREQ=DAILY;BYHOUR=" + excluded),
              "2026-03-29T00:00:00Z",
              "2026-03-30T00:00:00Z",
              BERLIN);
      assertThat(starts(found)).as(excluded).containsExactly("2026-03-29T01:00:00Z");
    }
  }

  @Test
  void laterOnesFollowWhatWasWrittenForAChangedOneAndNotWhatTheClockMadeOfIt() {
    String master =
        "BEGIN:VEVENT\r\nUID:one\r\nDTSTART;TZID=Europe/Berlin:20260327T090000\r\nDURATION:PT1H\r\n"
            + "RRULE:FREQ=DAILY;COUNT=4\r\nEND:VEVENT\r\n";
    String later =
        "BEGIN:VEVENT\r\nUID:one\r\nRECURRENCE-ID;RANGE=THISANDFUTURE;TZID=Europe/Berlin:20260329T090000\r\n"
            + "DTSTART;TZID=Europe/Berlin:20260329T023000\r\nDURATION:PT1H\r\nEND:VEVENT";
    var found = expand(master + later, "2026-03-29T00:00:00Z", "2026-04-07T00:00:00Z", BERLIN);
    assertThat(starts(found)).containsExactly("2026-03-29T01:30:00Z", "2026-03-30T00:30:00Z");
  }

  @Test
  void aWindowThatEndsAmongTimesThatTheClockSkipsMissesNoneAfterThem() {
    // 02:00 and 02:40 are 03:00 and 03:40; the next reading of this clock is 03:20
    var event =
        event(
            "DTSTART;TZID=Europe/Berlin:20260329T000000",
            "DURATION:PT1M",
            "RRULE:FREQ=MINUTELY;INTERVAL=40");
    var found = expand(event, "2026-03-29T01:00:00Z", "2026-03-29T01:30:00Z", BERLIN);
    assertThat(starts(found)).containsExactly("2026-03-29T01:00:00Z", "2026-03-29T01:20:00Z");
    found = expand(event, "2026-03-29T01:00:00Z", "2026-03-29T01:10:00Z", BERLIN);
    assertThat(found.nextStartAtOrAfter().orElseThrow())
        .isBeforeOrEqualTo(Instant.parse("2026-03-29T01:20:00Z"));
  }

  @Test
  void anEndAmongTimesThatTheClockSkipsIsNotThatOfEarlierMoments() {
    // 02:30 is 03:30 and after the end, 03:15 is before it
    var found =
        expand(
            event(
                "DTSTART;TZID=Europe/Berlin:20260329T014500",
                "DURATION:PT1M",
                "RRULE:FREQ=MINUTELY;INTERVAL=45;UNTIL=20260329T012000Z"),
            "2026-03-29T00:00:00Z",
            "2026-03-30T00:00:00Z",
            BERLIN);
    assertThat(starts(found)).containsExactly("2026-03-29T00:45:00Z", "2026-03-29T01:15:00Z");
  }

  @Test
  void anExcludedTimeThatComesTwiceIsTheFirst() {
    var found =
        expand(
            event(
                "DTSTART;TZID=Europe/Berlin:20261025T010000",
                "DURATION:PT1M",
                "RDATE:20261025T003000Z,20261025T013000Z",
                "EXRULE:FREQ=DAILY;BYHOUR=2;BYMINUTE=30"),
            "2026-10-24T00:00:00Z",
            "2026-10-26T00:00:00Z",
            BERLIN);
    assertThat(starts(found)).containsExactly("2026-10-24T23:00:00Z", "2026-10-25T01:30:00Z");
  }

  @Test
  void anEventThatIsExcludedAltogetherDoesNotTakePlace() {
    for (var exclusion :
        List.of("EXRULE:FREQ=DAILY", "EXDATE;TZID=Europe/Berlin:20260327T020000")) {
      var found =
          expand(
              event("DTSTART;TZID=Europe/Berlin:20260327T020000", "DURATION:PT30M", exclusion),
              "2026-03-01T00:00:00Z",
              "2026-04-01T00:00:00Z",
              BERLIN);
      assertThat(starts(found)).as(exclusion).isEmpty();
    }
  }

  @Test
  void ofTwoChangesThatNameOneOccurrenceInDifferentFormsTheNewestCounts() {
    String master =
        "BEGIN:VEVENT\r\nUID:one\r\nDTSTART;TZID=Europe/Berlin:20260302T090000\r\nDURATION:PT1H\r\n"
            + "RRULE:FREQ=DAILY;COUNT=3\r\nEND:VEVENT";
    String inUtc = change("RECURRENCE-ID:20260303T080000Z", "1", "20260303T120000Z");
    String inZone =
        change("RECURRENCE-ID;TZID=Europe/Berlin:20260303T090000", "2", "20260303T140000Z");
    for (var parts : new String[][] {{inUtc, inZone}, {inZone, inUtc}}) {
      var found =
          expand(
              calendar(master, parts[0], parts[1]),
              "2026-03-02T00:00:00Z",
              "2026-03-10T00:00:00Z",
              BERLIN);
      assertThat(starts(found))
          .containsExactly("2026-03-02T08:00:00Z", "2026-03-03T14:00:00Z", "2026-03-04T08:00:00Z");
    }
  }

  @Test
  void ofTwoSuchChangesOfOneRevisionTheOneWrittenLastCountsWithAndWithoutAMaster() {
    String older =
        change("RECURRENCE-ID;TZID=Europe/Berlin:20260303T090000", "0", "20260303T140000Z")
            .replace("SEQUENCE:0", "DTSTAMP:20260101T000000Z");
    String newer =
        change("RECURRENCE-ID:20260303T080000Z", "0", "20260303T120000Z")
            .replace("SEQUENCE:0", "DTSTAMP:20260201T000000Z");
    for (var parts : new String[][] {{older, newer}, {newer, older}}) {
      var found =
          expand(
              calendar(parts[0], parts[1]), "2026-03-02T00:00:00Z", "2026-03-10T00:00:00Z", BERLIN);
      assertThat(starts(found)).containsExactly("2026-03-03T12:00:00Z");
    }
  }

  private static String change(String id, String sequence, String start) {
    return "BEGIN:VEVENT\r\nUID:one\r\n"
        + id
        + "\r\nSEQUENCE:"
        + sequence
        + "\r\nDTSTART:"
        + start
        + "\r\nDURATION:PT1H\r\nEND:VEVENT";
  }

  @Test
  void aChangeOlderThanTheExclusionOfItsOccurrenceIsGone() {
    var found =
        expand(
            calendar(
                "BEGIN:VEVENT\r\nUID:1\r\nDTSTART;VALUE=DATE:20270104\r\nDTEND;VALUE=DATE:20270106"
                    + "\r\nRRULE:FREQ=WEEKLY;INTERVAL=3;BYDAY=MO;COUNT=3\r\nSEQUENCE:1\r\nEND:VEVENT",
                "BEGIN:VEVENT\r\nUID:1\r\nRECURRENCE-ID;VALUE=DATE:20270125\r\nDTSTART;VALUE=DATE:20270125"
                    + "\r\nDTEND;VALUE=DATE:20270127\r\nSEQUENCE:1\r\nEND:VEVENT",
                "BEGIN:VEVENT\r\nUID:1\r\nDTSTART;VALUE=DATE:20270104\r\nDTEND;VALUE=DATE:20270106"
                    + "\r\nRRULE:FREQ=WEEKLY;INTERVAL=3;BYDAY=MO;COUNT=3\r\nEXDATE;VALUE=DATE:20270125"
                    + "\r\nSEQUENCE:2\r\nEND:VEVENT"),
            "2027-01-01T00:00:00Z",
            "2027-03-01T00:00:00Z",
            "UTC");
    assertThat(spans(found))
        .containsExactly(
            "2027-01-04T00:00:00Z/2027-01-06T00:00:00Z",
            "2027-02-15T00:00:00Z/2027-02-17T00:00:00Z");
  }
}
