package io.linkspan.provider.caldav;

import io.linkspan.calendar.CalendarReader.Change;
import io.linkspan.calendar.CalendarReader.KnownResources;
import io.linkspan.calendar.CalendarReader.SyncFailure;
import io.linkspan.event.EventSeries;
import io.linkspan.event.ical.ICalendarReader;
import io.linkspan.event.ical.ParsedCalendar;
import io.linkspan.event.ical.ReadLimits;
import io.linkspan.platform.egress.Exchange;
import io.linkspan.provider.caldav.Changes.Entry;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Fetches the content of events: many with one {@code calendar-multiget} (RFC 4791, 7.9), fewer
 * when that fails, and what is then still missing one by one. Used by one thread at a time.
 */
final class EventFetcher {
  private static final int BATCH = 200;

  /**
   * Failures in a row that mean the server rather than an event: halving a batch down to its bad
   * event takes nine.
   */
  private static final int MAX_FAILURES_IN_A_ROW = 12;

  private static final int TIMEOUT_COUNTS_AS = 4;

  /** Begins what is stored beside an event that could be read once and cannot now. */
  static final String UNREADABLE = "?unreadable/";

  private final DavClient dav;
  private final URI calendar;
  private final SyncFailures failures;
  private final ICalendarReader reader;
  private final KnownResources known;
  private final Map<String, String> unread = new LinkedHashMap<>();
  private final List<Entry> missing = new ArrayList<>();
  private boolean multiget = true;
  private int batch = BATCH;
  private int failuresInARow;

  EventFetcher(
      DavClient dav,
      URI calendar,
      SyncFailures failures,
      ICalendarReader reader,
      KnownResources known) {
    this.dav = dav;
    this.calendar = calendar;
    this.failures = failures;
    this.reader = reader;
    this.known = known;
  }

  /** The outcome of a batch. */
  sealed interface Fetched {
    record Events(List<Change> changes) implements Fetched {}

    /** The server fails; further requests would too. */
    record Broken(SyncFailure failure) implements Fetched {}
  }

  /** How many entries the next batch should have. */
  int batchSize() {
    return batch;
  }

  /** Names that could be neither fetched nor found to be gone, and why. */
  Map<String, String> unread() {
    return unread;
  }

  /** What was listed, and then was not there (404): gone meanwhile, or never to be had. */
  List<Entry> missing() {
    return missing;
  }

  Fetched fetch(List<Entry> entries) {
    var changes = new ArrayList<Change>(entries.size());
    var failure = fetch(entries, changes);
    return failure == null ? new Fetched.Events(changes) : new Fetched.Broken(failure);
  }

  private @Nullable SyncFailure fetch(List<Entry> entries, List<Change> changes) {
    if (!multiget) {
      return getEach(entries, changes);
    }
    var reply =
        dav.report(calendar, 1, DavBodies.multiget(entries.stream().map(Entry::href).toList()));
    if (reply instanceof DavReply.Multi(var uri, var content)) {
      failuresInARow = 0;
      return take(entries, uri, content, changes);
    }
    if (isUnsupported(reply)) {
      multiget = false;
      return getEach(entries, changes);
    }
    if (isFinal(reply) || tooManyFailures(reply)) {
      return failures.of(reply, calendar, "the events");
    }
    if (entries.size() == 1) {
      return getEach(entries, changes);
    }
    var half = entries.size() / 2;
    batch = Math.max(1, Math.min(batch, half));
    var failure = fetch(entries.subList(0, half), changes);
    return failure == null ? fetch(entries.subList(half, entries.size()), changes) : failure;
  }

  private @Nullable SyncFailure take(
      List<Entry> entries, URI answeredBy, Multistatus content, List<Change> changes) {
    var members = new HashMap<String, Multistatus.Member>();
    for (var member : content.members()) {
      DavPath.resolve(answeredBy, member.href())
          .flatMap(uri -> DavPath.member(answeredBy, uri))
          .ifPresent(name -> members.merge(name, member, EventFetcher::theOneWithData));
    }
    var missing = new ArrayList<Entry>();
    for (var entry : entries) {
      var member = members.get(entry.name());
      var data = member == null ? null : member.property(DavXml.CALDAV, "calendar-data");
      if (member == null || data == null || data.text().isBlank()) {
        missing.add(entry);
      } else {
        var text = data.text().getBytes(StandardCharsets.UTF_8);
        var version = version(entry, Etag.of(member), text);
        add(entry, version, reader.read(text, ReadLimits.STANDARD), changes);
      }
    }
    return getEach(missing, changes);
  }

  private static Multistatus.Member theOneWithData(Multistatus.Member a, Multistatus.Member b) {
    return b.property(DavXml.CALDAV, "calendar-data") != null ? b : a;
  }

  private @Nullable SyncFailure getEach(List<Entry> entries, List<Change> changes) {
    for (var entry : entries) {
      var failure = get(entry, changes);
      if (failure != null) {
        return failure;
      }
    }
    return null;
  }

  private @Nullable SyncFailure get(Entry entry, List<Change> changes) {
    URI uri;
    DavReply reply;
    try {
      uri = DavPath.withPath(calendar, DavPath.canonical(entry.href()));
      reply = dav.get(uri, accepted(entry));
      var literal = DavPath.withPath(calendar, DavPath.escaped(entry.href()));
      // SOGo lists the names as they are, without escaping them
      if (isMissing(reply) && !literal.equals(uri)) {
        uri = literal;
        reply = dav.get(uri, accepted(entry));
      }
    } catch (URISyntaxException e) {
      unread.put(entry.name(), "its address makes no sense");
      return null;
    }
    if (!(reply instanceof DavReply.Other other) || isFinal(reply)) {
      if (isFinal(reply) || tooManyFailures(reply)) {
        return failures.of(reply, uri, "an event");
      }
      unread.put(entry.name(), failures.of(reply, uri, "the event").detail());
      return null;
    }
    if (isMissing(reply)) {
      failuresInARow = 0;
      missing.add(entry);
    } else if (other.status() == 200 && !other.isWebPage()) {
      failuresInARow = 0;
      downloaded(entry, other, changes);
    } else if (other.status() == 406 && !isNamedAsEvent(entry)) {
      failuresInARow = 0;
      nothingToRead(entry, null, other, changes);
    } else if (tooManyFailures(reply)) {
      return failures.of(reply, uri, "an event");
    } else {
      var what = other.isWebPage() ? "with a web page" : String.valueOf(other.status());
      unread.put(entry.name(), "the server answers " + what + " for it");
    }
    return null;
  }

  private static boolean isMissing(DavReply reply) {
    return reply instanceof DavReply.Other other
        && (other.status() == 404 || other.status() == 410);
  }

  /** Of what is not named as an event only an event is wanted: it may be a film. */
  private static String accepted(Entry entry) {
    return isNamedAsEvent(entry) ? "text/calendar, */*;q=0.1" : "text/calendar";
  }

  private static boolean isNamedAsEvent(Entry entry) {
    return entry.name().endsWith(".ics");
  }

  /** A picture or a contact that somebody put here: known from now on. */
  private static void nothingToRead(
      Entry entry, @Nullable String etag, DavReply.Other other, List<Change> changes) {
    var version = version(entry, etag, other.answer().body());
    changes.add(new Change.Upsert(entry.name(), version, List.of(), List.of()));
  }

  /** Says of an event that it is listed and not to be had; what was known of it still counts. */
  List<Change> notHandedOut(Entry entry) {
    var changes = new ArrayList<Change>();
    if (known.etag(entry.name()).isPresent()) {
      changes.add(new Change.Unchanged(entry.name()));
    }
    var problem =
        DavPath.shown(entry.name())
            + " could not be read: the server lists it, and says that it is not there (404).";
    var version = entry.etag() == null ? "404" : entry.etag();
    changes.add(new Change.Upsert(UNREADABLE + entry.name(), version, List.of(), List.of(problem)));
    return changes;
  }

  private void downloaded(Entry entry, DavReply.Other other, List<Change> changes) {
    var answer = other.answer();
    var etag = answer.header("etag").map(Etag::normal).orElse(null);
    var type = answer.header("content-type").orElse("text/calendar").toLowerCase(Locale.ROOT);
    if (!type.startsWith("text/calendar") && !isNamedAsEvent(entry)) {
      nothingToRead(entry, etag, other, changes);
      return;
    }
    var parsed = reader.read(answer.body(), ReadLimits.STANDARD);
    add(entry, version(entry, etag, answer.body()), parsed, changes);
  }

  private void add(Entry entry, String version, ParsedCalendar parsed, List<Change> changes) {
    var series = parsed instanceof ParsedCalendar.Calendar c ? c.series() : List.<EventSeries>of();
    var problems = problems(entry, parsed);
    var note = UNREADABLE + entry.name();
    if (series.isEmpty() && !problems.isEmpty() && known.etag(entry.name()).isPresent()) {
      // what was right before still counts; only that it may have changed is news
      changes.add(new Change.Unchanged(entry.name()));
      changes.add(new Change.Upsert(note, version, List.of(), problems));
      return;
    }
    changes.add(new Change.Upsert(entry.name(), version, series, problems));
    if (known.etag(note).isPresent()) {
      changes.add(new Change.Removed(note));
    }
  }

  private static List<String> problems(Entry entry, ParsedCalendar parsed) {
    var where = "In " + DavPath.shown(entry.name()) + ": ";
    return switch (parsed) {
      case ParsedCalendar.NotCalendar(var detail) -> List.of(where + detail + ".");
      case ParsedCalendar.Calendar calendar ->
          calendar.problems().stream()
              .filter(problem -> problem.weight() == ParsedCalendar.Weight.DOUBT)
              .map(problem -> where + problem.detail() + ".")
              .toList();
    };
  }

  /**
   * The listing's etag comes first: if the event changed after the listing, the next one shows
   * another and the event is fetched again.
   */
  private static String version(Entry entry, @Nullable String etag, byte[] content) {
    if (entry.etag() != null) {
      return entry.etag();
    }
    return etag == null ? Etag.ofContent(content) : etag;
  }

  private boolean tooManyFailures(DavReply reply) {
    failuresInARow +=
        reply instanceof DavReply.NoAnswer(var failure)
                && failure.reason() == Exchange.Reason.TIMEOUT
            ? TIMEOUT_COUNTS_AS
            : 1;
    return failuresInARow >= MAX_FAILURES_IN_A_ROW;
  }

  /** The answer is about the account or the server, not about what was asked for. */
  private static boolean isFinal(DavReply reply) {
    return switch (reply) {
      case DavReply.ForeignRedirect _ -> true;
      case DavReply.NoAnswer(var failure) ->
          switch (failure.reason()) {
            case TOO_LARGE, TIMEOUT, BROKEN_OFF, NONSENSE -> false;
            default -> true;
          };
      case DavReply.Other other ->
          switch (other.status()) {
            case 401, 429, 502, 503, 504 -> true;
            default -> false;
          };
      case DavReply.Multi _ -> false;
    };
  }

  private static boolean isUnsupported(DavReply reply) {
    return reply instanceof DavReply.Other other
        && switch (other.status()) {
          case 400, 403, 405, 415, 422, 501 -> true;
          default -> false;
        };
  }
}
