package io.linkspan.event.ical;

import static org.assertj.core.api.Assertions.assertThat;

import io.linkspan.event.EventSeries;
import io.linkspan.event.recurrence.Expansion;
import io.linkspan.event.recurrence.SeriesExpander;
import io.linkspan.event.recurrence.Window;
import io.linkspan.event.recurrence.WorkBudget;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;

/** Short ways to write, read and expand calendars in tests. */
public final class Ics {
  private static final SeriesExpander EXPANDER = new SeriesExpander();

  private Ics() {}

  /** A calendar of one event with these lines. */
  public static String event(String... lines) {
    return calendar("BEGIN:VEVENT\r\nUID:one\r\n" + String.join("\r\n", lines) + "\r\nEND:VEVENT");
  }

  public static String calendar(String... parts) {
    return "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n"
        + String.join("\r\n", parts)
        + "\r\nEND:VCALENDAR\r\n";
  }

  public static ParsedCalendar.Calendar read(String text) {
    var parsed = new ICalendarReader().read(text, ReadLimits.STANDARD);
    assertThat(parsed).isInstanceOf(ParsedCalendar.Calendar.class);
    return (ParsedCalendar.Calendar) parsed;
  }

  public static EventSeries series(String text) {
    var calendar = read(text);
    assertThat(calendar.entries()).hasSize(1);
    return calendar.series().getFirst();
  }

  public static Expansion expand(String text, String from, String to, String zone) {
    return expand(series(text), from, to, zone);
  }

  public static Expansion expand(EventSeries series, String from, String to, String zone) {
    return EXPANDER.expand(
        series, new Window(Instant.parse(from), Instant.parse(to)), ZoneId.of(zone), budget());
  }

  /** One that no machine is too slow for: only steps and occurrences count. */
  public static WorkBudget budget() {
    return WorkBudget.of(WorkBudget.PER_RUN, WorkBudget.PER_SERIES, () -> 0);
  }

  /** {@code start/end} of each, in UTC without seconds that are zero. */
  public static List<String> spans(Expansion expansion) {
    return expansion.occurrences().stream().map(o -> o.start() + "/" + o.end()).toList();
  }

  /** The starts alone. */
  public static List<String> starts(Expansion expansion) {
    return expansion.occurrences().stream().map(o -> o.start().toString()).toList();
  }

  /** What was written with {@link Duration}s in mind: the lengths. */
  public static List<Duration> lengths(Expansion expansion) {
    return expansion.occurrences().stream().map(o -> Duration.between(o.start(), o.end())).toList();
  }
}
