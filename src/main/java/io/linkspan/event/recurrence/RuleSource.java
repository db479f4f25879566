package io.linkspan.event.recurrence;

import io.linkspan.event.EventTime;

/** A rule with its end brought to the master's terms. */
final class RuleSource {
  private final Rule rule;
  private final Instances instances;
  private final boolean startCounts;
  private final WorkBudget budget;
  private final long untilLocal;
  private final long untilInstant;

  /**
   * @param startCounts whether DTSTART takes one of the rule's COUNT even where the rule does not
   *     yield it; not so beside other rules, one of which may yield it
   */
  RuleSource(
      Rule rule, Instances instances, boolean startCounts, TimeResolver times, WorkBudget budget) {
    this.rule = rule;
    this.instances = instances;
    this.startCounts = startCounts;
    this.budget = budget;
    EventTime until = rule.until();
    if (until == null) {
      untilLocal = Long.MAX_VALUE;
      untilInstant = Long.MAX_VALUE;
    } else if (instances.allDay()) {
      untilLocal = times.day(until);
      untilInstant = Long.MAX_VALUE;
    } else if (until instanceof EventTime.Utc utc) {
      untilInstant = utc.instant().getEpochSecond();
      // a day more, since a local time can come twice: the instant decides
      untilLocal = instances.zone().toLocal(untilInstant) + TimeResolver.DAY;
    } else {
      // a date alone includes its whole day
      untilLocal =
          TimeResolver.local(until) + (until instanceof EventTime.Date ? TimeResolver.DAY - 1 : 0);
      untilInstant = Long.MAX_VALUE;
    }
  }

  /** No instance after this point in time counts. */
  long untilInstant() {
    return untilInstant;
  }

  /**
   * The instances from about the given local time on, to the first after the other. DTSTART is an
   * instance of the set, and counts, also where the rule does not yield it.
   */
  RuleIterator iterator(long lowest, long highest) {
    RuleIterator iterator = begin(highest);
    if (rule.count() >= 0) {
      long first = iterator.next();
      if (first != instances.start()) {
        if (first != RuleIterator.END) {
          iterator.putBack(first, startCounts);
        }
        return iterator;
      }
    }
    iterator.skipTo(lowest);
    return iterator;
  }

  /** The instances of an EXRULE: DTSTART is excluded only where the rule yields it. */
  RuleIterator exclusions(long lowest, long highest) {
    RuleIterator iterator = begin(highest);
    if (rule.count() < 0) {
      iterator.skipTo(lowest);
    }
    return iterator;
  }

  private RuleIterator begin(long highest) {
    var iterator =
        new RuleIterator(rule, instances.start(), instances.allDay(), untilLocal, budget);
    iterator.searchBriefAfter(highest);
    return iterator;
  }
}
