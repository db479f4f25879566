package io.linkspan.sandbox.google;

import io.linkspan.event.EventDetails;
import io.linkspan.event.EventEnd;
import io.linkspan.event.EventSeries;
import io.linkspan.event.EventTime;
import io.linkspan.event.recurrence.Occurrence;
import io.linkspan.event.recurrence.SeriesExpander;
import io.linkspan.event.recurrence.TimeText;
import io.linkspan.event.recurrence.Window;
import io.linkspan.event.recurrence.WorkBudget;
import io.linkspan.sandbox.world.Answers;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Times and recurrence as the Calendar API writes them. */
final class GoogleTimes {
  private static final DateTimeFormatter WITH_OFFSET =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ssXXX");
  private static final DateTimeFormatter BASIC =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

  private GoogleTimes() {}

  /**
   * The API's form of a time: the offset of the calendar's zone beside the zone that was stated.
   *
   * @throws GoogleError 400 if it is no time
   */
  static ObjectNode normal(JsonNode time, ZoneId calendar, boolean zoneRequired, String which) {
    ObjectNode normal = Answers.object();
    try {
      if (time.hasNonNull("date")) {
        normal.put("date", LocalDate.parse(time.get("date").asString()).toString());
        return normal;
      }
      String text = time.path("dateTime").asString("");
      String named = time.path("timeZone").asString("");
      if (text.isEmpty()) {
        throw GoogleError.badRequest("required", "Missing " + which + " time.");
      }
      if (named.isEmpty() && zoneRequired) {
        throw GoogleError.badRequest(
            "required", "Missing time zone definition for " + which + " time.");
      }
      ZoneId zone = named.isEmpty() ? calendar : ZoneId.of(named);
      Instant instant = instant(text, named.isEmpty() ? Optional.empty() : Optional.of(zone));
      normal.put("dateTime", WITH_OFFSET.format(instant.atZone(calendar)));
      normal.put("timeZone", zone.getId());
      return normal;
    } catch (DateTimeException e) {
      throw GoogleError.badRequest("invalid", "Invalid " + which + " time.");
    }
  }

  private static Instant instant(String text, Optional<ZoneId> zone) {
    try {
      return OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeException noOffset) {
      return LocalDateTime.parse(text).atZone(zone.orElseThrow(() -> noOffset)).toInstant();
    }
  }

  /** The point in time of a normal time; a date is read in UTC. */
  static Instant instant(JsonNode normal) {
    return normal.hasNonNull("date")
        ? LocalDate.parse(normal.get("date").asString()).atStartOfDay(ZoneOffset.UTC).toInstant()
        : OffsetDateTime.parse(normal.path("dateTime").asString("")).toInstant();
  }

  private static EventTime time(JsonNode normal) {
    if (normal.hasNonNull("date")) {
      return new EventTime.Date(LocalDate.parse(normal.get("date").asString()));
    }
    String zone = normal.path("timeZone").asString("UTC");
    return new EventTime.Zoned(instant(normal).atZone(ZoneId.of(zone)).toLocalDateTime(), zone);
  }

  /**
   * The series of a master, without its overrides.
   *
   * @throws GoogleError 400 if a line of its recurrence cannot be read
   */
  static EventSeries series(JsonNode master) {
    var details =
        EventDetails.of(
            time(master.path("start")), new EventEnd.At(time(master.path("end"))), null);
    List<String> rules = new ArrayList<>();
    List<String> exrules = new ArrayList<>();
    List<EventSeries.ExtraDate> extra = new ArrayList<>();
    List<EventTime> excluded = new ArrayList<>();
    for (JsonNode line : master.path("recurrence")) {
      String text = line.asString("");
      int colon = text.indexOf(':');
      String name = colon < 0 ? text : text.substring(0, colon);
      String value = text.substring(colon + 1);
      switch (name.split(";")[0]) {
        case "RRULE" -> rules.add(value);
        case "EXRULE" -> exrules.add(value);
        case "RDATE" ->
            times(name, value)
                .forEach(t -> extra.add(new EventSeries.ExtraDate(t, new EventEnd.Unstated())));
        case "EXDATE" -> excluded.addAll(times(name, value));
        default -> throw GoogleError.badRequest("invalid", "Invalid recurrence rule.");
      }
    }
    return new EventSeries(
        master.path("id").asString("new"),
        details,
        rules,
        exrules,
        extra,
        excluded,
        List.of(),
        List.of());
  }

  private static List<EventTime> times(String name, String values) {
    int at = name.indexOf("TZID=");
    String zone = at < 0 ? null : name.substring(at + 5).split(";")[0];
    try {
      return List.of(values.split(",")).stream().map(v -> TimeText.parseBasic(v, zone)).toList();
    } catch (DateTimeException e) {
      throw GoogleError.badRequest("invalid", "Invalid recurrence rule.");
    }
  }

  /**
   * @throws GoogleError 400 if the recurrence is none, or has no end within reason
   */
  static void requireRecurrence(ObjectNode master) {
    Instant start = instant(master.path("start"));
    var window = new Window(start, start.plus(Duration.ofDays(366)));
    if (!new SeriesExpander()
        .expand(series(master), window, ZoneOffset.UTC, WorkBudget.standard())
        .degraded()
        .isEmpty()) {
      throw GoogleError.badRequest("invalid", "Invalid recurrence rule.");
    }
  }

  /** The occurrence that an instance's id names by its original start. */
  static Optional<Occurrence> occurrence(JsonNode master, String originalStart) {
    Instant start;
    try {
      start =
          originalStart.length() == 8
              ? LocalDate.parse(originalStart, DateTimeFormatter.BASIC_ISO_DATE)
                  .atStartOfDay(ZoneOffset.UTC)
                  .toInstant()
              : Instant.from(BASIC.parse(originalStart));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
    return new SeriesExpander()
            .expand(
                series(master),
                new Window(start, start.plusSeconds(1)),
                ZoneOffset.UTC,
                WorkBudget.standard())
            .occurrences()
            .stream()
            .filter(occurrence -> occurrence.start().equals(start))
            .findFirst();
  }

  /** As {@code originalStartTime} and {@code start} of an instance. */
  static ObjectNode of(Instant instant, JsonNode like, ZoneId calendar) {
    ObjectNode time = Answers.object();
    if (like.hasNonNull("date")) {
      time.put("date", instant.atZone(ZoneOffset.UTC).toLocalDate().toString());
    } else {
      time.put("dateTime", WITH_OFFSET.format(instant.atZone(calendar)));
      time.put("timeZone", like.path("timeZone").asString("UTC"));
    }
    return time;
  }
}
