package io.linkspan.provider.caldav;

import io.linkspan.calendar.CalendarReader.Change;
import io.linkspan.calendar.CalendarReader.KnownResources;
import io.linkspan.calendar.CalendarReader.PageSink;
import io.linkspan.calendar.CalendarReader.SyncFailure;
import io.linkspan.calendar.CalendarReader.SyncOutcome;
import io.linkspan.provider.caldav.Changes.Entry;
import io.linkspan.provider.caldav.Changes.Found;
import io.linkspan.provider.caldav.EventFetcher.Fetched;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/** One pass over one calendar: finds what changed, fetches it and delivers it. */
final class CalendarPass {
  private static final int PAGE = 500;

  /** Cannot be a resource's name: canonical names escape the question mark. */
  private static final String OUTSIDE = "?strays";

  private final DavClient dav;
  private final URI calendar;
  private final ChangeFinder finder;
  private final EventFetcher fetcher;
  private final KnownResources known;
  private final PageSink sink;

  CalendarPass(
      DavClient dav,
      URI calendar,
      ChangeFinder finder,
      EventFetcher fetcher,
      KnownResources known,
      PageSink sink) {
    this.dav = dav;
    this.calendar = calendar;
    this.finder = finder;
    this.fetcher = fetcher;
    this.known = known;
    this.sink = sink;
  }

  SyncOutcome run(Optional<SyncToken> token) {
    var changes = token.map(finder::since).orElseGet(finder::everything);
    return switch (changes) {
      case Changes.Unknown(var failure) -> failed(failure);
      case Found found -> deliver(found, token.isEmpty());
    };
  }

  private SyncOutcome deliver(Found found, boolean full) {
    var wanted = new ArrayDeque<Entry>();
    var rest = new ArrayList<Change>();
    for (var entry : found.present().values()) {
      if (entry.etag() == null || !known.etag(entry.name()).equals(Optional.of(entry.etag()))) {
        wanted.add(entry);
      } else if (full) {
        rest.add(new Change.Unchanged(entry.name()));
      }
    }
    var failure = fetchAndDeliver(wanted, full);
    if (failure.isPresent()) {
      return failed(failure.get());
    }
    var missing = missing();
    if (missing instanceof Missing.Unknown(var unknown)) {
      return failed(unknown);
    }
    var absent = (Missing.Known) missing;
    var whole = full || found.complete();
    if (whole && nothingWasRead(found, absent)) {
      return failed(nothingRead(found, absent));
    }
    absent.listed().stream()
        .flatMap(entry -> fetcher.notHandedOut(entry).stream())
        .flatMap(change -> settled(change, full).stream())
        .forEach(rest::add);
    // last: an event that was renamed must not be gone in between
    absent.gone().forEach(entry -> rest.add(new Change.Removed(entry.name())));
    rest.addAll(removals(found, full));
    outside(found).ifPresent(rest::add);
    for (var from = 0; from < rest.size(); from += PAGE) {
      sink.page(List.copyOf(rest.subList(from, Math.min(from + PAGE, rest.size()))));
    }
    if (!fetcher.unread().isEmpty()) {
      return failed(unread());
    }
    return new SyncOutcome.Completed(
        found.token().map(SyncToken::text), full, Optional.empty(), dav.requests());
  }

  private List<Change> removals(Found found, boolean full) {
    if (full) {
      // what a full pass does not mention is gone
      return List.of();
    }
    var gone = new HashSet<>(found.removed());
    if (found.complete()) {
      for (var name : known.names()) {
        var note = name.startsWith(EventFetcher.UNREADABLE);
        gone.add(note ? name.substring(EventFetcher.UNREADABLE.length()) : name);
      }
      if (!found.outside().isEmpty()) {
        gone.remove(OUTSIDE);
      }
      gone.removeAll(found.present().keySet());
    }
    // and what was noted beside them
    List.copyOf(gone).stream()
        .map(name -> EventFetcher.UNREADABLE + name)
        .filter(note -> known.etag(note).isPresent())
        .forEach(gone::add);
    return gone.stream().<Change>map(Change.Removed::new).toList();
  }

  /** What became of entries that were listed and then not there. */
  private sealed interface Missing {
    /**
     * @param listed still in the list
     */
    record Known(List<Entry> gone, List<Entry> listed) implements Missing {}

    record Unknown(SyncFailure failure) implements Missing {}
  }

  /** Deleted between the list and the fetching, or listed for ever: another list tells. */
  private Missing missing() {
    var entries = fetcher.missing();
    if (entries.isEmpty()) {
      return new Missing.Known(List.of(), List.of());
    }
    return switch (finder.listing()) {
      case Changes.Unknown(var failure) -> new Missing.Unknown(failure);
      case Found again -> {
        var listed = again.present().keySet();
        yield new Missing.Known(
            entries.stream().filter(entry -> !listed.contains(entry.name())).toList(),
            entries.stream().filter(entry -> listed.contains(entry.name())).toList());
      }
    };
  }

  private static boolean nothingWasRead(Found found, Missing.Known absent) {
    return !(found.outside().isEmpty() && absent.listed().isEmpty())
        && found.present().size() <= absent.listed().size() + absent.gone().size();
  }

  private SyncFailure nothingRead(Found found, Missing.Known absent) {
    var example =
        absent.listed().isEmpty()
            ? found.outside().iterator().next()
            : absent.listed().getFirst().name();
    return new SyncFailure.Unavailable(
        "The server at "
            + calendar.getHost()
            + " lists events of which none could be read, such as "
            + DavPath.shown(example)
            + ". What was known before still counts.",
        "Tell the server's operator: its list of the calendar does not lead to the events.");
  }

  /** What lies elsewhere is not fetched, but the calendar is not known to be whole either. */
  private static Optional<Change> outside(Found found) {
    if (found.outside().isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new Change.Upsert(
            OUTSIDE,
            null,
            List.of(),
            List.of(
                "The server listed addresses outside of the calendar, which were not read: "
                    + found.outside().size()
                    + ", such as "
                    + DavPath.shown(found.outside().iterator().next())
                    + ".")));
  }

  /** While a page is stored, the next one is fetched. */
  private Optional<SyncFailure> fetchAndDeliver(ArrayDeque<Entry> wanted, boolean full) {
    var next = begin(wanted);
    try {
      while (next.isPresent()) {
        switch (await(next.get())) {
          case Fetched.Broken(var failure) -> {
            return Optional.of(failure);
          }
          case Fetched.Events(var changes) -> {
            next = begin(wanted);
            var page =
                changes.stream()
                    .map(change -> settled(change, full))
                    .flatMap(Optional::stream)
                    .toList();
            if (!page.isEmpty()) {
              sink.page(page);
            }
          }
        }
      }
      return Optional.empty();
    } finally {
      next.ifPresent(task -> task.cancel(true));
    }
  }

  /** Without etags only the content tells that nothing changed. */
  private Optional<Change> settled(Change change, boolean full) {
    return switch (change) {
      case Change.Unchanged _ -> full ? Optional.of(change) : Optional.empty();
      case Change.Removed _ -> Optional.of(change);
      case Change.Upsert(var name, var etag, _, _) ->
          etag == null || !known.etag(name).equals(Optional.of(etag))
              ? Optional.of(change)
              : full ? Optional.of(new Change.Unchanged(name)) : Optional.empty();
    };
  }

  private Optional<FutureTask<Fetched>> begin(ArrayDeque<Entry> wanted) {
    if (wanted.isEmpty()) {
      return Optional.empty();
    }
    var batch = new ArrayList<Entry>();
    while (!wanted.isEmpty() && batch.size() < fetcher.batchSize()) {
      batch.add(wanted.remove());
    }
    Callable<Fetched> fetch = () -> fetcher.fetch(batch);
    var task = new FutureTask<>(fetch);
    Thread.ofVirtual().name("caldav-fetch").start(task);
    return Optional.of(task);
  }

  private static Fetched await(FutureTask<Fetched> task) {
    try {
      return task.get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException cause
          ? cause
          : new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Fetched.Broken(
          new SyncFailure.Unavailable(
              "Reading was interrupted.", "Nothing to do: it is tried again."));
    }
  }

  private SyncFailure unread() {
    var first = fetcher.unread().entrySet().iterator().next();
    return new SyncFailure.Unavailable(
        "The server at "
            + calendar.getHost()
            + " lists events that it does not hand out: "
            + fetcher.unread().size()
            + ", such as "
            + DavPath.shown(first.getKey())
            + " ("
            + first.getValue()
            + "). What was known of them before still counts.",
        "Open or delete these events in another calendar program, or tell the server's operator.");
  }

  private SyncOutcome failed(SyncFailure failure) {
    return new SyncOutcome.Failed(failure, dav.requests());
  }
}
