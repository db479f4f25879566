package io.linkspan.event.recurrence;

import io.linkspan.event.recurrence.Rule.Frequency;
import java.time.LocalDate;
import java.time.Year;
import java.time.temporal.ChronoField;
import java.util.Arrays;

/**
 * The instances of a rule in order, in local time, as seconds since 1970-01-01T00:00 of the same
 * clock. It goes from period to period (a year, a week, an hour), makes the instances of one at a
 * time, and takes a step of the budget for each, so that no rule can hold it.
 */
final class RuleIterator {
  /** There is no further instance, or the budget is used up: {@link WorkBudget#exhausted} tells. */
  static final long END = Long.MIN_VALUE;

  /** So many periods without an instance after the last one of interest are looked at. */
  private static final int SEARCH_AHEAD = 400;

  private static final int DAY = 86_400;
  private static final long LAST_DAY = LocalDate.of(9999, 12, 31).toEpochDay();
  private static final long LAST_YEAR = 9999;

  private final Rule rule;
  private final Frequency frequency;
  private final long start;
  private final long until;
  private final WorkBudget budget;
  private final DayFilter filter;

  /** Seconds of a period, for those of constant length. */
  private final int unit;

  /** Where in its period an instance can lie: seconds of the day, of the hour, of the minute. */
  private final int[] offsets;

  /** For rules finer than a day: which hours, minutes, seconds may be, by bit; all if zero. */
  private final long hourMask;

  private final long minuteMask;
  private final long secondMask;

  private long remaining;

  /** The next period to make, counted in periods since 1970 (years: since 0). */
  private long cursor;

  private final long firstPeriod;

  /** Periods after this one are only searched for the next instance, and not for long. */
  private long lastPeriod = Long.MAX_VALUE;

  private int searched;
  private boolean gaveUp;

  /** The instances of the current period: each base with each offset. */
  private long[] bases = new long[8];

  private int baseCount;
  private int baseAt;
  private int offsetAt;
  private int[] currentOffsets;
  private long putBack = END;

  /**
   * @param start DTSTART; instances are not before it, and it is one only if it fits the rule
   * @param until the last instance at most, {@link Long#MAX_VALUE} if there is no end
   */
  RuleIterator(Rule rule, long start, boolean dateOnly, long until, WorkBudget budget) {
    this.rule = rule;
    this.frequency = rule.frequency();
    this.start = start;
    this.until = until;
    this.budget = budget;
    this.remaining = rule.count() < 0 ? Long.MAX_VALUE : rule.count();
    this.filter = DayFilter.of(rule, LocalDate.ofEpochDay(Math.floorDiv(start, DAY)));
    this.unit =
        switch (frequency) {
          case SECONDLY -> 1;
          case MINUTELY -> 60;
          case HOURLY -> 3600;
          case DAILY -> DAY;
          case WEEKLY -> 7 * DAY;
          case YEARLY, MONTHLY -> 0;
        };
    this.offsets = offsets(dateOnly);
    this.currentOffsets = offsets;
    this.hourMask = frequency.finerThanDaily() ? mask(rule.hours(), Frequency.HOURLY) : 0;
    this.minuteMask =
        frequency.compareTo(Frequency.HOURLY) > 0 ? mask(rule.minutes(), Frequency.MINUTELY) : 0;
    this.secondMask =
        frequency == Frequency.SECONDLY ? mask(rule.seconds(), Frequency.SECONDLY) : 0;
    this.firstPeriod = periodOf(start);
    this.cursor = firstPeriod;
  }

  /** The next instance, or {@link #END}. */
  long next() {
    if (remaining <= 0) {
      return END;
    }
    if (putBack != END) {
      long instance = putBack;
      putBack = END;
      remaining--;
      return instance;
    }
    while (true) {
      while (baseAt < baseCount) {
        long instance = bases[baseAt] + currentOffsets[offsetAt];
        if (++offsetAt == currentOffsets.length) {
          offsetAt = 0;
          baseAt++;
        }
        if (instance > until) {
          remaining = 0;
          return END;
        }
        if (instance >= start) {
          remaining--;
          return instance;
        }
      }
      if (!fill()) {
        return END;
      }
    }
  }

  /** From there on only some empty periods are searched: {@link #gaveUp}. */
  void searchBriefAfter(long local) {
    lastPeriod = periodOf(local);
  }

  /** Whether the search ended at {@link #position} with neither an instance nor an end found. */
  boolean gaveUp() {
    return gaveUp;
  }

  /**
   * Gives the first instance again.
   *
   * @param asSecond whether another, that the rule does not yield, came before it and counts
   */
  void putBack(long first, boolean asSecond) {
    putBack = first;
    remaining += asSecond ? 0 : 1;
  }

  /**
   * Passes over instances before the given time as far as that is cheap: those that come next may
   * still be earlier. With a COUNT the ones passed over must be counted, so only rules with equally
   * many in every period can leap.
   */
  void skipTo(long local) {
    long target = periodOf(Math.max(local, start));
    if (rule.count() < 0) {
      if (target > cursor) {
        long interval = rule.interval();
        cursor = firstPeriod + Math.floorDiv(target - firstPeriod, interval) * interval;
        baseCount = 0;
        baseAt = 0;
        offsetAt = 0;
      }
      return;
    }
    int perPeriod = perPeriod();
    if (perPeriod > 0 && target > cursor && cursor > firstPeriod) {
      long leaps = Math.floorDiv(target - cursor, rule.interval());
      long left = (long) (baseCount - baseAt) * currentOffsets.length - offsetAt;
      if (leaps > 0 && left >= 0 && baseAt <= baseCount) {
        remaining -= baseAt < baseCount ? left : 0;
        baseAt = baseCount;
        offsetAt = 0;
        remaining -= Math.min(remaining, leaps * perPeriod);
        cursor += leaps * rule.interval();
      }
    }
  }

  /** Up to here all instances have been given, if the budget or the search ended. */
  long position() {
    return switch (frequency) {
      case YEARLY -> LocalDate.of((int) Math.min(cursor, LAST_YEAR), 1, 1).toEpochDay() * DAY;
      case MONTHLY -> firstOfMonth(Math.min(cursor, LAST_YEAR * 12)) * DAY;
      case WEEKLY -> weekStart(cursor) * DAY;
      case DAILY, HOURLY, MINUTELY, SECONDLY -> Math.min(cursor, LAST_DAY * DAY / unit) * unit;
    };
  }

  private long periodOf(long local) {
    long day = Math.floorDiv(local, DAY);
    return switch (frequency) {
      case YEARLY -> LocalDate.ofEpochDay(day).getYear();
      case MONTHLY -> LocalDate.ofEpochDay(day).getLong(ChronoField.PROLEPTIC_MONTH);
      case WEEKLY -> Math.floorDiv(day + 3 - rule.weekStart(), 7);
      case DAILY, HOURLY, MINUTELY, SECONDLY -> Math.floorDiv(local, unit);
    };
  }

  private long weekStart(long week) {
    return Math.min(week * 7 - 3 + rule.weekStart(), LAST_DAY);
  }

  private static long firstOfMonth(long prolepticMonth) {
    return LocalDate.of(
            (int) Math.floorDiv(prolepticMonth, 12), Math.floorMod(prolepticMonth, 12) + 1, 1)
        .toEpochDay();
  }

  /** Makes the next period that has instances. False at the end. */
  private boolean fill() {
    baseCount = 0;
    baseAt = 0;
    offsetAt = 0;
    currentOffsets = offsets;
    while (baseCount == 0) {
      if (!budget.spend(1)) {
        return false;
      }
      if (cursor > lastPeriod && ++searched > SEARCH_AHEAD) {
        gaveUp = true;
        return false;
      }
      boolean more =
          switch (frequency) {
            case YEARLY -> year();
            case MONTHLY -> month();
            case WEEKLY -> week();
            case DAILY -> day();
            case HOURLY, MINUTELY, SECONDLY -> timeOfDay();
          };
      if (!more) {
        return false;
      }
    }
    if (rule.positions().length > 0) {
      keepPositions();
    }
    return true;
  }

  private boolean year() {
    if (cursor > LAST_YEAR) {
      return false;
    }
    int year = (int) cursor;
    cursor += rule.interval();
    int[] months = filter.months;
    if (filter.onlyYearDays) {
      addYearDays(year);
    } else if (months.length == 0) {
      for (int month = 1; month <= 12; month++) {
        addMonth(year, month);
      }
    } else {
      for (int month : months) {
        addMonth(year, month);
      }
    }
    return notOver();
  }

  private void addYearDays(int year) {
    long first = LocalDate.of(year, 1, 1).toEpochDay();
    int length = Year.isLeap(year) ? 366 : 365;
    for (int yearDay : rule.yearDays()) {
      int day = yearDay > 0 ? yearDay : length + 1 + yearDay;
      if (day >= 1 && day <= length) {
        add((first + day - 1) * DAY);
      }
    }
    sortBases();
  }

  private boolean month() {
    if (cursor >= (LAST_YEAR + 1) * 12) {
      return false;
    }
    int year = (int) Math.floorDiv(cursor, 12);
    int month = Math.floorMod(cursor, 12) + 1;
    cursor += rule.interval();
    if (filter.monthFits(month)) {
      addMonth(year, month);
    }
    return notOver();
  }

  private void addMonth(int year, int month) {
    var first = LocalDate.of(year, month, 1);
    long firstDay = first.toEpochDay();
    int length = first.lengthOfMonth();
    filter.enter(first, firstDay, length);
    if (filter.onlyMonthDays) {
      for (int monthDay : filter.monthDays) {
        int day = monthDay > 0 ? monthDay : length + 1 + monthDay;
        if (day >= 1 && day <= length) {
          add((firstDay + day - 1) * DAY);
        }
      }
      sortBases();
      return;
    }
    budget.spend(4);
    for (int day = 1; day <= length; day++) {
      if (filter.fits(day)) {
        add((firstDay + day - 1) * DAY);
      }
    }
  }

  private boolean week() {
    long first = weekStart(cursor);
    if (first >= LAST_DAY - 7) {
      return false;
    }
    cursor += rule.interval();
    int weekdays = filter.weekdays;
    for (int i = 0; i < 7; i++) {
      long day = first + i;
      if ((weekdays == 0 || (weekdays & 1 << Math.floorMod(day + 3, 7)) != 0)
          && (filter.onlyWeekdays || filter.fitsDate(day))) {
        add(day * DAY);
      }
    }
    return notOver();
  }

  private boolean day() {
    if (cursor > LAST_DAY) {
      return false;
    }
    long day = cursor;
    cursor += rule.interval();
    if (filter.fitsAnyDay(day)) {
      add(day * DAY);
    }
    return notOver();
  }

  /** Hours, minutes and seconds: leaps over days, hours and minutes that do not fit. */
  private boolean timeOfDay() {
    long local = cursor * unit;
    long day = Math.floorDiv(local, DAY);
    if (day > LAST_DAY || cursor > LAST_DAY * DAY) {
      return false;
    }
    int second = Math.floorMod(local, DAY);
    if (!filter.fitsAnyDay(day)) {
      return leapTo((day + 1) * DAY);
    }
    if (hourMask != 0 && (hourMask & 1L << second / 3600) == 0) {
      return leapTo(local - second % 3600 + 3600);
    }
    if (minuteMask != 0 && (minuteMask & 1L << second / 60 % 60) == 0) {
      return leapTo(local - second % 60 + 60);
    }
    cursor += rule.interval();
    if (secondMask == 0 || (secondMask & 1L << second % 60) != 0) {
      add(local);
    }
    return local <= until;
  }

  private boolean leapTo(long local) {
    long behind = Math.floorDiv(local + unit - 1, unit) - cursor;
    long interval = rule.interval();
    cursor += Math.max(interval, Math.floorDiv(behind + interval - 1, interval) * interval);
    return local <= until;
  }

  /** False once the period that was made lies beyond the end, so that empty ones stop as well. */
  private boolean notOver() {
    return until == Long.MAX_VALUE || baseCount > 0 || position() <= until + 400L * DAY;
  }

  private void add(long base) {
    if (baseCount == bases.length) {
      bases = Arrays.copyOf(bases, baseCount * 2);
    }
    bases[baseCount++] = base;
  }

  private void sortBases() {
    for (int i = 1; i < baseCount; i++) {
      if (bases[i] <= bases[i - 1]) {
        Arrays.sort(bases, 0, baseCount);
        int kept = 1;
        for (int j = 1; j < baseCount; j++) {
          if (bases[j] != bases[kept - 1]) {
            bases[kept++] = bases[j];
          }
        }
        baseCount = kept;
        return;
      }
    }
  }

  /** BYSETPOS: of all instances of the period, only those at these places. */
  private void keepPositions() {
    long size = (long) baseCount * offsets.length;
    var kept = new long[rule.positions().length];
    int count = 0;
    for (int position : rule.positions()) {
      long index = position > 0 ? position - 1 : size + position;
      if (index >= 0 && index < size) {
        kept[count++] =
            bases[(int) (index / offsets.length)] + offsets[(int) (index % offsets.length)];
      }
    }
    bases = Arrays.copyOf(kept, Math.max(count, 8));
    baseCount = count;
    currentOffsets = new int[] {0};
    sortBases();
  }

  /** How many instances every full period has, or 0 if that varies. */
  private int perPeriod() {
    if (rule.positions().length > 0 || rule.months().length > 0) {
      return 0;
    }
    return switch (frequency) {
      case YEARLY, MONTHLY -> 0;
      case WEEKLY -> filter.onlyWeekdays ? Integer.bitCount(filter.weekdays) * offsets.length : 0;
      case DAILY -> filter.everyDay ? offsets.length : 0;
      case HOURLY, MINUTELY, SECONDLY ->
          filter.everyDay && hourMask == 0 && minuteMask == 0 && secondMask == 0
              ? offsets.length
              : 0;
    };
  }

  private int[] offsets(boolean dateOnly) {
    if (dateOnly) {
      return new int[] {0};
    }
    int second = Math.floorMod(start, DAY);
    int[] hours = orStart(rule.hours(), second / 3600, Frequency.HOURLY);
    int[] minutes = orStart(rule.minutes(), second / 60 % 60, Frequency.MINUTELY);
    int[] seconds = orStart(rule.seconds(), second % 60, Frequency.SECONDLY);
    int[] all = new int[hours.length * minutes.length * seconds.length];
    budget.spend(all.length / 8);
    int at = 0;
    for (int h : hours) {
      for (int m : minutes) {
        for (int s : seconds) {
          all[at++] = h * 3600 + m * 60 + s;
        }
      }
    }
    return all;
  }

  private int[] orStart(int[] stated, int ofStart, Frequency part) {
    if (frequency.compareTo(part) >= 0) {
      return new int[] {0}; // the period itself says it
    }
    return stated.length > 0 ? stated : new int[] {ofStart};
  }

  /** Values of a part as bits, without those that the interval never reaches from the start. */
  private long mask(int[] values, Frequency part) {
    long bits = 0;
    int base = part == Frequency.HOURLY ? 24 : 60;
    int size = part == Frequency.HOURLY ? 3600 : part == Frequency.MINUTELY ? 60 : 1;
    long step = frequency == part ? gcd(rule.interval(), base) : 1;
    long from = Math.floorMod(Math.floorDiv(start, size), base);
    for (int value : values) {
      if (Math.floorMod(value - from, step) == 0) {
        bits |= 1L << value;
      }
    }
    if (values.length > 0 && bits == 0) {
      remaining = 0;
    }
    return bits;
  }

  private static long gcd(long a, long b) {
    return b == 0 ? a : gcd(b, a % b);
  }
}
