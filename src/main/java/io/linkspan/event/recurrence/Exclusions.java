package io.linkspan.event.recurrence;

import io.linkspan.event.EventSeries;
import io.linkspan.event.EventSeries.Override;
import io.linkspan.event.EventTime;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The instances that do not take place as the master says: EXDATE, EXRULE, and the overridden. */
final class Exclusions {
  private static final Exclusions NONE = new Exclusions(null, new Ids(0), new Ids(0), new Ids(0));

  private final @Nullable Instances instances;
  private final Ids ids;

  /** Days of which no instance counts, by a date alone. */
  private final Ids days;

  /**
   * What EXRULEs yield, local: one of 03:00 does not exclude what a rule says at 02:30 on the day
   * on which the clock skips that hour, and both are one point in time.
   */
  private final Ids locals;

  private Exclusions(@Nullable Instances instances, Ids ids, Ids days, Ids locals) {
    this.instances = instances;
    this.ids = ids;
    this.days = days;
    this.locals = locals;
    ids.sort();
    days.sort();
    locals.sort();
  }

  /**
   * @param lowest from here on EXRULEs are followed, local
   * @param highest up to here
   */
  static Exclusions of(
      EventSeries series,
      Instances instances,
      TimeResolver times,
      WorkBudget budget,
      long lowest,
      long highest) {
    int known = series.exdates().size() + series.overrides().size();
    if (known == 0 && series.exrules().isEmpty()) {
      return NONE;
    }
    var ids = new Ids(known);
    var days = new Ids(0);
    var locals = new Ids(0);
    for (EventTime exdate : series.exdates()) {
      if (exdate instanceof EventTime.Date && !instances.allDay()) {
        days.add(TimeResolver.local(exdate));
      } else {
        ids.add(instances.id(exdate));
      }
    }
    for (Override override : series.overrides()) {
      ids.add(instances.id(override.recurrenceId()));
    }
    for (String text : series.exrules()) {
      RuleSource source = instances.rule(text);
      if (source != null) {
        follow(source, instances, budget, lowest, highest, locals);
      }
    }
    return new Exclusions(instances, ids, days, locals);
  }

  private static void follow(
      RuleSource source,
      Instances instances,
      WorkBudget budget,
      long lowest,
      long highest,
      Ids locals) {
    RuleIterator iterator = source.exclusions(lowest, highest);
    var hint = new LocalZone.Hint();
    while (budget.spend(1)) {
      long local = iterator.next();
      if (local == RuleIterator.END || local > highest) {
        return;
      }
      if (instances.zone().toInstant(local, hint) > source.untilInstant()) {
        if (instances.zone().skips(local, hint)) {
          continue;
        }
        return;
      }
      if (local >= lowest) {
        locals.add(local);
      }
    }
  }

  boolean has(long id, long local) {
    return ids.has(id)
        || locals.has(local) && isWhatRulesMean(id, local)
        || days.size > 0 && days.has(TimeResolver.startOfDay(local));
  }

  /**
   * Of a local time that comes twice, a rule means the first; an RDATE in UTC may be the second.
   */
  private boolean isWhatRulesMean(long id, long local) {
    return instances == null || instances.allDay() || instances.zone().toInstant(local) == id;
  }

  /** A sorted array: there may be hundreds of thousands. */
  private static final class Ids {
    private long[] values;
    private int size;

    Ids(int expected) {
      values = new long[expected];
    }

    void add(long value) {
      if (size == values.length) {
        values = Arrays.copyOf(values, Math.max(8, size * 2));
      }
      values[size++] = value;
    }

    void sort() {
      Arrays.sort(values, 0, size);
    }

    boolean has(long value) {
      return size > 0 && Arrays.binarySearch(values, 0, size, value) >= 0;
    }
  }
}
