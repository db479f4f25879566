package io.linkspan.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.linkspan.contract.Contract;
import io.linkspan.contract.EventSchemas;
import io.linkspan.platform.crypto.KeysetFile;
import io.linkspan.platform.http.ApiClient;
import io.linkspan.platform.http.ApiClient.Response;
import io.linkspan.platform.postgres.TestDatabase;
import io.linkspan.provider.caldav.RadicaleServer;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The program as it is wired, over HTTP, with a real CalDAV server: calendars in, busy time out.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class MainJobTest {
  private static final String KEY = "a key of more than thirty-two characters";
  private static final String CALENDARS = "/api/v1/integrations/calendar/";
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @TempDir static Path directory;

  private static TestDatabase postgres;
  private static RadicaleServer radicale;
  private static boolean radicaleRuns = true;
  private static Wiring wiring;
  private static ApiClient ada;
  private static String integration;

  @BeforeAll
  static void start() throws Exception {
    postgres = TestDatabase.fresh();
    radicale = new RadicaleServer();
    var keyset = directory.resolve("keyset");
    new KeysetFile(keyset, true).create();
    int port = freePort();
    var settings =
        Map.of(
            "LINKSPAN_DATABASE_URL", postgres.url(),
            "LINKSPAN_DATA_DIR", directory.resolve("data").toString(),
            "LINKSPAN_ENCRYPTION_KEYSET_FILE", keyset.toString(),
            "LINKSPAN_ADMIN_API_KEY", KEY,
            "LINKSPAN_EGRESS_ALLOW", "127.0.0.0/8",
            "LINKSPAN_PORT", String.valueOf(port));
    wiring =
        Wiring.start(new ConfigReader(settings, Map.of()).config(), since("2026-11-24T09:00:00Z"));
    ada =
        new ApiClient(URI.create("http://127.0.0.1:" + port))
            .with("Authorization", "Bearer " + KEY);
  }

  /** A clock that goes on from then: weekdays and changes of clocks are those of its year. */
  private static Clock since(String then) {
    var real = Clock.systemUTC();
    return Clock.offset(real, Duration.between(real.instant(), Instant.parse(then)));
  }

  @AfterAll
  static void stop() {
    wiring.close();
    if (radicaleRuns) {
      radicale.close();
    }
    postgres.close();
  }

  @Test
  @Order(1)
  void anEmptyAccountHasNoCalendarsAndACompleteAnswer() {
    assertThat(get("listCalendarIntegrations", CALENDARS)).isEmpty();
    var answer = get("getFreeBusy", freeBusy("2026-03-01T00:00:00Z", "2026-03-02T00:00:00Z"));
    assertThat(answer.at("/busy")).isEmpty();
    assertThat(answer.at("/coverage/complete").asBoolean()).isTrue();
    assertThat(get("listProviders", "/api/v1/integrations/providers/")).isNotEmpty();
  }

  @Test
  @Order(2)
  void aWrongPasswordIsRefusedAtItsFieldAndNothingIsStored() {
    var answer = ada.post(CALENDARS, account("wrong"));
    assertThat(answer.status()).isEqualTo(400);
    assertThat(Contract.faults("connectCalendar", 400, answer.json())).isEmpty();
    assertThat(answer.json().at("/errors/0/pointer").asString()).isEqualTo("/password");
    assertThat(answer.json().at("/fix").asString()).isNotEmpty();
    assertThat(get("listCalendarIntegrations", CALENDARS)).isEmpty();
  }

  @Test
  @Order(3)
  void aConnectedCalendarBecomesBusyTimeToTheMinute() {
    radicale.putEvent("standup.ics", STANDUP);
    var answer = ada.post(CALENDARS, account(radicale.password()));
    assertThat(answer.status()).isEqualTo(201);
    assertThat(Contract.faults("connectCalendar", 201, answer.json())).isEmpty();
    assertThat(answer.body()).doesNotContain(radicale.password());
    integration = answer.json().at("/id").asString();

    await(CALENDARS + integration + "/", shown -> !shown.at("/last_sync_at").isNull());
    assertThat(
            get("getCalendarIntegration", CALENDARS + integration + "/").at("/status").asString())
        .isEqualTo("connected");
    // Berlin changes its clocks on 28 March: the same local time is an hour earlier in UTC
    var busy = get("getFreeBusy", freeBusy("2027-03-22T00:00:00Z", "2027-04-04T00:00:00Z"));
    assertThat(busy.at("/busy").findValuesAsString("start"))
        .containsExactly("2027-03-22T08:00:00Z", "2027-03-29T07:00:00Z");
    assertThat(busy.at("/coverage/complete").asBoolean()).isTrue();
    assertThat(busy.at("/coverage/calendars/0/state").asString()).isEqualTo("fresh");
  }

  @Test
  @Order(4)
  void whatIsShownOfItIsAsTheContractPromises() {
    var calendars = get("listCalendars", CALENDARS + integration + "/calendars/");
    var calendar = CALENDARS + integration + "/calendars/" + calendars.at("/0/id").asString() + "/";
    get("getCalendar", calendar);
    var runs = get("listSyncs", CALENDARS + integration + "/syncs/");
    get("getSync", CALENDARS + integration + "/syncs/" + runs.at("/results/0/id").asString() + "/");
    assertThat(
            get("getCalendarIntegrationImpact", CALENDARS + integration + "/impact/")
                .at("/summary")
                .asString())
        .matches("1 calendar and its \\d+ blocked times? \\(\\d+ upcoming\\) are removed.*");
    get("listBlockedTimes", "/api/v1/availability/blocked-times/");
    get("listConflicts", CALENDARS + "conflicts/");
    assertThat(get("listLogs", "/api/v1/integrations/logs/?log_type=calendar_sync").at("/results"))
        .isNotEmpty();
    var changed =
        ada.patch(
            calendar, Map.of("busy_policy", Map.of("tentative", "free"), "stale_policy", "block"));
    assertThat(changed.status()).as(changed.body()).isEqualTo(200);
    assertThat(Contract.faults("updateCalendar", 200, changed.json())).isEmpty();
    assertThat(changed.json().at("/busy_policy/tentative").asString()).isEqualTo("free");
    assertThat(changed.json().at("/busy_policy/unanswered").asString()).isEqualTo("busy");
    assertThat(changed.json().at("/stale_policy").asString()).isEqualTo("block");
  }

  @Test
  @Order(5)
  void aSyncThatIsAskedForFindsWhatChanged() {
    radicale.putEvent(
        "lunch.ics", STANDUP.replace("standup", "lunch").replace("RRULE:FREQ=WEEKLY\r\n", ""));
    radicale.deleteEvent("standup.ics");
    var asked = ada.post(CALENDARS + integration + "/force-sync/");
    assertThat(asked.status()).isEqualTo(202);
    assertThat(Contract.faults("forceSync", 202, asked.json())).isEmpty();
    var run = CALENDARS + integration + "/syncs/" + asked.json().at("/syncs/0/id").asString() + "/";
    var ended = await(run, shown -> !shown.at("/outcome").asString().equals("running"));
    assertThat(ended.at("/outcome").asString()).as(ended.toString()).isEqualTo("succeeded");
    assertThat(ended.at("/mode").asString()).isEqualTo("incremental");
    assertThat(ended.at("/trigger").asString()).isEqualTo("manual");
    assertThat(ended.at("/created").asInt()).isEqualTo(1);
    assertThat(ended.at("/removed").asInt()).isGreaterThan(40);
    assertThat(ended.at("/requests").asInt()).isBetween(1, 3);
  }

  @Test
  @Order(6)
  void aManualBlockOverAnEventIsAConflict() {
    var block =
        ada.post(
            "/api/v1/availability/blocked-times/",
            Map.of(
                "start", "2027-01-04T08:00:00Z",
                "end", "2027-01-04T08:10:00Z",
                "reason", "Call"));
    assertThat(block.status()).as(block.body()).isEqualTo(201);
    var found = get("listConflicts", CALENDARS + "conflicts/");
    assertThat(found.at("/conflicts")).hasSize(1);
    assertThat(found.at("/conflicts/0/overlap_type").asString()).isEqualTo("complete_overlap");
    assertThat(found.at("/conflicts/0/overlap_minutes").asInt()).isEqualTo(10);
  }

  @Test
  @Order(7)
  void aServerThatIsGoneMakesTheAnswerIncompleteButNothingFree() {
    radicale.close();
    radicaleRuns = false;
    var asked = ada.post(CALENDARS + integration + "/force-sync/?full=true");
    var run = CALENDARS + integration + "/syncs/" + asked.json().at("/syncs/0/id").asString() + "/";
    var ended = await(run, shown -> !shown.at("/outcome").asString().equals("running"));
    assertThat(ended.at("/outcome").asString()).isEqualTo("failed");
    assertThat(ended.at("/error").asString()).isNotEmpty();
    var calendars = get("listCalendars", CALENDARS + integration + "/calendars/");
    assertThat(calendars.at("/0/state").asString()).isEqualTo("failed");
    // stale_policy is block
    var busy = get("getFreeBusy", freeBusy("2027-01-01T00:00:00Z", "2027-01-02T00:00:00Z"));
    assertThat(busy.at("/busy")).hasSize(1);
    assertThat(busy.at("/coverage/complete").asBoolean()).isFalse();
    ada.patch(
        CALENDARS + integration + "/calendars/" + calendars.at("/0/id").asString() + "/",
        Map.of("stale_policy", "last_known"));
    var lastKnown = get("getFreeBusy", freeBusy("2027-01-04T00:00:00Z", "2027-01-05T00:00:00Z"));
    assertThat(lastKnown.at("/busy/0/start").asString()).isEqualTo("2027-01-04T08:00:00Z");
    assertThat(lastKnown.at("/coverage/complete").asBoolean()).isFalse();
  }

  @Test
  @Order(8)
  void whatIsWrongInARequestIsNamed() {
    assertThat(ada.patch(CALENDARS + integration + "/", Map.of("colour", "red")).body())
        .contains("colour");
    assertThat(ada.get(CALENDARS + "?page=2").body()).contains("page");
    assertThat(ada.get(CALENDARS + "not-an-id/").status()).isEqualTo(404);
    var stale =
        ada.with("If-Match", "\"99\"")
            .patch(CALENDARS + integration + "/", Map.of("is_active", false));
    assertThat(stale.status()).isEqualTo(412);
  }

  @Test
  @Order(9)
  void turnedOffItsBlocksNoLongerCountAndCoverageSaysSo() {
    var off = ada.patch(CALENDARS + integration + "/", Map.of("is_active", false));
    assertThat(off.json().at("/status").asString()).isEqualTo("disabled");
    var busy = get("getFreeBusy", freeBusy("2027-01-04T08:20:00Z", "2027-01-05T00:00:00Z"));
    assertThat(busy.at("/busy")).isEmpty();
    assertThat(busy.at("/coverage/calendars/0/state").asString()).isEqualTo("disabled");
    assertThat(busy.at("/coverage/complete").asBoolean()).isFalse();
    assertThat(ada.post(CALENDARS + integration + "/force-sync/").code())
        .isEqualTo("integration_disabled");
  }

  @Test
  @Order(10)
  void disconnectedNothingOfItIsLeftButTheManualBlock() {
    assertThat(ada.delete(CALENDARS + integration + "/").status()).isEqualTo(204);
    assertThat(get("listCalendarIntegrations", CALENDARS)).isEmpty();
    assertThat(get("listBlockedTimes", "/api/v1/availability/blocked-times/").at("/results"))
        .hasSize(1);
    assertThat(get("listConflicts", CALENDARS + "conflicts/").at("/conflicts")).isEmpty();
    assertThat(ada.get(CALENDARS + integration + "/").status()).isEqualTo(404);
  }

  @Test
  @Order(11)
  void whatWasPublishedMeanwhileIsAsItsSchemasSay() {
    var published =
        postgres
            .database()
            .query(
                handle ->
                    handle
                        .createQuery("SELECT type, data::text AS data FROM events")
                        .map((rs, context) -> Map.entry(rs.getString("type"), rs.getString("data")))
                        .list());
    assertThat(published)
        .extracting(Map.Entry::getKey)
        .contains("calendar_synced", "conflict_detected", "integration_disconnected");
    for (var event : published) {
      var data = JsonMapper.shared().readTree(event.getValue());
      assertThat(EventSchemas.faults(event.getKey(), data)).as(event.toString()).isEmpty();
    }
  }

  private static final String STANDUP =
      """
      BEGIN:VCALENDAR
      VERSION:2.0
      PRODID:-//test//EN
      BEGIN:VEVENT
      UID:standup
      DTSTAMP:20260101T000000Z
      DTSTART;TZID=Europe/Berlin:20270104T090000
      DTEND;TZID=Europe/Berlin:20270104T091500
      RRULE:FREQ=WEEKLY
      SUMMARY:Standup
      END:VEVENT
      END:VCALENDAR
      """
          .replace("\n", "\r\n");

  private static JsonNode get(String operation, String path) {
    var answer = ada.get(path);
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    assertThat(Contract.faults(operation, 200, answer.json())).as(answer.body()).isEmpty();
    return answer.json();
  }

  private static JsonNode await(String path, Predicate<JsonNode> condition) {
    var deadline = System.nanoTime() + PATIENCE.toNanos();
    Response answer;
    do {
      answer = ada.get(path);
      assertThat(answer.status()).as(answer.body()).isEqualTo(200);
      if (condition.test(answer.json())) {
        return answer.json();
      }
    } while (System.nanoTime() < deadline);
    throw new AssertionError(path + " did not come to what was expected: " + answer.body());
  }

  private static String freeBusy(String from, String to) {
    return "/api/v1/availability/free-busy/?from=" + from + "&to=" + to;
  }

  private static Map<String, Object> account(String password) {
    return Map.of(
        "provider",
        "caldav",
        "server_url",
        radicale.url().toString(),
        "username",
        radicale.username(),
        "password",
        password);
  }

  private static int freePort() throws Exception {
    try (var socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
