package io.linkspan.event.ical;

import io.linkspan.event.EventSeries;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a text turned out to be. */
public sealed interface ParsedCalendar {
  /**
   * A calendar, perhaps with flaws.
   *
   * @param entries one for each UID, in the order of first appearance
   * @param color as written: {@code #rrggbb} or a CSS name
   * @param timeZone X-WR-TIMEZONE, as an IANA name where it is known
   * @param refresh how often the calendar asks to be read
   */
  record Calendar(
      List<Entry> entries,
      Optional<String> name,
      Optional<String> color,
      Optional<String> timeZone,
      Optional<Duration> refresh,
      List<Problem> problems)
      implements ParsedCalendar {
    public Calendar {
      entries = List.copyOf(entries);
      problems = List.copyOf(problems);
    }

    /** The series alone. */
    public List<EventSeries> series() {
      return entries.stream().map(Entry::series).toList();
    }

    /** Whether anything may be missing or wrong. */
    public boolean doubtful() {
      return problems.stream().anyMatch(p -> p.weight() == Weight.DOUBT);
    }
  }

  /**
   * Not a calendar at all: HTML, an error message, nothing.
   *
   * @param detail what it looks like, as a sentence
   */
  record NotCalendar(String detail) implements ParsedCalendar {}

  /**
   * @param hash of all that the series says; equal if nothing that matters here has changed,
   *     DTSTAMP and the like left out
   */
  record Entry(EventSeries series, String hash) {}

  /** What a problem means for the answer. */
  enum Weight {
    /** Repaired; nothing is lost. */
    NOTE,
    /** An event, or a part of one, may be missing or wrong. */
    DOUBT
  }

  /**
   * @param uid the series concerned, or null
   * @param detail a sentence
   */
  record Problem(Weight weight, @Nullable String uid, String detail) {}
}
