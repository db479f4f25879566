package io.linkspan.provider.caldav;

import io.linkspan.calendar.CalendarReader.SyncFailure;
import io.linkspan.platform.egress.Exchange;
import io.linkspan.platform.egress.RetryAfter;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;

/** Decides what an answer that is not the expected one means for reading a calendar. */
final class SyncFailures {
  private static final Duration MAX_WAIT = Duration.ofDays(7);

  private final Clock clock;
  private final boolean apple;

  SyncFailures(Clock clock, boolean apple) {
    this.clock = clock;
    this.apple = apple;
  }

  /**
   * @param what was asked for, such as {@code the list of events}
   */
  SyncFailure of(DavReply reply, URI asked, String what) {
    var host = asked.getHost();
    return switch (reply) {
      case DavReply.Multi _ ->
          new SyncFailure.Unavailable(
              "The server at " + host + " answered without " + what + ".",
              "Nothing to do yet: it is tried again. If it stays so, tell the server's operator.");
      case DavReply.ForeignRedirect elsewhere ->
          new SyncFailure.Unavailable(
              "The server at "
                  + host
                  + " redirects to "
                  + ServerAddress.origin(elsewhere.target())
                  + ", where your password was not entered and is not sent.",
              "Reconnect with the address of "
                  + ServerAddress.origin(elsewhere.target())
                  + " if you trust it.");
      case DavReply.NoAnswer noAnswer -> noAnswer(noAnswer.failure());
      case DavReply.Other other -> status(other, host, what);
    };
  }

  private static SyncFailure noAnswer(Exchange.Failed failure) {
    var fix =
        switch (failure.reason()) {
          case FORBIDDEN_ADDRESS ->
              "Ask the operator of Linkspan to list the server's network in LINKSPAN_EGRESS_ALLOW.";
          case TLS -> "Tell the server's operator; its certificate must be valid for this name.";
          case BAD_ADDRESS, UNKNOWN_HOST, TOO_MANY_REDIRECTS ->
              "Check the server's address and reconnect with the right one.";
          case TOO_LARGE -> "Move old events to another calendar, so that this one gets smaller.";
          case NO_ROOM, NOT_BEGUN -> "Nothing to do: it is tried again.";
          case UNREACHABLE, TIMEOUT, BROKEN_OFF, NONSENSE ->
              "Nothing to do yet: it is tried again. If it stays so, check that the server runs.";
        };
    return new SyncFailure.Unavailable(ConnectFailures.sentence(failure), fix);
  }

  private SyncFailure status(DavReply.Other other, String host, String what) {
    var says = "The server at " + host + " answered " + other.status();
    return switch (other.status()) {
      case 401 ->
          new SyncFailure.Unauthorized(
              "The server at " + host + " does not accept the user name and password any more.",
              apple
                  ? "Make a new app-specific password at account.apple.com and reconnect with it;"
                      + " Apple revokes them all when the Apple Account's password changes."
                  : "Reconnect with the password that is valid now.");
      case 403 ->
          new SyncFailure.CalendarGone(
              says + ": this account may not read the calendar.",
              "Ask its owner to share it again, or stop its synchronisation.");
      case 404, 410 ->
          new SyncFailure.CalendarGone(
              says + ": the calendar is not there any more.",
              "Stop its synchronisation, or reconnect if it was moved.");
      case 429 -> throttled(other, says);
      case 503 ->
          other.answer().header("retry-after").isPresent()
              ? throttled(other, says)
              : unavailable(says + ": it is not available now.");
      case 207 -> unavailable(says + " with a body that cannot be read: " + other.flaw() + ".");
      default ->
          other.isWebPage()
              ? unavailable(says + " with a web page instead of " + what + ".")
              : unavailable(says + " instead of " + what + ".");
    };
  }

  private static SyncFailure unavailable(String detail) {
    return new SyncFailure.Unavailable(
        detail,
        "Nothing to do yet: it is tried again. If it stays so, tell the server's operator.");
  }

  private SyncFailure throttled(DavReply.Other other, String says) {
    return new SyncFailure.Throttled(
        says + ": it asks for fewer requests.",
        "Nothing to do: it is tried again when the server allows.",
        other
            .answer()
            .header("retry-after")
            .flatMap(asked -> RetryAfter.read(asked, clock.instant(), MAX_WAIT)));
  }
}
