package io.linkspan.event.recurrence;

import static org.assertj.core.api.Assertions.assertThat;

import io.linkspan.Soak;
import io.linkspan.event.EventSeries;
import io.linkspan.event.ical.Ics;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Compares with python-dateutil and zoneinfo on random calendars (oracle.py): always the same ones,
 * so that a change is judged by what it changes. More, and others, are compared on demand: {@code
 * -Doracle.seed=any -Doracle.calendars=200000}.
 */
class DateutilOracleTest {
  @Test
  void randomCalendarsMeanTheSame(@TempDir Path directory) throws IOException {
    compare(
        directory,
        System.getProperty("oracle.seed", "linkspan"),
        Soak.size("oracle.calendars", 1_000, 3_000));
  }

  private static void compare(Path directory, String seed, int count) throws IOException {
    Path script = directory.resolve("oracle.py");
    try (InputStream in = DateutilOracleTest.class.getResourceAsStream("oracle.py")) {
      Files.copy(in, script);
    }
    Process python =
        new ProcessBuilder("/usr/bin/python3", script.toString(), seed, Integer.toString(count))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    int compared = 0;
    List<String> wrong = new ArrayList<>();
    try (BufferedReader lines = python.inputReader(StandardCharsets.UTF_8)) {
      Set<String> differing = zonesThatDiffer(JsonMapper.shared().readTree(lines.readLine()));
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        JsonNode calendar = JsonMapper.shared().readTree(line);
        if (calendar.get("zones").valueStream().noneMatch(z -> differing.contains(z.asString()))) {
          compared++;
          compare(calendar, wrong);
        }
      }
    } finally {
      python.destroy();
    }
    assertThat(wrong).as("seed " + seed + ", of " + compared).isEmpty();
    assertThat(compared).as("calendars compared").isGreaterThan(count / 2);
  }

  private static void compare(JsonNode calendar, List<String> wrong) {
    String ics = calendar.get("ics").asString();
    EventSeries series = Ics.series(ics);
    Expansion expansion =
        Ics.expand(
            series,
            Instant.ofEpochSecond(calendar.get("from").asLong()).toString(),
            Instant.ofEpochSecond(calendar.get("to").asLong()).toString(),
            calendar.get("home").asString());
    checkNextStart(
        series,
        expansion,
        Instant.ofEpochSecond(calendar.get("to").asLong()),
        calendar.get("home").asString(),
        wrong);
    List<String> expected =
        calendar
            .get("spans")
            .valueStream()
            .map(
                s ->
                    Instant.ofEpochSecond(s.get(0).asLong())
                        + "/"
                        + Instant.ofEpochSecond(s.get(1).asLong()))
            .toList();
    List<String> found = Ics.spans(expansion).stream().sorted().toList();
    if (wrong.size() < 5
        && (!found.equals(expected.stream().sorted().toList())
            || expansion.overflow().isPresent()
            || !expansion.degraded().isEmpty())) {
      List<String> missing = new ArrayList<>(expected);
      missing.removeAll(found);
      List<String> extra = new ArrayList<>(found);
      extra.removeAll(expected);
      wrong.add(
          "%s\nin %s, %s to %s\nmissing %s\nextra %s\n%s %s\n"
              .formatted(
                  ics,
                  calendar.get("home").asString(),
                  Instant.ofEpochSecond(calendar.get("from").asLong()),
                  Instant.ofEpochSecond(calendar.get("to").asLong()),
                  missing.stream().limit(5).toList(),
                  extra.stream().limit(5).toList(),
                  expansion.overflow(),
                  expansion.degraded()));
    }
  }

  /** Nothing starts between the window's end and the next start that was told. */
  private static void checkNextStart(
      EventSeries series, Expansion expansion, Instant to, String zone, List<String> wrong) {
    Instant until = to.plus(Duration.ofDays(300));
    Instant next = expansion.nextStartAtOrAfter().orElse(until);
    if (next.isBefore(until)) {
      until = next;
    }
    if (until.isAfter(to)) {
      Ics.expand(series, to.toString(), until.toString(), zone).occurrences().stream()
          .filter(o -> !o.start().isBefore(to))
          .findFirst()
          .ifPresent(o -> wrong.add("next start " + next + " passes over " + o + " of " + series));
    }
  }

  /** The two zone databases may be of different years. */
  private static Set<String> zonesThatDiffer(JsonNode probes) {
    Set<String> differing = new HashSet<>();
    probes
        .get("probes")
        .properties()
        .forEach(
            probe -> {
              var rules = ZoneId.of(probe.getKey()).getRules();
              var noon = Instant.parse("2018-01-01T12:00:00Z");
              for (JsonNode offset : probe.getValue()) {
                if (rules.getOffset(noon).getTotalSeconds() != offset.asInt()) {
                  differing.add(probe.getKey());
                }
                noon = noon.plusSeconds(10 * 86_400L);
              }
            });
    return differing;
  }
}
