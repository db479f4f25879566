package io.linkspan.event.recurrence;

import io.linkspan.event.EventDetails;
import io.linkspan.event.EventDetails.Status;
import io.linkspan.event.EventEnd;
import io.linkspan.event.EventSeries;
import io.linkspan.event.EventSeries.ExtraDate;
import io.linkspan.event.EventSeries.Override;
import io.linkspan.event.EventTime;
import io.linkspan.event.recurrence.Expansion.Overflow;
import io.linkspan.event.recurrence.TimeResolver.Length;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One expansion of one series. Instances are made by the rules, then excluded, replaced, moved. */
final class SeriesExpansion {
  private static final Comparator<Occurrence> BY_START =
      Comparator.comparing(Occurrence::start).thenComparing(Occurrence::key);

  /** So much may a guessed zone be wrong. */
  private static final long MARGIN = 2L * TimeResolver.DAY;

  /** So many excluded instances after the window are looked at to find the next start. */
  private static final int SEARCH_AHEAD = 500;

  private final EventSeries series;
  private final Window window;
  private final TimeResolver times;
  private final WorkBudget budget;
  private final long from;
  private final long to;
  private final List<Occurrence> found = new ArrayList<>();
  private long next = Long.MAX_VALUE;

  /** Where the stretch begins that was not computed. */
  private long overflowAt = Long.MAX_VALUE;

  SeriesExpansion(EventSeries series, Window window, TimeResolver times, WorkBudget budget) {
    this.series = series;
    this.window = window;
    this.times = times;
    this.budget = budget;
    this.from = window.fromInclusive().getEpochSecond();
    this.to = window.toExclusive().getEpochSecond();
  }

  Expansion run() {
    EventDetails master = series.master();
    if (master == null) {
      newest(override -> keyOf(override.recurrenceId()))
          .forEach((key, override) -> addOverride(override, key));
    } else if (series.takesPlaceOnce()) {
      addSingle(master);
    } else {
      expand(master);
    }
    if (found.size() > 1) {
      found.sort(BY_START);
    }
    Optional<Overflow> overflow = addOverflow();
    return new Expansion(found, nextStart(), overflow, doubts());
  }

  /** What was guessed of an event that was long over says nothing of the window. */
  private List<String> doubts() {
    EventDetails master = series.master();
    boolean over =
        master != null
            && series.takesPlaceOnce()
            && found.isEmpty()
            && TimeResolver.local(master.start()) + times.length(master).longest() < from - MARGIN;
    return over ? List.of() : List.copyOf(times.degraded());
  }

  private Optional<Instant> nextStart() {
    return next == Long.MAX_VALUE
        ? Optional.empty()
        : Optional.of(Instant.ofEpochSecond(Math.max(next, to)));
  }

  private void addSingle(EventDetails master) {
    if (master.status() != Status.CANCELLED) {
      LocalZone zone = times.zoneOf(master.start());
      long local = TimeResolver.local(master.start());
      long start = zone.toInstant(local);
      long end = times.length(master).end(local, start, zone);
      boolean allDay = master.start() instanceof EventTime.Date;
      add(Occurrence.SINGLE, start, end, allDay, master);
    }
  }

  /**
   * The overrides by the key of their instance. Of several that name one in different forms (in UTC
   * and in a zone) the highest revision counts, then the last.
   */
  private Map<String, Override> newest(Function<Override, String> key) {
    var byKey = new LinkedHashMap<String, Override>();
    for (Override override : series.overrides()) {
      byKey.merge(
          key.apply(override),
          override,
          (a, b) -> a.details().sequence() > b.details().sequence() ? a : b);
    }
    return byKey;
  }

  /**
   * An exclusion by a later revision of the master withdraws a change that an earlier one brought
   * (RFC 5545, 3.8.7.4: the higher SEQUENCE is what holds).
   */
  private void withdraw(Map<String, Override> overrides, EventDetails master, Instances instances) {
    if (overrides.values().stream()
        .noneMatch(override -> override.details().sequence() < master.sequence())) {
      return;
    }
    for (EventTime exdate : series.exdates()) {
      overrides.computeIfPresent(
          instances.key(instances.id(exdate)),
          (_, override) -> override.details().sequence() < master.sequence() ? null : override);
    }
  }

  private void addOverride(Override override, String key) {
    EventDetails details = override.details();
    if (details.status() == Status.CANCELLED) {
      return;
    }
    LocalZone zone = times.zoneOf(details.start());
    long local = TimeResolver.local(details.start());
    long start = zone.toInstant(local);
    long end = times.length(details).end(local, start, zone);
    add(key, start, end, details.start() instanceof EventTime.Date, details);
  }

  private String keyOf(EventTime id) {
    return switch (id) {
      case EventTime.Date date -> OccurrenceKey.date(TimeResolver.local(date));
      case EventTime.Floating floating -> OccurrenceKey.floating(TimeResolver.local(floating));
      case EventTime.Zoned _, EventTime.Utc _ -> OccurrenceKey.utc(times.instant(id));
    };
  }

  /** Takes an occurrence if it meets the window. False if there is no room for it. */
  private boolean add(String key, long start, long end, boolean allDay, EventDetails details) {
    if (start >= to) {
      next = Math.min(next, start);
      return true;
    }
    if (end > from || end == start && start >= from) {
      if (!budget.keep()) {
        return false;
      }
      found.add(
          new Occurrence(
              key, Instant.ofEpochSecond(start), Instant.ofEpochSecond(end), allDay, details));
    }
    return true;
  }

  private void expand(EventDetails master) {
    var instances = new Instances(series, master, times, budget);
    var zone = instances.zone();
    var overrides = newest(override -> instances.key(instances.id(override.recurrenceId())));
    withdraw(overrides, master, instances);
    overrides.forEach((key, override) -> addOverride(override, key));
    if (master.status() == Status.CANCELLED) {
      return;
    }
    var shape = new Shape(master, times.length(master), 0, zone, instances.allDay());
    var later = ThisAndFutureChanges.of(overrides.values(), instances, times);
    long longest = Math.max(shape.length().longest(), later.longest()) + later.mostForward();
    long lowest = zone.toLocal(from) - Math.max(longest, 0) - 2L * TimeResolver.DAY;
    long highest = zone.toLocal(to) + later.mostBackward() + 2L * TimeResolver.DAY;
    var excluded = Exclusions.of(series, instances, times, budget, lowest, highest);
    if (budget.exhausted() != null) {
      overflowAt = from;
      return;
    }
    var pass = new Pass(instances, shape, later, excluded, to + later.mostBackward());
    pass.take(instances.start(), shape.length());
    if (!pass.rules(lowest, highest) || !pass.extraDates()) {
      overflowAt = Math.max(from, Math.min(overflowAt, to) - later.mostBackward());
    }
  }

  private Optional<Overflow> addOverflow() {
    String reason = budget.exhausted();
    if (reason == null) {
      return Optional.empty();
    }
    long start = Math.max(from, Math.min(overflowAt, to));
    var at = Instant.ofEpochSecond(start);
    if (start < to) {
      found.removeIf(o -> !o.start().isBefore(at));
      found.add(new Occurrence(Occurrence.OVERFLOW, at, window.toExclusive(), false, busiest()));
    }
    next = to;
    return Optional.of(new Overflow(at, "the series was not computed to its end: " + reason));
  }

  /** What stands for occurrences that are not known: the one most likely to be busy. */
  private EventDetails busiest() {
    EventDetails master = series.master();
    if (master != null && takesTime(master)) {
      return master;
    }
    for (Override override : series.overrides()) {
      if (takesTime(override.details())) {
        return override.details();
      }
    }
    return master != null ? master : series.overrides().getFirst().details();
  }

  private static boolean takesTime(EventDetails details) {
    return !details.transparent() && details.status() != Status.CANCELLED;
  }

  /**
   * What an instance becomes.
   *
   * @param shift seconds that the clock shows more than at the original start
   * @param zone of that clock
   */
  record Shape(EventDetails details, Length length, long shift, LocalZone zone, boolean allDay) {}

  /** Takes instances, in any order of sources, each once. */
  private final class Pass {
    private final Instances instances;
    private final Shape shape;
    private final ThisAndFutureChanges later;
    private final Exclusions excluded;
    private final long stopAt;
    private final LocalZone.Hint hint = new LocalZone.Hint();
    private final @Nullable Set<Long> seen;

    /** Points in time of local times that the clock skips. */
    private final Set<Long> skipped = new HashSet<>(0);

    Pass(
        Instances instances,
        Shape shape,
        ThisAndFutureChanges later,
        Exclusions excluded,
        long stopAt) {
      this.instances = instances;
      this.shape = shape;
      this.later = later;
      this.excluded = excluded;
      this.stopAt = stopAt;
      boolean oneSource = series.rrules().size() <= 1 && series.rdates().isEmpty();
      this.seen = oneSource ? null : new HashSet<>();
    }

    /** False if there is no room. */
    boolean take(long local, Length length) {
      long instant = instances.zone().toInstant(local, hint);
      return take(local, instant, length);
    }

    private boolean take(long local, long instant, Length length) {
      long id = instances.allDay() ? local : instant;
      // in this order: what is excluded takes no place
      if (excluded.has(id, local) || isTaken(id, local)) {
        return true;
      }
      Shape as = later.isEmpty() ? shape : later.at(id, shape);
      if (as == null) {
        return true;
      }
      long begins =
          as == shape ? local : (as.allDay() ? TimeResolver.startOfDay(local) : local) + as.shift();
      long start = as == shape ? instant : as.zone().toInstant(begins);
      if (start >= to && as.zone().leapsBefore(start)) {
        // a later reading of a clock that skips some can be an earlier moment
        next = Math.min(next, start - TimeResolver.DAY);
      }
      long end = (as == shape ? length : as.length()).end(begins, start, as.zone());
      return add(instances.key(id), start, end, as.allDay(), as.details());
    }

    /** A rule comes to one point in time twice where the clock skips: 02:30 and 03:30 are one. */
    private boolean isTaken(long id, long local) {
      if (seen != null) {
        return !seen.add(id);
      }
      if (instances.allDay()) {
        return false;
      }
      if (instances.zone().skips(local, hint)) {
        skipped.add(id);
        return false;
      }
      return !skipped.isEmpty() && skipped.contains(id);
    }

    /** False if the budget ended first. */
    boolean rules(long lowest, long highest) {
      for (String text : series.rrules()) {
        RuleSource source = instances.rule(text);
        if (source != null && !rule(source, lowest, highest)) {
          return false;
        }
      }
      return true;
    }

    private boolean rule(RuleSource source, long lowest, long highest) {
      RuleIterator iterator = source.iterator(lowest, highest);
      LocalZone zone = instances.zone();
      long first = instances.start();
      int ahead = 0;
      while (true) {
        long local = iterator.next();
        if (local == RuleIterator.END || !budget.spend(1)) {
          if (budget.exhausted() != null) {
            long reached = local == RuleIterator.END ? iterator.position() : local;
            overflowAt = Math.min(overflowAt, zone.toInstant(reached));
            return false;
          }
          if (iterator.gaveUp()) {
            next = Math.min(next, zone.toInstant(iterator.position()));
          }
          return true;
        }
        if (local < lowest || local == first) {
          continue;
        }
        long instant = zone.toInstant(local, hint);
        // what follows a time that the clock skips can be an earlier moment
        boolean skipped = zone.skips(local, hint);
        if (instant > source.untilInstant()) {
          if (skipped) {
            continue;
          }
          return true;
        }
        if (instant >= stopAt && ++ahead > SEARCH_AHEAD) {
          next = Math.min(next, instant);
          return true;
        }
        long before = next;
        if (!take(local, instant, shape.length())) {
          overflowAt = Math.min(overflowAt, instant);
          return false;
        }
        if (instant >= stopAt && next != before && !skipped) {
          return true;
        }
      }
    }

    boolean extraDates() {
      for (ExtraDate extra : series.rdates()) {
        long local = instances.local(extra.start());
        long instant =
            instances.allDay() ? instances.zone().toInstant(local) : instances.id(extra.start());
        Length length =
            switch (extra.end()) {
              case EventEnd.Unstated _ -> shape.length();
              case EventEnd.Lasting lasting -> times.lasting(lasting, instances.allDay());
              case EventEnd.At at ->
                  new Length(0, times.instant(at.end()) - times.instant(extra.start()));
            };
        if (length.days() < 0 || length.days() == 0 && length.seconds() < 0) {
          times.degrade("an extra date ends before it starts; it lasts as long as the others");
          length = shape.length();
        }
        if (!budget.spend(1) || !take(local, instant, length)) {
          overflowAt = from;
          return false;
        }
      }
      return true;
    }
  }
}
