package io.linkspan.provider.ics;

import io.linkspan.calendar.CalendarReader.SyncFailure;
import io.linkspan.connection.Connector.Verification.Refused;
import io.linkspan.platform.egress.Exchange;
import java.time.Duration;
import java.util.Optional;

/** Says what is wrong with a feed, when connecting it and when reading it. Names only the host. */
final class FeedFailures {
  private static final String FIELD = "/url";
  private static final String AGAIN =
      "Nothing to do yet: it is tried again, and the last good copy counts until then.";

  private FeedFailures() {}

  static SyncFailure of(FeedAnswer answer, FeedAddress address) {
    var host = address.host();
    return switch (answer) {
      case FeedAnswer.NoAnswer(var failure) -> noAnswer(failure);
      case FeedAnswer.Unusable(var flaw, var what) ->
          new SyncFailure.Unavailable(
              "The feed at "
                  + host
                  + (flaw == FeedAnswer.Flaw.NOT_A_CALENDAR ? " is no calendar: " : " is ")
                  + what
                  + ".",
              flaw == FeedAnswer.Flaw.WEB_PAGE
                  ? "If the calendar is not public any more, copy its feed address anew and reconnect."
                  : AGAIN);
      case FeedAnswer.Status(var status, var retryAfter) -> {
        var says = "The server at " + host + " answered " + status;
        yield switch (status) {
          case 401, 403 ->
              new SyncFailure.Unauthorized(
                  says + ": the feed may not be read with this address any more.",
                  "Copy the feed's address anew from the calendar and reconnect with it.");
          case 404, 410 ->
              new SyncFailure.CalendarGone(
                  says + ": the feed is not there any more.",
                  "If the calendar has a new address, reconnect with it; else disconnect the feed.");
          case 429 -> throttled(says, retryAfter);
          case 503 ->
              retryAfter.isPresent()
                  ? throttled(says, retryAfter)
                  : new SyncFailure.Unavailable(says + ": it is not available now.", AGAIN);
          default -> new SyncFailure.Unavailable(says + " instead of the feed.", AGAIN);
        };
      }
      case FeedAnswer.Whole _, FeedAnswer.NotModified _ ->
          new SyncFailure.Unavailable("The feed at " + host + " could not be read.", AGAIN);
    };
  }

  /** The last good copy counts until somebody says that the feed is meant to be empty. */
  static SyncFailure emptied(FeedAddress address) {
    return new SyncFailure.Unavailable(
        "The feed at "
            + address.host()
            + " suddenly has no events at all; what it had before still counts.",
        "If that is right, reconnect the feed or run a full sync; else look at the calendar itself.");
  }

  private static SyncFailure throttled(String says, Optional<Duration> retryAfter) {
    return new SyncFailure.Throttled(says + ": it asks for fewer requests.", AGAIN, retryAfter);
  }

  private static SyncFailure noAnswer(Exchange.Failed failure) {
    var fix =
        switch (failure.reason()) {
          case FORBIDDEN_ADDRESS ->
              "Ask the operator of Linkspan to list the feed's network in LINKSPAN_EGRESS_ALLOW.";
          case TLS -> "Tell the feed's operator; its certificate must be valid for this name.";
          case TOO_LARGE -> "Publish a smaller part of the calendar, such as the coming year.";
          case BAD_ADDRESS, TOO_MANY_REDIRECTS ->
              "Copy the feed's address anew from the calendar and reconnect with it.";
          case UNKNOWN_HOST, UNREACHABLE, TIMEOUT, BROKEN_OFF, NONSENSE, NO_ROOM, NOT_BEGUN ->
              AGAIN;
        };
    return new SyncFailure.Unavailable(sentence(failure), fix);
  }

  private static String sentence(Exchange.Failed failure) {
    var detail = failure.detail();
    return detail.endsWith(".") ? detail : detail + ".";
  }

  static Refused refused(FeedAnswer answer, FeedAddress address) {
    var host = address.host();
    return switch (answer) {
      case FeedAnswer.NoAnswer(var failure) -> refused(failure, address);
      case FeedAnswer.Unusable(var flaw, var what) ->
          switch (flaw) {
            case WEB_PAGE ->
                new Refused(
                    "web_page",
                    FIELD,
                    "At this address of " + host + " is " + what + ", not a calendar feed.",
                    "Copy the address that the calendar offers for subscribing; it often ends in .ics.");
            case EMPTY, NOT_A_CALENDAR ->
                new Refused(
                    "not_a_feed",
                    FIELD,
                    "At this address of " + host + " is no calendar: " + what + ".",
                    "Copy the address that the calendar offers for subscribing; it often ends in .ics.");
            case CUT_SHORT ->
                new Refused(
                    "cut_short",
                    FIELD,
                    "The feed at " + host + " is " + what + ".",
                    "Try again; if it stays so, tell the feed's operator.");
          };
      case FeedAnswer.Status(var status, _) -> refused(status, host);
      case FeedAnswer.Whole _, FeedAnswer.NotModified _ -> refused(304, host);
    };
  }

  private static Refused refused(int status, String host) {
    var says = "The server at " + host + " answered " + status;
    return switch (status) {
      case 401, 403 ->
          new Refused(
              "forbidden",
              FIELD,
              says + ": this address does not allow reading.",
              "Copy the calendar's secret or public feed address, not the one that you see while signed in.");
      case 404, 410 ->
          new Refused(
              "feed_not_found",
              FIELD,
              says + ": there is no feed at this address.",
              "Copy the whole address again; a missing character is enough.");
      case 429 ->
          new Refused(
              "throttled",
              null,
              says + ": it asks for fewer requests.",
              "Wait some minutes and try again.");
      default ->
          new Refused(
              "server_error",
              FIELD,
              says + " instead of a feed.",
              "Try again later, or check the address in a browser.");
    };
  }

  private static Refused refused(Exchange.Failed failure, FeedAddress address) {
    var detail = sentence(failure);
    return switch (failure.reason()) {
      case BAD_ADDRESS ->
          new Refused("bad_address", FIELD, detail, "Paste an address that begins with https://.");
      case FORBIDDEN_ADDRESS ->
          new Refused(
              "forbidden_address",
              FIELD,
              detail,
              "If the feed is meant to be reached, ask the operator of Linkspan to list its network"
                  + " in LINKSPAN_EGRESS_ALLOW.");
      case UNKNOWN_HOST ->
          new Refused("unknown_host", FIELD, detail, "Check the spelling of the address.");
      case UNREACHABLE, TIMEOUT, BROKEN_OFF ->
          new Refused("unreachable", FIELD, detail, "Check the address." + http(address));
      case TLS ->
          new Refused(
              "tls_failed",
              FIELD,
              detail,
              "The feed's server needs a valid certificate." + http(address));
      case TOO_MANY_REDIRECTS ->
          new Refused("redirect_loop", FIELD, detail, "Copy the feed's address from the calendar.");
      case TOO_LARGE ->
          new Refused(
              "too_large",
              FIELD,
              detail,
              "Publish a smaller part of the calendar, such as the coming year.");
      case NO_ROOM, NOT_BEGUN ->
          new Refused("unreachable", FIELD, detail, "Try again in some minutes.");
      case NONSENSE ->
          new Refused("not_a_feed", FIELD, detail, "Copy the feed's address from the calendar.");
    };
  }

  private static String http(FeedAddress address) {
    return address.uri().getScheme().equals("https")
        ? " If the feed is served by http only, enter its address with http:// at the beginning."
        : "";
  }
}
