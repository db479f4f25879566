package io.linkspan.event.recurrence;

import static io.linkspan.event.ical.Ics.event;
import static io.linkspan.event.ical.Ics.expand;
import static io.linkspan.event.ical.Ics.series;
import static org.assertj.core.api.Assertions.assertThat;

import io.linkspan.event.EventDetails;
import io.linkspan.event.EventEnd;
import io.linkspan.event.EventSeries;
import io.linkspan.event.EventTime;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Series made to cost much. What they cost is counted in steps, not measured in time. */
class HostileSeriesTest {
  private static final Window YEAR =
      new Window(Instant.parse("2026-01-01T00:00:00Z"), Instant.parse("2027-01-01T00:00:00Z"));

  @ParameterizedTest
  @ValueSource(
      strings = {
        "FREQ=SECONDLY",
        "FREQ=MINUTELY",
        "FREQ=SECONDLY;COUNT=2000000000",
        "FREQ=SECONDLY;INTERVAL=7;COUNT=1000000000",
        "FREQ=YEARLY;BYDAY=MO,TU,WE,TH,FR,SA,SU;BYHOUR=0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23;BYMINUTE=0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30;BYSECOND=0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20",
      })
  void whatHasTooManyOccurrencesCountsAsBusyFromWhereItWasCut(String rule) {
    var found =
        expand(
            event("DTSTART:19700101T000000Z", "DURATION:PT1S", "RRULE:" + rule),
            "2026-01-01T00:00:00Z",
            "2027-01-01T00:00:00Z",
            "UTC");
    assertThat(found.overflow()).isPresent();
    var last = found.occurrences().getLast();
    assertThat(last.key()).isEqualTo(Occurrence.OVERFLOW);
    assertThat(last.end()).isEqualTo("2027-01-01T00:00:00Z");
    // nothing between is free: what comes before is there, one by one
    assertThat(last.start()).isEqualTo(found.overflow().orElseThrow().from());
    assertThat(found.nextStartAtOrAfter()).contains(Instant.parse("2027-01-01T00:00:00Z"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=31",
        "FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=30,31",
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=31",
        "FREQ=WEEKLY;BYMONTH=2;BYDAY=MO;BYYEARDAY=366",
        "FREQ=HOURLY;BYMONTH=2;BYMONTHDAY=31",
        "FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=31",
        "FREQ=SECONDLY;INTERVAL=60;BYSECOND=30",
        "FREQ=MINUTELY;INTERVAL=120;BYMINUTE=7",
        "FREQ=HOURLY;INTERVAL=24;BYHOUR=5",
        "FREQ=SECONDLY;INTERVAL=86400;BYHOUR=5",
        "FREQ=YEARLY;INTERVAL=2147483647",
        "FREQ=DAILY;INTERVAL=99999999999999999999",
        "FREQ=SECONDLY;INTERVAL=99999999999999999999",
        "FREQ=YEARLY;BYWEEKNO=53;BYMONTH=6",
        "FREQ=MONTHLY;BYDAY=5MO;BYSETPOS=2",
        "FREQ=YEARLY;BYYEARDAY=366;BYMONTH=1",
        "FREQ=MONTHLY;BYMONTHDAY=1;BYSETPOS=300",
      })
  void whatNeverRecursLeavesItsFirstOccurrenceAndNothingElse(String rule) {
    var series = series(event("DTSTART:20260105T090000Z", "DURATION:PT1H", "RRULE:" + rule));
    var budget = WorkBudget.of(WorkBudget.PER_RUN, WorkBudget.PER_SERIES, () -> 0);
    var found = new SeriesExpander().expand(series, YEAR, ZoneOffset.UTC, budget);
    assertThat(found.occurrences())
        .extracting(o -> o.start().toString())
        .containsExactly("2026-01-05T09:00:00Z");
    assertThat(found.overflow()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "FREQ=SECONDLY;INTERVAL=3600",
        "FREQ=SECONDLY;INTERVAL=3600;COUNT=900000000",
        "FREQ=MINUTELY;INTERVAL=60",
        "FREQ=HOURLY;COUNT=99999999999",
        "FREQ=DAILY;BYHOUR=0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23",
        "FREQ=SECONDLY;BYMINUTE=0;BYSECOND=0",
      })
  void aStartFarInThePastIsLeaptOver(String rule) {
    var found =
        expand(
            event("DTSTART:19700101T000000Z", "DURATION:PT1M", "RRULE:" + rule),
            "2026-01-01T00:00:00Z",
            "2026-01-02T00:00:00Z",
            "UTC");
    assertThat(found.overflow()).isEmpty();
    assertThat(found.occurrences()).hasSize(24);
    assertThat(found.occurrences().getFirst().start()).isEqualTo("2026-01-01T00:00:00Z");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "nonsense",
        "FREQ=",
        "FREQ=FORTNIGHTLY",
        "FREQ=DAILY;COUNT=0",
        "FREQ=DAILY;COUNT=-3",
        "FREQ=DAILY;COUNT=many",
        "FREQ=DAILY;INTERVAL=x",
        "FREQ=DAILY;UNTIL=tomorrow",
        "FREQ=DAILY;BYMONTH=13",
        "FREQ=MONTHLY;BYMONTHDAY=0,32",
        "FREQ=MONTHLY;BYDAY=XX",
        "FREQ=MONTHLY;BYDAY=99999999999MO",
        "FREQ=YEARLY;RSCALE=CHINESE",
        "D5 #10",
      })
  void aRuleThatCannotBeFollowedKeepsTheFirstOccurrenceAndSaysSo(String rule) {
    var found =
        expand(
            event("DTSTART:20260105T090000Z", "DURATION:PT1H", "RRULE:" + rule),
            "2026-01-01T00:00:00Z",
            "2027-01-01T00:00:00Z",
            "UTC");
    assertThat(found.occurrences()).hasSize(1);
    assertThat(found.degraded()).hasSize(1);
  }

  @Test
  void manyHostileSeriesShareOneRun() {
    var hostile = series(event("DTSTART:19700101T000000Z", "RRULE:FREQ=SECONDLY;BYMONTH=1,2"));
    var honest =
        series(
            event(
                "DTSTART;TZID=Europe/Berlin:20240101T090000",
                "DURATION:PT1H",
                "RRULE:FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"));
    var run = new WorkBudget.Share(100_000, 50_000, Duration.ofSeconds(5));
    var budget =
        WorkBudget.of(run, new WorkBudget.Share(40_000, 20_000, Duration.ofSeconds(1)), () -> 0);
    var expander = new SeriesExpander();
    int overflowed = 0;
    for (int i = 0; i < 1_000; i++) {
      overflowed +=
          expander.expand(hostile, YEAR, ZoneOffset.UTC, budget).overflow().isPresent() ? 1 : 0;
    }
    assertThat(overflowed).isEqualTo(1_000);
    assertThat(budget.runIsOver()).isTrue();
    // the honest one behind them is still exact
    var found = expander.expand(honest, YEAR, ZoneOffset.UTC, budget);
    assertThat(found.overflow()).isEmpty();
    assertThat(found.occurrences()).hasSize(261);
  }

  @Test
  void theRoomOfARunIsSharedByItsPartsAndEndsForSimpleSeriesToo() {
    var daily = series(event("DTSTART:20260101T090000Z", "DURATION:PT1H", "RRULE:FREQ=DAILY"));
    var once = series(event("DTSTART:20260101T090000Z", "DURATION:PT1H"));
    var expander = new SeriesExpander();
    long left = WorkBudget.PER_RUN.occurrences();
    long kept = 0;
    for (int part = 0; part < 6_000; part++) {
      var share = new WorkBudget.Share(Long.MAX_VALUE, left, Duration.ofSeconds(5));
      var budget = WorkBudget.of(share, WorkBudget.PER_SERIES, () -> 0);
      kept += expander.expand(daily, YEAR, ZoneOffset.UTC, budget).occurrences().size();
      left = budget.occurrencesLeft();
    }
    assertThat(kept).isBetween(990_000L, 1_100_000L);
    var share = new WorkBudget.Share(Long.MAX_VALUE, left, Duration.ofSeconds(5));
    var budget = WorkBudget.of(share, WorkBudget.PER_SERIES, () -> 0);
    var late = expander.expand(daily, YEAR, ZoneOffset.UTC, budget);
    assertThat(late.overflow()).isPresent();
    assertThat(late.occurrences().getLast().key()).isEqualTo(Occurrence.OVERFLOW);
    assertThat(expander.expand(once, YEAR, ZoneOffset.UTC, budget).overflow()).isEmpty();
  }

  @Test
  void timeIsBoundedByTheInjectedClock() {
    var nanos = new AtomicLong();
    var share = new WorkBudget.Share(Long.MAX_VALUE, Long.MAX_VALUE, Duration.ofMillis(100));
    // each look at the clock takes 10 ms
    var budget = WorkBudget.of(share, share, () -> nanos.addAndGet(10_000_000));
    var found =
        new SeriesExpander()
            .expand(
                series(event("DTSTART:19700101T000000Z", "RRULE:FREQ=SECONDLY")),
                YEAR,
                ZoneOffset.UTC,
                budget);
    assertThat(found.overflow().orElseThrow().reason()).contains("ms");
    assertThat(found.occurrences()).hasSizeLessThan(20_000);
  }

  @Test
  void anOverflowIsBusyThoughOneOverrideIsNot() {
    var master =
        EventDetails.of(
            new EventTime.Utc(Instant.parse("1970-01-01T00:00:00Z")), new EventEnd.Unstated(), "x");
    var free =
        new EventDetails(
            master.start(),
            master.end(),
            "free",
            EventDetails.Status.CONFIRMED,
            true,
            EventDetails.BusyStatus.UNSTATED,
            List.of(),
            null,
            0,
            EventDetails.Classification.PUBLIC);
    var series =
        new EventSeries(
            "u",
            free,
            List.of("FREQ=SECONDLY"),
            List.of(),
            List.of(),
            List.of(),
            List.of(new EventSeries.Override(master.start(), false, master)),
            List.of());
    var found = expand(series, "2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z", "UTC");
    assertThat(found.occurrences().getLast().key()).isEqualTo(Occurrence.OVERFLOW);
    assertThat(found.occurrences().getLast().details().transparent()).isFalse();
  }

  @Test
  void anExclusionRuleThatCostsTooMuchLeavesBusyTime() {
    var found =
        expand(
            event(
                "DTSTART:20200101T090000Z",
                "DURATION:PT1H",
                "RRULE:FREQ=DAILY",
                "EXRULE:FREQ=SECONDLY"),
            "2026-01-01T00:00:00Z",
            "2027-01-01T00:00:00Z",
            "UTC");
    assertThat(found.overflow()).isPresent();
    assertThat(found.occurrences())
        .singleElement()
        .satisfies(
            o -> {
              assertThat(o.start()).isEqualTo("2026-01-01T00:00:00Z");
              assertThat(o.end()).isEqualTo("2027-01-01T00:00:00Z");
            });
  }

  @Test
  void hundredsOfThousandsOfExclusionsAreNoTrouble() {
    var exdates =
        IntStream.range(0, 300_000)
            .<EventTime>mapToObj(
                i ->
                    new EventTime.Utc(
                        Instant.parse("2000-01-01T09:00:00Z").plusSeconds(86_400L * (i % 9_490))))
            .toList();
    var master =
        EventDetails.of(
            new EventTime.Utc(Instant.parse("2000-01-01T09:00:00Z")), new EventEnd.Unstated(), "x");
    var series =
        new EventSeries(
            "u",
            master,
            List.of("FREQ=DAILY"),
            List.of(),
            List.of(),
            exdates,
            List.of(),
            List.of());
    var found = expand(series, "2025-12-20T00:00:00Z", "2026-01-03T00:00:00Z", "UTC");
    assertThat(found.occurrences())
        .extracting(o -> o.start().toString())
        .containsExactly(
            "2025-12-25T09:00:00Z",
            "2025-12-26T09:00:00Z",
            "2025-12-27T09:00:00Z",
            "2025-12-28T09:00:00Z",
            "2025-12-29T09:00:00Z",
            "2025-12-30T09:00:00Z",
            "2025-12-31T09:00:00Z",
            "2026-01-01T09:00:00Z",
            "2026-01-02T09:00:00Z");
  }

  @Test
  void aHostileZoneIsNotFollowedForEver() {
    String zone =
        String.join(
            "\r\n",
            "BEGIN:VTIMEZONE",
            "TZID:Evil",
            "BEGIN:STANDARD",
            "DTSTART:16010101T000000",
            "TZOFFSETFROM:+0100",
            "TZOFFSETTO:+0200",
            "RRULE:FREQ=SECONDLY",
            "END:STANDARD",
            "END:VTIMEZONE",
            "");
    var found =
        expand(
            event("DTSTART;TZID=Evil:20260105T090000", "RRULE:FREQ=DAILY;COUNT=3")
                .replace("BEGIN:VEVENT", zone + "BEGIN:VEVENT"),
            "2026-01-01T00:00:00Z",
            "2027-01-01T00:00:00Z",
            "Europe/Berlin");
    assertThat(found.occurrences()).hasSize(3);
    assertThat(found.occurrences().getFirst().start()).isEqualTo("2026-01-05T08:00:00Z");
    assertThat(found.degraded()).singleElement().asString().contains("Evil");
  }
}
