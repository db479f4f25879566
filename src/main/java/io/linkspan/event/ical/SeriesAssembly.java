package io.linkspan.event.ical;

import io.linkspan.event.CustomZone;
import io.linkspan.event.EventDetails;
import io.linkspan.event.EventSeries;
import io.linkspan.event.EventSeries.Override;
import io.linkspan.event.EventTime;
import io.linkspan.event.SeriesCodec;
import io.linkspan.event.ical.ParsedCalendar.Entry;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Groups events by UID: a master with its overrides. */
final class SeriesAssembly {
  /**
   * Of two that say they are the same, the higher revision counts, then the newer, then the last.
   */
  private static final Comparator<EventBuilder> BY_REVISION =
      Comparator.comparingInt((EventBuilder e) -> e.sequence).thenComparing(e -> e.stamp);

  private final ReadLimits limits;
  private final Problems problems;
  private final Map<String, Group> groups = new LinkedHashMap<>();

  /** How many events were given the same UID. */
  private final Map<String, Integer> madeUp = new HashMap<>();

  SeriesAssembly(ReadLimits limits, Problems problems) {
    this.limits = limits;
    this.problems = problems;
  }

  private static final class Group {
    private @Nullable EventBuilder master;
    private final Map<EventTime, EventBuilder> overrides = new LinkedHashMap<>(0);
  }

  void add(EventBuilder event) {
    if (event.start == null && !startsByItsId(event)) {
      problems.doubt(
          event.uid,
          event.hasBadStart()
              ? "an event's start cannot be read; it was left out"
              : "an event has no start; it was left out");
      return;
    }
    if (event.hasBadRecurrenceId()) {
      problems.doubt(
          event.uid,
          "a change to an occurrence does not say which one (RECURRENCE-ID); it was left out");
      return;
    }
    String uid = event.uid;
    if (uid == null || uid.isEmpty()) {
      uid = madeUp(event);
      event.uid = uid;
      problems.note(uid, "an event has no UID; it was given one made from what it says");
    }
    Group group = groups.computeIfAbsent(uid, u -> new Group());
    if (event.recurrenceId == null) {
      addMaster(group, event);
    } else {
      addOverride(group, event.recurrenceId, event);
    }
  }

  private boolean startsByItsId(EventBuilder event) {
    if (event.recurrenceId == null) {
      return false;
    }
    event.start = event.recurrenceId;
    problems.note(event.uid, "a change to an occurrence has no start; the original one was kept");
    return true;
  }

  private void addMaster(Group group, EventBuilder event) {
    EventBuilder other = group.master;
    if (other == null) {
      group.master = event;
      return;
    }
    boolean otherRevision = BY_REVISION.compare(other, event) != 0;
    if (otherRevision || Objects.equals(other.start, event.start)) {
      problems.note(event.uid, "the event is there more than once; its newest form was taken");
    } else {
      problems.doubt(
          event.uid, "different events share one UID; the last was taken, the others left out");
    }
    group.master = BY_REVISION.compare(other, event) <= 0 ? event : other;
  }

  private void addOverride(Group group, EventTime id, EventBuilder event) {
    EventBuilder other = group.overrides.get(id);
    if (other != null) {
      problems.note(
          event.uid, "a change to an occurrence is there more than once; the newest was taken");
      group.overrides.put(id, BY_REVISION.compare(other, event) <= 0 ? event : other);
    } else if (group.overrides.size() < limits.overridesPerSeries()) {
      group.overrides.put(id, event);
    } else {
      problems.doubt(
          event.uid,
          "it has more than "
              + limits.overridesPerSeries()
              + " changed occurrences; the rest was left out");
    }
  }

  private String madeUp(EventBuilder event) {
    String base =
        "no-uid-"
            + Hashes.of(
                    event.start
                        + "|"
                        + event.recurrenceId
                        + "|"
                        + event.summaryText()
                        + "|"
                        + event.rrules)
                .substring(0, 32);
    int count = madeUp.merge(base, 1, Integer::sum);
    return count == 1 ? base : base + "-" + count;
  }

  /**
   * @param zones VTIMEZONEs by name
   * @param locations the known zone that such a one says it is
   */
  List<Entry> entries(Map<String, CustomZone> zones, Map<String, String> locations) {
    var references = new ZoneReferences(zones, locations);
    List<Entry> entries = new ArrayList<>(groups.size());
    groups.forEach(
        (uid, group) -> {
          EventSeries series = series(uid, group, references);
          entries.add(new Entry(series, Hashes.of(SeriesCodec.encode(series))));
        });
    return entries;
  }

  /**
   * By the text of their ids, whatever order they came in. Ids of several forms (in UTC and in a
   * zone) may name one occurrence, of which the last counts: then the newest is last.
   */
  private static List<Map.Entry<EventTime, EventBuilder>> ordered(
      Map<EventTime, EventBuilder> overrides) {
    Comparator<Map.Entry<EventTime, EventBuilder>> byText =
        Comparator.comparing(change -> change.getKey().toString());
    boolean oneForm = overrides.keySet().stream().map(SeriesAssembly::form).distinct().count() <= 1;
    return overrides.entrySet().stream()
        .sorted(
            oneForm
                ? byText
                : Map.Entry.<EventTime, EventBuilder>comparingByValue(BY_REVISION)
                    .thenComparing(byText))
        .toList();
  }

  private static String form(EventTime id) {
    return switch (id) {
      case EventTime.Date _ -> "date";
      case EventTime.Floating _ -> "floating";
      case EventTime.Utc _ -> "utc";
      case EventTime.Zoned zoned -> "in " + zoned.tzid();
    };
  }

  private EventSeries series(String uid, Group group, ZoneReferences references) {
    references.begin();
    EventBuilder master = group.master;
    EventDetails details = null;
    if (master != null && master.start != null) {
      details = references.resolve(master.details(master.start));
    }
    List<Override> overrides = new ArrayList<>(group.overrides.size());
    for (var change : ordered(group.overrides)) {
      EventBuilder event = change.getValue();
      if (event.start != null) {
        overrides.add(
            new Override(
                references.resolve(change.getKey()),
                event.thisAndFuture,
                references.resolve(event.details(event.start))));
      }
    }
    return new EventSeries(
        uid,
        details,
        master == null ? List.of() : master.rrules,
        master == null ? List.of() : master.exrules,
        master == null ? List.of() : references.resolveExtra(master.rdates),
        master == null ? List.of() : references.resolveAll(master.exdates),
        overrides,
        references.used());
  }
}
