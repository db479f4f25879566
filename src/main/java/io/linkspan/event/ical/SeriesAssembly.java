package io.linkspan.event.ical;

import io.linkspan.event.CustomZone;
import io.linkspan.event.EventDetails;
import io.linkspan.event.EventSeries;
import io.linkspan.event.EventSeries.Override;
import io.linkspan.event.EventTime;
import io.linkspan.event.SeriesCodec;
import io.linkspan.event.ical.ParsedCalendar.Entry;
import java.time.LocalTime;
import java.time.ZoneOffset;
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
    /** By start: one UID may stand for several events. */
    private final Map<EventTime, EventBuilder> masters = new LinkedHashMap<>(1);

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
    EventTime start = Objects.requireNonNull(event.start);
    EventBuilder other = group.masters.get(start);
    if (other != null) {
      problems.note(event.uid, "the event is there more than once; its newest form was taken");
    }
    group.masters.put(
        start, other == null || BY_REVISION.compare(other, event) <= 0 ? event : other);
  }

  /**
   * Two of one UID and of different revisions are one event that was moved. Others are events that
   * share a UID against the standard: none of them may be lost.
   */
  private List<EventBuilder> masters(String uid, Group group) {
    var masters = List.copyOf(group.masters.values());
    if (masters.size() == 2) {
      EventBuilder first = masters.getFirst();
      EventBuilder last = masters.getLast();
      if (first.sequence != last.sequence) {
        problems.note(uid, "the event is there more than once; its newest form was taken");
        return List.of(BY_REVISION.compare(first, last) <= 0 ? last : first);
      }
    }
    if (masters.size() > 1) {
      problems.note(uid, "different events share one UID; each was taken for itself");
    }
    return masters;
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
          for (EventSeries series : series(uid, group, references)) {
            entries.add(new Entry(series, Hashes.of(SeriesCodec.encode(series))));
          }
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

  /** One for each event that has this UID; of several the later ones get names of their own. */
  private List<EventSeries> series(String uid, Group group, ZoneReferences references) {
    var masters = masters(uid, group);
    if (masters.size() <= 1) {
      EventBuilder master = masters.isEmpty() ? null : masters.getFirst();
      return List.of(series(uid, master, group.overrides, references));
    }
    List<EventSeries> all = new ArrayList<>(masters.size());
    for (EventBuilder master : masters) {
      Map<EventTime, EventBuilder> overrides = new LinkedHashMap<>(0);
      group.overrides.forEach(
          (id, override) -> {
            if (changed(masters, id) == master) {
              overrides.put(id, override);
            }
          });
      String name = master == masters.getFirst() ? uid : uid + "#" + master.start;
      all.add(series(name, master, overrides, references));
    }
    return all;
  }

  /** The event whose occurrence a change most likely means: one at that time of day. */
  private static EventBuilder changed(List<EventBuilder> masters, EventTime id) {
    return masters.stream()
        .filter(master -> timeOfDay(Objects.requireNonNull(master.start)).equals(timeOfDay(id)))
        .findFirst()
        .orElseGet(masters::getFirst);
  }

  private static LocalTime timeOfDay(EventTime time) {
    return switch (time) {
      case EventTime.Date _ -> LocalTime.MIN;
      case EventTime.Floating floating -> floating.local().toLocalTime();
      case EventTime.Zoned zoned -> zoned.local().toLocalTime();
      case EventTime.Utc utc -> LocalTime.ofInstant(utc.instant(), ZoneOffset.UTC);
    };
  }

  private static EventSeries series(
      String uid,
      @Nullable EventBuilder master,
      Map<EventTime, EventBuilder> changes,
      ZoneReferences references) {
    references.begin();
    EventDetails details = null;
    if (master != null && master.start != null) {
      details = references.resolve(master.details(master.start));
    }
    List<Override> overrides = new ArrayList<>(changes.size());
    for (var change : ordered(changes)) {
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
