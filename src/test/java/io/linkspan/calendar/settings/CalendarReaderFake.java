package io.linkspan.calendar.settings;

import io.linkspan.calendar.CalendarReader;
import io.linkspan.connection.Account;
import io.linkspan.connection.Connector.FormConnector;
import io.linkspan.connection.Credentials;
import io.linkspan.connection.ProviderCard;
import io.linkspan.event.EventDetails;
import io.linkspan.event.EventEnd;
import io.linkspan.event.EventSeries;
import io.linkspan.event.EventTime;
import io.linkspan.platform.crypto.Secret;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A provider in memory, for what a real server cannot be made to do at will. It keeps a calendar
 * with versions, answers like {@code sync-collection} does, and fails as told.
 */
public final class CalendarReaderFake implements CalendarReader, FormConnector {
  private record Stored(String etag, EventSeries series, int changedAt) {}

  private final TreeMap<String, Stored> resources = new TreeMap<>();
  private final TreeMap<String, Integer> removedAt = new TreeMap<>();
  private final List<SyncRequest> requests = new ArrayList<>();
  private final List<String> dialled = new ArrayList<>();
  private final List<RemoteCalendar> added = new ArrayList<>();
  private @Nullable Instant coveredUntil;
  private int version;
  private int pageSize = 100;
  private @Nullable SyncFailure failure;
  private int pagesBeforeFailure;
  private boolean onlyCalendar;
  private boolean unlisted;
  private boolean listingBreaks;
  private @Nullable String zone = "Europe/Berlin";
  private Consumer<Integer> beforePage = page -> {};
  private Runnable beforeVerifying = () -> {};

  void put(String resource, String summary, String start, String end) {
    put(
        resource,
        EventSeries.single(
            resource,
            EventDetails.of(
                new EventTime.Utc(Instant.parse(start)),
                new EventEnd.At(new EventTime.Utc(Instant.parse(end))),
                summary)));
  }

  void put(String resource, EventSeries series) {
    version++;
    resources.put(resource, new Stored("v" + version, series, version));
    removedAt.remove(resource);
  }

  void remove(String resource) {
    version++;
    resources.remove(resource);
    removedAt.put(resource, version);
  }

  /** Loses a resource without ever saying so, as a server that is restored from a backup does. */
  void lose(String resource) {
    resources.remove(resource);
  }

  /** Tells occurrences up to there from now on, and not series. */
  void coverUntil(Instant end) {
    this.coveredUntil = end;
  }

  /** Lists another calendar from now on. */
  void add(RemoteCalendar calendar) {
    added.add(calendar);
  }

  void pagesOf(int size) {
    this.pageSize = size;
  }

  /** Fails from the next pass on, after so many pages were handed over. */
  void fail(SyncFailure with, int afterPages) {
    this.failure = with;
    this.pagesBeforeFailure = afterPages;
  }

  /** Refuses the main calendar from the next pass on, and neither the account nor the others. */
  void refuseOnlyCalendar(SyncFailure.Unauthorized with) {
    fail(with, 0);
    this.onlyCalendar = true;
  }

  void recover() {
    this.failure = null;
    this.onlyCalendar = false;
  }

  /** The main calendar is in another zone from now on. */
  void moveTo(@Nullable String zone) {
    this.zone = zone;
  }

  /** Names the main calendar no more. */
  void unlist() {
    this.unlisted = true;
  }

  /** Throws when asked for the calendars. */
  void breakListing() {
    this.listingBreaks = true;
  }

  /** Runs before each page is handed over, with its number. */
  void beforePage(Consumer<Integer> action) {
    this.beforePage = action;
  }

  List<SyncRequest> requests() {
    return requests;
  }

  @Override
  public Listing calendars(Account account) {
    if (failure instanceof SyncFailure.Unauthorized && !onlyCalendar) {
      return new Listing.Failed(failure);
    }
    if (listingBreaks) {
      throw new IllegalStateException("as told");
    }
    var main = new RemoteCalendar("main", "Work", "#aa3366", zone, Access.OWNER, true);
    var holidays = new RemoteCalendar("holidays", "Holidays", null, null, Access.READER, false);
    var listed = new ArrayList<>(unlisted ? List.of(holidays) : List.of(main, holidays));
    listed.addAll(added);
    return new Listing.Listed(List.copyOf(listed));
  }

  @Override
  public SyncOutcome sync(SyncRequest request, PageSink sink) {
    requests.add(request);
    if (request.externalId().equals("holidays")
        && (onlyCalendar || !(failure instanceof SyncFailure.Unauthorized))) {
      return new SyncOutcome.Completed(
          Optional.of("0"), request.token().isEmpty(), Optional.empty(), 1);
    }
    if (failure instanceof SyncFailure.TokenRejected && request.token().isPresent()) {
      return new SyncOutcome.Failed(failure, 1);
    }
    int asOf = version;
    int since = request.token().map(Integer::parseInt).orElse(0);
    var changes = new ArrayList<Change>();
    resources.forEach(
        (name, stored) -> {
          if (stored.changedAt() > since) {
            boolean known =
                coveredUntil == null
                    && request.known().etag(name).filter(stored.etag()::equals).isPresent();
            changes.add(
                known
                    ? new Change.Unchanged(name)
                    : new Change.Upsert(name, stored.etag(), List.of(stored.series()), List.of()));
          }
        });
    if (since > 0) {
      removedAt.forEach(
          (name, at) -> {
            if (at > since) {
              changes.add(new Change.Removed(name));
            }
          });
    }
    int page = 0;
    for (int from = 0; from < changes.size(); from += pageSize) {
      if (failure != null
          && !(failure instanceof SyncFailure.TokenRejected)
          && page == pagesBeforeFailure) {
        return new SyncOutcome.Failed(failure, page + 1);
      }
      beforePage.accept(page++);
      sink.page(changes.subList(from, Math.min(from + pageSize, changes.size())));
    }
    if (failure != null && !(failure instanceof SyncFailure.TokenRejected)) {
      return new SyncOutcome.Failed(failure, page + 1);
    }
    return new SyncOutcome.Completed(
        Optional.of(String.valueOf(asOf)),
        request.token().isEmpty(),
        Optional.<Duration>empty(),
        Optional.ofNullable(coveredUntil),
        page + 1);
  }

  @Override
  public String accountType() {
    return "caldav";
  }

  @Override
  public ProviderCard card() {
    return new ProviderCard(
        "caldav",
        "CalDAV",
        "calendar",
        true,
        new ProviderCard.Connect(
            "password",
            List.of(
                new ProviderCard.Field("username", "User name", "text", true, ""),
                new ProviderCard.Field("password", "Password", "password", true, ""))),
        "",
        List.of(),
        List.of());
  }

  /** The server addresses that were verified. */
  List<String> dialled() {
    return dialled;
  }

  /** Runs before each verification. */
  void beforeVerifying(Runnable action) {
    this.beforeVerifying = action;
  }

  @Override
  public Optional<String> origin(Form form) {
    return Optional.ofNullable(form.serverUrl()).map(CalendarReaderFake::origin);
  }

  private static String origin(String typed) {
    var uri = URI.create(typed.contains("://") ? typed : "https://" + typed);
    return uri.getScheme() + "://" + uri.getAuthority();
  }

  @Override
  public Verification verify(Form form) {
    dialled.add(String.valueOf(form.serverUrl()));
    beforeVerifying.run();
    if (form.password() == null || !form.password().reveal().equals("right")) {
      return new Verification.Refused(
          "wrong_password",
          "/password",
          "The server refuses this password.",
          "Enter the right one.");
    }
    return new Verification.Verified(
        String.valueOf(form.username()),
        "ada@example.org",
        "Ada's calendars",
        new Credentials.Password(
            URI.create("https://dav.example"), String.valueOf(form.username()), Secret.of("right")),
        Map.of());
  }
}
