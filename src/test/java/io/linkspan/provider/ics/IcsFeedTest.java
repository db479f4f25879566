package io.linkspan.provider.ics;

import static org.assertj.core.api.Assertions.assertThat;

import io.linkspan.calendar.CalendarReader.Listing;
import io.linkspan.calendar.CalendarReader.SyncFailure;
import io.linkspan.calendar.CalendarReader.SyncOutcome;
import io.linkspan.calendar.CalendarReader.SyncOutcome.Completed;
import io.linkspan.calendar.CalendarReader.SyncOutcome.Failed;
import io.linkspan.calendar.sync.Mirror;
import io.linkspan.connection.Account;
import io.linkspan.connection.Connector.Form;
import io.linkspan.connection.Connector.Verification.Refused;
import io.linkspan.connection.Connector.Verification.Verified;
import io.linkspan.platform.egress.Exchange;
import io.linkspan.platform.egress.Exchange.Reason;
import io.linkspan.platform.time.SteeredClock;
import io.linkspan.provider.ScriptedServer.Answer;
import io.linkspan.provider.caldav.Egresses;
import io.linkspan.provider.caldav.Events;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Feeds as they are: versioned or not, moved, emptied, cut short, and not feeds at all. */
class IcsFeedTest {
  private final IcsProvider provider =
      ScriptedFeed.provider(Egresses.toLoopback(), SteeredClock.at("2026-11-23T12:00:00Z"));
  private final ScriptedFeed feed = new ScriptedFeed();
  private final Mirror mirror = new Mirror();

  @AfterEach
  void close() {
    feed.close();
  }

  @Test
  void aLargeFeedIsReadToo() {
    for (int i = 0; i < 3; i++) {
      feed.putHour("large-" + i, "x".repeat(1_500_000));
    }
    var completed = (Completed) pass();
    assertThat(mirror.uids()).hasSize(3);
    assertThat(completed.requests()).isEqualTo(1);
    assertThat(((Completed) pass()).requests()).as("unchanged").isEqualTo(1);
  }

  private SyncOutcome pass() {
    return mirror.pass(provider, feed.account(), "feed");
  }

  private SyncFailure failure() {
    var outcome = pass();
    assertThat(outcome).isInstanceOf(Failed.class);
    var failure = ((Failed) outcome).failure();
    assertThat(failure.detail()).endsWith(".").doesNotContain("8f3a91c2d4e5f607");
    assertThat(failure.fix()).endsWith(".").doesNotContain("8f3a91c2d4e5f607");
    return failure;
  }

  private Refused refused(String url) {
    var verification = provider.verify(new Form(null, null, null, url, null));
    assertThat(verification).isInstanceOf(Refused.class);
    var refused = (Refused) verification;
    assertThat(refused.detail()).endsWith(".").doesNotContain("8f3a91c2d4e5f607");
    assertThat(refused.fix()).endsWith(".");
    return refused;
  }

  @Test
  void whatTheFeedSaysOfItselfIsTaken() {
    feed.head =
        "X-WR-CALNAME:Trips\nX-WR-TIMEZONE:Europe/Berlin\nREFRESH-INTERVAL;VALUE=DURATION:PT12H\nX-APPLE-CALENDAR-COLOR:#1BADF8\n";
    feed.putHour("a", "Lunch");
    feed.putHour("b", "Dinner");
    var verified =
        (Verified) provider.verify(new Form(null, null, null, feed.url().toString(), null));
    assertThat(verified.displayName()).isEqualTo("Trips");
    assertThat(verified.attributes()).containsEntry("events", "2");
    var account =
        new Account(
            new UUID(0, 1),
            new UUID(0, 2),
            "ics",
            "x",
            verified.credentials(),
            verified.attributes());
    assertThat(((Listing.Listed) provider.calendars(account)).calendars())
        .singleElement()
        .satisfies(
            c -> {
              assertThat(c.name()).isEqualTo("Trips");
              assertThat(c.timeZone()).isEqualTo("Europe/Berlin");
              assertThat(c.color()).isEqualTo("#1badf8");
            });
    assertThat(((Completed) pass()).refreshHint()).contains(Duration.ofHours(12));
    assertThat(((Completed) pass()).refreshHint()).contains(Duration.ofHours(12));
  }

  @Test
  void theNameThatAPersonGaveWins() {
    feed.head = "X-WR-CALNAME:Trips\n";
    var form = new Form(null, null, null, feed.url().toString(), " My trips ");
    assertThat(((Verified) provider.verify(form)).displayName()).isEqualTo("My trips");
  }

  @Test
  void aServerThatKnowsVersionsIsAskedForThem() {
    feed.putHour("a", "Lunch");
    feed.fault =
        r ->
            r.header("if-none-match").isPresent() || r.header("if-modified-since").isPresent()
                ? Optional.of(Answer.of(304))
                : Optional.of(
                    Answer.of(200, feed.text())
                        .with("ETag", "W/\"v 1&2\"")
                        .with("Last-Modified", "Mon, 23 Nov 2026 10:00:00 GMT"));
    pass();
    var completed = (Completed) pass();
    assertThat(completed.full()).isFalse();
    assertThat(mirror.pageSizes()).isEmpty();
    assertThat(feed.requests().getLast().header("if-none-match")).contains("W/\"v 1&2\"");
    assertThat(feed.requests().getLast().header("if-modified-since"))
        .contains("Mon, 23 Nov 2026 10:00:00 GMT");
    assertThat(mirror.uids()).containsExactly("a");
  }

  @Test
  void notModifiedWithoutHavingAskedIsNoFeed() {
    feed.fault = _ -> Optional.of(Answer.of(304));
    assertThat(failure()).isInstanceOf(SyncFailure.Unavailable.class);
  }

  @Test
  void stampsThatChangeWithEveryReadingAreNoChange() {
    feed.putHour("a", "Lunch");
    pass();
    feed.put(
        "a",
        feed.text()
            .replaceAll("(?s).*(BEGIN:VEVENT.*END:VEVENT\r\n).*", "$1")
            .replace("20260101T000000Z", "20261123T115959Z"));
    assertThat(pass()).isInstanceOf(Completed.class);
    assertThat(mirror.changes()).isEmpty();
  }

  @Test
  void aFeedThatLostAllItsEventsKeepsThemUntilSomebodyAsksForAllAnew() {
    feed.putHour("a", "Lunch");
    pass();
    feed.delete("a");
    assertThat(failure().detail()).contains("no events");
    assertThat(failure().fix()).contains("full sync");
    assertThat(mirror.uids()).containsExactly("a");

    mirror.token(null);
    assertThat(failure().detail()).as("by itself").contains("no events");
    mirror.force(true);
    assertThat(pass()).isInstanceOf(Completed.class);
    assertThat(mirror.uids()).isEmpty();
  }

  @Test
  void aServerThatAnswersNotModifiedToAnythingIsReadWhenAPersonAsks() {
    feed.putHour("a", "Lunch");
    feed.fault =
        r -> r.header("if-none-match").isPresent() ? Optional.of(Answer.of(304)) : Optional.empty();
    pass();
    feed.putHour("b", "Dinner");
    pass();
    assertThat(mirror.uids()).containsExactly("a");
    mirror.force(true);
    assertThat(pass()).isInstanceOf(Completed.class);
    assertThat(mirror.uids()).containsExactly("a", "b");
    assertThat(feed.requests().getLast().header("cache-control")).contains("no-cache");
  }

  @Test
  void feedsAreAskedForAsABrowserWouldAndByName() {
    feed.putHour("a", "Lunch");
    feed.fault =
        r ->
            r.header("user-agent").orElse("").startsWith("Mozilla/5.0")
                ? Optional.empty()
                : Optional.of(Answer.redirect(302, "/error"));
    assertThat(pass()).isInstanceOf(Completed.class);
    assertThat(feed.requests().getLast().header("user-agent"))
        .contains("Mozilla/5.0 (compatible; Linkspan/1.2; +https://linkspan.example)");
  }

  @Test
  void aFeedThatWasAlwaysEmptyIsFine() {
    assertThat(pass()).isInstanceOf(Completed.class);
    assertThat(pass()).isInstanceOf(Completed.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " \r\n", "null", "{\"error\":1}", "BEGIN:VCARD\nEND:VCARD\n"})
  void whatIsNoCalendarDeletesNothing(String body) {
    feed.putHour("a", "Lunch");
    pass();
    feed.fault = _ -> Optional.of(Answer.of(200, body));
    assertThat(failure()).isInstanceOf(SyncFailure.Unavailable.class);
    mirror.token(null);
    assertThat(failure()).isInstanceOf(SyncFailure.Unavailable.class);
    assertThat(mirror.uids()).containsExactly("a");
    assertThat(refused(feed.url().toString()).code()).isEqualTo("not_a_feed");
  }

  @Test
  void aSignInPageDeletesNothingAndIsNamed() {
    feed.putHour("a", "Lunch");
    pass();
    feed.fault = _ -> Optional.of(Answer.html(200));
    assertThat(failure().detail()).contains("web page");
    assertThat(mirror.uids()).containsExactly("a");
    assertThat(refused(feed.url().toString()).code()).isEqualTo("web_page");
  }

  @Test
  void aFeedThatIsCutShortDeletesNothingWhereverItWasCut() {
    feed.putHour("a", "Lunch");
    feed.putHour("b", "Dinner");
    pass();
    var whole = feed.text();
    for (var end = 1; end < whole.length() - 2; end += 7) {
      var part = whole.substring(0, end);
      feed.fault = _ -> Optional.of(Answer.of(200, part));
      mirror.token(end % 2 == 0 ? null : "feed:&&&");
      assertThat(failure()).as(part).isInstanceOf(SyncFailure.Unavailable.class);
      assertThat(mirror.uids()).containsExactly("a", "b");
    }
    assertThat(refused(feed.url().toString()).code()).isEqualTo("cut_short");
  }

  @ParameterizedTest
  @CsvSource({
    "401,Unauthorized,forbidden", "403,Unauthorized,forbidden", "404,CalendarGone,feed_not_found",
    "410,CalendarGone,feed_not_found", "429,Throttled,throttled", "500,Unavailable,server_error",
    "503,Unavailable,server_error", "204,Unavailable,server_error"
  })
  void everyStatusIsExplained(int status, String failure, String code) {
    feed.fault = _ -> Optional.of(Answer.of(status));
    assertThat(failure().getClass().getSimpleName()).isEqualTo(failure);
    assertThat(refused(feed.url().toString()).code()).isEqualTo(code);
  }

  @ParameterizedTest
  @EnumSource(Reason.class)
  void everyWayToFailIsExplained(Reason reason) {
    var broken =
        ScriptedFeed.provider(
            (_, _) -> new Exchange.Failed(reason, "Something happened.", Duration.ZERO),
            Clock.systemUTC());
    var verification =
        broken.verify(
            new Form(null, null, null, "webcal://example.org/8f3a91c2d4e5f607.ics", null));
    assertThat(((Refused) verification).detail()).isEqualTo("Something happened.");
    var outcome = mirror.pass(broken, feed.account(), "feed");
    assertThat(((Failed) outcome).failure().detail()).isEqualTo("Something happened.");
  }

  @Test
  void anEventThatCannotBeReadAnyMoreStaysAsItWas() {
    feed.putHour("a", "Lunch");
    feed.putHour("b", "Dinner");
    pass();
    feed.put("a", "BEGIN:VEVENT\nUID:a\nDTSTART:tomorrow\nSUMMARY:Lunch\nEND:VEVENT\n");
    assertThat(pass()).isInstanceOf(Completed.class);
    assertThat(mirror.uids()).containsExactly("a", "b");
    assertThat(mirror.problems()).isNotEmpty();

    feed.putHour("a", "Late lunch");
    pass();
    assertThat(mirror.summaries()).containsExactly("Dinner", "Late lunch");
    assertThat(mirror.problems()).isEmpty();
  }

  @Test
  void oneUidIsOneResourceHoweverLong() {
    var uid = "u".repeat(5_000);
    feed.put(
        "a",
        "BEGIN:VEVENT\nUID:%s\nDTSTART:20260601T090000Z\nRRULE:FREQ=DAILY;COUNT=3\nSUMMARY:M\nEND:VEVENT\nBEGIN:VEVENT\nUID:%s\nRECURRENCE-ID:20260602T090000Z\nDTSTART:20260602T120000Z\nSUMMARY:O\nEND:VEVENT\n"
            .formatted(uid, uid));
    pass();
    assertThat(mirror.names()).singleElement().asString().hasSizeLessThan(100);
    assertThat(mirror.uids()).hasSize(1);
  }

  @Test
  void eventsWithoutUidStayTheSameFromReadingToReading() {
    feed.put("a", "BEGIN:VEVENT\nDTSTART:20260601T090000Z\nSUMMARY:One\nEND:VEVENT\n");
    feed.put("b", "BEGIN:VEVENT\nDTSTART:20260602T090000Z\nSUMMARY:Two\nEND:VEVENT\n");
    pass();
    assertThat(mirror.summaries()).containsExactly("One", "Two");
    feed.put("b", "BEGIN:VEVENT\nDTSTART:20260603T090000Z\nSUMMARY:Two\nEND:VEVENT\n");
    pass();
    assertThat(mirror.names()).hasSize(2);
    assertThat(mirror.changes()).hasSize(2);
  }

  @Test
  void aCompressedFeedIsRead() throws IOException {
    feed.putHour("a", "Lunch");
    var zipped = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(zipped)) {
      gzip.write(feed.text().getBytes(StandardCharsets.UTF_8));
    }
    feed.fault =
        _ -> Optional.of(new Answer(200, Map.of("Content-Encoding", "gzip"), zipped.toByteArray()));
    assertThat(pass()).isInstanceOf(Completed.class);
    assertThat(mirror.uids()).containsExactly("a");
  }

  @Test
  void aGzipBombIsRefusedAsTooLarge() throws IOException {
    feed.putHour("a", "Lunch");
    pass();
    var zipped = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(zipped)) {
      var zeros = new byte[1 << 20];
      for (var i = 0; i < 100; i++) {
        gzip.write(zeros);
      }
    }
    feed.fault =
        _ -> Optional.of(new Answer(200, Map.of("Content-Encoding", "gzip"), zipped.toByteArray()));
    assertThat(failure()).isInstanceOf(SyncFailure.Unavailable.class);
    assertThat(refused(feed.url().toString()).code()).isEqualTo("too_large");
    assertThat(mirror.uids()).containsExactly("a");
  }

  @ParameterizedTest
  @ValueSource(strings = {"ISO-8859-1", "UTF-8", "UTF-16", "windows-1252"})
  void encodingsAreRecognised(String charset) {
    var text = Events.hour("a", "Café");
    feed.fault =
        _ -> Optional.of(new Answer(200, Map.of(), text.getBytes(Charset.forName(charset))));
    assertThat(pass()).isInstanceOf(Completed.class);
    assertThat(mirror.summaries()).containsExactly("Café");
  }

  @Test
  void redirectsAreFollowedAndCirclesAreNot() {
    feed.putHour("a", "Lunch");
    feed.fault =
        r ->
            r.path().equals("/moved")
                ? Optional.of(Answer.redirect(301, ScriptedFeed.PATH))
                : r.path().equals("/circle")
                    ? Optional.of(Answer.redirect(302, "/circle"))
                    : Optional.empty();
    var moved = ScriptedFeed.account(feed.url().resolve("/moved").toString());
    assertThat(mirror.pass(provider, moved, "feed")).isInstanceOf(Completed.class);
    assertThat(mirror.uids()).containsExactly("a");
    assertThat(refused(feed.url().resolve("/circle").toString()).code()).isEqualTo("redirect_loop");
  }

  @Test
  void aNameAndPasswordInTheAddressAreSentAsSuch() {
    feed.putHour("a", "Lunch");
    var url = feed.url().toString().replace("http://", "http://me:pa%20ss@");
    assertThat(provider.verify(new Form(null, null, null, url, null))).isInstanceOf(Verified.class);
    assertThat(feed.requests().getLast().header("authorization")).contains("Basic bWU6cGEgc3M=");
  }
}
