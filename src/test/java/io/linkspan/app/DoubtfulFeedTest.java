package io.linkspan.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.linkspan.contract.Contract;
import io.linkspan.platform.crypto.KeysetFile;
import io.linkspan.platform.http.ApiClient;
import io.linkspan.platform.postgres.TestDatabase;
import io.linkspan.platform.time.SteeredClock;
import io.linkspan.provider.ScriptedServer;
import io.linkspan.provider.ScriptedServer.Answer;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** A feed of which not everything can be understood: every answer that rests on it says so. */
class DoubtfulFeedTest {
  private static final String KEY = "a key of more than thirty-two characters";
  private static final String CALENDARS = "/api/v1/integrations/calendar/";
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private static final String FEED =
      """
      BEGIN:VCALENDAR
      VERSION:2.0
      BEGIN:VEVENT
      UID:start
      SUMMARY:No such month
      DTSTART:2027-XX-01
      END:VEVENT
      BEGIN:VEVENT
      UID:zone
      SUMMARY:Nowhere
      DTSTART;TZID=Nowhere/Land:20270105T090000
      DTEND;TZID=Nowhere/Land:20270105T100000
      END:VEVENT
      BEGIN:VEVENT
      UID:backwards
      SUMMARY:Backwards
      DTSTART:20270106T090000Z
      DTEND:20270106T080000Z
      END:VEVENT
      BEGIN:VEVENT
      UID:rule
      SUMMARY:Fortnightly-ish
      DTSTART:20270107T090000Z
      DTEND:20270107T100000Z
      RRULE:FREQ=NOWANDTHEN
      END:VEVENT
      BEGIN:VEVENT
      UID:end
      SUMMARY:Open end
      DTSTART:20270108T090000Z
      DTEND:late
      END:VEVENT
      BEGIN:VEVENT
      UID:sound
      SUMMARY:Sound
      DTSTART:20270109T090000Z
      DTEND:20270109T100000Z
      END:VEVENT
      BEGIN:VEVENT
      UID:long-ago
      SUMMARY:Long ago
      DTSTART;TZID=Nowhere/Land:20170105T090000
      DTEND;TZID=Nowhere/Land:20170105T100000
      END:VEVENT
      END:VCALENDAR
      """
          .replace("\n", "\r\n");

  @TempDir static Path directory;

  private static TestDatabase postgres;
  private static ScriptedServer server;
  private static Wiring wiring;
  private static ApiClient ada;
  private static String integration;

  @BeforeAll
  static void connectTheFeed() throws Exception {
    postgres = TestDatabase.fresh();
    server = new ScriptedServer(_ -> Answer.of(200, FEED).with("Content-Type", "text/calendar"));
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
    var clock = SteeredClock.at("2026-12-15T08:00:00Z");
    wiring = Wiring.start(new ConfigReader(settings, Map.of()).config(), clock);
    ada =
        new ApiClient(URI.create("http://127.0.0.1:" + port))
            .with("Authorization", "Bearer " + KEY);
    var url = server.url("/feed.ics").toString();
    var connected = ada.post(CALENDARS, Map.of("provider", "ics", "url", url));
    assertThat(connected.status()).as(connected.body()).isEqualTo(201);
    integration = connected.json().at("/id").asString();
    await(CALENDARS + integration + "/", shown -> !shown.at("/last_sync_at").isNull());
  }

  @AfterAll
  static void stop() {
    wiring.close();
    server.close();
    postgres.close();
  }

  @Test
  void whatIsNotCertainToTakeNoTimeIsBusy() {
    var answer = get("getFreeBusy", freeBusy("2027-01-05T00:00:00Z", "2027-01-10T00:00:00Z"));
    assertThat(answer.at("/busy").findValuesAsString("start"))
        .containsExactly(
            "2027-01-05T09:00:00Z",
            "2027-01-06T09:00:00Z",
            "2027-01-07T09:00:00Z",
            "2027-01-08T09:00:00Z",
            "2027-01-09T09:00:00Z");
    assertThat(answer.at("/busy").findValuesAsString("end"))
        .containsExactly(
            "2027-01-05T10:00:00Z",
            "2027-01-06T10:00:00Z",
            "2027-01-07T10:00:00Z",
            "2027-01-08T10:00:00Z",
            "2027-01-09T10:00:00Z");
  }

  @Test
  void coverageCountsWhatWasLeftOutOrGuessedAndSaysTheFirst() {
    assertDoubtful(
        get("getFreeBusy", freeBusy("2027-01-05T00:00:00Z", "2027-01-10T00:00:00Z"))
            .at("/coverage"));
    assertDoubtful(get("listConflicts", CALENDARS + "conflicts/").at("/coverage"));
  }

  private static void assertDoubtful(JsonNode coverage) {
    assertThat(coverage.at("/complete").asBoolean()).isFalse();
    assertThat(coverage.at("/calendars/0/state").asString()).isEqualTo("fresh");
    assertThat(coverage.at("/calendars/0/left_out").asInt()).isEqualTo(5);
    assertThat(coverage.at("/calendars/0/reason").asString())
        .startsWith("5 events were left out or guessed. In the event ");
  }

  @Test
  void theRunHasTheSameCountAndListsThem() {
    var runs = get("listSyncs", CALENDARS + integration + "/syncs/").at("/results");
    var run =
        get("getSync", CALENDARS + integration + "/syncs/" + runs.at("/0/id").asString() + "/");
    assertThat(run.at("/outcome").asString()).isEqualTo("succeeded");
    assertThat(run.at("/left_out").asInt()).isEqualTo(5);
    assertThat(run.at("/problems").findValuesAsString("event"))
        .contains("Nowhere", "Backwards", "Fortnightly-ish", "Open end")
        .doesNotContain("Sound", "Long ago");
    assertThat(String.join("\n", run.at("/problems").findValuesAsString("detail")))
        .contains("start cannot be read")
        .contains("\"Nowhere/Land\" is not known")
        .contains("ends before it starts")
        .contains("its DTEND cannot be read: \"late\"")
        .contains("only the dates stated otherwise are known");
  }

  @Test
  void theConnectionIsDegradedAndSaysThatItIsNotAFailure() {
    var shown = get("getCalendarIntegration", CALENDARS + integration + "/");
    assertThat(shown.at("/status").asString()).isEqualTo("degraded");
    assertThat(shown.at("/sync_errors").asInt()).isZero();
    assertThat(shown.at("/status_reason").asString())
        .startsWith("5 events were left out or guessed. In the event ");
  }

  @Test
  void theLogSaysSo() {
    var entry =
        get("listLogs", "/api/v1/integrations/logs/?log_type=calendar_sync").at("/results/0");
    assertThat(entry.at("/message").asString())
        .contains("blocked times added")
        .contains("5 events were left out or guessed.");
    assertThat(entry.at("/details/left_out").asInt()).isEqualTo(5);
  }

  @Test
  void blockedTimesCanBeAskedForByIntegrationAndByCalendar() {
    var list = "/api/v1/availability/blocked-times/";
    var all = get("listBlockedTimes", list).at("/results");
    var calendar = all.at("/0/calendar_id").asString();
    assertThat(get("listBlockedTimes", list + "?integration_id=" + integration).at("/results"))
        .isEqualTo(all)
        .hasSize(5);
    assertThat(get("listBlockedTimes", list + "?calendar_id=" + calendar).at("/results"))
        .isEqualTo(all);
    assertThat(get("listBlockedTimes", list + "?integration_id=" + calendar).at("/results"))
        .isEmpty();
    assertThat(get("listBlockedTimes", list + "?calendar_id=" + integration).at("/results"))
        .isEmpty();
  }

  private static JsonNode get(String operation, String path) {
    var answer = ada.get(path);
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    assertThat(Contract.faults(operation, 200, answer.json())).as(answer.body()).isEmpty();
    return answer.json();
  }

  private static void await(String path, Predicate<JsonNode> condition) {
    var deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.test(ada.get(path).json())) {
      assertThat(System.nanoTime()).as(path).isLessThan(deadline);
    }
  }

  private static String freeBusy(String from, String to) {
    return "/api/v1/availability/free-busy/?from=" + from + "&to=" + to;
  }

  private static int freePort() throws Exception {
    try (var socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
