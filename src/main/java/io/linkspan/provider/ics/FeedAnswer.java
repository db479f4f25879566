package io.linkspan.provider.ics;

import io.linkspan.event.ical.ParsedCalendar;
import io.linkspan.platform.egress.Exchange;
import java.time.Duration;
import java.util.Optional;

/** The outcome of reading a feed. */
sealed interface FeedAnswer {
  /** A calendar, whole. */
  record Whole(ParsedCalendar.Calendar calendar, FeedToken token) implements FeedAnswer {}

  /** The same as last time. */
  record NotModified() implements FeedAnswer {}

  /** Nothing came that counts. */
  record NoAnswer(Exchange.Failed failure) implements FeedAnswer {}

  /**
   * The server says something else than a feed.
   *
   * @param retryAfter as it asked
   */
  record Status(int status, Optional<Duration> retryAfter) implements FeedAnswer {}

  /** A 200 that is no calendar, or not all of one. */
  record Unusable(Flaw flaw, String detail) implements FeedAnswer {}

  /** In which way. */
  enum Flaw {
    EMPTY,
    WEB_PAGE,
    NOT_A_CALENDAR,
    CUT_SHORT
  }
}
