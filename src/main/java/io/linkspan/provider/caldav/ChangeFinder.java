package io.linkspan.provider.caldav;

import io.linkspan.calendar.CalendarReader.KnownResources;
import io.linkspan.calendar.CalendarReader.SyncFailure;
import io.linkspan.provider.caldav.Changes.Entry;
import io.linkspan.provider.caldav.Changes.Found;
import io.linkspan.provider.caldav.Changes.Unknown;
import java.net.URI;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Finds what changed in a calendar: by {@code sync-collection} (RFC 6578), else by comparing etags
 * from a listing, else from a query.
 */
final class ChangeFinder {
  private static final int MAX_PARTS = 1_000;
  private static final int MAX_OUTSIDE = 100;
  private static final String LIST = "a list of the calendar's events";

  private final DavClient dav;
  private final URI calendar;
  private final SyncFailures failures;
  private final KnownResources known;

  ChangeFinder(DavClient dav, URI calendar, SyncFailures failures, KnownResources known) {
    this.dav = dav;
    this.calendar = calendar;
    this.failures = failures;
    this.known = known;
  }

  /** What changed since a pass ended there. */
  Changes since(SyncToken token) {
    return switch (token) {
      case SyncToken.Ctag ctag -> sinceCtag(ctag);
      case SyncToken.Since since -> since(since);
    };
  }

  /**
   * Asks the collection itself first: the same state as last time is the cheapest answer, and a
   * server that was restored from a backup says "nothing changed" of a token that is ahead of it.
   */
  private Changes since(SyncToken.Since since) {
    var reply = dav.propfind(calendar, 0, DavBodies.STATE);
    if (reply instanceof DavReply.NoAnswer
        || reply instanceof DavReply.ForeignRedirect
        || reply instanceof DavReply.Other other && isFinal(other)) {
      return unknown(reply);
    }
    if (reply instanceof DavReply.Multi(_, var content)
        && content.members().stream().anyMatch(CalendarHome::isSubscription)) {
      return new Unknown(subscription());
    }
    var state = state(reply);
    if (state.isPresent() && state.get().isThatOf(since)) {
      var same = since.at(state.get().text());
      return new Found(Map.of(), Set.of(), false, Optional.of(same), Set.of());
    }
    return switch (syncCollection(since.value())) {
      case Refused refused -> tokenRefused(refused.reply());
      case Failing failing -> failing.unknown();
      case Answered(Found found) ->
          found.token().isEmpty() || looksLikeEverything(found) || contradicts(since, state, found)
              ? at(state, everything())
              : at(state, found);
    };
  }

  private static SyncFailure subscription() {
    return new SyncFailure.CalendarGone(
        "This calendar is a subscription: its events lie at another address, not in this account.",
        "Connect the address that is subscribed to as a feed, and stop the synchronisation of this one.");
  }

  /** How the collection names its state. */
  private record State(String value, boolean isSyncToken) {
    String text() {
      return (isSyncToken ? "token " : "ctag ") + value;
    }

    boolean isThatOf(SyncToken.Since since) {
      return isSyncToken && value.equals(since.value()) || text().equals(since.state());
    }
  }

  private static Optional<State> state(DavReply reply) {
    if (!(reply instanceof DavReply.Multi(_, var content)) || content.members().isEmpty()) {
      return Optional.empty();
    }
    var self = content.members().getFirst();
    var token = self.text(DavXml.DAV, "sync-token");
    var ctag = self.text(DavXml.CALENDARSERVER, "getctag");
    return token != null
        ? Optional.of(new State(token, true))
        : Optional.ofNullable(ctag).map(value -> new State(value, false));
  }

  /**
   * Whether the server says that nothing changed, and yet is in another state than it was. One that
   * names another state every time it is asked says nothing by it.
   */
  private boolean contradicts(SyncToken.Since since, Optional<State> state, Found found) {
    if (state.isEmpty()
        || !found.present().isEmpty()
        || !found.removed().isEmpty()
        || found.token().filter(SyncToken.Since.class::isInstance).isEmpty()) {
      return false;
    }
    var now = state.get();
    var comparable = now.isSyncToken() || since.state() != null;
    return comparable
        && !now.isThatOf((SyncToken.Since) found.token().get())
        && state.equals(state(dav.propfind(calendar, 0, DavBodies.STATE)));
  }

  private static Changes at(Optional<State> state, Changes changes) {
    return changes instanceof Found found
            && found.token().orElse(null) instanceof SyncToken.Since since
        ? new Found(
            found.present(),
            found.removed(),
            found.complete(),
            Optional.of(since.at(state.map(State::text).orElse(null))),
            found.outside())
        : changes;
  }

  private Changes sinceCtag(SyncToken.Ctag ctag) {
    var reply = dav.propfind(calendar, 0, DavBodies.CTAG);
    if (!(reply instanceof DavReply.Multi)) {
      return new Unknown(failures.of(reply, calendar, LIST));
    }
    return ctag(reply).filter(ctag::equals).isPresent()
        ? new Found(Map.of(), Set.of(), false, Optional.of(ctag), Set.of())
        : everything();
  }

  /**
   * DAViCal and SOGo answer a token that they do not know with everything, so what was deleted
   * meanwhile goes unsaid. Events that did not change give it away, or, if all did (a restored or
   * moved server), their number.
   */
  private boolean looksLikeEverything(Found found) {
    if (found.present().isEmpty()) {
      return false;
    }
    for (var entry : found.present().values()) {
      var stored = known.etag(entry.name());
      if (stored.isPresent() && stored.get().equals(entry.etag())) {
        return true;
      }
    }
    return found.removed().isEmpty()
        && found.present().size() * 2L >= known.names().size()
        && !known.names().isEmpty();
  }

  /** Everything that is there. */
  Changes everything() {
    return switch (syncCollection("")) {
      case Answered(Found found) ->
          found.present().isEmpty() && !known.names().isEmpty() ? emptied(found) : found;
      case Failing failing -> failing.unknown();
      case Refused refused -> isFinal(refused.reply()) ? unknown(refused.reply()) : listing();
    };
  }

  /**
   * All events gone at once is what a server that lost its index says too: it must say so twice.
   */
  private Changes emptied(Found claimed) {
    return switch (listing()) {
      case Found found when found.present().isEmpty() -> claimed;
      case Found found ->
          new Found(found.present(), Set.of(), true, Optional.empty(), found.outside());
      case Unknown unknown -> unknown;
    };
  }

  /** For servers without {@code sync-collection}. */
  Changes listing() {
    // read first: a change that comes during the listing must change it
    var ctag = ctag(dav.propfind(calendar, 0, DavBodies.CTAG));
    var reply = dav.propfind(calendar, 1, DavBodies.ETAGS);
    if (reply instanceof DavReply.Other other && !isFinal(other)) {
      reply = dav.report(calendar, 1, DavBodies.QUERY_ETAGS);
    } else if (reply instanceof DavReply.Multi(_, var content) && content.members().isEmpty()) {
      return new Unknown(
          new SyncFailure.Unavailable(
              "The server at " + calendar.getHost() + " listed nothing, not even the calendar.",
              "Nothing to do yet: it is tried again. If it stays so, tell the server's operator."));
    }
    if (!(reply instanceof DavReply.Multi(var uri, var content))) {
      return unknown(reply);
    }
    var collected = new Collected();
    collected.add(uri, content);
    return collected.found(true, ctag.map(c -> c));
  }

  private static Optional<SyncToken.Ctag> ctag(DavReply reply) {
    return reply instanceof DavReply.Multi(_, var content)
        ? content.members().stream()
            .map(member -> member.text(DavXml.CALENDARSERVER, "getctag"))
            .filter(Objects::nonNull)
            .findFirst()
            .map(SyncToken.Ctag::new)
        : Optional.empty();
  }

  /** The outcome of a {@code sync-collection}. */
  private sealed interface Part {}

  private record Answered(Found found) implements Part {}

  /** The server does not do this, or not with this token. */
  private record Refused(DavReply.Other reply) implements Part {}

  private record Failing(Unknown unknown) implements Part {}

  /**
   * @param token empty for everything
   */
  private Part syncCollection(String token) {
    var collected = new Collected();
    var seen = new HashSet<String>();
    var next = token;
    for (var part = 0; part < MAX_PARTS && seen.add(next); part++) {
      var reply = dav.report(calendar, 0, DavBodies.syncCollection(next));
      if (reply instanceof DavReply.Other other && part == 0) {
        return new Refused(other);
      }
      if (!(reply instanceof DavReply.Multi(var uri, var content))) {
        return new Failing(unknown(reply));
      }
      var truncated = collected.add(uri, content);
      var ended = content.syncToken();
      if (!truncated) {
        var end =
            Optional.ofNullable(ended).<SyncToken>map(value -> new SyncToken.Since(value, null));
        return new Answered(collected.found(token.isEmpty(), end));
      }
      if (ended == null) {
        break;
      }
      next = ended;
    }
    return new Failing(
        new Unknown(
            new SyncFailure.Unavailable(
                "The server at " + calendar.getHost() + " lists the events in parts without end.",
                "Tell the server's operator: its sync-collection report (RFC 6578) does not end.")));
  }

  /** 401, 404, 429 and 503 say the same whatever was asked; the rest may be about the question. */
  private static boolean isFinal(DavReply.Other other) {
    return switch (other.status()) {
      case 401, 404, 410, 429, 502, 503, 504 -> true;
      default -> false;
    };
  }

  private Changes tokenRefused(DavReply.Other other) {
    return switch (other.status()) {
      case 401, 404, 429, 502, 503, 504 -> unknown(other);
      // 403, 409 and 412 with valid-sync-token, 410, 400; Xandikos says 500, and a full pass
      // finds out what else it may be
      default ->
          other.status() / 100 == 2 || other.isWebPage()
              ? unknown(other)
              : new Unknown(
                  new SyncFailure.TokenRejected(
                      "The server at "
                          + calendar.getHost()
                          + " does not know any more what changed since the last time ("
                          + other.status()
                          + ").",
                      "Nothing to do: everything is read anew."));
    };
  }

  private Unknown unknown(DavReply reply) {
    return new Unknown(failures.of(reply, calendar, LIST));
  }

  /** Entries from one or more parts of an answer; later parts count. */
  private final class Collected {
    private final Map<String, Entry> present = new LinkedHashMap<>();
    private final Set<String> removed = new LinkedHashSet<>();
    private final Set<String> outside = new LinkedHashSet<>();

    /**
     * @return whether the server cut the list short (507)
     */
    boolean add(URI answeredBy, Multistatus content) {
      var truncated = false;
      for (var member : content.members()) {
        var uri = DavPath.resolve(answeredBy, member.href());
        // requests go to the calendar's own origin whatever scheme and port a proxy left in here
        if (uri.isEmpty() || !uri.get().getHost().equalsIgnoreCase(answeredBy.getHost())) {
          addOutside(member.href());
          continue;
        }
        var name = DavPath.member(answeredBy, uri.get());
        if (name.isPresent()) {
          add(name.get(), uri.get(), member);
        } else if (!isCalendar(uri.get(), answeredBy)) {
          addOutside(member.href());
        } else if (member.status() == 507) {
          truncated = true;
        }
      }
      return truncated;
    }

    private void add(String name, URI uri, Multistatus.Member member) {
      if (name.endsWith("/") || isCollection(member)) {
        return;
      }
      if (member.status() == 404 || member.status() == 410) {
        // said to be there too: fetching it will tell
        if (!present.containsKey(name)) {
          removed.add(name);
        }
        return;
      }
      removed.remove(name);
      present.put(name, new Entry(name, rawPath(member.href(), uri), Etag.of(member)));
    }

    private void addOutside(String href) {
      if (outside.size() < MAX_OUTSIDE) {
        outside.add(href);
      }
    }

    Found found(boolean complete, Optional<SyncToken> token) {
      return new Found(present, removed, complete, token, outside);
    }
  }

  private static boolean isCollection(Multistatus.Member member) {
    var type = member.property(DavXml.DAV, "resourcetype");
    return type != null && type.has(DavXml.DAV, "collection");
  }

  private static boolean isCalendar(URI uri, URI answeredBy) {
    return DavPath.isSame(uri.getRawPath(), DavPath.canonical(answeredBy.getRawPath()));
  }

  private static String rawPath(String href, URI resolved) {
    return href.startsWith("/") && !href.startsWith("//") ? href : resolved.getRawPath();
  }
}
