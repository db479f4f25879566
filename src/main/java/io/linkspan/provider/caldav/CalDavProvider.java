package io.linkspan.provider.caldav;

import io.linkspan.calendar.CalendarReader;
import io.linkspan.connection.Account;
import io.linkspan.connection.Connector.FormConnector;
import io.linkspan.connection.Credentials;
import io.linkspan.connection.ProviderCard;
import io.linkspan.event.ical.ICalendarReader;
import io.linkspan.platform.egress.Egress;
import io.linkspan.platform.egress.LargeBodies;
import io.linkspan.platform.egress.OutboundRequest.Limits;
import java.net.URI;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * CalDAV servers (RFC 4791), and Apple's, which is one with a known address and app-specific
 * passwords. Holds no state.
 */
public final class CalDavProvider implements FormConnector, CalendarReader {
  private static final String APPLE_SERVER = "https://caldav.icloud.com/";

  private final ProviderCard card;
  private final Egress egress;
  private final Clock clock;
  private final ICalendarReader reader = new ICalendarReader();
  private final boolean apple;
  private final Limits limits;

  CalDavProvider(ProviderCard card, Egress egress, Clock clock, boolean apple, Limits limits) {
    this.card = card;
    this.egress = egress;
    this.clock = clock;
    this.apple = apple;
    this.limits = limits;
  }

  /** Any server, whose address the person enters. */
  public static CalDavProvider caldav(Egress egress, Clock clock) {
    return new CalDavProvider(
        ProviderCard.load("caldav", true), egress, clock, false, DavClient.PATIENT);
  }

  /** iCloud, unless another server is entered. */
  public static CalDavProvider apple(Egress egress, Clock clock) {
    return new CalDavProvider(
        ProviderCard.load("apple", true), egress, clock, true, DavClient.PATIENT);
  }

  @Override
  public String accountType() {
    return card.provider();
  }

  @Override
  public ProviderCard card() {
    return card;
  }

  @Override
  public Verification verify(Form form) {
    var username = form.username() == null ? "" : form.username().strip();
    var typed = form.serverUrl() == null || form.serverUrl().isBlank() ? null : form.serverUrl();
    var incomplete = incomplete(form, username, typed);
    if (incomplete != null) {
      return incomplete;
    }
    var server = ServerAddress.of(typed == null ? APPLE_SERVER : typed);
    if (server.isEmpty() || form.password() == null) {
      return new Verification.Refused(
          "bad_address",
          "/server_url",
          "This is not the address of a server.",
          "Enter a host name or an https:// address, without user name and password in it.");
    }
    var credentials = new Credentials.Password(server.get(), username, form.password());
    try (var large = LargeBodies.ofManyAnswers(egress)) {
      var login = DavLogin.of(credentials, Map.of());
      var dav = new DavClient(large, limits, credentials, login);
      var connectFailures = new ConnectFailures(apple);
      return switch (new Discovery(dav, connectFailures).from(server.get())) {
        case Discovery.Outcome.NotFound(var why) -> why;
        case Discovery.Outcome.Found found ->
            tried(dav, connectFailures, credentials, login, found);
      };
    }
  }

  @Override
  public Optional<String> origin(Form form) {
    var typed = form.serverUrl() == null || form.serverUrl().isBlank() ? null : form.serverUrl();
    return typed == null && !apple
        ? Optional.empty()
        : ServerAddress.of(typed == null ? APPLE_SERVER : typed).map(ServerAddress::origin);
  }

  private Verification.@Nullable Refused incomplete(
      Form form, String username, @Nullable String typed) {
    if (typed == null && !apple) {
      return missing("server_url", "The server's address is missing.");
    }
    if (username.isEmpty()) {
      return missing("username", "The user name is missing.");
    }
    if (form.password() == null || form.password().reveal().isEmpty()) {
      return missing("password", "The password is missing.");
    }
    if (username.contains(":")) {
      return new Verification.Refused(
          "bad_username",
          "/username",
          "A user name with a colon cannot be sent to a server (RFC 7617).",
          "Enter the user name alone, without server or password.");
    }
    return null;
  }

  private static Verification.Refused missing(String field, String detail) {
    return new Verification.Refused("invalid_field", "/" + field, detail, "Fill it in.");
  }

  /** Found is not enough: the calendars must be there to be listed. */
  private Verification tried(
      DavClient dav,
      ConnectFailures connectFailures,
      Credentials.Password credentials,
      DavLogin login,
      Discovery.Outcome.Found found) {
    var listings = new ArrayList<DavReply.Multi>();
    for (var place : found.home().places()) {
      var reply = dav.propfind(place.uri(), place.depth(), DavBodies.DISCOVERY);
      if (!(reply instanceof DavReply.Multi listing)) {
        return connectFailures.of(reply, place.uri());
      }
      listings.add(listing);
    }
    if (found.home().calendars(listings, dav).isEmpty()) {
      return connectFailures.noCalendars(credentials.serverUrl());
    }
    var addresses = new LinkedHashSet<>(found.addresses());
    var email = email(credentials.username(), addresses);
    email.ifPresent(addresses::add);
    var attributes = new HashMap<>(found.home().attributes());
    attributes.putAll(login.attributes());
    attributes.put("addresses", String.join(",", addresses));
    return new Verification.Verified(
        credentials.username() + "@" + ServerAddress.hostAndPort(credentials.serverUrl()),
        email.orElse(null),
        found.name() == null ? credentials.username() : found.name(),
        credentials,
        attributes);
  }

  private static Optional<String> email(String username, Set<String> addresses) {
    var lower = username.toLowerCase(Locale.ROOT);
    return lower.contains("@")
        ? Optional.of(lower)
        : addresses.stream().filter(a -> a.contains("@") && !a.contains("/")).findFirst();
  }

  @Override
  public Listing calendars(Account account) {
    var credentials = credentials(account);
    var home = CalendarHome.from(account.attributes(), credentials.serverUrl());
    try (var large = LargeBodies.ofManyAnswers(egress)) {
      var dav = client(large, account, credentials, () -> {});
      var listings = new ArrayList<DavReply.Multi>();
      for (var place : home.places()) {
        var reply = dav.propfind(place.uri(), place.depth(), DavBodies.DISCOVERY);
        if (!(reply instanceof DavReply.Multi listing)) {
          return new Listing.Failed(
              failures(credentials.serverUrl()).of(reply, place.uri(), "a list of calendars"));
        }
        listings.add(listing);
      }
      return new Listing.Listed(home.withTimeZones(home.calendars(listings, dav), dav));
    }
  }

  @Override
  public SyncOutcome sync(SyncRequest request, PageSink sink) {
    var credentials = credentials(request.account());
    var home = CalendarHome.from(request.account().attributes(), credentials.serverUrl());
    var calendar = home.calendar(request.externalId());
    if (calendar.isEmpty()) {
      return new SyncOutcome.Failed(
          new SyncFailure.CalendarGone(
              "The calendar has no address.", "Reconnect, and choose the calendar again."),
          0);
    }
    var token = request.token().flatMap(SyncToken::of);
    if (request.token().isPresent() && token.isEmpty()) {
      return new SyncOutcome.Failed(
          new SyncFailure.TokenRejected(
              "It is not known where the last pass ended.",
              "Nothing to do: everything is read anew."),
          0);
    }
    try (var large = LargeBodies.ofManyAnswers(egress)) {
      var dav = client(large, request.account(), credentials, sink::beforeRequest);
      var failures = failures(credentials.serverUrl());
      var finder = new ChangeFinder(dav, calendar.get(), failures, request.known());
      var fetcher = new EventFetcher(dav, calendar.get(), failures, reader, request.known());
      return new CalendarPass(dav, calendar.get(), finder, fetcher, request.known(), sink)
          .run(token);
    }
  }

  private DavClient client(
      LargeBodies large,
      Account account,
      Credentials.Password credentials,
      Runnable beforeRequest) {
    var login = DavLogin.of(credentials, account.attributes());
    return new DavClient(large, limits, credentials, login, beforeRequest);
  }

  private SyncFailures failures(URI server) {
    return new SyncFailures(clock, apple || DavClient.isICloud(server.getHost()));
  }

  private static Credentials.Password credentials(Account account) {
    if (account.credentials() instanceof Credentials.Password password) {
      return password;
    }
    throw new IllegalStateException(
        "account " + account.id() + " has no password; reconnect it with one");
  }
}
