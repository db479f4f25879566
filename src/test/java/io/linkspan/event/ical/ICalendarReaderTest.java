package io.linkspan.event.ical;

import static io.linkspan.event.ical.Ics.calendar;
import static io.linkspan.event.ical.Ics.event;
import static io.linkspan.event.ical.Ics.expand;
import static io.linkspan.event.ical.Ics.series;
import static io.linkspan.event.ical.Ics.starts;
import static org.assertj.core.api.Assertions.assertThat;

import io.linkspan.event.EventDetails;
import io.linkspan.event.EventDetails.Answer;
import io.linkspan.event.EventDetails.BusyStatus;
import io.linkspan.event.EventDetails.Classification;
import io.linkspan.event.EventDetails.Participant;
import io.linkspan.event.EventDetails.Status;
import io.linkspan.event.EventEnd;
import io.linkspan.event.EventTime;
import io.linkspan.event.ical.ParsedCalendar.NotCalendar;
import io.linkspan.event.ical.ParsedCalendar.Problem;
import io.linkspan.event.ical.ParsedCalendar.Weight;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ICalendarReaderTest {
  private static final String SOME_EVENT =
      event("DTSTART:20260329T090000Z", "DURATION:PT1H", "SUMMARY:Grüße, 東京");

  @Test
  void theEscapesOfAnAddressAreUndone() {
    var details =
        master(
            event(
                "DTSTART:20260329T090000Z",
                "ATTENDEE:mailto:me%2Bcal@example.com",
                "ATTENDEE:mailto:you+cal@example.com",
                "ATTENDEE:mailto:50%@example.com",
                "ATTENDEE:urn:uuid:0F1E"));
    assertThat(details.participants())
        .extracting(Participant::email)
        .containsExactly(
            "me+cal@example.com", "you+cal@example.com", "50%@example.com", "urn:uuid:0f1e");
  }

  @Test
  void everyPartThatDecidesIsRead() {
    EventDetails details =
        master(
            event(
                "DTSTART;TZID=Europe/Berlin:20260329T090000",
                "DURATION:P1DT2H30M",
                "SUMMARY:Lunch\\, then\\; more\\nlines \\\\ end",
                "STATUS:TENTATIVE",
                "TRANSP:TRANSPARENT",
                "CLASS:PRIVATE",
                "SEQUENCE:7",
                "X-MICROSOFT-CDO-BUSYSTATUS:OOF",
                "ORGANIZER;CN=\"Doe; Jane\":MAILTO:Jane@Example.com",
                "ATTENDEE;PARTSTAT=DECLINED;CN=\"a:b\":mailto:Me@Example.com",
                "ATTENDEE;EMAIL=apple@example.com;PARTSTAT=ACCEPTED:/principals/1/",
                "ATTENDEE:mailto:third@example.com"));
    assertThat(details)
        .isEqualTo(
            new EventDetails(
                new EventTime.Zoned(LocalDateTime.parse("2026-03-29T09:00"), "Europe/Berlin"),
                new EventEnd.Lasting(1, Duration.ofMinutes(150)),
                "Lunch, then; more\nlines \\ end",
                Status.TENTATIVE,
                true,
                BusyStatus.OUT_OF_OFFICE,
                List.of(
                    new Participant("me@example.com", Answer.DECLINED),
                    new Participant("apple@example.com", Answer.ACCEPTED),
                    new Participant("third@example.com", Answer.NEEDS_ACTION)),
                "jane@example.com",
                7,
                Classification.PRIVATE));
  }

  @Test
  void theCalendarSaysItsNameColourZoneAndHowOftenToAsk() {
    var calendar =
        read(
            calendar(
                "X-WR-CALNAME:Team\\, Berlin",
                "X-APPLE-CALENDAR-COLOR:#FF2968",
                "X-WR-TIMEZONE:W. Europe Standard Time",
                "REFRESH-INTERVAL;VALUE=DURATION:PT12H",
                "X-PUBLISHED-TTL:PT1H"));
    assertThat(calendar.entries()).isEmpty();
    assertThat(calendar.problems()).isEmpty();
    assertThat(calendar.name()).contains("Team, Berlin");
    assertThat(calendar.color()).contains("#FF2968");
    assertThat(calendar.timeZone()).contains("Europe/Berlin");
    assertThat(calendar.refresh()).contains(Duration.ofHours(12));
  }

  @ParameterizedTest
  @ValueSource(strings = {"\r\n", "\n", "\r", "\n\n", "\r\r\n"})
  void everyLineEndingIsUnderstood(String ending) {
    var calendar = read(SOME_EVENT.replace("\r\n", ending));
    assertThat(calendar.series())
        .singleElement()
        .satisfies(s -> assertThat(s.uid()).isEqualTo("one"));
    assertThat(calendar.problems()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"UTF-8", "windows-1252", "UTF-16"})
  void everyEncodingIsUnderstood(String charset) {
    String text = SOME_EVENT.replace(", 東京", "");
    assertThat(master(read(text.getBytes(Charset.forName(charset)))).summary()).isEqualTo("Grüße");
  }

  @Test
  void sixteenBitsAreUnderstoodWithoutAMark() {
    assertThat(master(read(SOME_EVENT.getBytes(StandardCharsets.UTF_16LE))).summary())
        .isEqualTo("Grüße, 東京");
    assertThat(master(read(SOME_EVENT.getBytes(StandardCharsets.UTF_16BE))).summary())
        .isEqualTo("Grüße, 東京");
    assertThat(master(read(("\uFEFF" + SOME_EVENT).getBytes(StandardCharsets.UTF_8))).summary())
        .isEqualTo("Grüße, 東京");
  }

  @Test
  void aLineFoldedWithinACharacterIsWholeAgain() {
    byte[] text = SOME_EVENT.getBytes(StandardCharsets.UTF_8);
    byte[] folded = new byte[text.length + 3];
    int middle = new String(text, StandardCharsets.ISO_8859_1).indexOf("Gr") + 3; // within ü
    System.arraycopy(text, 0, folded, 0, middle);
    folded[middle] = '\r';
    folded[middle + 1] = '\n';
    folded[middle + 2] = ' ';
    System.arraycopy(text, middle, folded, middle + 3, text.length - middle);
    assertThat(master(read(folded)).summary()).isEqualTo("Grüße, 東京");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "<!DOCTYPE html><html>BEGIN|web page",
        "  <html lang='en'>|web page",
        "<?xml version='1.0'?>|XML",
        "{\"error\": 1}|JSON",
        "Not found|Not found",
        "''|empty",
        "'  \r\n '|empty",
        "END:VCALENDAR|no BEGIN:VCALENDAR",
      })
  void whatIsNoCalendarSaysWhatItIs(String text, String said) {
    var parsed = new ICalendarReader().read(text, ReadLimits.STANDARD);
    assertThat(parsed).isInstanceOf(NotCalendar.class);
    assertThat(((NotCalendar) parsed).detail()).containsIgnoringCase(said);
  }

  @Test
  void aTextThatEndsEarlyIsDoubtful() {
    String whole = calendar(eventOf("a", "20260101T090000Z"), eventOf("b", "20260102T090000Z"));
    for (int length = whole.indexOf("UID:b") + 30; length < whole.length() - 16; length += 7) {
      var calendar = read(whole.substring(0, length));
      assertThat(calendar.doubtful()).as(whole.substring(0, length)).isTrue();
      assertThat(calendar.series().getFirst().uid()).isEqualTo("a");
    }
  }

  @Test
  void missingEndsDoNotMixEvents() {
    var calendar =
        read(
            calendar(
                "BEGIN:VEVENT",
                "UID:a",
                "DTSTART:20260101T090000Z",
                "BEGIN:VALARM",
                "TRIGGER:-PT5M",
                "DTSTART:19990101T000000Z",
                "BEGIN:VEVENT",
                "UID:b",
                "DTSTART:20260102T090000Z",
                "END:VALARM",
                "END:VEVENT",
                "BEGIN:VTODO",
                "UID:todo",
                "DTSTART:20260103T090000Z",
                "END:VTODO"));
    assertThat(calendar.series()).extracting(s -> s.uid()).containsExactly("a", "b");
    assertThat(calendar.series().getFirst().master().start())
        .isEqualTo(new EventTime.Utc(Instant.parse("2026-01-01T09:00:00Z")));
  }

  @Test
  void eventsWithoutStartAreLeftOutAndReported() {
    var calendar =
        read(
            calendar(
                "BEGIN:VEVENT\r\nUID:none\r\nEND:VEVENT",
                "BEGIN:VEVENT\r\nUID:bad\r\nDTSTART:2026\r\nEND:VEVENT",
                eventOf("good", "20260101T090000Z")));
    assertThat(calendar.series()).extracting(s -> s.uid()).containsExactly("good");
    assertThat(calendar.problems()).extracting(Problem::uid).containsExactly("none", "bad");
    assertThat(calendar.problems()).extracting(Problem::weight).containsOnly(Weight.DOUBT);
  }

  @Test
  void aMissingUidIsMadeUpTheSameEachTime() {
    String text =
        calendar(
            "BEGIN:VEVENT\r\nDTSTART:20260101T090000Z\r\nSUMMARY:A\r\nEND:VEVENT",
            "BEGIN:VEVENT\r\nDTSTART:20260101T090000Z\r\nSUMMARY:A\r\nEND:VEVENT",
            "BEGIN:VEVENT\r\nUID:\r\nDTSTART:20260102T090000Z\r\nSUMMARY:B\r\nEND:VEVENT");
    var once = read(text);
    assertThat(once.series()).extracting(s -> s.uid()).doesNotHaveDuplicates().hasSize(3);
    assertThat(read(text)).isEqualTo(once);
    assertThat(once.doubtful()).isFalse();
  }

  @Test
  void theNewestOfTwoWithOneUidCounts() {
    String older = "BEGIN:VEVENT\r\nUID:x\r\nSEQUENCE:1\r\nDTSTART:20260101T090000Z\r\nEND:VEVENT";
    String newer = "BEGIN:VEVENT\r\nUID:x\r\nSEQUENCE:2\r\nDTSTART:20260102T090000Z\r\nEND:VEVENT";
    String stamped = newer.replace("SEQUENCE:2", "SEQUENCE:1\r\nDTSTAMP:20251212T000000Z");
    var second = new EventTime.Utc(Instant.parse("2026-01-02T09:00:00Z"));
    assertThat(master(read(calendar(older, newer))).start()).isEqualTo(second);
    assertThat(master(read(calendar(newer, older))).start()).isEqualTo(second);
    assertThat(read(calendar(older, newer)).doubtful()).isFalse();
    // of one revision they are two events, whenever each was written
    assertThat(read(calendar(stamped, older)).series()).hasSize(2);
    assertThat(read(calendar(older, newer.replace("SEQUENCE:2", "SEQUENCE:1"))).series())
        .hasSize(2);
  }

  @Test
  void theHashChangesWithWhatMattersAlone() {
    String text =
        event("DTSTART:20260329T090000Z", "DTSTAMP:20260101T000000Z", "SUMMARY:A", "DESCRIPTION:b");
    String hash = read(text).entries().getFirst().hash();
    assertThat(hash(text.replace("20260101T000000Z", "20260202T000000Z"))).isEqualTo(hash);
    assertThat(hash(text.replace("DESCRIPTION:b", "DESCRIPTION:c"))).isEqualTo(hash);
    assertThat(hash(text.replace("SUMMARY:A", "SUMMARY:B"))).isNotEqualTo(hash);
    assertThat(hash(text.replace("T090000Z", "T093000Z"))).isNotEqualTo(hash);
  }

  @Test
  void limitsAreSaidWhenTheyAreReached() {
    var tight = new ReadLimits(100_000, 2_000, 3, 10, 2, 2, 50);
    String overrides =
        IntStream.range(1, 5)
            .mapToObj(
                i ->
                    "BEGIN:VEVENT\r\nUID:x\r\nRECURRENCE-ID:2026010%dT090000Z\r\nDTSTART:20260109T090000Z\r\nEND:VEVENT"
                        .formatted(i))
            .collect(Collectors.joining("\r\n"));
    assertDoubt(
        calendar(overrides),
        new ReadLimits(100_000, 2_000, 9, 10, 2, 2, 50),
        "more than 2 changed");
    assertDoubt(calendar(overrides), tight, "more than 3 events");
    String dates =
        IntStream.range(10, 32)
            .mapToObj(i -> "202601" + i + "T090000Z")
            .collect(Collectors.joining(","));
    assertDoubt(event("DTSTART:20260101T090000Z", "EXDATE:" + dates), tight, "12 dates beyond");
    assertDoubt(
        event("DTSTART:20260101T090000Z", "SUMMARY:" + "x".repeat(3_000)),
        tight,
        "longer than 2000");
    assertDoubt(
        event("DTSTART:20260101T090000Z", "DESCRIPTION:" + "x\r\n".repeat(60_000)),
        tight,
        "was not read");
    var many =
        IntStream.range(0, 500)
            .mapToObj(i -> "BEGIN:VEVENT\r\nUID:u" + i + "\r\nEND:VEVENT")
            .collect(Collectors.joining("\r\n"));
    var calendar = read(calendar(many));
    assertThat(calendar.problems()).hasSize(51);
    assertThat(calendar.problems().getLast().detail()).startsWith("450 more");
  }

  @Test
  void aCalendarOfHugePartsIsReadInOnePass() {
    String exdates =
        IntStream.range(0, 300_000)
            .mapToObj(
                i -> "2026%02d%02dT%02d%02d00Z".formatted(i % 12 + 1, i % 28 + 1, i % 24, i % 60))
            .collect(Collectors.joining(","));
    var series =
        read(event("DTSTART:20260101T090000Z", "RRULE:FREQ=DAILY", "EXDATE:" + exdates))
            .series()
            .getFirst();
    assertThat(series.exdates()).hasSize(ReadLimits.STANDARD.datesPerSeries());
    // folded into a hundred thousand lines
    String folded = "x".repeat(70) + "\r\n ";
    assertThat(
            master(read(event("DTSTART:20260101T090000Z", "SUMMARY:" + folded.repeat(100_000))))
                .summary())
        .hasSize(4_096);
    // opened and never closed; closed and never opened; parameters without end
    String deep = "BEGIN:X\r\n".repeat(300_000) + "END:Y\r\n".repeat(300_000);
    assertThat(read(calendar(deep + eventOf("a", "20260101T090000Z"))).series()).hasSize(1);
    assertThat(read(event("DTSTART;" + "A=B;".repeat(200_000) + "VALUE=DATE:20260101")).series())
        .hasSize(1);
    assertThat(
            read(event(
                    "DTSTART:20260101", "ATTENDEE;CN=\"" + "x:;".repeat(200_000) + ":mailto:a@b.c"))
                .series())
        .hasSize(1);
  }

  @Test
  void nulBytesDoNotReachTheDatabase() {
    var series =
        read(event("DTSTART:20260101T090000Z", "SUMMARY:a\0b", "RRULE:FREQ=\0DAILY")).series();
    assertThat(series.toString()).doesNotContain("\0");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "DTSTART;VALUE=DATE:20260329|2026-03-29",
        "DTSTART:20260329|2026-03-29",
        "DTSTART;VALUE=DATE:20260329T000000|2026-03-29",
        "DTSTART;VALUE=X-NEW:20260329|2026-03-29",
        "DTSTART:20260329T0900|2026-03-29T09:00",
        "DTSTART:2026-03-29T09:00:00|2026-03-29T09:00",
        "dtstart:20260329t090000|2026-03-29T09:00",
        "DTSTART:20260329T240000|2026-03-30T00:00",
        "DTSTART:20260329T235960|2026-03-29T23:59:59",
      })
  void timesAreReadAsTheyAreWritten(String line, String expected) {
    EventTime start = master(event(line)).start();
    assertThat(start)
        .isEqualTo(
            expected.length() == 10
                ? new EventTime.Date(LocalDate.parse(expected))
                : new EventTime.Floating(LocalDateTime.parse(expected)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Europe/Berlin",
        "\"Europe/Berlin\"",
        "europe/berlin",
        "/freeassociation.sourceforge.net/Tzfile/Europe/Berlin",
        "/mozilla.org/20050126_1/Europe/Berlin",
        "/softwarestudio.org/Olson_20011030_5/Europe/Berlin",
        "W. Europe Standard Time",
        "\"(UTC+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna\"",
        "(UTC+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna",
        "(GMT+01.00) Amsterdam / Berlin / Bern / Rome / Stockholm / Vienna",
        "Nobody knows this",
      })
  void everySpellingOfAZoneIsFound(String tzid) {
    var found =
        expand(
            event("DTSTART;TZID=" + tzid + ":20260701T090000"),
            "2026-06-01T00:00:00Z",
            "2026-08-01T00:00:00Z",
            "Europe/Berlin");
    assertThat(starts(found)).containsExactly("2026-07-01T07:00:00Z");
    boolean guessed = tzid.contains("Nobody") || tzid.contains(" / ");
    assertThat(found.degraded()).hasSize(guessed ? 1 : 0);
  }

  @ParameterizedTest
  @CsvSource({"GMT+0200,07:00", "UTC-03:30,12:30", "+05:45,03:15", "PDT,16:00"})
  void anOffsetOrAbbreviationServesWhereThereIsNothingElse(String tzid, String utc) {
    var found =
        expand(
            event("DTSTART;TZID=" + tzid + ":20260701T090000"),
            "2026-06-01T00:00:00Z",
            "2026-08-01T00:00:00Z",
            "Asia/Tokyo");
    assertThat(starts(found)).containsExactly("2026-07-01T" + utc + ":00Z");
  }

  @Test
  void aKnownZoneBeatsTheDefinitionBesideIt() {
    // as Radicale 3.1 adds it: without the minutes
    String zone =
        "BEGIN:VTIMEZONE\r\nTZID:Asia/Kathmandu\r\nBEGIN:STANDARD\r\nDTSTART:19860101T000000\r\n"
            + "TZOFFSETFROM:+0500\r\nTZOFFSETTO:+0500\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n";
    String text =
        event("DTSTART;TZID=Asia/Kathmandu:20260701T090000")
            .replace("BEGIN:VEVENT", zone + "BEGIN:VEVENT");
    assertThat(starts(expand(text, "2026-06-01T00:00:00Z", "2026-08-01T00:00:00Z", "UTC")))
        .containsExactly("2026-07-01T03:15:00Z");
    assertThat(series(text).zones()).isEmpty();
  }

  @Test
  void aCustomZoneIsFollowed() {
    String zone =
        """
        BEGIN:VTIMEZONE
        TZID:Customized Time Zone
        BEGIN:STANDARD
        DTSTART:16010101T030000
        TZOFFSETFROM:+0200
        TZOFFSETTO:+0100
        RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=10
        END:STANDARD
        BEGIN:DAYLIGHT
        DTSTART:16010101T020000
        TZOFFSETFROM:+0100
        TZOFFSETTO:+0200
        RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=3
        END:DAYLIGHT
        END:VTIMEZONE
        """;
    String text =
        event("DTSTART;TZID=Customized Time Zone:20260323T090000", "RRULE:FREQ=WEEKLY;COUNT=2")
            .replace("END:VCALENDAR", zone + "END:VCALENDAR");
    var found = expand(text, "2026-03-01T00:00:00Z", "2026-08-01T00:00:00Z", "Asia/Tokyo");
    assertThat(starts(found)).containsExactly("2026-03-23T08:00:00Z", "2026-03-30T07:00:00Z");
    assertThat(found.degraded()).isEmpty();
  }

  @Test
  void eventsThatEndBeforeTheyStartLastAnHourAndSaySo() {
    var found =
        expand(
            event("DTSTART:20260701T090000Z", "DTEND:20260701T080000Z"),
            "2026-06-01T00:00:00Z",
            "2026-08-01T00:00:00Z",
            "UTC");
    assertThat(Ics.lengths(found)).containsExactly(Duration.ofHours(1));
    assertThat(found.degraded()).hasSize(1);
  }

  @Test
  void eventsThatShareOneUidAreAllKept() {
    var calendar =
        read(
            calendar(
                eventOf("same", "20270104T090000Z"),
                eventOf("same", "20270105T100000Z"),
                eventOf("same", "20270106T110000Z")));
    assertThat(
            calendar.series().stream()
                .flatMap(
                    s ->
                        starts(expand(s, "2027-01-01T00:00:00Z", "2027-02-01T00:00:00Z", "UTC"))
                            .stream()))
        .containsExactly("2027-01-04T09:00:00Z", "2027-01-05T10:00:00Z", "2027-01-06T11:00:00Z");
    assertThat(calendar.series()).extracting(s -> s.uid()).doesNotHaveDuplicates().contains("same");
    assertThat(calendar.doubtful()).isFalse();
  }

  @Test
  void twoSeriesOfOneUidLoseNoOccurrenceAndEachKeepsItsOwnChange() {
    var calendar =
        read(
            calendar(
                "BEGIN:VEVENT\r\nUID:same\r\nDTSTART:20270104T090000Z\r\nRRULE:FREQ=WEEKLY;COUNT=2\r\nEND:VEVENT",
                "BEGIN:VEVENT\r\nUID:same\r\nDTSTART:20270105T140000Z\r\nRRULE:FREQ=WEEKLY;COUNT=2\r\nEND:VEVENT",
                "BEGIN:VEVENT\r\nUID:same\r\nRECURRENCE-ID:20270112T140000Z\r\nDTSTART:20270113T140000Z\r\nEND:VEVENT"));
    assertThat(
            calendar.series().stream()
                .flatMap(
                    s ->
                        starts(expand(s, "2027-01-01T00:00:00Z", "2027-02-01T00:00:00Z", "UTC"))
                            .stream()))
        .containsExactlyInAnyOrder(
            "2027-01-04T09:00:00Z",
            "2027-01-11T09:00:00Z",
            "2027-01-05T14:00:00Z",
            "2027-01-13T14:00:00Z");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        " BEGIN:VEVENT\r\n",
        "   BEGIN:VEVENT\r\n   SUMMARY:Second\r\n",
        "\tBEGIN:VEVENT\r\n"
      })
  void anIndentedBeginIsABeginning(String begin) {
    var calendar =
        read(
            calendar(
                eventOf("first", "20270104T090000Z"),
                begin + "UID:second\r\nDTSTART:20270105T090000Z\r\nEND:VEVENT"));
    assertThat(calendar.series()).extracting(s -> s.uid()).containsExactly("first", "second");
    assertThat(calendar.doubtful()).isFalse();
  }

  @Test
  void aWholeIndentedEventIsRead() {
    var calendar =
        read(
            calendar(
                "  BEGIN:VEVENT\r\n  UID:one\r\n  DTSTART:20270105T090000Z\r\n  SUMMARY:In\r\n  END:VEVENT"));
    assertThat(calendar.series()).singleElement();
    assertThat(master(calendar).summary()).isEqualTo("In");
    assertThat(calendar.doubtful()).isFalse();
  }

  @Test
  void whatIsFoldedIsNotTakenForIndented() {
    var text = "a".repeat(67);
    var details =
        master(event("DTSTART:20270105T090000Z", "SUMMARY:" + text, " BEGIN:VEVENT", "X-A:1"));
    assertThat(details.summary()).isEqualTo(text + "BEGIN:VEVENT");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "UID:a\r\nDTSTART:20270105T090000Z\r\nEND:VEVENT",
        "BEGIN:VEVENT\r\nUID:a\r\nDTSTART:20270105T090000Z\r\nDTSTART:20270106T090000Z\r\nEND:VEVENT",
        "BEGIN:VEVENT\r\nUID:a\r\nUID:b\r\nDTSTART:20270105T090000Z\r\nEND:VEVENT"
      })
  void eventsThatRunIntoEachOtherRaiseADoubt(String lines) {
    assertThat(read(calendar(lines)).doubtful()).isTrue();
  }

  @Test
  void busyTimesOfAVfreebusyAreEventsWhoseTypeSaysOfWhichKind() {
    var calendar =
        read(
            calendar(
                "BEGIN:VFREEBUSY",
                "UID:fb",
                "DTSTART:20270101T000000Z",
                "DTEND:20270201T000000Z",
                "FREEBUSY:20270105T090000Z/20270105T100000Z,20270106T090000Z/PT30M",
                "FREEBUSY;FBTYPE=BUSY-TENTATIVE:20270107T090000Z/20270107T100000Z",
                "FREEBUSY;FBTYPE=BUSY-UNAVAILABLE:20270108T090000Z/20270108T100000Z",
                "FREEBUSY;FBTYPE=FREE:20270109T090000Z/20270109T100000Z",
                "END:VFREEBUSY"));
    assertThat(
            calendar.series().stream()
                .flatMap(
                    s ->
                        Ics.spans(expand(s, "2027-01-01T00:00:00Z", "2027-02-01T00:00:00Z", "UTC"))
                            .stream()))
        .containsExactly(
            "2027-01-05T09:00:00Z/2027-01-05T10:00:00Z",
            "2027-01-06T09:00:00Z/2027-01-06T09:30:00Z",
            "2027-01-07T09:00:00Z/2027-01-07T10:00:00Z",
            "2027-01-08T09:00:00Z/2027-01-08T10:00:00Z",
            "2027-01-09T09:00:00Z/2027-01-09T10:00:00Z");
    assertThat(calendar.series())
        .extracting(s -> Objects.requireNonNull(s.master()).busyStatus())
        .containsExactly(
            BusyStatus.BUSY,
            BusyStatus.BUSY,
            BusyStatus.TENTATIVE,
            BusyStatus.OUT_OF_OFFICE,
            BusyStatus.FREE);
    assertThat(calendar.doubtful()).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "(UTC+01:00) Amsterdam, Berlijn, Bern, Rome, Stockholm, Wenen|2027-07-05T07:00:00Z",
        "(UTC+01:00) Bruxelles, Copenhague, Madrid, Paris|2027-07-05T07:00:00Z",
        "(UTC+02:00) Helsinki, Kiew, Riga, Sofia, Tallinn, Wilna|2027-07-05T06:00:00Z"
      })
  void whatWindowsShowsInOtherLanguagesIsGuessedByItsPlacesAndSaysSo(String tzid, String start) {
    var found =
        expand(
            event("DTSTART;TZID=\"" + tzid + "\":20270705T090000", "DURATION:PT1H"),
            "2027-07-01T00:00:00Z",
            "2027-08-01T00:00:00Z",
            "UTC");
    assertThat(starts(found)).containsExactly(start);
    assertThat(found.degraded()).singleElement().asString().contains("was taken for Europe/");
  }

  private static String eventOf(String uid, String start) {
    return "BEGIN:VEVENT\r\nUID:" + uid + "\r\nDTSTART:" + start + "\r\nEND:VEVENT";
  }

  private static String hash(String text) {
    return read(text).entries().getFirst().hash();
  }

  private static EventDetails master(String text) {
    return master(read(text));
  }

  private static EventDetails master(ParsedCalendar.Calendar calendar) {
    return Objects.requireNonNull(calendar.series().getFirst().master());
  }

  private static ParsedCalendar.Calendar read(byte[] bytes) {
    return (ParsedCalendar.Calendar) new ICalendarReader().read(bytes, ReadLimits.STANDARD);
  }

  private static ParsedCalendar.Calendar read(String text) {
    return Ics.read(text);
  }

  private static void assertDoubt(String text, ReadLimits limits, String said) {
    var calendar = (ParsedCalendar.Calendar) new ICalendarReader().read(text, limits);
    assertThat(calendar.problems())
        .anySatisfy(
            p -> {
              assertThat(p.weight()).isEqualTo(Weight.DOUBT);
              assertThat(p.detail()).contains(said);
            });
  }
}
