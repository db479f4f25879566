package io.linkspan.calendar.sync;

import io.linkspan.calendar.CalendarReader;
import io.linkspan.calendar.CalendarReader.Change;
import io.linkspan.calendar.CalendarReader.KnownResources;
import io.linkspan.calendar.CalendarReader.PageSink;
import io.linkspan.calendar.CalendarReader.SyncOutcome;
import io.linkspan.calendar.CalendarReader.SyncRequest;
import io.linkspan.connection.Account;
import io.linkspan.event.EventDetails;
import io.linkspan.event.EventSeries;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A calendar as a store would have it after passes of a provider, kept in memory. */
public final class Mirror implements KnownResources, PageSink {
  private record Stored(String etag, List<EventSeries> series, List<String> problems) {}

  private final Map<String, Stored> stored = new TreeMap<>();
  private final Set<String> mentioned = new HashSet<>();
  private final List<List<Change>> pages = new ArrayList<>();
  private Optional<String> token = Optional.empty();
  private boolean forced;

  /** One pass from where the last one ended. */
  public SyncOutcome pass(CalendarReader provider, Account account, String externalId) {
    pages.clear();
    mentioned.clear();
    var outcome = provider.sync(request(account, externalId), this);
    if (outcome instanceof SyncOutcome.Completed completed) {
      token = completed.token();
      if (completed.full()) {
        stored.keySet().retainAll(mentioned);
      }
    }
    return outcome;
  }

  public SyncRequest request(Account account, String externalId) {
    return new SyncRequest(
        account,
        externalId,
        token,
        forced,
        this,
        Instant.parse("2026-01-01T00:00:00Z"),
        Instant.parse("2027-01-01T00:00:00Z"));
  }

  @Override
  public void page(List<Change> changes) {
    pages.add(changes);
    for (var change : changes) {
      if (!mentioned.add(change.resource())) {
        throw new AssertionError(change.resource() + " was handed twice");
      }
      switch (change) {
        case Change.Upsert(var name, var etag, var series, var problems) ->
            stored.put(name, new Stored(Objects.toString(etag, ""), series, problems));
        case Change.Removed(var name) -> stored.remove(name);
        case Change.Unchanged(var name) -> {
          if (!stored.containsKey(name)) {
            throw new AssertionError(name + " is said to be as stored, but it is not stored");
          }
        }
      }
    }
  }

  @Override
  public Optional<String> etag(String resource) {
    return Optional.ofNullable(stored.get(resource)).map(Stored::etag).filter(e -> !e.isEmpty());
  }

  @Override
  public Set<String> names() {
    return Set.copyOf(stored.keySet());
  }

  /** UIDs that are stored, sorted. */
  public List<String> uids() {
    return stored.values().stream()
        .flatMap(s -> s.series().stream())
        .map(EventSeries::uid)
        .sorted()
        .toList();
  }

  /** Titles that are stored, sorted. */
  public List<String> summaries() {
    return stored.values().stream()
        .flatMap(s -> s.series().stream())
        .flatMap(s -> Stream.ofNullable(s.master()))
        .map(EventDetails::summary)
        .filter(Objects::nonNull)
        .sorted()
        .toList();
  }

  public List<String> problems() {
    return stored.values().stream().flatMap(s -> s.problems().stream()).toList();
  }

  /** What the last pass handed, without {@link Change.Unchanged}. */
  public List<Change> changes() {
    return pages.stream()
        .flatMap(List::stream)
        .filter(change -> !(change instanceof Change.Unchanged))
        .toList();
  }

  /** Sizes of the last pass's pages. */
  public List<Integer> pageSizes() {
    return pages.stream().map(List::size).toList();
  }

  public Optional<String> token() {
    return token;
  }

  /** Makes the next passes such as a person asks for, or such as come by themselves. */
  public void force(boolean byPerson) {
    this.forced = byPerson;
  }

  /** As before the first pass. */
  public void forget() {
    stored.clear();
    token = Optional.empty();
  }

  /** Makes the next pass begin there; null for a full one. */
  public void token(@Nullable String value) {
    token = Optional.ofNullable(value);
  }
}
