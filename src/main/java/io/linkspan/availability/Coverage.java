package io.linkspan.availability;

import io.linkspan.availability.CalendarFreshness.SourceCalendar;
import io.linkspan.availability.CalendarFreshness.StalePolicy;
import io.linkspan.availability.CalendarFreshness.State;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What an answer about time rests on.
 *
 * @param complete whether every calendar is fresh, was read for all of the time asked about, and
 *     had no event that was left out or guessed
 */
public record Coverage(boolean complete, List<CalendarCoverage> calendars) {
  public Coverage {
    calendars = List.copyOf(calendars);
  }

  /**
   * @param calendar its name
   * @param ageSeconds since it was last synced; null: never
   * @param leftOut how many of its events could not be read or had to be guessed
   * @param reason why it cannot be relied on entirely, in words; null if it can
   */
  public record CalendarCoverage(
      UUID integrationId,
      String calendar,
      UUID calendarId,
      @Nullable Instant lastSyncedAt,
      @Nullable Long ageSeconds,
      State state,
      StalePolicy policy,
      int leftOut,
      @Nullable String reason) {}

  /** Coverage of {@code [from, to)} as of {@code now}. */
  public static Coverage of(List<SourceCalendar> calendars, Instant from, Instant to, Instant now) {
    return new Coverage(
        calendars.stream().allMatch(calendar -> covers(calendar, from, to)),
        calendars.stream().map(calendar -> of(calendar, from, to, now)).toList());
  }

  private static boolean covers(SourceCalendar calendar, Instant from, Instant to) {
    return calendar.state() == State.FRESH
        && calendar.leftOut() == 0
        && wasReadFor(calendar, from, to);
  }

  private static boolean wasReadFor(SourceCalendar calendar, Instant from, Instant to) {
    return calendar.syncedFrom() != null
        && calendar.syncedTo() != null
        && !from.isBefore(calendar.syncedFrom())
        && !to.isAfter(calendar.syncedTo());
  }

  private static CalendarCoverage of(
      SourceCalendar calendar, Instant from, Instant to, Instant now) {
    var synced = calendar.lastSyncedAt();
    return new CalendarCoverage(
        calendar.integrationId(),
        calendar.name(),
        calendar.calendarId(),
        synced,
        // another node's clock may be ahead of ours
        synced == null ? null : Math.max(0, Duration.between(synced, now).toSeconds()),
        calendar.state(),
        calendar.policy(),
        calendar.leftOut(),
        reason(calendar, from, to));
  }

  private static @Nullable String reason(SourceCalendar calendar, Instant from, Instant to) {
    if (calendar.state() != State.FRESH || wasReadFor(calendar, from, to)) {
      return calendar.reason();
    }
    var read =
        "Only the time from %s to %s is read."
            .formatted(calendar.syncedFrom(), calendar.syncedTo());
    return calendar.reason() == null ? read : calendar.reason() + " " + read;
  }
}
