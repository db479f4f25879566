package io.linkspan.bench;

import io.linkspan.event.EventDetails;
import io.linkspan.event.EventEnd;
import io.linkspan.event.EventSeries;
import io.linkspan.event.EventSeries.Override;
import io.linkspan.event.EventTime;
import io.linkspan.event.recurrence.Expansion;
import io.linkspan.event.recurrence.SeriesExpander;
import io.linkspan.event.recurrence.Window;
import io.linkspan.event.recurrence.WorkBudget;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TimeZone;
import org.dmfs.rfc5545.DateTime;
import org.dmfs.rfc5545.recur.InvalidRecurrenceRuleException;
import org.dmfs.rfc5545.recur.RecurrenceRule;
import org.dmfs.rfc5545.recur.RecurrenceRuleIterator;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * Our expansion, with zones, exclusions and overrides, against lib-recur stepping bare through the
 * same rules, which it has read beforehand. Both run in turn, round by round.
 */
final class ExpandBenchmark implements Benchmark {
  private static final ZoneId HOME = ZoneId.of("Europe/Berlin");
  private static final Window YEAR =
      new Window(Instant.parse("2026-01-01T00:00:00Z"), Instant.parse("2027-01-01T00:00:00Z"));
  private static final int WARM_UP = 8;
  private static final int ROUNDS = 15;

  private final SeriesExpander expander = new SeriesExpander();

  /** A series, and the same rule for lib-recur; none if it does not recur. */
  private record Work(EventSeries series, Window window, List<Bare> bare) {}

  private record Bare(RecurrenceRule rule, DateTime start, int most) {}

  @java.lang.Override
  public String name() {
    return "expand";
  }

  @java.lang.Override
  public String question() {
    return "expanding series, against lib-recur's bare iteration of the same rules";
  }

  @java.lang.Override
  public Report run(List<String> arguments) throws Exception {
    Report report = new Report();
    measure(report, "10,000 mixed series, a year", mixed(10_000), 1);
    measure(report, "dateutil's vectors, x20", vectors(), 20);
    return report;
  }

  private void measure(Report report, String what, List<Work> work, int times) {
    double[] ours = new double[ROUNDS];
    double[] bare = new double[ROUNDS];
    double[] ratios = new double[ROUNDS];
    long occurrences = 0;
    long instances = 0;
    for (int round = -WARM_UP; round < ROUNDS; round++) {
      long a = System.nanoTime();
      occurrences = 0;
      for (int i = 0; i < times; i++) {
        occurrences += expand(work);
      }
      long b = System.nanoTime();
      instances = 0;
      for (int i = 0; i < times; i++) {
        instances += iterate(work);
      }
      long c = System.nanoTime();
      if (round >= 0) {
        ours[round] = (b - a) / 1e6;
        bare[round] = (c - b) / 1e6;
        ratios[round] = ours[round] / bare[round];
      }
    }
    report
        .figure(what + ": occurrences of ours", occurrences, "")
        .figure(what + ": instances of lib-recur", instances, "")
        .figure(what + ": ours", median(ours), "ms")
        .figure(what + ": lib-recur bare", median(bare), "ms")
        .figure(what + ": ratio", median(ratios), "x", 2);
  }

  private long expand(List<Work> work) {
    WorkBudget budget =
        WorkBudget.of(
            new WorkBudget.Share(Long.MAX_VALUE, Long.MAX_VALUE, Duration.ofHours(1)),
            WorkBudget.PER_SERIES,
            System::nanoTime);
    long occurrences = 0;
    for (Work one : work) {
      Expansion expansion = expander.expand(one.series(), one.window(), HOME, budget);
      occurrences += expansion.occurrences().size();
      if (expansion.overflow().isPresent() || !expansion.degraded().isEmpty()) {
        throw new IllegalStateException(one.series() + " " + expansion);
      }
    }
    return occurrences;
  }

  private static long iterate(List<Work> work) {
    long instances = 0;
    long sum = 0;
    for (Work one : work) {
      long from = one.window().fromInclusive().toEpochMilli();
      long to = one.window().toExclusive().toEpochMilli();
      for (Bare bare : one.bare()) {
        RecurrenceRuleIterator iterator = bare.rule().iterator(bare.start());
        if (bare.start().getTimestamp() < from) {
          iterator.fastForward(from);
        }
        int left = bare.most();
        while (iterator.hasNext() && left-- > 0) {
          long millis = iterator.nextMillis();
          if (millis >= to) {
            break;
          }
          sum += millis;
          instances++;
        }
      }
    }
    return sum == 42 ? 0 : instances;
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }

  /** Of those that lib-recur follows to the end. */
  private static List<Work> vectors() throws IOException {
    List<Work> work = new ArrayList<>();
    try (var in = EventSeries.class.getResourceAsStream("rrule-dateutil.json")) {
      for (var vector : JsonMapper.shared().readTree(in).get("vectors")) {
        if (vector.has("rrule") && !vector.get("expected").isEmpty()) {
          var start = LocalDateTime.parse(vector.get("dtstart").asString());
          String last =
              vector.get("expected").valueStream().reduce((a, b) -> b).orElseThrow().asString();
          vector(vector.get("rrule").asString(), start, LocalDateTime.parse(last), work);
        }
      }
    } catch (InvalidRecurrenceRuleException e) {
      throw new IOException(e);
    }
    return work;
  }

  private static void vector(String rule, LocalDateTime start, LocalDateTime last, List<Work> work)
      throws InvalidRecurrenceRuleException {
    var series =
        new EventSeries(
            rule,
            EventDetails.of(new EventTime.Floating(start), new EventEnd.Unstated(), rule),
            List.of(rule),
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            List.of());
    var window =
        new Window(start.atZone(HOME).toInstant(), last.plusSeconds(1).atZone(HOME).toInstant());
    var bare =
        new Bare(
            new RecurrenceRule(rule, RecurrenceRule.RfcMode.RFC5545_LAX),
            dateTime(null, start),
            Integer.MAX_VALUE);
    var one = new Work(series, window, List.of(bare));
    try {
      iterate(List.of(one));
      work.add(one);
    } catch (IllegalArgumentException | IllegalStateException e) {
      // "too many empty recurrence sets"
    }
  }

  private static DateTime dateTime(@Nullable TimeZone zone, LocalDateTime t) {
    return new DateTime(
        zone,
        t.getYear(),
        t.getMonthValue() - 1,
        t.getDayOfMonth(),
        t.getHour(),
        t.getMinute(),
        t.getSecond());
  }

  /** As calendars are: mostly weekly, some single, some with exclusions and changes. */
  private static List<Work> mixed(int count) throws InvalidRecurrenceRuleException {
    Random random = new Random(7);
    List<String> rules =
        List.of(
            "FREQ=WEEKLY",
            "FREQ=WEEKLY;BYDAY=MO,WE,FR",
            "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU",
            "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
            "FREQ=DAILY",
            "FREQ=DAILY;INTERVAL=3",
            "FREQ=WEEKLY;UNTIL=20260701T000000Z;BYDAY=TH",
            "FREQ=WEEKLY;COUNT=100",
            "FREQ=MONTHLY",
            "FREQ=MONTHLY;BYDAY=2TU",
            "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
            "FREQ=MONTHLY;BYMONTHDAY=1,15",
            "FREQ=YEARLY",
            "FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU");
    List<String> zones =
        List.of("Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe");
    List<Work> work = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String zone = zones.get(random.nextInt(zones.size()));
      boolean single = random.nextInt(10) == 0;
      var start =
          LocalDateTime.of(
              2023 + random.nextInt(4),
              1 + random.nextInt(12),
              1 + random.nextInt(28),
              random.nextInt(24),
              30);
      String rule = rules.get(random.nextInt(rules.size()));
      work.add(
          new Work(
              series("uid-" + i, start, zone, single ? null : rule, random),
              YEAR,
              single
                  ? List.of()
                  : List.of(
                      new Bare(
                          new RecurrenceRule(rule, RecurrenceRule.RfcMode.RFC5545_LAX),
                          dateTime(TimeZone.getTimeZone(zone), start),
                          Integer.MAX_VALUE))));
    }
    return work;
  }

  private static EventSeries series(
      String uid, LocalDateTime start, String zone, @Nullable String rule, Random random) {
    var master =
        EventDetails.of(
            new EventTime.Zoned(start, zone),
            new EventEnd.At(new EventTime.Zoned(start.plusMinutes(30), zone)),
            "Meeting");
    List<EventTime> exdates = new ArrayList<>();
    List<Override> overrides = new ArrayList<>();
    if (rule != null && random.nextInt(4) == 0) {
      for (int i = 0; i < 4; i++) {
        var at = start.plusWeeks(random.nextInt(100));
        exdates.add(new EventTime.Zoned(at, zone));
      }
      var id = new EventTime.Zoned(start.plusWeeks(20), zone);
      overrides.add(
          new Override(
              id,
              false,
              EventDetails.of(
                  new EventTime.Utc(start.plusWeeks(20).plusHours(5).toInstant(ZoneOffset.UTC)),
                  new EventEnd.Lasting(0, Duration.ofMinutes(45)),
                  "Moved")));
    }
    return new EventSeries(
        uid,
        master,
        rule == null ? List.of() : List.of(rule),
        List.of(),
        List.of(),
        exdates,
        overrides,
        List.of());
  }
}
