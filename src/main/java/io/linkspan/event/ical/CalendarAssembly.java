package io.linkspan.event.ical;

import io.linkspan.event.CustomZone;
import io.linkspan.event.ical.ParsedCalendar.Calendar;
import io.linkspan.event.recurrence.ZoneNames;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Takes the lines of a text and knows in which component they stand, whatever is left open. */
final class CalendarAssembly {
  private static final int DEEPEST = 16;

  /** Whose loss would be one of time. */
  private static final Set<String> TOP_LEVEL = Set.of("VEVENT", "VFREEBUSY", "VTIMEZONE");

  private final ReadLimits limits;
  private final Problems problems;
  private final SeriesAssembly series;
  private final List<String> open = new ArrayList<>();
  private final Map<String, CustomZone> zones = new HashMap<>();
  private final Map<String, String> locations = new HashMap<>();
  private int tooDeep;
  private int events;
  private boolean calendarSeen;
  private boolean calendarEnded = true;
  private boolean cancels;
  private @Nullable EventBuilder event;
  private @Nullable FreeBusyBuilder freeBusy;
  private @Nullable ZoneBuilder zone;

  private @Nullable String name;
  private @Nullable String color;
  private @Nullable String timeZone;
  private @Nullable Duration refresh;

  CalendarAssembly(ReadLimits limits) {
    this.limits = limits;
    this.problems = new Problems(limits.problems());
    this.series = new SeriesAssembly(limits, problems);
  }

  boolean isCalendar() {
    return calendarSeen;
  }

  void tooLong(int length) {
    problems.doubt(
        null,
        "the text has "
            + length
            + " bytes; what comes after the first "
            + limits.bytes()
            + " was not read");
  }

  void add(ContentLines lines) {
    byte[] line = lines.bytes();
    int nameEnd = Property.nameEnd(line, lines.from(), lines.to());
    if (nameEnd < 0) {
      strayLine(lines);
      return;
    }
    String property = Property.name(line, lines.from(), nameEnd);
    switch (property) {
      case "BEGIN" -> begin(component(line, nameEnd, lines.to()));
      case "END" -> end(component(line, nameEnd, lines.to()));
      default -> {
        if (calendarSeen && matters(property)) {
          Property parsed = Property.of(line, lines.from(), lines.to());
          if (parsed == null) {
            strayLine(lines);
          } else {
            if (lines.cut()) {
              problems.doubt(
                  event == null ? null : event.uid,
                  "its "
                      + property
                      + " is longer than "
                      + limits.lineLength()
                      + " bytes and was cut");
            }
            property(parsed);
          }
        }
      }
    }
  }

  private static String component(byte[] line, int nameEnd, int to) {
    int colon = nameEnd;
    while (colon < to && line[colon] != ':') {
      colon++;
    }
    int stop = Math.min(to, colon + 40);
    return colon >= to
        ? ""
        : ContentLines.decode(line, colon + 1, stop).strip().toUpperCase(Locale.ROOT);
  }

  private void strayLine(ContentLines lines) {
    if (calendarSeen && event != null && top().equals("VEVENT")) {
      problems.note(event.uid, "line " + lines.number() + " is not a property and was left out");
    }
  }

  private String top() {
    return open.isEmpty() ? "" : open.getLast();
  }

  /** Most lines are descriptions and alarms: they are not even decoded. */
  private boolean matters(String property) {
    return switch (top()) {
      case "VEVENT" -> event != null && EventBuilder.reads(property);
      case "VTIMEZONE", "STANDARD", "DAYLIGHT", "VCALENDAR", "VFREEBUSY" -> true;
      default -> false;
    };
  }

  private void begin(String component) {
    switch (component) {
      case "VCALENDAR" -> {
        closeAll("VCALENDAR");
        calendarSeen = true;
        calendarEnded = false;
        cancels = false;
      }
      case "VEVENT", "VTODO", "VJOURNAL", "VFREEBUSY", "VTIMEZONE" -> closeAll(component);
      case "STANDARD", "DAYLIGHT" -> {
        if (zone != null) {
          closeAbove("VTIMEZONE");
          zone.beginPart(component.equals("DAYLIGHT"));
        }
      }
      default -> {} // VALARM and whatever else is nested
    }
    if (tooDeep > 0 || open.size() == DEEPEST) {
      tooDeep++;
      return;
    }
    open.add(component);
    if (component.equals("VEVENT")) {
      calendarSeen = true;
      beginEvent();
    } else if (component.equals("VTIMEZONE")) {
      zone = new ZoneBuilder();
    } else if (component.equals("VFREEBUSY")) {
      calendarSeen = true;
      freeBusy = new FreeBusyBuilder(limits, problems);
    }
  }

  private void beginEvent() {
    events++;
    if (events <= limits.events()) {
      event = new EventBuilder(limits, problems);
    } else if (events == limits.events() + 1) {
      tooManyEvents();
    }
  }

  private void end(String component) {
    if (tooDeep > 0) {
      tooDeep--;
      if (!component.equals("VEVENT") && !component.equals("VCALENDAR")) {
        return;
      }
      tooDeep = 0; // these are never that deep: something was left open
    }
    int at = open.lastIndexOf(component);
    if (at < 0) {
      if (TOP_LEVEL.contains(component)) {
        problems.doubt(
            null, "a " + component + " ends that did not begin; what it holds may be missing");
      }
      return;
    }
    while (open.size() > at) {
      close();
    }
    if (component.equals("VCALENDAR")) {
      calendarEnded = true;
    }
  }

  /** Ends what is open when something begins that can only stand in the calendar itself. */
  private void closeAll(String forComponent) {
    tooDeep = 0;
    while (!open.isEmpty() && (!top().equals("VCALENDAR") || forComponent.equals("VCALENDAR"))) {
      if (top().equals("VEVENT")) {
        problems.note(event == null ? null : event.uid, "the event has no END");
      }
      close();
    }
  }

  private void closeAbove(String component) {
    while (open.contains(component) && !top().equals(component)) {
      close();
    }
  }

  private void close() {
    switch (open.removeLast()) {
      case "VEVENT" -> {
        if (event != null) {
          if (cancels) {
            event.cancel();
          }
          series.add(event);
          event = null;
        }
      }
      case "VFREEBUSY" -> {
        if (freeBusy != null) {
          addBusyTimes(freeBusy);
          freeBusy = null;
        }
      }
      case "VTIMEZONE" -> {
        if (zone != null) {
          keep(zone);
          zone = null;
        }
      }
      case "STANDARD", "DAYLIGHT" -> {
        if (zone != null) {
          zone.endPart();
        }
      }
      default -> {} // says nothing
    }
  }

  private void addBusyTimes(FreeBusyBuilder builder) {
    for (EventBuilder busy : builder.events()) {
      events++;
      if (events <= limits.events()) {
        series.add(busy);
      } else if (events == limits.events() + 1) {
        tooManyEvents();
      }
    }
  }

  private void tooManyEvents() {
    problems.doubt(null, "it has more than " + limits.events() + " events; the rest was not read");
  }

  private void keep(ZoneBuilder builder) {
    builder
        .zone()
        .ifPresent(
            made -> {
              if (zones.size() >= 1_000 && !zones.containsKey(made.tzid())) {
                problems.doubt(null, "it has more than 1000 time zones; the rest was not read");
                return;
              }
              zones.putIfAbsent(made.tzid(), made);
              builder.known().ifPresent(id -> locations.put(made.tzid(), id));
            });
  }

  private void property(Property property) {
    switch (top()) {
      case "VEVENT" -> {
        if (event != null) {
          event.add(property);
        }
      }
      case "VFREEBUSY" -> {
        if (freeBusy != null) {
          freeBusy.add(property);
        }
      }
      case "VTIMEZONE" -> {
        if (zone != null) {
          zone.add(property);
        }
      }
      case "STANDARD", "DAYLIGHT" -> {
        if (zone != null) {
          zone.addToPart(property);
        }
      }
      default -> ofCalendar(property);
    }
  }

  private void ofCalendar(Property property) {
    switch (property.name()) {
      case "X-WR-CALNAME" -> name = shortText(property);
      case "NAME" -> name = name == null ? shortText(property) : name;
      case "X-APPLE-CALENDAR-COLOR" -> color = shortText(property);
      case "COLOR", "X-OUTLOOK-COLOR" -> color = color == null ? shortText(property) : color;
      case "X-WR-TIMEZONE" -> {
        String written = shortText(property);
        timeZone = ZoneNames.known(written).map(ZoneId::getId).orElse(null);
        if (timeZone == null && !written.isEmpty()) {
          problems.note(null, "the calendar's time zone \"" + written + "\" is not known");
        }
      }
      case "REFRESH-INTERVAL" -> refresh = interval(property);
      case "X-PUBLISHED-TTL" -> refresh = refresh == null ? interval(property) : refresh;
      case "METHOD" -> cancels = property.value().strip().equalsIgnoreCase("CANCEL");
      default -> {} // producers and versions
    }
  }

  private static String shortText(Property property) {
    String text = property.text();
    return text.length() <= 300 ? text : text.substring(0, 300);
  }

  private static @Nullable Duration interval(Property property) {
    return Values.duration(property.value())
        .map(d -> d.exact().plusDays(d.days()))
        .filter(d -> d.isPositive())
        .orElse(null);
  }

  Calendar finish() {
    if (!calendarEnded) {
      problems.doubt(null, "the text ends within the calendar; something may be missing");
    }
    while (!open.isEmpty()) {
      close();
    }
    return new Calendar(
        series.entries(zones, locations),
        Optional.ofNullable(name),
        Optional.ofNullable(color),
        Optional.ofNullable(timeZone),
        Optional.ofNullable(refresh),
        problems.all());
  }
}
