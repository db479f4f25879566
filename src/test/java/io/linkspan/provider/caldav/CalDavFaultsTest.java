package io.linkspan.provider.caldav;

import static io.linkspan.provider.caldav.ScriptedDav.CALENDAR;
import static io.linkspan.provider.caldav.ScriptedDav.escape;
import static io.linkspan.provider.caldav.ScriptedDav.found;
import static io.linkspan.provider.caldav.ScriptedDav.multistatus;
import static org.assertj.core.api.Assertions.assertThat;

import io.linkspan.calendar.CalendarReader.Change;
import io.linkspan.calendar.CalendarReader.SyncFailure;
import io.linkspan.calendar.CalendarReader.SyncOutcome;
import io.linkspan.calendar.CalendarReader.SyncOutcome.Completed;
import io.linkspan.calendar.CalendarReader.SyncOutcome.Failed;
import io.linkspan.calendar.sync.Mirror;
import io.linkspan.connection.Account;
import io.linkspan.connection.Credentials;
import io.linkspan.connection.ProviderCard;
import io.linkspan.platform.crypto.Secret;
import io.linkspan.platform.egress.OutboundRequest.Limits;
import io.linkspan.platform.egress.RawServer;
import io.linkspan.platform.time.SteeredClock;
import io.linkspan.provider.ScriptedServer;
import io.linkspan.provider.ScriptedServer.Answer;
import io.linkspan.provider.ScriptedServer.Request;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What servers do wrong, by malice or mistake, while a calendar is read. */
class CalDavFaultsTest {
  private final SteeredClock clock = SteeredClock.at("2026-11-23T12:00:00Z");
  private final CalDavProvider provider = CalDavProvider.caldav(Egresses.toLoopback(), clock);
  private final ScriptedDav dav = new ScriptedDav();
  private final Mirror mirror = new Mirror();

  @AfterEach
  void close() {
    dav.close();
  }

  private SyncOutcome pass() {
    return mirror.pass(provider, dav.account(), CALENDAR);
  }

  private SyncFailure failure() {
    var outcome = pass();
    assertThat(outcome).isInstanceOf(Failed.class);
    var failure = ((Failed) outcome).failure();
    assertThat(failure.detail()).endsWith(".").doesNotContain("secret");
    assertThat(failure.fix()).endsWith(".");
    return failure;
  }

  private void answerTo(String inBody, Answer answer) {
    dav.fault = r -> r.body().contains(inBody) ? Optional.of(answer) : Optional.empty();
  }

  private static Optional<Answer> sync(Request request, String entries) {
    return request.body().contains("sync-collection")
        ? Optional.of(multistatus(entries + "<sync-token>t0</sync-token>"))
        : Optional.empty();
  }

  @Test
  void aNameThatIsTooLongForAKeyIsReadKeptAndRemovedAllTheSame() {
    var name = "n".repeat(1_200) + ".ics";
    dav.put(name, Events.hour("a", "Lunch"));
    assertThat(pass()).isInstanceOf(Completed.class);
    assertThat(mirror.uids()).containsExactly("a");
    assertThat(mirror.names()).allSatisfy(n -> assertThat(n).hasSizeLessThan(100));
    mirror.token(null);
    assertThat(pass()).isInstanceOf(Completed.class);
    assertThat(mirror.changes()).isEmpty();
    dav.delete(name);
    assertThat(pass()).isInstanceOf(Completed.class);
    assertThat(mirror.uids()).isEmpty();
  }

  @Test
  void aPasswordThatIsRefusedIsUnauthorized() {
    dav.fault = _ -> Optional.of(Answer.of(401));
    assertThat(failure()).isInstanceOf(SyncFailure.Unauthorized.class);
  }

  @ParameterizedTest
  @ValueSource(ints = {403, 404, 410})
  void aCalendarThatMayNotBeReadOrIsNotThereIsGone(int status) {
    dav.fault = _ -> Optional.of(Answer.of(status));
    assertThat(failure()).isInstanceOf(SyncFailure.CalendarGone.class);
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 403, 409, 410, 412, 500})
  void anyRefusalOfATokenLeadsToAFullPass(int status) {
    dav.putHour("a", "Lunch");
    pass();
    answerTo("<sync-token>t", Answer.of(status));
    assertThat(failure()).isInstanceOf(SyncFailure.TokenRejected.class);
    mirror.token(null);
    assertThat(pass()).isInstanceOf(Completed.class);
    assertThat(mirror.changes()).isEmpty();
    assertThat(mirror.uids()).containsExactly("a");
  }

  @Test
  void aServerThatAsksToWaitIsObeyed() {
    dav.fault = _ -> Optional.of(Answer.of(429).with("Retry-After", "120"));
    assertThat(failure())
        .isInstanceOfSatisfying(
            SyncFailure.Throttled.class,
            t -> assertThat(t.retryAfter()).contains(Duration.ofMinutes(2)));
    dav.fault =
        _ -> Optional.of(Answer.of(503).with("Retry-After", "Mon, 23 Nov 2026 12:10:00 GMT"));
    assertThat(failure())
        .isInstanceOfSatisfying(
            SyncFailure.Throttled.class,
            t -> assertThat(t.retryAfter()).contains(Duration.ofMinutes(10)));
    dav.fault = _ -> Optional.of(Answer.of(429).with("Retry-After", "soon"));
    assertThat(failure())
        .isInstanceOfSatisfying(
            SyncFailure.Throttled.class, t -> assertThat(t.retryAfter()).isEmpty());
  }

  @Test
  void aWebPageIsNeverTakenForAnEmptyCalendar() {
    dav.putHour("a", "Lunch");
    pass();
    for (var status : new int[] {200, 207, 403, 500}) {
      dav.fault = _ -> Optional.of(Answer.html(status));
      mirror.token(null);
      assertThat(pass()).isInstanceOf(Failed.class);
      assertThat(mirror.uids()).containsExactly("a");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{}",
        "<multistatus xmlns='DAV:'>",
        "<multistatus xmlns='DAV:'><response><href>/dav/cal/a.ics</href>",
        "<multistatus xmlns='DAV:'/>",
        "<multistatus/>",
        "<error xmlns='DAV:'/>",
        "\u0000\u0001\u0002"
      })
  void anAnswerThatSaysNothingDeletesNothing(String body) {
    dav.putHour("a", "Lunch");
    pass();
    dav.fault = _ -> Optional.of(Answer.xml(body));
    mirror.token(null);
    pass();
    mirror.token("sync:t1");
    pass();
    assertThat(mirror.uids()).containsExactly("a");
  }

  @Test
  void entitiesAreNeitherExpandedNorFetched() {
    try (var target = new ScriptedServer(_ -> Answer.of(200, "stolen"))) {
      var doctypes =
          new String[] {
            "<!DOCTYPE x [<!ENTITY e SYSTEM \"" + target.url("/secret") + "\">]>",
            "<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]>",
            "<!DOCTYPE x SYSTEM \"" + target.url("/x.dtd") + "\">",
            "<!DOCTYPE x [<!ENTITY % p SYSTEM \"" + target.url("/p.dtd") + "\"> %p;]>",
            "<!DOCTYPE x [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;\"><!ENTITY e \"&b;&b;&b;&b;&b;&b;&b;&b;\">]>"
          };
      for (var doctype : doctypes) {
        var list =
            doctype
                + "<multistatus xmlns='DAV:'><response><href>/dav/cal/&e;.ics</href><propstat><prop><getetag>1</getetag></prop><status>HTTP/1.1 200 OK</status></propstat></response></multistatus>";
        dav.fault = _ -> Optional.of(Answer.xml(list));
        mirror.token(null);
        assertThat(failure()).as(doctype).isInstanceOf(SyncFailure.Unavailable.class);
        dav.fault = _ -> Optional.of(Answer.xml(list.replace("&e;", "")));
        assertThat(failure()).as(doctype).isInstanceOf(SyncFailure.Unavailable.class);
      }
      assertThat(target.requests()).isEmpty();
      assertThat(mirror.names()).isEmpty();
    }
  }

  @Test
  void elementsNestedWithoutEndAndAttributesWithoutNumberAreRefused() {
    var attributes = new StringBuilder();
    for (var i = 0; i < 10_000; i++) {
      attributes.append(" a").append(i).append("='1'");
    }
    for (var bomb :
        new String[] {
          "<x>".repeat(500_000), "<x" + attributes + "/>", "<" + "x".repeat(1_000_000) + "/>"
        }) {
      dav.fault = _ -> Optional.of(multistatus(bomb));
      assertThat(failure()).isInstanceOf(SyncFailure.Unavailable.class);
    }
  }

  @Test
  void whatAMultigetLeavesOutIsAskedForByItself() {
    dav.putHour("a", "Lunch");
    dav.putHour("b", "Dinner");
    dav.putHour("gone", "Gone");
    dav.fault =
        r -> {
          if (r.body().contains("multiget")) {
            return Optional.of(
                multistatus(
                    found(
                            CALENDAR + "a.ics",
                            "<getetag>1</getetag><C:calendar-data>"
                                + escape(Events.hour("a", "Lunch"))
                                + "</C:calendar-data>")
                        + found(CALENDAR + "b.ics", "<getetag>2</getetag>")
                        + found(CALENDAR + "unasked.ics", "<C:calendar-data>x</C:calendar-data>")));
          }
          if (r.method().equals("GET") && r.path().endsWith("gone.ics")) {
            dav.delete("gone.ics");
          }
          return Optional.empty();
        };
    assertThat(pass()).isInstanceOf(Completed.class);
    assertThat(mirror.uids()).containsExactly("a", "b");
    assertThat(mirror.names()).containsExactlyInAnyOrder("a.ics", "b.ics");
  }

  @Test
  void anEventThatIsNotHandedOutFailsThePassButNotTheOthers() {
    for (var uid : new String[] {"a", "b", "c"}) {
      dav.putHour(uid, "Old " + uid);
    }
    pass();
    for (var uid : new String[] {"a", "b", "c"}) {
      dav.putHour(uid, "New " + uid);
    }
    dav.fault =
        r ->
            r.path().endsWith("b.ics")
                    || r.body().contains("multiget") && r.body().contains("b.ics")
                ? Optional.of(Answer.of(500))
                : Optional.empty();
    assertThat(failure().detail()).contains("b.ics").contains("still counts");
    assertThat(mirror.summaries()).containsExactly("New a", "New c", "Old b");

    dav.fault = _ -> Optional.empty();
    assertThat(pass()).isInstanceOf(Completed.class);
    assertThat(mirror.changes()).extracting(Change::resource).containsExactly("b.ics");
    assertThat(mirror.summaries()).containsExactly("New a", "New b", "New c");
  }

  @Test
  void aServerThatOnlyFailsIsNotAskedForEveryEvent() {
    for (var i = 0; i < 300; i++) {
      dav.putHour("e" + i, "Event");
    }
    dav.fault =
        r ->
            r.body().contains("multiget") || r.method().equals("GET")
                ? Optional.of(Answer.of(500))
                : Optional.empty();
    assertThat(failure()).isInstanceOf(SyncFailure.Unavailable.class);
    assertThat(dav.requests()).hasSizeLessThan(20);
  }

  @Test
  void whatLiesOutsideIsNotReadButReported() {
    try (var other = new ScriptedServer(_ -> Answer.of(200, Events.hour("x", "Foreign")))) {
      dav.putHour("a", "Lunch");
      dav.fault =
          r ->
              sync(
                  r,
                  found(CALENDAR + "a.ics", "<getetag>1</getetag>")
                      + found(
                          "http://localhost:" + other.port() + CALENDAR + "x.ics",
                          "<getetag>1</getetag>")
                      + found("/elsewhere/y.ics", "<getetag>1</getetag>")
                      + found(CALENDAR + "../../z.ics", "<getetag>1</getetag>")
                      + found("http://[", "<getetag>1</getetag>"));
      assertThat(pass()).isInstanceOf(Completed.class);
      assertThat(mirror.uids()).containsExactly("a");
      assertThat(mirror.problems()).singleElement().asString().contains("4, such as");
      assertThat(other.requests()).isEmpty();

      dav.fault = _ -> Optional.empty();
      mirror.token(null);
      pass();
      assertThat(mirror.problems()).isEmpty();
    }
  }

  @Test
  void oneResourceUnderManySpellingsIsOne() {
    dav.put("a b+c.ics", Events.hour("a", "Lunch"));
    var data =
        "<getetag>W/\"1\"</getetag><C:calendar-data>"
            + escape(Events.hour("a", "Lunch"))
            + "</C:calendar-data>";
    dav.fault =
        r -> {
          var list =
              found("/dav/cal/a%20b%2Bc.ics", "<getetag>\"1\"</getetag>")
                  + found("a%20b+c.ics", "<getetag>1</getetag>")
                  + found(
                      dav.url("/dav/c%61l/a%20b%2bc.ics").toString(), "<getetag>\"1\"</getetag>")
                  + found("https://127.0.0.1/dav/cal/a b+c.ics", "<getetag>W/\"1\"</getetag>");
          return r.body().contains("multiget")
              ? Optional.of(multistatus(found("/dav/cal/a b%2Bc.ics", data)))
              : sync(r, list);
        };
    pass();
    assertThat(mirror.uids()).containsExactly("a");
    mirror.token(null);
    pass();
    assertThat(mirror.changes()).isEmpty();
    assertThat(mirror.problems()).isEmpty();
  }

  @Test
  void charactersThatXmlForbidsAreRepaired() {
    dav.putHour("a", "Lunch");
    for (var bad : new String[] {"\u000b", "&#11;", "\ufffe", "&#x1F;"}) {
      answerTo(
          "multiget",
          multistatus(
              found(
                  CALENDAR + "a.ics",
                  "<C:calendar-data>"
                      + escape(Events.hour("a", "Lu@nch")).replace("@", bad)
                      + "</C:calendar-data>")));
      mirror.forget();
      assertThat(pass()).as(bad).isInstanceOf(Completed.class);
      assertThat(mirror.summaries()).singleElement().asString().startsWith("Lu").endsWith("nch");
    }
  }

  @Test
  void wrongEncodingsAreReadAsWellAsTheyCan() {
    dav.putHour("a", "Lunch");
    var text =
        new String(
            multistatus(
                    found(
                        CALENDAR + "a.ics",
                        "<C:calendar-data>"
                            + escape(Events.hour("a", "Café"))
                            + "</C:calendar-data>"))
                .body(),
            StandardCharsets.UTF_8);
    var encoded =
        new byte[][] {
          text.getBytes(StandardCharsets.ISO_8859_1),
          text.replace("utf-8", "iso-8859-1").getBytes(StandardCharsets.ISO_8859_1),
          text.replace("utf-8", "utf-16").getBytes(StandardCharsets.UTF_16),
          text.replace("utf-8", "no-such-code").getBytes(StandardCharsets.UTF_8),
          ("\ufeff \n" + text).getBytes(StandardCharsets.UTF_8)
        };
    for (var body : encoded) {
      answerTo("multiget", new Answer(207, Map.of("Content-Type", "application/xml"), body));
      mirror.forget();
      assertThat(pass()).isInstanceOf(Completed.class);
      assertThat(mirror.summaries()).singleElement().asString().startsWith("Caf");
    }
  }

  @Test
  void aServerThatDiesMidwayLeavesThePagesThatWereStored() {
    for (var i = 0; i < 450; i++) {
      dav.putHour("e" + i, "Event " + i);
    }
    var multigets = new AtomicInteger();
    dav.fault =
        r ->
            r.body().contains("multiget") && multigets.incrementAndGet() > 1
                ? Optional.of(Answer.of(502))
                : Optional.empty();
    assertThat(failure()).isInstanceOf(SyncFailure.Unavailable.class);
    assertThat(mirror.uids()).hasSize(200);
    assertThat(mirror.token()).isEmpty();

    dav.fault = _ -> Optional.empty();
    assertThat(pass()).isInstanceOf(Completed.class);
    assertThat(mirror.uids()).hasSize(450);
    assertThat(mirror.changes()).hasSize(250);
    assertThat(mirror.pageSizes()).allSatisfy(size -> assertThat(size).isBetween(1, 500));
  }

  @Test
  void allEventsGoneAtOnceMustBeSaidTwice() {
    dav.putHour("a", "Lunch");
    pass();
    mirror.token(null);
    dav.fault = r -> sync(r, "");
    assertThat(pass()).isInstanceOf(Completed.class);
    assertThat(mirror.uids()).containsExactly("a");

    dav.delete("a.ics");
    mirror.token(null);
    assertThat(pass()).isInstanceOf(Completed.class);
    assertThat(mirror.uids()).isEmpty();
  }

  @Test
  void picturesAndFoldersInACalendarDoNoHarm() {
    dav.putHour("a", "Lunch");
    dav.fault =
        r -> {
          if (r.method().equals("GET")) {
            return Optional.of(Answer.of(200, "\u0089PNG").with("Content-Type", "image/png"));
          }
          return sync(
              r,
              found(CALENDAR + "a.ics", "<getetag>1</getetag>")
                  + found(CALENDAR + "photo.png", "<getetag>9</getetag>")
                  + found(CALENDAR + "folder/", "<getetag>8</getetag>"));
        };
    assertThat(pass()).isInstanceOf(Completed.class);
    assertThat(mirror.uids()).containsExactly("a");
    assertThat(mirror.names()).containsExactlyInAnyOrder("a.ics", "photo.png");
    assertThat(mirror.problems()).isEmpty();
  }

  @Test
  void aRedirectWithinTheServerIsFollowedAndACircleIsNot() {
    dav.putHour("a", "Lunch");
    dav.fault =
        r ->
            r.path().startsWith("/old/")
                ? Optional.of(Answer.redirect(308, CALENDAR))
                : r.path().startsWith("/circle/")
                    ? Optional.of(Answer.redirect(302, "/circle/"))
                    : Optional.empty();
    assertThat(mirror.pass(provider, dav.account(), "/old/")).isInstanceOf(Completed.class);
    assertThat(mirror.uids()).containsExactly("a");
    assertThat(new Mirror().pass(provider, dav.account(), "/circle/")).isInstanceOf(Failed.class);
  }

  @Test
  void thePasswordDoesNotFollowARedirectToAnotherOrigin() {
    try (var other = new ScriptedServer(_ -> Answer.of(200))) {
      dav.fault = _ -> Optional.of(Answer.redirect(307, other.url(CALENDAR).toString()));
      assertThat(failure().detail()).contains("not sent");
      assertThat(other.requests()).isEmpty();
    }
  }

  @Test
  void aListThatIsTooLargeOnceInflatedIsRefused() throws IOException {
    dav.putHour("a", "Lunch");
    pass();
    var bomb = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(bomb)) {
      gzip.write("<multistatus xmlns='DAV:'>".getBytes(StandardCharsets.UTF_8));
      var spaces = " ".repeat(1 << 20).getBytes(StandardCharsets.UTF_8);
      for (var i = 0; i < 64; i++) {
        gzip.write(spaces);
      }
    }
    dav.fault =
        _ -> Optional.of(new Answer(207, Map.of("Content-Encoding", "gzip"), bomb.toByteArray()));
    assertThat(failure()).isInstanceOf(SyncFailure.Unavailable.class);
    assertThat(mirror.uids()).containsExactly("a");
  }

  @Test
  void eventsThatAreTooLargeTogetherAreFetchedInSmallerParts() {
    for (var i = 0; i < 40; i++) {
      dav.put(
          "e" + i + ".ics",
          Events.hour("e" + i, "Event")
              .replace("SUMMARY", "DESCRIPTION:" + "x".repeat(50_000) + "\r\nSUMMARY"));
    }
    var small = new Limits(Duration.ofSeconds(10), 1 << 20, 1 << 20, false, 0);
    var provider =
        new CalDavProvider(
            ProviderCard.load("caldav", true), Egresses.toLoopback(), clock, false, small);
    assertThat(mirror.pass(provider, dav.account(), CALENDAR)).isInstanceOf(Completed.class);
    assertThat(mirror.uids()).hasSize(40);
  }

  @Test
  void aServerThatDripsOrHangsUpEndsInTime() {
    var impatient = new Limits(Duration.ofMillis(300), 1 << 20, 1 << 20, false, 0);
    var provider =
        new CalDavProvider(
            ProviderCard.load("caldav", true), Egresses.toLoopback(), clock, false, impatient);
    var head =
        "HTTP/1.1 207 Multi-Status\r\nContent-Length: 1000\r\n\r\n<multistatus xmlns='DAV:'>";
    var over = new CountDownLatch(1);
    try (var dripping =
            RawServer.playing(
                connection -> {
                  connection.readRequest();
                  connection.say(head);
                  do {
                    connection.say(" ");
                  } while (!over.await(20, TimeUnit.MILLISECONDS));
                });
        var dying =
            RawServer.playing(
                connection -> {
                  connection.readRequest();
                  connection.say(head);
                })) {
      for (var server : new RawServer[] {dripping, dying}) {
        var account =
            new Account(
                new UUID(0, 1),
                new UUID(0, 2),
                "caldav",
                "alice",
                new Credentials.Password(server.uri("/"), "alice", Secret.of("secret")),
                Map.of("places", "1 " + server.uri("/dav/")));
        var outcome = mirror.pass(provider, account, CALENDAR);
        assertThat(((Failed) outcome).failure()).isInstanceOf(SyncFailure.Unavailable.class);
        assertThat(mirror.names()).isEmpty();
      }
    } finally {
      over.countDown();
    }
  }

  @Test
  void anEventThatCannotBeReadAnyMoreStaysAsItWas() {
    dav.putHour("a", "Lunch");
    dav.putHour("b", "Dinner");
    pass();
    for (var broken :
        new String[] {
          "not a calendar", Events.hour("a", "x").replace("DTSTART:2026", "DTSTART:no")
        }) {
      dav.put("a.ics", broken);
      assertThat(pass()).isInstanceOf(Completed.class);
      assertThat(mirror.summaries()).containsExactly("Dinner", "Lunch");
      assertThat(mirror.problems()).singleElement().asString().contains("a.ics");

      mirror.token(null);
      assertThat(pass()).isInstanceOf(Completed.class);
      assertThat(mirror.summaries()).containsExactly("Dinner", "Lunch");
      assertThat(mirror.problems()).hasSize(1);
    }
    dav.putHour("a", "Late lunch");
    assertThat(pass()).isInstanceOf(Completed.class);
    assertThat(mirror.summaries()).containsExactly("Dinner", "Late lunch");
    assertThat(mirror.problems()).isEmpty();

    dav.put("a.ics", "not a calendar");
    pass();
    dav.delete("a.ics");
    pass();
    assertThat(mirror.summaries()).containsExactly("Dinner");
    assertThat(mirror.problems()).isEmpty();
  }

  @Test
  void anEventThatNeverCouldBeReadIsReportedAndNotFetchedAgain() {
    dav.put("a.ics", "not a calendar");
    assertThat(pass()).isInstanceOf(Completed.class);
    assertThat(mirror.problems()).hasSize(1);
    mirror.token(null);
    pass();
    assertThat(mirror.changes()).isEmpty();
    assertThat(mirror.problems()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aServerThatWasRestoredFromABackupIsReadAsItIsThen(boolean ownToken) {
    dav.ownToken = ownToken;
    dav.putHour("a", "Lunch");
    pass();
    dav.putHour("b", "Dinner");
    dav.putHour("c", "Supper");
    pass();
    assertThat(mirror.uids()).containsExactly("a", "b", "c");
    dav.restore(1, Map.of("a.ics", Events.hour("a", "Lunch")));
    var full = (Completed) pass();
    assertThat(mirror.uids()).containsExactly("a");
    assertThat(full.requests()).isLessThan(6);
    assertThat(((Completed) pass()).requests()).isEqualTo(1);
    assertThat(mirror.changes()).isEmpty();
  }

  @Test
  void aCalendarThatTurnsOutToBeASubscriptionIsNotTakenForEmpty() {
    pass();
    answerTo(
        "<sync-token/>",
        multistatus(
            found(
                CALENDAR,
                "<resourcetype><collection/><C:calendar/><S:subscribed/></resourcetype>")));
    assertThat(failure()).isInstanceOf(SyncFailure.CalendarGone.class);
  }

  @Test
  void aServerThatNamesAnotherStateEachTimeIsNotReadWholeEachTime() {
    dav.putHour("a", "Lunch");
    pass();
    var count = new AtomicInteger();
    dav.fault =
        r ->
            r.body().contains("<sync-token/>")
                ? Optional.of(
                    multistatus(
                        found(
                            CALENDAR, "<sync-token>x" + count.incrementAndGet() + "</sync-token>")))
                : Optional.empty();
    for (var i = 0; i < 3; i++) {
      assertThat(pass()).isInstanceOf(Completed.class);
    }
    assertThat(dav.count("<sync-token></sync-token>")).as("full reports").isEqualTo(1);
  }

  @Test
  void whatIsNotAcceptableAsCalendarIsNothingToRead() {
    dav.putHour("a", "Lunch");
    dav.put("notes.txt", "Buy milk");
    dav.fault =
        r ->
            r.body().contains("calendar-multiget")
                ? Optional.of(Answer.of(501))
                : r.path().endsWith("notes.txt") ? Optional.of(Answer.of(406)) : Optional.empty();
    assertThat(pass()).isInstanceOf(Completed.class);
    assertThat(mirror.uids()).containsExactly("a");
    assertThat(mirror.problems()).isEmpty();
    mirror.token(null);
    var requests = dav.requests().size();
    assertThat(pass()).isInstanceOf(Completed.class);
    assertThat(dav.requests()).as("not asked for again").hasSize(requests + 1);
  }

  @Test
  void namesThatAreListedWithoutEscapesAreFoundAllTheSame() {
    dav.putHour("a", "Lunch");
    dav.put("100%2525.ics", Events.hour("b", "Dinner"));
    dav.fault =
        r ->
            sync(
                r,
                found(CALENDAR + "a.ics", "<getetag>1</getetag>")
                    + found(CALENDAR + "100%25.ics", "<getetag>2</getetag>"));
    assertThat(pass()).isInstanceOf(Completed.class);
    assertThat(mirror.uids()).containsExactly("a", "b");
    assertThat(mirror.problems()).isEmpty();
  }

  @Test
  void whatIsListedAndNeverThereIsSaidAndWhatWasDeletedMeanwhileIsNot() {
    dav.putHour("a", "Lunch");
    dav.putHour("b", "Dinner");
    dav.put("listed.ics", Events.hour("c", "Ghost"));
    dav.fault =
        r -> {
          if (r.body().contains("calendar-multiget") && r.body().contains("b.ics")) {
            dav.delete("b.ics");
          }
          return r.body().contains("calendar-multiget")
              ? Optional.of(Answer.of(501))
              : r.path().endsWith("listed.ics") ? Optional.of(Answer.of(404)) : Optional.empty();
        };
    assertThat(pass()).isInstanceOf(Completed.class);
    assertThat(mirror.uids()).containsExactly("a");
    assertThat(mirror.problems()).singleElement().asString().startsWith("listed.ics could not");

    dav.delete("listed.ics");
    assertThat(pass()).isInstanceOf(Completed.class);
    assertThat(mirror.problems()).isEmpty();
  }

  @Test
  void hrefsThatSpellTheCalendarInAnotherCaseAreItsMembers() {
    var account = dav.account();
    dav.putHour("a", "Lunch");
    dav.fault =
        r ->
            r.path().startsWith("/users/s.b@x/cal/") || r.path().startsWith("/users/S.B@x/cal/")
                ? davMail(r)
                : Optional.empty();
    assertThat(mirror.pass(provider, account, "/users/s.b@x/cal/")).isInstanceOf(Completed.class);
    assertThat(mirror.uids()).containsExactly("a");
    assertThat(mirror.problems()).isEmpty();
  }

  private static Optional<Answer> davMail(Request request) {
    var href = "/users/S.B%40x/cal/A%3D.EML";
    var event = escape(Events.hour("a", "Lunch"));
    return request.body().contains("multiget")
        ? Optional.of(
            multistatus(
                found(
                    href, "<getetag>1</getetag><C:calendar-data>" + event + "</C:calendar-data>")))
        : sync(request, found(href, "<getetag>1</getetag>"));
  }

  @Test
  void aCalendarOfWhichNothingThatIsListedCanBeReadIsNotComplete() {
    dav.fault = r -> sync(r, found("/elsewhere/y.ics", "<getetag>1</getetag>"));
    assertThat(failure()).isInstanceOf(SyncFailure.Unavailable.class);
    dav.fault =
        r ->
            r.body().contains("multiget") || r.method().equals("GET")
                ? Optional.of(Answer.of(404))
                : Optional.empty();
    dav.putHour("a", "Lunch");
    assertThat(failure()).isInstanceOf(SyncFailure.Unavailable.class);
  }
}
