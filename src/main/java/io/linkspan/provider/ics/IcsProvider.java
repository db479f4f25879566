package io.linkspan.provider.ics;

import io.linkspan.calendar.CalendarReader;
import io.linkspan.connection.Account;
import io.linkspan.connection.Connector.FormConnector;
import io.linkspan.connection.Credentials;
import io.linkspan.connection.ProviderCard;
import io.linkspan.event.ical.ICalendarReader;
import io.linkspan.event.ical.ParsedCalendar;
import io.linkspan.platform.crypto.Secret;
import io.linkspan.platform.egress.Egress;
import io.linkspan.platform.egress.LargeBodies;
import io.linkspan.platform.egress.OutboundRequest.Limits;
import java.net.URI;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Calendars that are published at an address (RFC 5545 over HTTP). Holds no state. */
public final class IcsProvider implements FormConnector, CalendarReader {
  private static final String NAME = "ics";

  /** A feed is one calendar. */
  private static final String CALENDAR = "feed";

  private final ProviderCard card = ProviderCard.load(NAME, true);
  private final Egress egress;
  private final Clock clock;
  private final Limits limits;
  private final String userAgent;
  private final ICalendarReader reader = new ICalendarReader();

  /**
   * @param version of this program
   * @param contact where a feed's operator finds who reads it
   */
  public IcsProvider(Egress egress, Clock clock, String version, URI contact) {
    this(
        egress,
        clock,
        "Mozilla/5.0 (compatible; Linkspan/%s; +%s)".formatted(version, contact),
        FeedClient.PATIENT);
  }

  IcsProvider(Egress egress, Clock clock, String userAgent, Limits limits) {
    this.userAgent = userAgent;
    this.egress = egress;
    this.clock = clock;
    this.limits = limits;
  }

  @Override
  public String accountType() {
    return NAME;
  }

  @Override
  public ProviderCard card() {
    return card;
  }

  @Override
  public Verification verify(Form form) {
    if (form.url() == null || form.url().isBlank()) {
      return new Verification.Refused(
          "invalid_field", "/url", "The feed's address is missing.", "Paste it from the calendar.");
    }
    var address = FeedAddress.of(form.url());
    if (address.isEmpty()) {
      return new Verification.Refused(
          "bad_address",
          "/url",
          "This is not the address of a feed.",
          "Paste an address that begins with https:// or webcal://.");
    }
    try (var large = LargeBodies.ofOneAnswer(egress)) {
      var answer = client(large, address.get()).read(Optional.empty(), false);
      return answer instanceof FeedAnswer.Whole(var calendar, _)
          ? verified(form, address.get(), calendar)
          : FeedFailures.refused(answer, address.get());
    }
  }

  private static Verification verified(
      Form form, FeedAddress address, ParsedCalendar.Calendar calendar) {
    var given = form.name() == null || form.name().isBlank() ? null : form.name().strip();
    var name = given == null ? calendar.name().orElse(address.host()) : given;
    var attributes = new HashMap<String, String>();
    attributes.put("name", name);
    attributes.put("events", Integer.toString(calendar.entries().size()));
    calendar.timeZone().ifPresent(zone -> attributes.put("time_zone", zone));
    calendar.color().ifPresent(color -> attributes.put("color", color));
    return new Verification.Verified(
        address.withoutSecrets(),
        null,
        name,
        new Credentials.FeedAddress(Secret.of(String.valueOf(form.url()).strip())),
        attributes);
  }

  /** From what was found when the feed was connected; no call is made. */
  @Override
  public Listing calendars(Account account) {
    var attributes = account.attributes();
    return new Listing.Listed(
        List.of(
            new RemoteCalendar(
                CALENDAR,
                attributes.getOrDefault("name", account.providerUserId()),
                color(attributes.get("color")),
                attributes.get("time_zone"),
                Access.READER,
                true)));
  }

  private static @Nullable String color(@Nullable String text) {
    return text != null && text.matches("#[0-9A-Fa-f]{6}") ? text.toLowerCase(Locale.ROOT) : null;
  }

  @Override
  public SyncOutcome sync(SyncRequest request, PageSink sink) {
    try (var large = LargeBodies.ofOneAnswer(egress)) {
      return sync(request, sink, client(large, address(request.account())));
    }
  }

  private static SyncOutcome sync(SyncRequest request, PageSink sink, FeedClient client) {
    var address = client.address();
    var full = request.token().isEmpty();
    var last = request.token().flatMap(FeedToken::of);
    return switch (client.read(last, request.forced())) {
      case FeedAnswer.NotModified _ ->
          new SyncOutcome.Completed(
              request.token(), false, last.flatMap(FeedToken::refreshHint), client.requests());
      case FeedAnswer.Whole(var calendar, var token) -> {
        // who asks to read all anew, or reconnects, is believed that empty means empty
        if (!(full && request.forced())
            && calendar.entries().isEmpty()
            && !request.known().names().isEmpty()) {
          yield new SyncOutcome.Failed(FeedFailures.emptied(address), client.requests());
        }
        new FeedPass(request.known(), sink).deliver(calendar, full);
        yield new SyncOutcome.Completed(
            Optional.of(token.text()), full, calendar.refresh(), client.requests());
      }
      case FeedAnswer.NoAnswer noAnswer -> failed(noAnswer, address, client);
      case FeedAnswer.Status status -> failed(status, address, client);
      case FeedAnswer.Unusable unusable -> failed(unusable, address, client);
    };
  }

  private static SyncOutcome failed(FeedAnswer answer, FeedAddress address, FeedClient client) {
    return new SyncOutcome.Failed(FeedFailures.of(answer, address), client.requests());
  }

  private FeedClient client(LargeBodies large, FeedAddress address) {
    return new FeedClient(large, limits, clock, reader, address, userAgent);
  }

  private static FeedAddress address(Account account) {
    if (account.credentials() instanceof Credentials.FeedAddress(var url)) {
      return FeedAddress.of(url.reveal())
          .orElseThrow(
              () ->
                  new IllegalStateException(
                      "account " + account.id() + " has no address of a feed; reconnect it"));
    }
    throw new IllegalStateException("account " + account.id() + " is no feed; reconnect it as one");
  }
}
