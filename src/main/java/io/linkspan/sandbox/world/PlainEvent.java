package io.linkspan.sandbox.world;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * An event as the sandbox's own API takes it, the same for every vendor. What is null is not
 * stated: the vendor's default of a new event, left as it is in a change.
 *
 * @param start local time such as {@code 2026-03-02T09:00}, or a date for whole days
 * @param end likewise; the first time, or day, that is no longer part of it
 * @param timeZone IANA name; the calendar's without one
 * @param recurrence one line of iCalendar, such as {@code RRULE:FREQ=WEEKLY}
 * @param showAs {@code busy}, {@code free}, {@code tentative} or {@code oof}
 * @param response what the account answered to the invitation: {@code accepted}, {@code declined},
 *     {@code tentative} or {@code none}
 * @param resource further fields in the vendor's own form
 */
public record PlainEvent(
    @Nullable String calendarId,
    @Nullable String summary,
    @Nullable String start,
    @Nullable String end,
    @Nullable String timeZone,
    @Nullable String recurrence,
    @Nullable ShowAs showAs,
    @Nullable Response response,
    @Nullable ObjectNode resource) {

  /** How the time counts. */
  public enum ShowAs {
    BUSY,
    FREE,
    TENTATIVE,
    OOF
  }

  /** The answer to an invitation. */
  public enum Response {
    ACCEPTED,
    DECLINED,
    TENTATIVE,
    NONE
  }

  /** A new event with a time of day in the calendar's zone. */
  public static PlainEvent at(String summary, String start, String end) {
    return new PlainEvent(null, summary, start, end, null, null, null, null, null);
  }

  public PlainEvent every(String rule) {
    return new PlainEvent(
        calendarId, summary, start, end, timeZone, rule, showAs, response, resource);
  }

  public PlainEvent shownAs(ShowAs as) {
    return new PlainEvent(
        calendarId, summary, start, end, timeZone, recurrence, as, response, resource);
  }

  public PlainEvent answered(Response answer) {
    return new PlainEvent(
        calendarId, summary, start, end, timeZone, recurrence, showAs, answer, resource);
  }

  public PlainEvent in(String zone) {
    return new PlainEvent(
        calendarId, summary, start, end, zone, recurrence, showAs, response, resource);
  }

  public static boolean isDate(String time) {
    return time.length() == "2026-03-02".length();
  }

  /** With seconds, as both vendors write it. */
  public static String dateTime(String time) {
    return time.length() == "2026-03-02T09:00".length() ? time + ":00" : time;
  }

  /** Thrown for an event that a vendor cannot hold; the message says why. */
  public static final class Unfit extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public Unfit(String message) {
      super(message, null, false, false);
    }

    @Override
    public String getMessage() {
      return String.valueOf(super.getMessage());
    }
  }
}
