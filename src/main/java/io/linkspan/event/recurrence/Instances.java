package io.linkspan.event.recurrence;

import io.linkspan.event.EventDetails;
import io.linkspan.event.EventSeries;
import io.linkspan.event.EventTime;
import org.jspecify.annotations.Nullable;

/**
 * How the instances of a series are told apart: by their original start, an instant, or for whole
 * days the start of the day, in seconds. Everything that names an instance (EXDATE, RECURRENCE-ID,
 * RDATE) is brought to the master's terms here, also when it was written in others.
 */
final class Instances {
  private final EventTime startTime;
  private final TimeResolver times;
  private final WorkBudget budget;
  private final LocalZone zone;
  private final long start;
  private final boolean allDay;
  private final boolean onlyRule;

  Instances(EventSeries series, EventDetails master, TimeResolver times, WorkBudget budget) {
    this.startTime = master.start();
    this.times = times;
    this.budget = budget;
    this.zone = times.zoneOf(startTime);
    this.start = TimeResolver.local(startTime);
    this.allDay = startTime instanceof EventTime.Date;
    this.onlyRule = series.rrules().size() == 1;
  }

  LocalZone zone() {
    return zone;
  }

  /** DTSTART, local. */
  long start() {
    return start;
  }

  boolean allDay() {
    return allDay;
  }

  /** The local time, in the master's zone, of the instance that a time names. */
  long local(EventTime time) {
    if (allDay) {
      return times.day(time);
    }
    if (time instanceof EventTime.Date) {
      // a date alone names the instance of that day, which starts when the master does
      return TimeResolver.local(time) + Math.floorMod(start, TimeResolver.DAY);
    }
    return times.localIn(time, zone);
  }

  long id(EventTime time) {
    if (!allDay && (time instanceof EventTime.Zoned || time instanceof EventTime.Utc)) {
      return times.instant(time);
    }
    long local = local(time);
    return allDay ? local : zone.toInstant(local);
  }

  String key(long id) {
    if (allDay) {
      return OccurrenceKey.date(id);
    }
    return startTime instanceof EventTime.Floating
        ? OccurrenceKey.floating(zone.toLocal(id))
        : OccurrenceKey.utc(id);
  }

  /** The rule, ready to be followed; null if it cannot be, which is said. */
  @Nullable RuleSource rule(String text) {
    try {
      Rule rule = times.rule(text);
      for (String note : rule.notes()) {
        times.degrade(note);
      }
      if (allDay && rule.frequency().finerThanDaily()) {
        times.degrade("a rule repeats whole days by the hour; every day was taken");
        rule = Rule.parse("FREQ=DAILY" + (rule.count() < 0 ? "" : ";COUNT=" + rule.count()));
      }
      return new RuleSource(rule, this, onlyRule, times, budget);
    } catch (Rule.Invalid e) {
      times.degrade(e.getMessage() + "; only the dates stated otherwise are known");
      return null;
    }
  }
}
