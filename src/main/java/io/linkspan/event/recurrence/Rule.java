package io.linkspan.event.recurrence;

import io.linkspan.event.EventTime;
import java.time.DateTimeException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A recurrence rule (RFC 5545, 3.3.10), read leniently: unknown parts are passed over, values that
 * cannot be are left out and said. Lists are sorted and without duplicates; an empty one means that
 * the part is absent.
 *
 * @param interval at least 1
 * @param count how many instances, or -1
 * @param until the last instant, or null
 * @param weekStart 0 is Monday
 * @param weekdays bit 0 is Monday; those of BYDAY without a number
 * @param nthWeekdays those of BYDAY with a number
 * @param notes what was left out, a sentence each
 */
record Rule(
    Frequency frequency,
    long interval,
    long count,
    @Nullable EventTime until,
    int weekStart,
    int[] months,
    int[] weekNumbers,
    int[] yearDays,
    int[] monthDays,
    int weekdays,
    List<NthWeekday> nthWeekdays,
    int[] hours,
    int[] minutes,
    int[] seconds,
    int[] positions,
    List<String> notes) {

  /** Coarsest first. */
  enum Frequency {
    YEARLY,
    MONTHLY,
    WEEKLY,
    DAILY,
    HOURLY,
    MINUTELY,
    SECONDLY;

    boolean finerThanDaily() {
      return compareTo(DAILY) > 0;
    }
  }

  /**
   * Such as {@code -1SU}.
   *
   * @param nth from the start, or from the end if negative; never 0
   * @param weekday 0 is Monday
   */
  record NthWeekday(int nth, int weekday) {}

  /** The text is not a rule that can be followed. The message is a sentence. */
  static final class Invalid extends Exception {
    Invalid(String message) {
      super(message, null, false, false);
    }
  }

  private static final int[] NONE = {};
  private static final String WEEKDAYS = "MOTUWETHFRSASU";

  /**
   * Nothing here lasts longer than the calendar does: larger intervals are the same as this one.
   */
  private static final long LARGEST = 400_000_000_000L;

  boolean hasDayPart() {
    return weekNumbers.length > 0
        || yearDays.length > 0
        || monthDays.length > 0
        || weekdays != 0
        || !nthWeekdays.isEmpty();
  }

  static Rule parse(String text) throws Invalid {
    return new Parser(text).rule();
  }

  private static final class Parser {
    private final String text;
    private final List<String> notes = new ArrayList<>(0);
    private @Nullable Frequency frequency;
    private long interval = 1;
    private long count = -1;
    private @Nullable EventTime until;
    private int weekStart;
    private int[] months = NONE;
    private int[] weekNumbers = NONE;
    private int[] yearDays = NONE;
    private int[] monthDays = NONE;
    private int weekdays;
    private List<NthWeekday> nthWeekdays = List.of();
    private int[] hours = NONE;
    private int[] minutes = NONE;
    private int[] seconds = NONE;
    private int[] positions = NONE;

    Parser(String text) {
      this.text = text;
    }

    Rule rule() throws Invalid {
      int from = 0;
      while (from <= text.length()) {
        int semicolon = text.indexOf(';', from);
        int to = semicolon < 0 ? text.length() : semicolon;
        int equals = text.indexOf('=', from);
        if (equals > 0 && equals < to) {
          part(
              text.substring(from, equals).strip().toUpperCase(Locale.ROOT),
              text.substring(equals + 1, to).strip().toUpperCase(Locale.ROOT));
        }
        from = to + 1;
      }
      if (frequency == null) {
        throw new Invalid("the rule states no frequency: " + shown(text));
      }
      if (frequency.compareTo(Frequency.MONTHLY) > 0) {
        // the first Monday of what, in a weekly rule? such numbers are passed over, as others do
        for (NthWeekday nth : nthWeekdays) {
          weekdays |= 1 << nth.weekday();
        }
        nthWeekdays = List.of();
      }
      return new Rule(
          frequency,
          interval,
          count,
          until,
          weekStart,
          months,
          weekNumbers,
          yearDays,
          monthDays,
          weekdays,
          nthWeekdays,
          hours,
          minutes,
          seconds,
          positions,
          notes);
    }

    private void part(String name, String value) throws Invalid {
      if (value.isEmpty()) {
        return; // an empty part restricts nothing
      }
      switch (name) {
        case "FREQ", "RRULE:FREQ", "EXRULE:FREQ" -> frequency = frequency(value);
        case "INTERVAL" -> interval = interval(value);
        case "COUNT" -> count = count(value);
        case "UNTIL" -> until = until(value);
        case "WKST" -> weekStart = weekday(value, 0);
        case "BYMONTH" -> months = numbers(name, value, 1, 12, false);
        case "BYWEEKNO" -> weekNumbers = numbers(name, value, 1, 53, true);
        case "BYYEARDAY" -> yearDays = numbers(name, value, 1, 366, true);
        case "BYMONTHDAY" -> monthDays = numbers(name, value, 1, 31, true);
        case "BYDAY", "BYWEEKDAY" -> days(value);
        case "BYHOUR" -> hours = numbers(name, value, 0, 23, false);
        case "BYMINUTE" -> minutes = numbers(name, value, 0, 59, false);
        case "BYSECOND" -> seconds = seconds(name, value);
        case "BYSETPOS" -> positions = numbers(name, value, 1, 366, true);
        case "RSCALE" -> {
          if (!value.equals("GREGORIAN")) {
            throw new Invalid("the calendar scale " + shown(value) + " is not known");
          }
        }
        case "SKIP" -> {
          if (!value.equals("OMIT")) {
            throw new Invalid("rules that skip " + shown(value) + " are not supported");
          }
        }
        default -> {} // RFC 5545 allows parts of a vendor's own
      }
    }

    private Frequency frequency(String value) throws Invalid {
      for (Frequency f : Frequency.values()) {
        if (f.name().equals(value)) {
          return f;
        }
      }
      throw new Invalid("the frequency " + shown(value) + " does not exist");
    }

    private long interval(String value) throws Invalid {
      long n = number("INTERVAL", value);
      if (n < 1) {
        notes.add("an interval of " + n + " was read as 1");
        return 1;
      }
      return Math.min(n, LARGEST);
    }

    private long count(String value) throws Invalid {
      long n = number("COUNT", value);
      if (n < 1) {
        throw new Invalid("a rule cannot recur " + n + " times");
      }
      return n;
    }

    private EventTime until(String value) throws Invalid {
      try {
        return TimeText.parseBasic(value, null);
      } catch (DateTimeException e) {
        throw new Invalid("the rule ends at " + shown(value) + ", which is no time");
      }
    }

    private static long number(String name, String value) throws Invalid {
      try {
        return Long.parseLong(value);
      } catch (NumberFormatException e) {
        if (value.length() > 18 && value.chars().allMatch(c -> c >= '0' && c <= '9')) {
          return LARGEST;
        }
        throw new Invalid(name + " is not a number: " + shown(value));
      }
    }

    private int[] numbers(String name, String value, int least, int most, boolean signed)
        throws Invalid {
      int[] found = new int[8];
      int size = 0;
      for (int from = 0; from <= value.length(); ) {
        int comma = value.indexOf(',', from);
        int to = comma < 0 ? value.length() : comma;
        String item = value.substring(from, to).strip();
        from = to + 1;
        if (item.isEmpty()) {
          continue;
        }
        long n;
        try {
          n = Long.parseLong(item);
        } catch (NumberFormatException e) {
          n = Long.MIN_VALUE;
        }
        if (n >= least && n <= most || signed && -n >= least && -n <= most) {
          if (size == found.length) {
            found = Arrays.copyOf(found, size * 2);
          }
          found[size++] = (int) n;
        } else {
          notes.add(name + " cannot be " + shown(item) + "; that value was left out");
        }
        if (size > 4_096) {
          throw new Invalid(name + " has too many values");
        }
      }
      if (size == 0) {
        // without its only restriction the rule would mean far more than it says
        throw new Invalid(name + " has no value that can be: " + shown(value));
      }
      return sorted(Arrays.copyOf(found, size));
    }

    private int[] seconds(String name, String value) throws Invalid {
      int[] found = numbers(name, value, 0, 60, false);
      for (int i = 0; i < found.length; i++) {
        found[i] = Math.min(found[i], 59); // RFC 5545, 3.3.10: without leap seconds 60 means 59
      }
      return sorted(found);
    }

    private void days(String value) throws Invalid {
      List<NthWeekday> nth = new ArrayList<>(2);
      int plain = 0;
      for (String raw : value.split(",")) {
        String item = raw.strip();
        if (item.isEmpty()) {
          continue;
        }
        int letters = item.length() - 2;
        try {
          int weekday = weekday(item, letters);
          String number = item.substring(0, Math.max(letters, 0)).strip();
          int n = number.isEmpty() ? 0 : Integer.parseInt(number);
          if (!number.isEmpty() && (n == 0 || n < -53 || n > 53)) {
            notes.add("BYDAY cannot be " + shown(item) + "; that value was left out");
          } else if (number.isEmpty()) {
            plain |= 1 << weekday;
          } else {
            nth.add(new NthWeekday(n, weekday));
          }
        } catch (Invalid | NumberFormatException e) {
          notes.add("BYDAY cannot be " + shown(item) + "; that value was left out");
        }
        if (nth.size() > 742) { // every number of every weekday
          throw new Invalid("BYDAY has too many values");
        }
      }
      if (plain == 0 && nth.isEmpty()) {
        throw new Invalid("BYDAY has no value that can be: " + shown(value));
      }
      weekdays = plain;
      nthWeekdays = nth;
    }

    private static int weekday(String value, int at) throws Invalid {
      int found =
          at < 0 || value.length() != at + 2
              ? -1
              : WEEKDAYS.indexOf(value.charAt(at) + "" + value.charAt(at + 1));
      if (found < 0 || found % 2 != 0) {
        throw new Invalid(shown(value) + " is no weekday");
      }
      return found / 2;
    }

    private static int[] sorted(int[] values) {
      if (values.length < 2) {
        return values;
      }
      return Arrays.stream(values).sorted().distinct().toArray();
    }
  }

  private static String shown(String value) {
    return '"' + (value.length() <= 60 ? value : value.substring(0, 60) + "…") + '"';
  }
}
