package io.linkspan.event;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All that is known of one UID: a single event, or a master with its rules, exclusions and
 * overrides, in local time and zone as written. It says nothing of a window; {@code SeriesExpander}
 * turns it into occurrences.
 *
 * @param master null if only overrides are known (an invitation to one meeting of a series)
 * @param rrules RRULE values, without the property's name
 * @param exrules EXRULE values (RFC 2445; still written by some)
 * @param overrides in the order of their recurrence ids' text; where the ids are of several forms,
 *     so that two may name one occurrence, a later revision behind an earlier one
 * @param zones custom zones that the times refer to
 */
public record EventSeries(
    String uid,
    @Nullable EventDetails master,
    List<String> rrules,
    List<String> exrules,
    List<ExtraDate> rdates,
    List<EventTime> exdates,
    List<Override> overrides,
    List<CustomZone> zones) {

  public EventSeries {
    rrules = List.copyOf(rrules);
    exrules = List.copyOf(exrules);
    rdates = List.copyOf(rdates);
    exdates = List.copyOf(exdates);
    overrides = List.copyOf(overrides);
    zones = List.copyOf(zones);
  }

  /** An event that happens once. */
  public static EventSeries single(String uid, EventDetails event) {
    return new EventSeries(
        uid, event, List.of(), List.of(), List.of(), List.of(), List.of(), List.of());
  }

  /** Whether a rule, or an extra date, makes the master happen more than once. */
  public boolean recurs() {
    return !rrules.isEmpty() || !rdates.isEmpty();
  }

  /** Whether nothing adds to the master, takes it away or changes it. */
  public boolean takesPlaceOnce() {
    return !recurs() && exrules.isEmpty() && exdates.isEmpty() && overrides.isEmpty();
  }

  /**
   * RDATE.
   *
   * @param end {@link EventEnd.Unstated} if the occurrence lasts as long as the master; stated only
   *     by a PERIOD
   */
  public record ExtraDate(EventTime start, EventEnd end) {}

  /**
   * An occurrence, or with RANGE=THISANDFUTURE it and all later ones, that differs from the master.
   *
   * @param recurrenceId when the occurrence would have started
   */
  public record Override(EventTime recurrenceId, boolean thisAndFuture, EventDetails details) {}
}
