package io.linkspan.event.recurrence;

import static org.assertj.core.api.Assertions.assertThat;

import io.linkspan.event.EventDetails;
import io.linkspan.event.EventEnd;
import io.linkspan.event.EventSeries;
import io.linkspan.event.EventTime;
import io.linkspan.event.ical.Ics;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The 228 expectations of dateutil's own tests, with the licences named in the file
 * (rrule-dateutil.json).
 */
class DateutilVectorsTest {
  record Vector(String id, String test, JsonNode json) {
    @Override
    public String toString() {
      return id + " " + test;
    }

    List<LocalDateTime> expected() {
      return json.get("expected")
          .valueStream()
          .map(n -> LocalDateTime.parse(n.asString()))
          .toList();
    }
  }

  static List<Vector> vectors() throws IOException {
    try (var in = DateutilVectorsTest.class.getResourceAsStream("rrule-dateutil.json")) {
      return JsonMapper.shared()
          .readTree(in)
          .get("vectors")
          .valueStream()
          .map(n -> new Vector(n.get("id").asString(), n.get("test").asString(), n))
          .toList();
    }
  }

  static Stream<Vector> rules() throws IOException {
    return vectors().stream().filter(v -> v.json().has("rrule"));
  }

  @ParameterizedTest
  @MethodSource("rules")
  void theRuleAloneYieldsWhatDateutilYields(Vector vector) throws Exception {
    var rule = Rule.parse(vector.json().get("rrule").asString());
    long start = seconds(start(vector));
    var until = rule.until();
    long last =
        until == null ? Long.MAX_VALUE : TimeResolver.local(until); // as in dateutil, floating
    var iterator = new RuleIterator(rule, start, false, last, budget());
    List<LocalDateTime> found = new ArrayList<>();
    for (long t = iterator.next();
        t != RuleIterator.END && found.size() < vector.expected().size();
        t = iterator.next()) {
      found.add(LocalDateTime.ofEpochSecond(t, 0, ZoneOffset.UTC));
    }
    assertThat(found).isEqualTo(vector.expected());
  }

  /** Where DTSTART fits the rule, RFC 5545 and dateutil mean the same. */
  @ParameterizedTest
  @MethodSource("rules")
  void theExpansionHasTheSameStarts(Vector vector) {
    if (!vector.json().get("dtstart_is_first").asBoolean()) {
      return;
    }
    var rule = vector.json().get("rrule").asString();
    var series =
        new EventSeries(
            vector.id(),
            EventDetails.of(
                new EventTime.Floating(start(vector)), new EventEnd.Unstated(), vector.test()),
            List.of(rule),
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            List.of());
    var expected = vector.expected();
    var first = expected.getFirst().toInstant(ZoneOffset.UTC);
    Instant end = expected.getLast().toInstant(ZoneOffset.UTC).plusSeconds(1);
    var expansion =
        new SeriesExpander().expand(series, new Window(first, end), ZoneOffset.UTC, budget());
    assertThat(expansion.overflow()).isEmpty();
    assertThat(
            expansion.occurrences().stream()
                .map(o -> LocalDateTime.ofInstant(o.start(), ZoneOffset.UTC)))
        .isEqualTo(expected);
  }

  static Stream<Vector> texts() throws IOException {
    return vectors().stream().filter(v -> v.json().has("ical"));
  }

  @ParameterizedTest
  @MethodSource("texts")
  void wholeTextsReadAsDateutilReadsThem(Vector vector) throws Exception {
    // dateutil takes any white space for the end of a line
    String[] lines = vector.json().get("ical").asString().strip().split("\\s+");
    EventSeries series = Ics.series(Ics.event(lines));
    var expected = vector.expected();
    var start = ((EventTime.Floating) series.master().start()).local();
    if (expected.getFirst().equals(start)) {
      var expansion = Ics.expand(series, "1997-01-01T00:00:00Z", "2100-01-01T00:00:00Z", "UTC");
      assertThat(Ics.starts(expansion))
          .isEqualTo(expected.stream().map(t -> t.toInstant(ZoneOffset.UTC).toString()).toList());
    } else {
      // RFC 5545 counts DTSTART as the first, dateutil leaves it out
      var rule = Rule.parse(series.rrules().getFirst());
      long last = rule.until() == null ? Long.MAX_VALUE : TimeResolver.local(rule.until());
      var iterator = new RuleIterator(rule, seconds(start), false, last, budget());
      assertThat(Stream.generate(iterator::next).takeWhile(t -> t != RuleIterator.END))
          .isEqualTo(expected.stream().map(DateutilVectorsTest::seconds).toList());
    }
  }

  private static LocalDateTime start(Vector vector) {
    return LocalDateTime.parse(vector.json().get("dtstart").asString());
  }

  private static long seconds(LocalDateTime local) {
    return local.toEpochSecond(ZoneOffset.UTC);
  }

  static WorkBudget budget() {
    var generous = new WorkBudget.Share(20_000_000, 1_000_000, Duration.ofMinutes(1));
    var budget = WorkBudget.of(generous, generous, () -> 0);
    budget.nextSeries();
    return budget;
  }
}
