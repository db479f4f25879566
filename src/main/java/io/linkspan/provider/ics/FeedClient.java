package io.linkspan.provider.ics;

import io.linkspan.event.ical.ICalendarReader;
import io.linkspan.event.ical.ParsedCalendar;
import io.linkspan.event.ical.ReadLimits;
import io.linkspan.platform.egress.Exchange;
import io.linkspan.platform.egress.LargeBodies;
import io.linkspan.platform.egress.OutboundRequest;
import io.linkspan.platform.egress.OutboundRequest.Limits;
import io.linkspan.platform.egress.OutboundRequest.Trust;
import io.linkspan.platform.egress.RetryAfter;
import io.linkspan.provider.ics.FeedAnswer.Flaw;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads one feed, conditionally if it was read before. */
final class FeedClient {
  /** Larger than any feed seen in the wild, small enough for many at once. */
  private static final long MAX_BYTES = 20L << 20;

  static final Limits PATIENT = new Limits(Duration.ofSeconds(60), MAX_BYTES, MAX_BYTES, false, 5);

  /** Each flaw by itself, so that the events without any stay certain. */
  private static final ReadLimits LARGE =
      new ReadLimits(
          ReadLimits.STANDARD.bytes(),
          ReadLimits.STANDARD.lineLength(),
          ReadLimits.STANDARD.events(),
          ReadLimits.STANDARD.datesPerSeries(),
          ReadLimits.STANDARD.overridesPerSeries(),
          ReadLimits.STANDARD.participants(),
          10_000);

  private static final Duration MAX_WAIT = Duration.ofDays(7);
  private static final Pattern COMPONENT_MARK =
      Pattern.compile("(?mi)^(BEGIN|END):VCALENDAR[ \\t]*\\r?$");

  private final LargeBodies egress;
  private final Limits limits;
  private final Clock clock;
  private final ICalendarReader reader;
  private final FeedAddress address;
  private final String userAgent;
  private int requests;

  FeedClient(
      LargeBodies egress,
      Limits limits,
      Clock clock,
      ICalendarReader reader,
      FeedAddress address,
      String userAgent) {
    this.egress = egress;
    this.limits = limits;
    this.clock = clock;
    this.reader = reader;
    this.address = address;
    this.userAgent = userAgent;
  }

  FeedAddress address() {
    return address;
  }

  int requests() {
    return requests;
  }

  /**
   * @param last as it was read last; absent for a first time
   * @param anew whether it is read whatever the server thinks of what is known, past its caches too
   */
  FeedAnswer read(Optional<FeedToken> last, boolean anew) {
    return switch (exchange(request(last, anew))) {
      case Exchange.Failed failed -> new FeedAnswer.NoAnswer(failed);
      // 203: a proxy changed it (RFC 9110, 15.3.4)
      case Exchange.Answered answered when answered.status() == 200 || answered.status() == 203 ->
          content(answered, last);
      case Exchange.Answered answered when answered.status() == 304 && last.isPresent() && !anew ->
          new FeedAnswer.NotModified();
      case Exchange.Answered answered ->
          new FeedAnswer.Status(
              answered.status(),
              answered
                  .header("retry-after")
                  .flatMap(asked -> RetryAfter.read(asked, clock.instant(), MAX_WAIT)));
    };
  }

  /**
   * Once more if the connection broke: a server may close a kept one just when it is used again.
   */
  private Exchange exchange(OutboundRequest request) {
    requests++;
    var exchange = egress.send(request);
    if (exchange instanceof Exchange.Failed failed
        && failed.reason() == Exchange.Reason.BROKEN_OFF) {
      requests++;
      return egress.send(request);
    }
    return exchange;
  }

  private OutboundRequest request(Optional<FeedToken> last, boolean anew) {
    var headers = new LinkedHashMap<String, List<String>>();
    headers.put("accept", List.of("text/calendar, */*;q=0.1"));
    if (address.authorization() != null) {
      headers.put("authorization", List.of(address.authorization().reveal()));
    }
    // published Outlook calendars lead everything else to an error page
    headers.put("user-agent", List.of(userAgent));
    if (anew) {
      headers.put("cache-control", List.of("no-cache"));
    }
    last.filter(_ -> !anew)
        .ifPresent(
            token -> {
              if (token.etag() != null) {
                headers.put("if-none-match", List.of(token.etag()));
              }
              if (token.lastModified() != null) {
                headers.put("if-modified-since", List.of(token.lastModified()));
              }
            });
    return new OutboundRequest("GET", address.uri(), headers, new byte[0], Trust.USER, limits);
  }

  private FeedAnswer content(Exchange.Answered answered, Optional<FeedToken> last) {
    var body = answered.body();
    var hash = hash(body);
    if (last.isPresent() && hash.equals(last.get().hash())) {
      return new FeedAnswer.NotModified();
    }
    var text = new String(body, StandardCharsets.ISO_8859_1).replace("\0", "");
    if (text.isBlank()) {
      return new FeedAnswer.Unusable(Flaw.EMPTY, "an empty answer");
    }
    return switch (reader.read(body, LARGE)) {
      case ParsedCalendar.NotCalendar(var detail) ->
          isWebPage(text)
              ? new FeedAnswer.Unusable(Flaw.WEB_PAGE, "a web page, perhaps a sign-in")
              : new FeedAnswer.Unusable(Flaw.NOT_A_CALENDAR, detail);
      case ParsedCalendar.Calendar calendar ->
          isWhole(text)
              ? new FeedAnswer.Whole(calendar, token(answered, hash, calendar))
              : new FeedAnswer.Unusable(Flaw.CUT_SHORT, "a calendar that ends in the middle");
    };
  }

  private static FeedToken token(
      Exchange.Answered answered, String hash, ParsedCalendar.Calendar calendar) {
    return new FeedToken(
        answered.header("etag").filter(e -> e.length() < 1_000).orElse(null),
        answered.header("last-modified").filter(m -> m.length() < 100).orElse(null),
        hash,
        calendar.refresh().map(Duration::toString).orElse(null));
  }

  private static String hash(byte[] body) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(body), 0, 16);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  private static boolean isWebPage(String text) {
    var head = text.substring(0, Math.min(text.length(), 1_000)).toLowerCase(Locale.ROOT);
    return head.contains("<html") || head.contains("<!doctype html");
  }

  /** What was cut short would look as if its last events had been deleted. */
  private static boolean isWhole(String text) {
    var open = 0;
    var marks = COMPONENT_MARK.matcher(text);
    while (marks.find()) {
      open += marks.group(1).equalsIgnoreCase("BEGIN") ? 1 : -1;
    }
    return open <= 0;
  }
}
