package io.linkspan.provider.caldav;

import static org.assertj.core.api.Assertions.assertThat;

import io.linkspan.calendar.CalendarReader.Access;
import io.linkspan.calendar.CalendarReader.Listing;
import io.linkspan.calendar.CalendarReader.RemoteCalendar;
import io.linkspan.connection.Account;
import io.linkspan.connection.Connector.Form;
import io.linkspan.connection.Connector.Verification;
import io.linkspan.connection.Connector.Verification.Refused;
import io.linkspan.connection.Connector.Verification.Verified;
import io.linkspan.platform.crypto.Secret;
import io.linkspan.platform.egress.Egress;
import io.linkspan.platform.egress.Exchange;
import io.linkspan.platform.egress.Exchange.Reason;
import io.linkspan.platform.egress.RawServer;
import io.linkspan.provider.ScriptedServer;
import io.linkspan.provider.ScriptedServer.Answer;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a person is told when an account cannot be connected, and what is found when it can. */
class CalDavVerifyTest {
  private final Egress egress = Egresses.toLoopback();
  private final CalDavProvider caldav = CalDavProvider.caldav(egress, Clock.systemUTC());
  private final CalDavProvider apple = CalDavProvider.apple(egress, Clock.systemUTC());
  private final ScriptedDav dav = new ScriptedDav();

  @AfterEach
  void close() {
    dav.close();
  }

  private static Form form(
      @Nullable String server, @Nullable String user, @Nullable String password) {
    return new Form(server, user, password == null ? null : Secret.of(password), null, null);
  }

  private Verification verify(String path) {
    return caldav.verify(form(dav.url(path).toString(), "alice", "secret"));
  }

  private static Refused refused(Verification verification) {
    assertThat(verification).isInstanceOf(Refused.class);
    var refused = (Refused) verification;
    assertThat(refused.code()).matches("[a-z_]+");
    assertThat(refused.detail()).endsWith(".").doesNotContain("secret");
    assertThat(refused.fix()).endsWith(".");
    return refused;
  }

  @Test
  void ownAddressesAndTheNameAreFound() {
    var verified = (Verified) verify("/");
    assertThat(verified.attributes())
        .hasEntrySatisfying(
            "addresses",
            all -> assertThat(all.split(",")).contains("alice@example.org", "/me/", "/me"));
    assertThat(verified.displayName()).isEqualTo("Alice A.");
    assertThat(verified.email()).isEqualTo("alice@example.org");
    assertThat(verified.providerUserId()).isEqualTo("alice@127.0.0.1:" + dav.url("/").getPort());
  }

  @Test
  void theSameAccountIsTheSameHoweverItsServerIsWritten() {
    for (var path : new String[] {"", "/", "/me/", "/dav/", "/dav/cal/", "/dav/cal", "/nowhere"}) {
      var verified = verify(path);
      assertThat(verified).as(path).isInstanceOf(Verified.class);
      assertThat(((Verified) verified).providerUserId())
          .isEqualTo("alice@127.0.0.1:" + dav.url("/").getPort());
    }
  }

  @Test
  void aWrongPasswordIsSaid() {
    var refused = refused(caldav.verify(form(dav.url("/").toString(), "alice", "wrong")));
    assertThat(refused.code()).isEqualTo("wrong_password");
    assertThat(refused.pointer()).isEqualTo("/password");
  }

  @Test
  void appleIsToldToBeAskedForAnAppSpecificPassword() {
    var refused = refused(apple.verify(form(dav.url("/").toString(), "alice", "wrong")));
    assertThat(refused.code()).isEqualTo("wrong_password");
    assertThat(refused.detail()).contains("app-specific");
    assertThat(refused.fix()).contains("account.apple.com");
    assertThat(apple.verify(form(dav.url("/").toString(), "alice", "secret")))
        .isInstanceOf(Verified.class);
  }

  @Test
  void aServerThatWantsAnotherKindOfSignInIsNamedAsSuch() {
    dav.fault = _ -> Optional.of(Answer.of(401).with("WWW-Authenticate", "Negotiate"));
    assertThat(refused(verify("/")).code()).isEqualTo("unsupported_authentication");
  }

  @Test
  void whatIsMissingIsNamed() {
    assertThat(refused(caldav.verify(form(null, "a", "b"))).pointer()).isEqualTo("/server_url");
    assertThat(refused(caldav.verify(form("x.org", " ", "b"))).pointer()).isEqualTo("/username");
    assertThat(refused(caldav.verify(form("x.org", "a", ""))).pointer()).isEqualTo("/password");
    assertThat(refused(apple.verify(form(null, null, "b"))).pointer()).isEqualTo("/username");
    assertThat(refused(caldav.verify(form("x.org", "a:b", "c"))).pointer()).isEqualTo("/username");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ftp://x.org/",
        "https://",
        "https://a:b@x.org/",
        "http://[",
        "x y z",
        "javascript://x"
      })
  void whatIsNoAddressIsRefused(String typed) {
    assertThat(refused(caldav.verify(form(typed, "alice", "secret"))).code())
        .isEqualTo("bad_address");
  }

  @Test
  void aBareHostIsAskedByHttpsOnly() {
    var schemes = new HashSet<String>();
    var provider =
        CalDavProvider.caldav(
            (request, _) -> {
              schemes.add(request.uri().getScheme() + " " + request.uri().getHost());
              return new Exchange.Failed(
                  Reason.UNREACHABLE, "It cannot be reached.", Duration.ZERO);
            },
            Clock.systemUTC());
    var refused = refused(provider.verify(form(" Cal.Example.ORG ", "alice", "secret")));
    assertThat(schemes).containsExactly("https cal.example.org");
    assertThat(refused.fix()).contains("http://");
  }

  @ParameterizedTest
  @EnumSource(Reason.class)
  void everyWayToFailIsExplained(Reason reason) {
    var provider =
        CalDavProvider.caldav(
            (_, _) -> new Exchange.Failed(reason, "Something happened.", Duration.ZERO),
            Clock.systemUTC());
    var refused = refused(provider.verify(form("https://cal.example.org", "alice", "secret")));
    assertThat(refused.detail()).isEqualTo("Something happened.");
    if (reason == Reason.FORBIDDEN_ADDRESS) {
      assertThat(refused.fix()).contains("EGRESS_ALLOW");
    }
  }

  @Test
  void aWebPageIsNamedAsSuch() {
    dav.fault = _ -> Optional.of(Answer.html(200));
    assertThat(refused(verify("/")).code()).isEqualTo("web_page");
    dav.fault = _ -> Optional.of(Answer.html(404));
    assertThat(refused(verify("/")).code()).isEqualTo("web_page");
  }

  @Test
  void whatIsNoCalDavServerIsNamedAsSuch() {
    for (var status : new int[] {200, 204, 404, 405, 501}) {
      dav.fault = _ -> Optional.of(Answer.of(status));
      assertThat(refused(verify("/")).code()).isIn("not_caldav", "server_error");
    }
    dav.fault = _ -> Optional.of(Answer.xml("<multistatus xmlns='DAV:'/>"));
    assertThat(refused(verify("/")).code()).isEqualTo("not_caldav");
  }

  @Test
  void aCircleOfRedirectsEnds() {
    dav.fault = r -> Optional.of(Answer.redirect(302, r.path().equals("/") ? "/x" : "/"));
    assertThat(refused(verify("/")).code()).isEqualTo("redirect_loop");
    assertThat(dav.requests()).hasSizeLessThan(30);
  }

  @Test
  void thePasswordIsSentToNoOtherOrigin() {
    try (var other = new ScriptedServer(_ -> Answer.of(200))) {
      dav.fault = _ -> Optional.of(Answer.redirect(301, other.url("/dav/").toString()));
      var refused = refused(verify("/"));
      assertThat(refused.code()).isEqualTo("redirects_elsewhere");
      assertThat(refused.fix()).contains("127.0.0.1:" + other.port());

      dav.fault =
          r ->
              r.path().equals("/me/")
                  ? Optional.of(
                      ScriptedDav.multistatus(
                          ScriptedDav.found(
                              "/me/",
                              "<C:calendar-home-set><href>"
                                  + other.url("/home/")
                                  + "</href></C:calendar-home-set>")))
                  : Optional.empty();
      assertThat(refused(verify("/")).code()).isEqualTo("redirects_elsewhere");
      assertThat(other.requests()).isEmpty();
    }
  }

  @Test
  void anAccountWithoutCalendarsOfEventsIsSaidToHaveNone() {
    dav.fault =
        r ->
            r.path().equals("/dav/")
                ? Optional.of(
                    ScriptedDav.multistatus(
                        ScriptedDav.found("/dav/", "<resourcetype><collection/></resourcetype>")
                            + ScriptedDav.found(
                                "/dav/tasks/",
                                "<resourcetype><collection/><C:calendar/></resourcetype><C:supported-calendar-component-set><C:comp name=\"VTODO\"/></C:supported-calendar-component-set>")))
                : Optional.empty();
    assertThat(refused(verify("/")).code()).isEqualTo("no_calendars");
  }

  @Test
  void aPortWithoutServerAndNonsenseInsteadOfHttpAreUnreachable() {
    try (var raw = RawServer.playing(c -> c.say("220 ready\r\n"))) {
      assertThat(refused(caldav.verify(form(raw.uri("/").toString(), "alice", "secret"))).code())
          .isIn("unreachable", "not_caldav");
    }
    var closed = RawServer.playing(_ -> {});
    closed.close();
    assertThat(refused(caldav.verify(form(closed.uri("/").toString(), "alice", "secret"))).code())
        .isEqualTo("unreachable");
  }

  @Test
  void aServerWithoutTlsIsNamedAsSuch() {
    try (var raw = RawServer.playing(c -> c.say("HTTP/1.1 400 Bad Request\r\n\r\n"))) {
      var address = raw.uri("/").toString().replace("http:", "https:");
      var refused = refused(caldav.verify(form(address, "alice", "secret")));
      assertThat(refused.code()).isEqualTo("tls_failed");
      assertThat(refused.fix()).contains("http://");
    }
  }

  @Test
  void aPrivateAddressIsRefusedWithTheSettingThatAllowsIt() {
    var provider = CalDavProvider.caldav(Egresses.toPublicOnly(), Clock.systemUTC());
    for (var address : new String[] {dav.url("/").toString(), "https://10.0.0.1/", "[::1]"}) {
      var refused = refused(provider.verify(form(address, "alice", "secret")));
      assertThat(refused.code()).isEqualTo("forbidden_address");
      assertThat(refused.fix()).contains("LINKSPAN_EGRESS_ALLOW");
    }
    assertThat(dav.requests()).isEmpty();
  }

  @Test
  void calendarsComeWithNameColourZoneAndRights() {
    dav.fault =
        r ->
            r.path().equals("/dav/")
                ? Optional.of(
                    ScriptedDav.multistatus(
                        calendar(
                                "/dav/home/",
                                "<displayname> Work &amp; life </displayname><A:calendar-color>#FF2968FF</A:calendar-color>"
                                    + "<C:calendar-timezone>BEGIN:VCALENDAR\nBEGIN:VTIMEZONE\nTZID:/freeassociation.sourceforge.net/Europe/Berlin\nEND:VTIMEZONE\nEND:VCALENDAR</C:calendar-timezone>"
                                    + privileges("<all/>"))
                            + calendar(
                                "/dav/team%20x/",
                                privileges(
                                    "<read/></privilege><privilege><write-content/></privilege><privilege><bind/>"))
                            + calendar(
                                "/dav/read/",
                                "<displayname/><A:calendar-color>red</A:calendar-color>"
                                    + privileges("<read/>"))
                            + calendar("/dav/busy/", privileges("<C:read-free-busy/>"))
                            + calendar("/dav/home/", "<displayname>Again</displayname>")))
                : Optional.empty();
    var verified = (Verified) verify("/");
    var account =
        new Account(
            new UUID(0, 1),
            new UUID(0, 2),
            "caldav",
            "x",
            verified.credentials(),
            verified.attributes());
    assertThat(((Listing.Listed) caldav.calendars(account)).calendars())
        .containsExactly(
            new RemoteCalendar(
                "/dav/home/", "Work & life", "#ff2968", "Europe/Berlin", Access.OWNER, true),
            new RemoteCalendar("/dav/team%20x/", "team x", null, null, Access.WRITER, false),
            new RemoteCalendar("/dav/read/", "read", null, null, Access.READER, false),
            new RemoteCalendar("/dav/busy/", "busy", null, null, Access.FREE_BUSY, false));
  }

  private List<RemoteCalendar> listed(String calendars) {
    dav.fault =
        r ->
            r.path().equals("/dav/") && r.header("depth").equals(Optional.of("1"))
                ? Optional.of(ScriptedDav.multistatus(calendars))
                : Optional.empty();
    var verified = (Verified) verify("/");
    var account =
        new Account(
            new UUID(0, 1),
            new UUID(0, 2),
            "caldav",
            "x",
            verified.credentials(),
            verified.attributes());
    return ((Listing.Listed) caldav.calendars(account)).calendars();
  }

  @Test
  void rightsThatAreDeniedAndCalendarsOfOthersAreForReading() {
    var denied =
        "</prop><status>HTTP/1.1 200 OK</status></propstat><propstat><prop><current-user-privilege-set/>"
            + "</prop><status>HTTP/1.1 403 Forbidden</status></propstat><propstat><prop>";
    assertThat(
            listed(
                calendar("/dav/mine/", "<owner><href>/ME/</href></owner>" + denied)
                    + calendar("/dav/denied/", denied)
                    + calendar("/dav/bobs/", "<owner><href>/bob/</href></owner>" + denied)
                    + calendar("/dav/team/", "<owner><href>/team/</href></owner>")
                    + calendar("/dav/plain/", "")))
        .extracting(RemoteCalendar::access)
        .containsExactly(Access.OWNER, Access.READER, Access.READER, Access.READER, Access.OWNER);
  }

  @Test
  void aSubscriptionWhoseEventsLieElsewhereIsNoCalendarOfThisAccount() {
    var subscribed =
        "<resourcetype><collection/><C:calendar/><S:subscribed/></resourcetype>"
            + "<S:source><href>https://feeds.example/x.ics</href></S:source>";
    assertThat(listed(calendar("/dav/home/", "") + ScriptedDav.found("/dav/sub/", subscribed)))
        .extracting(RemoteCalendar::externalId)
        .containsExactly("/dav/home/");
  }

  @Test
  void aTimeZoneThatOnlyTheCalendarItselfTellsIsAskedFor() {
    dav.zone = "Europe/Berlin";
    assertThat(listed(calendar(ScriptedDav.CALENDAR, "")))
        .extracting(RemoteCalendar::timeZone)
        .containsExactly("Europe/Berlin");
  }

  @Test
  void anAddressThatIsAWebPageWithoutItsSlashIsFound() {
    dav.fault =
        r ->
            switch (r.path()) {
              case "/dav" -> Optional.of(Answer.html(200));
              case "/", "/.well-known/caldav" -> Optional.of(Answer.of(404));
              default -> Optional.empty();
            };
    assertThat(verify("/dav")).isInstanceOf(Verified.class);
  }

  @Test
  void allNamesOfAPersonCountAsTheirOwn() {
    dav.fault =
        r ->
            r.path().equals("/me/")
                ? Optional.of(
                    ScriptedDav.multistatus(
                        ScriptedDav.found(
                            "/me/",
                            "<C:calendar-home-set><href>/dav/</href></C:calendar-home-set><C:calendar-user-address-set>"
                                + "<href>mailto:me%2Bcal@Example.org</href><href>urn:uuid:0F1E</href>"
                                + "<href>/principals/Alice%40x/</href></C:calendar-user-address-set>")))
                : Optional.empty();
    var origin = "http://127.0.0.1:" + dav.url("/").getPort();
    var verified = (Verified) verify("/");
    assertThat(String.valueOf(verified.attributes().get("addresses")).split(","))
        .contains(
            "me+cal@example.org",
            "urn:uuid:0f1e",
            "/principals/alice%40x/",
            "/principals/alice@x/",
            "/principals/alice@x",
            origin + "/principals/alice@x/",
            "/me/");
    assertThat(verified.email()).isEqualTo("me+cal@example.org");
  }

  @Test
  void thePasswordGoesToNoOtherPort() {
    var asked = new ArrayList<String>();
    var provider =
        CalDavProvider.caldav(
            (request, _) -> {
              asked.add(request.uri().getScheme() + " " + request.uri().getPort());
              var moved = "https://dav.example:8443" + request.uri().getRawPath();
              return new Exchange.Answered(
                  request.uri(),
                  301,
                  Map.of("location", List.of(moved)),
                  new byte[0],
                  false,
                  Duration.ZERO);
            },
            Clock.systemUTC());
    var refused = refused(provider.verify(form("https://dav.example", "alice", "secret")));
    assertThat(refused.code()).isEqualTo("redirects_elsewhere");
    assertThat(refused.fix()).contains("https://dav.example:8443");
    assertThat(asked).containsOnly("https -1");
  }

  @Test
  void aNonceThatIsTooOldIsReplacedAndAWrongPasswordEndsIt() {
    var seen = new ArrayList<String>();
    dav.fault =
        r -> {
          var authorization = r.header("authorization").orElse("");
          seen.add(authorization);
          var old = authorization.contains("nonce=\"n1\"") && authorization.contains("nc=00000002");
          if (authorization.startsWith("Digest") && !old) {
            return Optional.of(
                ScriptedDav.multistatus(
                    ScriptedDav.found(
                        r.path(), "<resourcetype><collection/><C:calendar/></resourcetype>")));
          }
          return Optional.of(
              Answer.of(401)
                  .with(
                      "WWW-Authenticate",
                      "Digest realm=\"x\", qop=\"auth\", algorithm=SHA-256, nonce=\"n%s"
                          .formatted(old ? "2\", stale=true" : "1\"")));
        };
    assertThat(verify("/cal/")).isInstanceOf(Verified.class);
    assertThat(seen).filteredOn(value -> value.contains("nonce=\"n2\"")).isNotEmpty();

    dav.fault =
        r ->
            Optional.of(
                Answer.of(401)
                    .with("WWW-Authenticate", "Digest realm=\"x\", qop=\"auth\", nonce=\"n\""));
    var before = dav.requests().size();
    assertThat(refused(verify("/cal/")).code()).isEqualTo("wrong_password");
    assertThat(dav.requests()).hasSize(before + 2);
  }

  @Test
  void aTimeZoneIsNotSearchedForItsNameWithoutEnd() {
    var late = "X-FILL:" + "x".repeat(80_000) + "\nTZID:Europe/Berlin\n";
    var spaces = ("TZID:" + " ".repeat(300) + "x\n").repeat(200) + "TZID:Europe/Berlin\n";
    dav.fault =
        r ->
            r.path().equals("/dav/")
                ? Optional.of(
                    ScriptedDav.multistatus(
                        calendar(
                                "/dav/a/",
                                "<C:calendar-timezone>" + late + "</C:calendar-timezone>")
                            + calendar(
                                "/dav/b/",
                                "<C:calendar-timezone>" + spaces + "</C:calendar-timezone>")))
                : Optional.empty();
    var verified = (Verified) verify("/");
    var account =
        new Account(
            new UUID(0, 1),
            new UUID(0, 2),
            "caldav",
            "x",
            verified.credentials(),
            verified.attributes());
    assertThat(((Listing.Listed) caldav.calendars(account)).calendars())
        .extracting(RemoteCalendar::timeZone)
        .containsExactly(null, null);
  }

  private static String calendar(String href, String properties) {
    return ScriptedDav.found(
        href,
        "<resourcetype><collection/><C:calendar/></resourcetype>"
            + properties.replace(
                "<A:calendar-color>", "<A:calendar-color xmlns:A=\"http://apple.com/ns/ical/\">"));
  }

  private static String privileges(String content) {
    return "<current-user-privilege-set><privilege>"
        + content
        + "</privilege></current-user-privilege-set>";
  }

  @Test
  void iCloudsNumberedHostsGetThePasswordAndOthersDoNot() {
    var asked = new ArrayList<String>();
    var provider =
        CalDavProvider.apple(
            (request, _) -> {
              asked.add(request.uri().getHost());
              return answer(request.uri(), request.uri().getHost());
            },
            Clock.systemUTC());
    var verified = (Verified) provider.verify(form(null, "bob@example.org", "abcd-efgh-ijkl-mnop"));
    assertThat(asked).containsOnly("caldav.icloud.com", "p42-caldav.icloud.com");
    assertThat(verified.providerUserId()).isEqualTo("bob@example.org@caldav.icloud.com");
    assertThat(verified.email()).isEqualTo("bob@example.org");
  }

  private static Exchange answer(URI uri, String host) {
    var body =
        host.equals("caldav.icloud.com")
            ? ScriptedDav.found(
                "/",
                "<current-user-principal><href>/1/principal/</href></current-user-principal>"
                    + "<C:calendar-home-set><href>https://p42-caldav.icloud.com:443/1/calendars/</href></C:calendar-home-set>")
            : ScriptedDav.found(
                "/1/calendars/home/", "<resourcetype><collection/><C:calendar/></resourcetype>");
    return new Exchange.Answered(
        uri, 207, Map.of(), ScriptedDav.multistatus(body).body(), false, Duration.ZERO);
  }
}
