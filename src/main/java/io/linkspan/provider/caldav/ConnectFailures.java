package io.linkspan.provider.caldav;

import io.linkspan.connection.Connector.Verification.Refused;
import io.linkspan.platform.egress.Exchange;
import java.net.URI;
import java.util.List;
import java.util.Locale;

/** Says why an account cannot be connected, and what the person can do. */
final class ConnectFailures {
  private static final String SERVER = "/server_url";
  private static final String PASSWORD = "/password";

  private final boolean apple;

  ConnectFailures(boolean apple) {
    this.apple = apple;
  }

  Refused of(DavReply reply, URI asked) {
    return switch (reply) {
      case DavReply.Multi _ -> notCalDav(asked);
      case DavReply.ForeignRedirect(var target) ->
          new Refused(
              "redirects_elsewhere",
              SERVER,
              "The server at "
                  + asked.getHost()
                  + " redirects to "
                  + ServerAddress.hostAndPort(target)
                  + "; your password is not sent to an address that you did not enter.",
              "If you trust that address, enter "
                  + target.getScheme()
                  + "://"
                  + ServerAddress.hostAndPort(target)
                  + " instead.");
      case DavReply.NoAnswer(var failure) -> noAnswer(failure, asked);
      case DavReply.Other other -> status(other, asked);
    };
  }

  private static Refused noAnswer(Exchange.Failed failure, URI asked) {
    var detail = sentence(failure);
    return switch (failure.reason()) {
      case BAD_ADDRESS ->
          new Refused(
              "bad_address",
              SERVER,
              detail,
              "Enter the server's address, such as https://" + asked.getHost() + ".");
      case FORBIDDEN_ADDRESS ->
          new Refused(
              "forbidden_address",
              SERVER,
              detail,
              "If the server is meant to be reached, ask the operator of Linkspan to list its"
                  + " network in LINKSPAN_EGRESS_ALLOW.");
      case UNKNOWN_HOST ->
          new Refused("unknown_host", SERVER, detail, "Check the spelling of the server's name.");
      case UNREACHABLE, TIMEOUT, BROKEN_OFF ->
          new Refused(
              "unreachable",
              SERVER,
              detail,
              asked.getScheme().equals("https")
                  ? "Check the address and the port. A server that speaks only http needs http://"
                      + " written before its address."
                  : "Check the address and the port, and that the server runs.");
      case TLS ->
          new Refused(
              "tls_failed",
              SERVER,
              detail,
              "The server needs a valid certificate for the name that you entered; if it speaks"
                  + " only http, write http:// before its address.");
      case TOO_MANY_REDIRECTS ->
          new Refused(
              "redirect_loop",
              SERVER,
              detail,
              "Enter the address of the CalDAV service itself; its documentation names it.");
      case NO_ROOM, NOT_BEGUN ->
          new Refused("unreachable", SERVER, detail, "Try again in some minutes.");
      case TOO_LARGE, NONSENSE ->
          new Refused("not_caldav", SERVER, detail, "Check the address: this is no CalDAV server.");
    };
  }

  static String sentence(Exchange.Failed failure) {
    var detail = failure.detail();
    return detail.endsWith(".") ? detail : detail + ".";
  }

  private Refused status(DavReply.Other other, URI asked) {
    var says = "The server at " + asked.getHost() + " answered " + other.status();
    return switch (other.status()) {
      case 401 -> wrongPassword(other, asked);
      case 403 ->
          new Refused(
              "forbidden",
              SERVER,
              says + ": this account may not look there.",
              "Enter the server's main address, or the address of a calendar of this account.");
      case 429 ->
          new Refused(
              "throttled",
              null,
              says + ": it asks for fewer requests.",
              "Wait some minutes and try again.");
      default ->
          other.isWebPage()
              ? new Refused(
                  "web_page",
                  SERVER,
                  says + " with a web page, not as a CalDAV server.",
                  "Enter the CalDAV address, which often differs from the one for browsers; the"
                      + " server's documentation names it.")
              : other.status() >= 500
                  ? new Refused(
                      "server_error",
                      SERVER,
                      says + ": it fails.",
                      "Try again later, or ask its operator.")
                  : notCalDav(asked);
    };
  }

  private Refused wrongPassword(DavReply.Other other, URI asked) {
    if (apple || DavClient.isICloud(asked.getHost().toLowerCase(Locale.ROOT))) {
      return new Refused(
          "wrong_password",
          PASSWORD,
          "Apple does not accept this Apple Account and password. It never accepts the account's"
              + " ordinary password here, only an app-specific one.",
          "Sign in at account.apple.com, open Sign-In and Security, then App-Specific Passwords,"
              + " make one for Linkspan and enter it here.");
    }
    var schemes = other.answer().headers().getOrDefault("www-authenticate", List.of()).toString();
    if (!schemes.equals("[]")
        && !schemes.toLowerCase(Locale.ROOT).contains("basic")
        && !schemes.toLowerCase(Locale.ROOT).contains("digest")) {
      return new Refused(
          "unsupported_authentication",
          SERVER,
          "The server at "
              + asked.getHost()
              + " does not take a user name and password (Basic or Digest).",
          "Ask its operator to allow Basic authentication over https, or Digest.");
    }
    return new Refused(
        "wrong_password",
        PASSWORD,
        "The server at " + asked.getHost() + " does not accept this user name and password.",
        "Check both. An account with two-step sign-in needs an app password, made in its security"
            + " settings.");
  }

  Refused notCalDav(URI asked) {
    return new Refused(
        "not_caldav",
        SERVER,
        "There is no CalDAV service to be found at " + asked.getHost() + ".",
        "Enter the CalDAV address that the server's documentation names.");
  }

  Refused noCalendars(URI asked) {
    return new Refused(
        "no_calendars",
        SERVER,
        "The account at " + asked.getHost() + " has no calendar that holds events.",
        "Make a calendar there first, or enter the address of one that is shared with you.");
  }

  /** Whether another address of the same server would say no more. */
  boolean endsTheSearch(DavReply reply) {
    return switch (reply) {
      case DavReply.NoAnswer(var failure) ->
          switch (failure.reason()) {
            case TOO_MANY_REDIRECTS, TOO_LARGE, NONSENSE, BROKEN_OFF -> false;
            default -> true;
          };
      case DavReply.Other other -> other.status() == 401 || other.status() == 429;
      case DavReply.Multi _, DavReply.ForeignRedirect _ -> false;
    };
  }

  /** The one of two failures that helps the person more. */
  Refused moreHelpful(Refused first, Refused second) {
    return first.code().equals("not_caldav") || second.code().equals("redirects_elsewhere")
        ? second
        : first;
  }
}
