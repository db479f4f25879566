package io.linkspan.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/** What a benchmark found: a table for people, one line of JSON for machines. */
final class Report {
  private final List<Row> rows = new ArrayList<>();

  private boolean broken;

  /** One figure; {@code budget} is the most that is good, or the least, NaN when there is none. */
  private record Row(String name, double value, String unit, double budget, boolean least) {
    boolean within() {
      return Double.isNaN(budget) || (least ? value >= budget : value <= budget);
    }

    String verdict() {
      return within() ? "ok" : least ? "UNDER" : "OVER";
    }
  }

  /** A figure that is only told. */
  Report figure(String name, double value, String unit) {
    return figure(name, value, unit, Double.NaN);
  }

  /** A figure that should not exceed {@code budget}. */
  Report figure(String name, double value, String unit, double budget) {
    rows.add(new Row(name, value, unit, budget, false));
    return this;
  }

  /** A figure that should reach {@code least}. */
  Report atLeast(String name, double value, String unit, double least) {
    rows.add(new Row(name, value, unit, least, true));
    return this;
  }

  /** Something that must never happen, however slow the machine is. */
  Report never(String name, long times) {
    broken |= times > 0;
    return figure(name, times, "", 0);
  }

  /** Whether something happened that never must. */
  boolean isBroken() {
    return broken;
  }

  Report and(Report other) {
    rows.addAll(other.rows);
    broken |= other.broken;
    return this;
  }

  String table() {
    int width = rows.stream().mapToInt(row -> row.name().length()).max().orElse(0);
    var table = new StringBuilder();
    for (Row row : rows) {
      String budget =
          Double.isNaN(row.budget())
              ? ""
              : "  %s %s  %s"
                  .formatted(
                      row.least() ? "at least" : "budget", number(row.budget()), row.verdict());
      table.append(
          ("%-" + width + "s  %12s %-6s%s%n")
              .formatted(row.name(), number(row.value()), row.unit(), budget));
    }
    return table.toString();
  }

  String json(String benchmark) {
    Map<String, Object> figures = new LinkedHashMap<>();
    for (Row row : rows) {
      Map<String, Object> figure = new LinkedHashMap<>();
      figure.put("value", row.value());
      figure.put("unit", row.unit());
      if (!Double.isNaN(row.budget())) {
        figure.put("budget", row.budget());
        figure.put("ok", row.within());
      }
      figures.put(row.name(), figure);
    }
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("bench", benchmark);
    document.put("cpus", Runtime.getRuntime().availableProcessors());
    document.put("heap_mb", Runtime.getRuntime().maxMemory() >> 20);
    document.put("figures", figures);
    return JsonMapper.shared().writeValueAsString(document);
  }

  private static String number(double value) {
    return value >= 1000
        ? String.format(Locale.ROOT, "%,.0f", value)
        : String.format(Locale.ROOT, "%.3g", value);
  }
}
