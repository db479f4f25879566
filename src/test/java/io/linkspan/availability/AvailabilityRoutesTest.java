package io.linkspan.availability;

import static org.assertj.core.api.Assertions.assertThat;

import io.linkspan.activity.ChangeSignals;
import io.linkspan.activity.ChangeStore;
import io.linkspan.availability.CalendarFreshness.SourceCalendar;
import io.linkspan.availability.CalendarFreshness.StalePolicy;
import io.linkspan.availability.CalendarFreshness.State;
import io.linkspan.contract.Contract;
import io.linkspan.platform.db.Database;
import io.linkspan.platform.db.Notifications;
import io.linkspan.platform.http.ApiClient;
import io.linkspan.platform.http.ApiClient.Response;
import io.linkspan.platform.http.Caller;
import io.linkspan.platform.http.OrganizerLimit;
import io.linkspan.platform.http.OrganizerLimits;
import io.linkspan.platform.http.TestServer;
import io.linkspan.platform.postgres.TestDatabase;
import io.linkspan.platform.time.Ids;
import io.linkspan.platform.time.SteeredClock;
import io.linkspan.platform.time.TimeRange;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class AvailabilityRoutesTest {
  private static final String BLOCKS = "/api/v1/availability/blocked-times/";
  private static final String FREE_BUSY = "/api/v1/availability/free-busy/";

  private static final FakeCalendars CALENDARS = new FakeCalendars();
  private static final SteeredClock CLOCK = SteeredClock.at("2026-03-01T00:00:00Z");
  private static final List<UUID> WOKEN = new CopyOnWriteArrayList<>();

  private static TestDatabase postgres;
  private static Database database;
  private static TestServer server;

  private UUID organizer;
  private SourceCalendar work;
  private ApiClient ada;

  @BeforeAll
  static void start() {
    postgres = TestDatabase.fresh();
    database = postgres.database();
    var signals = new ChangeSignals(new Notifications(postgres.dataSource()));
    var blockedTimes =
        new BlockedTimes(
            new BlockChangeStore(),
            new ChangeStore(CLOCK, signals::changed),
            WOKEN::add,
            new OrganizerLimits(Map.of(OrganizerLimit.BLOCKS, 40L), CLOCK),
            new Ids(CLOCK),
            CLOCK);
    server =
        TestServer.over(postgres)
            .clock(CLOCK)
            .routes(
                new AvailabilityRoutes(
                    database, blockedTimes, CALENDARS, new FreeBusy(CALENDARS, CLOCK)))
            .start();
  }

  @AfterAll
  static void stop() {
    server.close();
    postgres.close();
  }

  @BeforeEach
  void signIn() {
    organizer = BlockedTimeRows.organizer(database, "Europe/Berlin");
    work = CALENDARS.add(organizer, "Work");
    ada = server.as(organizer);
  }

  @Test
  void beyondTheOrganizersLimitNoBlockIsCreated() {
    var block = Map.of("start", "2026-03-02T09:00:00Z", "end", "2026-03-02T10:00:00Z");
    for (int i = 0; i < 40; i++) {
      assertThat(ada.post(BLOCKS, block).status()).isEqualTo(201);
    }
    var refused = ada.post(BLOCKS, block);
    assertThat(refused.status()).isEqualTo(409);
    assertThat(refused.code()).isEqualTo("limit_reached");
    assertThat(refused.json().path("detail").asString()).contains("at most 40 blocked times");
  }

  @Test
  void aManualBlockIsMadeReadChangedAndDeleted() {
    var made =
        ada.post(
            BLOCKS,
            Map.of(
                "start", "2026-03-02T10:30:00+01:00",
                "end", "2026-03-02T12:30:00+01:00",
                "reason", "Focus time"));
    assertThat(made.status()).as(made.body()).isEqualTo(201);
    String path = BLOCKS + made.json().get("id").asString() + "/";
    assertThat(made.json().get("start").asString()).isEqualTo("2026-03-02T09:30:00Z");
    assertThat(made.json().get("source").asString()).isEqualTo("manual");
    assertThat(made.json().get("is_active").asBoolean()).isTrue();
    assertThat(made.json().get("calendar_id").isNull()).isTrue();

    var read = ada.get(path);
    assertThat(read.json()).isEqualTo(made.json());
    assertThat(read.header("ETag")).isEqualTo(made.header("ETag"));

    CLOCK.advance(Duration.ofMinutes(1));
    var changed = ada.patch(path, Map.of("end", "2026-03-02T13:00:00+01:00"));
    assertThat(changed.json().get("end").asString()).isEqualTo("2026-03-02T12:00:00Z");
    assertThat(changed.json().get("reason").asString()).isEqualTo("Focus time");
    assertThat(changed.header("ETag")).isNotEqualTo(made.header("ETag"));

    assertThat(ada.delete(path).status()).isEqualTo(204);
    assertThat(ada.get(path).status()).isEqualTo(404);
  }

  @Test
  void wholeDaysAreThoseOfTheOrganizersZone() {
    var made =
        ada.post(
            BLOCKS,
            Map.of(
                "start", "2026-03-28T10:00:00Z", "end", "2026-03-29T10:00:00Z", "all_day", true));
    assertThat(made.json().get("start").asString()).isEqualTo("2026-03-27T23:00:00Z");
    assertThat(made.json().get("end").asString())
        .as("the 29th has 23 hours")
        .isEqualTo("2026-03-29T22:00:00Z");
  }

  @Test
  void aBlockThatIsNotActiveDoesNotBlock() {
    var made =
        ada.post(
            BLOCKS,
            Map.of(
                "start",
                "2026-03-02T10:00:00Z",
                "end",
                "2026-03-02T11:00:00Z",
                "is_active",
                false));
    assertThat(made.json().get("is_active").asBoolean()).isFalse();
    assertThat(busy("2026-03-02T00:00:00Z", "2026-03-03T00:00:00Z").size()).isZero();
    ada.patch(BLOCKS + made.json().get("id").asString() + "/", Map.of("is_active", true));
    assertThat(busy("2026-03-02T00:00:00Z", "2026-03-03T00:00:00Z").size()).isEqualTo(1);
  }

  @Test
  void timesThatMakeNoSenseAreRefusedByField() {
    var backwards =
        ada.post(BLOCKS, Map.of("start", "2026-03-02T10:00:00Z", "end", "2026-03-02T10:00:00Z"));
    assertThat(backwards.status()).isEqualTo(400);
    assertThat(backwards.json().at("/errors/0/pointer").asString()).isEqualTo("/end");
    var endless =
        ada.post(BLOCKS, Map.of("start", "2026-03-02T10:00:00Z", "end", "2028-03-02T10:00:01Z"));
    assertThat(endless.status()).isEqualTo(400);
    assertThat(endless.json().at("/errors/0/pointer").asString()).isEqualTo("/end");

    var made = make("2026-03-02T10:00:00Z", "2026-03-02T11:00:00Z");
    assertThat(ada.patch(BLOCKS + made + "/", Map.of("start", "2026-03-02T12:00:00Z")).status())
        .as("a change is checked together with what stays")
        .isEqualTo(400);
  }

  @Test
  void timesAreKeptToTheMicrosecondAndWithinReason() {
    var made =
        ada.post(
            BLOCKS, Map.of("start", "2026-03-02T10:00:00.1234567Z", "end", "2026-03-02T11:00:00Z"));
    assertThat(made.json().get("start").asString()).isEqualTo("2026-03-02T10:00:00.123456Z");
    assertThat(ada.get(BLOCKS + made.json().get("id").asString() + "/").json())
        .isEqualTo(made.json());
    for (var times :
        List.of(
            List.of("2026-03-02T10:00:00.0000001Z", "2026-03-02T10:00:00.0000009Z"),
            List.of("0000-01-01T00:00:00Z", "0000-01-02T00:00:00Z"),
            List.of("9999-12-30T00:00:00Z", "9999-12-31T00:00:00Z"))) {
      var refused = ada.post(BLOCKS, Map.of("start", times.getFirst(), "end", times.getLast()));
      assertThat(refused.status()).as("%s", times).isEqualTo(400);
    }
  }

  @Test
  void aChangeOfAnotherVersionIsRefused() {
    String path = BLOCKS + make("2026-03-02T10:00:00Z", "2026-03-02T11:00:00Z") + "/";
    var seen = ada.get(path).header("ETag").orElseThrow();
    ada.patch(path, Map.of("reason", "changed meanwhile"));
    var late = ada.with("If-Match", seen);
    assertThat(late.patch(path, Map.of("reason", "too late")).status()).isEqualTo(412);
    assertThat(late.delete(path).status()).isEqualTo(412);
    assertThat(ada.get(path).json().get("reason").asString()).isEqualTo("changed meanwhile");
  }

  @Test
  void theSameIdempotencyKeyMakesOneBlock() {
    var again = ada.with("Idempotency-Key", UUID.randomUUID().toString());
    var body = Map.of("start", "2026-03-02T10:00:00Z", "end", "2026-03-02T11:00:00Z");
    var first = again.post(BLOCKS, body);
    var second = again.post(BLOCKS, body);
    assertThat(second.status()).isEqualTo(201);
    assertThat(second.json()).isEqualTo(first.json());
    assertThat(ada.get(BLOCKS).json().get("results").size()).isEqualTo(1);
  }

  @Test
  void aBlockOfACalendarIsReadOnly() {
    var block = event("Review", "2026-03-02T10:00:00Z", "2026-03-02T11:00:00Z");
    String path = BLOCKS + block + "/";
    var read = ada.get(path).json();
    assertThat(read.get("source").asString()).isEqualTo("caldav_calendar");
    assertThat(read.get("reason").asString()).isEqualTo("Review");
    var refused = ada.patch(path, Map.of("reason", "mine"));
    assertThat(refused.status()).isEqualTo(409);
    assertThat(refused.code()).isEqualTo("block_synced");
    assertThat(refused.json().get("fix").asString()).isNotBlank();
    assertThat(ada.delete(path).code()).isEqualTo("block_synced");
  }

  @Test
  void aBlockOfACalendarThatIsSwitchedOffIsNotActive() {
    var block = event("Review", "2026-03-02T10:00:00Z", "2026-03-02T11:00:00Z");
    CALENDARS.switchedOff(organizer, work);
    assertThat(ada.get(BLOCKS + block + "/").json().get("is_active").asBoolean()).isFalse();
  }

  @Test
  void theListIsByStartInPartsAndFiltered() {
    var expected = new ArrayList<String>();
    for (int hour = 0; hour < 12; hour++) {
      // three at each start, so that parts end between equal times
      var start = Instant.parse("2026-03-02T00:00:00Z").plus(Duration.ofHours(hour / 3));
      expected.add(start.toString());
      make(start.toString(), start.plusSeconds(600).toString());
    }
    event("Review", "2026-03-05T10:00:00Z", "2026-03-05T11:00:00Z");

    var starts = new ArrayList<String>();
    var ids = new ArrayList<String>();
    String cursor = "";
    do {
      var part = ada.get(BLOCKS + "?source=manual&limit=5" + cursor).json();
      part.get("results")
          .forEach(
              block -> {
                starts.add(block.get("start").asString());
                ids.add(block.get("id").asString());
              });
      cursor =
          part.get("next_cursor").isNull() ? "" : "&cursor=" + part.get("next_cursor").asString();
    } while (!cursor.isEmpty());
    assertThat(starts).isEqualTo(expected);
    assertThat(ids).doesNotHaveDuplicates();

    var some = ada.get(BLOCKS + "?from=2026-03-02T03:00:00Z&to=2026-03-05T10:00:00Z").json();
    assertThat(some.get("results").size()).as("touching ends are outside").isEqualTo(3);
    assertThat(ada.get(BLOCKS + "?source=caldav_calendar").json().get("results").size())
        .isEqualTo(1);
  }

  @Test
  void badQueriesAreRefused() {
    assertThat(ada.get(BLOCKS + "?cursor=nonsense").code()).isEqualTo("invalid_cursor");
    assertThat(ada.get(BLOCKS + "?from=2026-03-02T00:00:00Z&to=2026-03-01T00:00:00Z").code())
        .isEqualTo("invalid_range");
    assertThat(ada.get(FREE_BUSY + "?from=2026-03-02T00:00:00Z&to=2029-03-01T00:00:00Z").code())
        .isEqualTo("invalid_range");
    assertThat(ada.get(FREE_BUSY).status()).isEqualTo(400);
    assertThat(ada.get(BLOCKS + "?sauce=manual").code()).isEqualTo("invalid_parameter");
  }

  @Test
  void rangesAtTheEndsOfTimeAreAnswered() {
    for (String range :
        List.of(
            "from=0000-01-01T00:00:00Z&to=0001-01-01T00:00:00Z",
            "from=9998-01-01T00:00:00Z&to=9999-12-31T23:59:59.999999999Z",
            "from=2026-03-02T00:00:00.0000001Z&to=2026-03-02T00:00:00.0000002Z")) {
      assertThat(ada.get(BLOCKS + "?" + range).status()).as(range).isEqualTo(200);
      assertThat(ada.get(FREE_BUSY + "?" + range).status()).as(range).isEqualTo(200);
    }
  }

  @Test
  void freeBusyAnswersWithCoverage() {
    make("2026-03-02T10:00:00Z", "2026-03-02T11:00:00Z");
    event("Review", "2026-03-02T10:30:00Z", "2026-03-02T11:30:00Z");
    var answer = ada.get(FREE_BUSY + "?from=2026-03-02T00:00:00Z&to=2026-03-03T00:00:00Z").json();
    assertThat(answer.get("busy").toString())
        .isEqualTo("[{\"start\":\"2026-03-02T10:00:00Z\",\"end\":\"2026-03-02T11:30:00Z\"}]");
    assertThat(answer.at("/coverage/complete").asBoolean()).isTrue();
    assertThat(answer.at("/coverage/calendars/0/state").asString()).isEqualTo("fresh");
    assertThat(answer.at("/coverage/calendars/0/policy").asString()).isEqualTo("last_known");
  }

  @Test
  void answersAreAsTheContractPromises() {
    var made = make("2026-03-02T10:00:00Z", "2026-03-02T11:00:00Z");
    var block = event("Review", "2026-03-02T10:30:00Z", "2026-03-02T11:30:00Z");
    CALENDARS.with(organizer, work, State.NEVER_SYNCED, StalePolicy.ALLOW);
    assertThat(Contract.faults("getBlockedTime", 200, ada.get(BLOCKS + made + "/").json()))
        .isEmpty();
    assertThat(Contract.faults("getBlockedTime", 200, ada.get(BLOCKS + block + "/").json()))
        .isEmpty();
    assertThat(Contract.faults("listBlockedTimes", 200, ada.get(BLOCKS + "?limit=1").json()))
        .isEmpty();
    assertThat(
            Contract.faults(
                "getFreeBusy",
                200,
                ada.get(FREE_BUSY + "?from=2026-03-02T00:00:00Z&to=2026-03-03T00:00:00Z").json()))
        .isEmpty();
  }

  @Test
  void whatBelongsToAnotherOrganizerIsNotThere() {
    var theirs = make("2026-03-02T10:00:00Z", "2026-03-02T11:00:00Z");
    var eve = server.as(BlockedTimeRows.organizer(database, "UTC"));
    String path = BLOCKS + theirs + "/";
    assertThat(eve.get(path).status()).isEqualTo(404);
    assertThat(eve.patch(path, Map.of("reason", "mine")).status()).isEqualTo(404);
    assertThat(eve.delete(path).status()).isEqualTo(404);
    assertThat(eve.get(BLOCKS).json().get("results").size()).isZero();
    assertThat(
            eve.get(FREE_BUSY + "?from=2026-03-02T00:00:00Z&to=2026-03-03T00:00:00Z")
                .json()
                .get("busy")
                .size())
        .isZero();
    assertThat(ada.get(path).json().get("reason").asString()).isEmpty();
  }

  @Test
  void aScopeIsNeeded() {
    var reader = server.as(new Caller(organizer, organizer, Set.of("availability:read"), false));
    assertThat(reader.get(BLOCKS).status()).isEqualTo(200);
    var refused =
        reader.post(BLOCKS, Map.of("start", "2026-03-02T10:00:00Z", "end", "2026-03-02T11:00:00Z"));
    assertThat(refused.code()).isEqualTo("missing_scope");
  }

  @Test
  void everyChangeIsNotedForConflictsAndWakesTheirSearch() {
    WOKEN.clear();
    String path = BLOCKS + make("2026-03-02T10:00:00Z", "2026-03-02T11:00:00Z") + "/";
    ada.patch(path, Map.of("end", "2026-03-02T12:00:00Z"));
    ada.delete(path);
    assertThat(WOKEN).containsExactly(organizer, organizer, organizer);
    var noted = database.query(handle -> new BlockChangeStore().noted(handle, organizer));
    assertThat(noted.orElseThrow().range())
        .isEqualTo(
            new TimeRange(
                Instant.parse("2026-03-02T10:00:00Z"), Instant.parse("2026-03-02T12:00:00Z")));
  }

  private String make(String start, String end) {
    Response made = ada.post(BLOCKS, Map.of("start", start, "end", end));
    assertThat(made.status()).as(made.body()).isEqualTo(201);
    return made.json().get("id").asString();
  }

  private UUID event(String title, String start, String end) {
    return database.inTransaction(
        tx ->
            BlockedTimeRows.synced(
                tx, organizer, work, title, Instant.parse(start), Instant.parse(end)));
  }

  private JsonNode busy(String from, String to) {
    return ada.get(FREE_BUSY + "?from=" + from + "&to=" + to).json().get("busy");
  }
}
