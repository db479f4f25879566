package io.linkspan.event.recurrence;

import io.linkspan.event.recurrence.Rule.Frequency;
import io.linkspan.event.recurrence.Rule.NthWeekday;
import java.time.LocalDate;
import java.util.Arrays;

/** The parts of a rule that choose days, with what DTSTART supplies for those left out. */
final class DayFilter {
  private final Rule rule;
  final int[] months;
  private final int monthMask;
  final int[] monthDays;
  final int weekdays;

  /** Weekdays that count with some number only. */
  private final int nthWeekdays;

  /** Whether the month days alone choose. */
  final boolean onlyMonthDays;

  /** Whether the days of the year alone choose. */
  final boolean onlyYearDays;

  final boolean onlyWeekdays;
  final boolean everyDay;

  private LocalDate first = LocalDate.EPOCH;
  private long firstDay;
  private int monthLength;
  private boolean entered;

  /** The year of weeks that was last looked at. */
  private long weeksFrom;

  private long weeksTo;

  private DayFilter(Rule rule, int[] months, int[] monthDays, int weekdays) {
    this.rule = rule;
    this.months = months;
    int mask = 0;
    for (int month : months) {
      mask |= 1 << month;
    }
    this.monthMask = mask;
    this.monthDays = monthDays;
    this.weekdays = weekdays;
    boolean other = rule.weekNumbers().length > 0 || rule.yearDays().length > 0;
    int nth = 0;
    for (NthWeekday day : rule.nthWeekdays()) {
      nth |= 1 << day.weekday();
    }
    this.nthWeekdays = nth;
    boolean byDay = (weekdays | nth) != 0;
    this.onlyMonthDays = monthDays.length > 0 && !byDay && !other;
    this.onlyYearDays =
        rule.yearDays().length > 0
            && rule.weekNumbers().length == 0
            && monthDays.length == 0
            && !byDay
            && mask == 0;
    this.onlyWeekdays = monthDays.length == 0 && !other && mask == 0;
    this.everyDay = onlyWeekdays && weekdays == 0;
  }

  static DayFilter of(Rule rule, LocalDate start) {
    int[] months = rule.months();
    int[] monthDays = rule.monthDays();
    int weekdays = rule.weekdays();
    if (!rule.hasDayPart()) {
      switch (rule.frequency()) {
        case YEARLY -> {
          monthDays = new int[] {start.getDayOfMonth()};
          if (months.length == 0) {
            months = new int[] {start.getMonthValue()};
          }
        }
        case MONTHLY -> monthDays = new int[] {start.getDayOfMonth()};
        case WEEKLY -> weekdays = 1 << start.getDayOfWeek().getValue() - 1;
        case DAILY, HOURLY, MINUTELY, SECONDLY -> {}
      }
    }
    return new DayFilter(rule, months, monthDays, weekdays);
  }

  boolean monthFits(int month) {
    return monthMask == 0 || (monthMask & 1 << month) != 0;
  }

  void enter(LocalDate firstOfMonth, long epochDay, int length) {
    first = firstOfMonth;
    firstDay = epochDay;
    monthLength = length;
    entered = true;
  }

  /** For a rule that goes day by day. */
  boolean fitsAnyDay(long epochDay) {
    if (everyDay) {
      return true;
    }
    if (weekdays != 0 && (weekdays & 1 << Math.floorMod(epochDay + 3, 7)) == 0) {
      return false;
    }
    return onlyWeekdays || fitsDate(epochDay);
  }

  boolean fitsDate(long epochDay) {
    if (!entered || epochDay < firstDay || epochDay >= firstDay + monthLength) {
      var date = LocalDate.ofEpochDay(epochDay);
      var month = date.withDayOfMonth(1);
      enter(month, epochDay - date.getDayOfMonth() + 1, date.lengthOfMonth());
    }
    return monthFits(first.getMonthValue()) && fits((int) (epochDay - firstDay) + 1);
  }

  /** Whether a day of the month entered fits all parts but BYMONTH. */
  boolean fits(int dayOfMonth) {
    if (monthDays.length > 0
        && Arrays.binarySearch(monthDays, dayOfMonth) < 0
        && Arrays.binarySearch(monthDays, dayOfMonth - monthLength - 1) < 0) {
      return false;
    }
    int weekday = Math.floorMod(firstDay + dayOfMonth + 2, 7);
    if ((weekdays | nthWeekdays) != 0
        && (weekdays & 1 << weekday) == 0
        && ((nthWeekdays & 1 << weekday) == 0 || !fitsNth(dayOfMonth, weekday))) {
      return false;
    }
    if (rule.yearDays().length > 0) {
      int dayOfYear = first.getDayOfYear() + dayOfMonth - 1;
      if (Arrays.binarySearch(rule.yearDays(), dayOfYear) < 0
          && Arrays.binarySearch(rule.yearDays(), dayOfYear - first.lengthOfYear() - 1) < 0) {
        return false;
      }
    }
    return rule.weekNumbers().length == 0 || fitsWeek(firstDay + dayOfMonth - 1);
  }

  private boolean fitsNth(int dayOfMonth, int weekday) {
    // a yearly rule counts within the year, unless BYMONTH narrows it to months
    boolean ofYear = rule.frequency() == Frequency.YEARLY && rule.months().length == 0;
    int day = ofYear ? first.getDayOfYear() + dayOfMonth - 1 : dayOfMonth;
    int length = ofYear ? first.lengthOfYear() : monthLength;
    int fromStart = (day - 1) / 7 + 1;
    int fromEnd = -((length - day) / 7 + 1);
    for (NthWeekday nth : rule.nthWeekdays()) {
      if (nth.weekday() == weekday && (nth.nth() == fromStart || nth.nth() == fromEnd)) {
        return true;
      }
    }
    return false;
  }

  /** Week 1 is the first with at least four days in the year (RFC 5545, 3.3.10). */
  private boolean fitsWeek(long epochDay) {
    if (epochDay < weeksFrom || epochDay >= weeksTo) {
      long weekStart = epochDay - Math.floorMod(epochDay + 3 - rule.weekStart(), 7);
      int weekYear = LocalDate.ofEpochDay(weekStart + 3).getYear();
      weeksFrom = firstWeek(weekYear);
      weeksTo = firstWeek(weekYear + 1);
    }
    int number = (int) ((epochDay - weeksFrom) / 7) + 1;
    int weeks = (int) ((weeksTo - weeksFrom) / 7);
    return Arrays.binarySearch(rule.weekNumbers(), number) >= 0
        || Arrays.binarySearch(rule.weekNumbers(), number - weeks - 1) >= 0;
  }

  private long firstWeek(int year) {
    long fourth = LocalDate.of(year, 1, 4).toEpochDay();
    return fourth - Math.floorMod(fourth + 3 - rule.weekStart(), 7);
  }
}
