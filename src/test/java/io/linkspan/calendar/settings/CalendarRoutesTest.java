package io.linkspan.calendar.settings;

import static org.assertj.core.api.Assertions.assertThat;

import io.linkspan.activity.ActivityLog;
import io.linkspan.availability.BlockChangeStore;
import io.linkspan.availability.BlockedTimeRows;
import io.linkspan.availability.SyncedBlocks;
import io.linkspan.calendar.BusyPolicy;
import io.linkspan.calendar.BusyPolicy.Verdict;
import io.linkspan.calendar.settings.Calendars.Choice;
import io.linkspan.calendar.sync.SyncWindow;
import io.linkspan.connection.Connections;
import io.linkspan.connection.Connector.Form;
import io.linkspan.contract.Contract;
import io.linkspan.platform.crypto.KeysetFile;
import io.linkspan.platform.crypto.Sealer;
import io.linkspan.platform.crypto.Secret;
import io.linkspan.platform.crypto.TinkSealer;
import io.linkspan.platform.db.Database;
import io.linkspan.platform.db.Meanwhile;
import io.linkspan.platform.http.ApiClient;
import io.linkspan.platform.http.ApiClient.Response;
import io.linkspan.platform.http.Json;
import io.linkspan.platform.http.OrganizerLimit;
import io.linkspan.platform.http.OrganizerLimits;
import io.linkspan.platform.http.TestServer;
import io.linkspan.platform.postgres.TestDatabase;
import io.linkspan.platform.time.Ids;
import io.linkspan.platform.time.SteeredClock;
import io.linkspan.platform.time.TimeRange;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.JsonNode;

/** Connections over HTTP: several people at once, versions, and what is refused. */
class CalendarRoutesTest {
  private static final String CALENDARS = "/api/v1/integrations/calendar/";
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @TempDir Path directory;

  private final SteeredClock clock = SteeredClock.at("2026-03-02T08:00:00Z");
  private final CalendarReaderFake provider = new CalendarReaderFake();
  private final List<ActivityLog.Entry> logged = new CopyOnWriteArrayList<>();
  private TestDatabase postgres;
  private Database database;
  private Connections accounts;
  private CalendarFeature feature;
  private Calendars calendars;
  private UUID organizer;
  private TestServer server;
  private ApiClient ada;

  private final Map<OrganizerLimit, Long> limits =
      new EnumMap<>(Map.of(OrganizerLimit.INTEGRATIONS, 12L));

  @BeforeEach
  void start() {
    postgres = TestDatabase.fresh();
    database = postgres.database();
    organizer = BlockedTimeRows.organizer(database, "UTC");
    feature = feature(keyset("keyset"));
    calendars = feature.calendars();
    server = serve(feature, PATIENCE);
    ada = server.as(organizer);
  }

  @AfterEach
  void stop() {
    server.close();
    postgres.close();
  }

  private Sealer keyset(String name) {
    return TinkSealer.open(database, new KeysetFile(directory.resolve(name), true));
  }

  private CalendarFeature feature(Sealer sealer) {
    var ids = new Ids(clock);
    accounts =
        new Connections(
            List.of(provider), sealer, database, new OrganizerLimits(limits, clock), ids, clock);
    return new CalendarFeature(
        new CalendarFeature.Parts(
            Map.of("caldav", provider),
            accounts,
            database,
            new SyncedBlocks(
                new BlockChangeStore(),
                (_, _, _, _, _) -> {},
                new OrganizerLimits(limits, clock),
                ids,
                clock),
            new SyncWindow(Duration.ofDays(7), Duration.ofDays(365)),
            Duration.ofMinutes(5),
            _ -> {},
            (_, entry) -> logged.add(entry),
            (_, _, _, _) -> {},
            (_, _, _, _, _) -> {},
            ids,
            clock));
  }

  private TestServer serve(CalendarFeature served, Duration patience) {
    return TestServer.over(postgres)
        .clock(clock)
        .routes(new CalendarRoutes(served, database, accounts, patience))
        .start();
  }

  @Test
  void beyondTheOrganizersLimitNothingIsConnected() {
    for (int i = 1; i < 12; i++) {
      assertThat(ada.post(CALENDARS, account("ada" + i)).status()).isEqualTo(201);
    }
    assertThat(ada.post(CALENDARS, account("ada")).status()).isEqualTo(201);
    var refused = ada.post(CALENDARS, account("mary"));
    assertThat(refused.status()).isEqualTo(409);
    assertThat(refused.code()).isEqualTo("limit_reached");
    assertThat(refused.json().path("fix").asString()).contains("integrations in LINKSPAN_LIMITS");
    assertThat(ada.post(CALENDARS, account("ada")).status()).isEqualTo(200);
    assertThat(ada.get(CALENDARS).json()).hasSize(12);
  }

  @Test
  void ofTwoWhoConnectTheSameAccountAtOnceOneFindsItConnected() {
    var found =
        new BoundedDiscovery(accounts, feature.connections(), PATIENCE)
            .of(organizer, "caldav", form("ada"));
    var second =
        during(
            tx -> feature.connections().connect(tx, found, null),
            () -> ada.post(CALENDARS, account("ada")));
    assertThat(second.status()).as(second.body()).isEqualTo(200);
    assertThat(ada.get(CALENDARS).json()).hasSize(1);
  }

  @Test
  void ofTwoWhoChooseAnotherCalendarForBookingsAtOnceTheSecondWins() {
    var first = connected("ada");
    var second = connected("grace");
    var answer =
        during(
            tx -> calendars.setDestination(tx, organizer, first, work(first)),
            () -> ada.patch(path(second), Map.of("calendar_id", work(second))));
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    assertThat(shown(first).path("calendar_id").isNull()).isTrue();
    assertThat(shown(second).path("calendar_id").asString()).isEqualTo(work(second).toString());
  }

  @Test
  void aChangeThatAnotherOvertookIsRefused() {
    var id = connected("ada");
    var seen = ada.get(path(id)).header("ETag").orElseThrow();
    var late =
        during(
            tx -> calendars.update(tx, organizer, id, null, false),
            () -> ada.with("If-Match", seen).patch(path(id), Map.of("is_active", false)));
    assertThat(late.status()).as(late.body()).isEqualTo(412);
    assertThat(shown(id).path("is_active").asBoolean()).isTrue();

    var again = ada.get(path(id)).header("ETag").orElseThrow();
    var deleted =
        during(
            tx -> calendars.update(tx, organizer, id, null, true),
            () -> ada.with("If-Match", again).delete(path(id)));
    assertThat(deleted.status()).isEqualTo(412);
  }

  @Test
  void aChoiceThatAnotherOvertookIsRefused() {
    var id = connected("ada");
    var calendar = calendarPath(id);
    var seen = ada.get(calendar).header("ETag").orElseThrow();
    var late =
        during(
            tx -> choose(tx, id, new Choice(false, null, null, null)),
            () -> ada.with("If-Match", seen).patch(calendar, Map.of("stale_policy", "block")));
    assertThat(late.status()).as(late.body()).isEqualTo(412);
    assertThat(ada.get(calendar).json().path("stale_policy").asString()).isEqualTo("last_known");
  }

  @Test
  void choicesOfDifferentThingsAtOnceAreAllKept() {
    var id = connected("ada");
    var free = Verdict.FREE;
    var other = new BusyPolicy(free, Verdict.BUSY, free, Verdict.BUSY, Verdict.BUSY, free);
    var answer =
        during(
            tx -> choose(tx, id, new Choice(false, null, other, null)),
            () -> ada.patch(calendarPath(id), Map.of("busy_policy", Map.of("all_day", "free"))));
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    assertThat(answer.json().path("blocks_time").asBoolean()).isFalse();
    assertThat(answer.json().at("/busy_policy/tentative").asString()).isEqualTo("free");
    assertThat(answer.json().at("/busy_policy/all_day").asString()).isEqualTo("free");
  }

  @Test
  void aSyncIsNoEditButAnAnswerThatItChangedIsSentAgain() {
    var made = ada.post(CALENDARS, account("ada"));
    var id = UUID.fromString(made.json().path("id").asString());
    var seen = made.header("ETag").orElseThrow();
    var calendar = calendarPath(id);
    var seenCalendar = ada.get(calendar).header("ETag").orElseThrow();
    assertThat(ada.with("If-None-Match", seen).get(path(id)).status()).isEqualTo(304);

    feature.sync().worker().runDue();

    assertThat(shown(id).path("status").asString()).isEqualTo("connected");
    assertThat(ada.with("If-None-Match", seen).get(path(id)).status()).isEqualTo(200);
    assertThat(ada.with("If-None-Match", seenCalendar).get(calendar).status()).isEqualTo(200);
    var chosen = ada.with("If-Match", seenCalendar).patch(calendar, Map.of("blocks_time", false));
    assertThat(chosen.status()).as(chosen.body()).isEqualTo(200);
    assertThat(
            ada.with("If-Match", seenCalendar)
                .patch(calendar, Map.of("blocks_time", true))
                .status())
        .isEqualTo(412);
    var changed = ada.with("If-Match", seen).patch(path(id), Map.of("sync_enabled", false));
    assertThat(changed.status()).as(changed.body()).isEqualTo(200);
    assertThat(ada.with("If-Match", seen).delete(path(id)).status()).isEqualTo(412);
    assertThat(ada.get(path(id)).header("ETag")).isEqualTo(changed.header("ETag"));
  }

  @Test
  void anotherCalendarForBookingsIsAnEditOfBothConnections() {
    var first = connected("ada");
    var second = connected("grace");
    ada.patch(path(first), Map.of("calendar_id", work(first)));
    var seen = ada.get(path(first)).header("ETag").orElseThrow();
    ada.patch(calendarPath(second), Map.of("is_destination", true));
    assertThat(shown(first).path("calendar_id").isNull()).isTrue();
    assertThat(ada.with("If-Match", seen).delete(path(first)).status()).isEqualTo(412);
  }

  @Test
  void bookingsAreNotWrittenToACalendarThatCanOnlyBeRead() {
    var id = connected("ada");
    var holidays = calendar(id, "Holidays");
    for (var refused :
        List.of(
            ada.patch(path(id), Map.of("calendar_id", holidays)),
            ada.patch(path(id) + "calendars/" + holidays + "/", Map.of("is_destination", true)))) {
      assertThat(refused.status()).as(refused.body()).isEqualTo(409);
      assertThat(refused.code()).isEqualTo("calendar_read_only");
      assertThat(refused.json().path("errors")).hasSize(1);
    }
  }

  @Test
  void aConnectionThatIsOffIsNotSynced() {
    var id = connected("ada");
    ada.patch(path(id), Map.of("sync_enabled", false));
    var refused = ada.post(path(id) + "force-sync/");
    assertThat(refused.status()).isEqualTo(409);
    assertThat(refused.code()).isEqualTo("integration_disabled");
  }

  @Test
  void withoutTheKeyThatSealedThemAllCredentialsAreAskedForAndThenItWorks() {
    var id = connected("ada");
    postgres
        .database()
        .useTransaction(
            tx -> tx.execute("UPDATE accounts SET credentials = decode('00112233', 'hex')"));

    var part = ada.post(path(id) + "reconnect/", Map.of("password", "right"));
    assertThat(part.status()).as(part.body()).isEqualTo(400);
    assertThat(part.code()).isEqualTo("invalid_field");
    assertThat(part.json().at("/errors/0/pointer").asString()).isEqualTo("/username");
    assertThat(part.json().path("errors")).hasSize(1);
    assertThat(part.json().path("fix").asString()).contains("keyset");

    var another = Map.of("username", "grace", "password", "right");
    assertThat(ada.post(path(id) + "reconnect/", another).code()).isEqualTo("different_account");
    var whole = Map.of("username", "ada", "password", "right");
    assertThat(ada.post(path(id) + "reconnect/", whole).status()).isEqualTo(200);
    assertThat(ada.post(path(id) + "reconnect/", Map.of("password", "right")).status())
        .isEqualTo(200);
  }

  @Test
  void aConnectionThatIsRemovedWhileItIsReconnectedIsNotThere() {
    var id = connected("ada");
    var answer =
        during(
            tx -> feature.connections().disconnect(tx, organizer, id, null),
            () -> ada.post(path(id) + "reconnect/", Map.of("password", "right")));
    assertThat(answer.status()).as(answer.body()).isEqualTo(404);
  }

  @Test
  void aProviderThatTakesTooLongIsGivenUp() {
    var never = new CountDownLatch(1);
    provider.beforeVerifying(
        () -> {
          try {
            never.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
    try (var hasty = serve(feature, Duration.ofMillis(50))) {
      var answer = hasty.as(organizer).post(CALENDARS, account("ada"));
      assertThat(answer.status()).isEqualTo(400);
      assertThat(answer.code()).isEqualTo("unreachable");
      assertThat(ada.get(CALENDARS).json()).isEmpty();
    } finally {
      never.countDown();
    }
  }

  @Test
  void whatAPassWritesTwiceIsNoDeadlockForWhoAsksForAnother() {
    var id = connected("ada");
    Consumer<Handle> write =
        tx -> tx.execute("UPDATE calendars SET next_sync_at = now() WHERE integration_id = ?", id);
    var answer = Meanwhile.call(database, write, () -> ada.post(path(id) + "force-sync/"), write);
    assertThat(answer.status()).as(answer.body()).isEqualTo(202);
    var again = Meanwhile.call(database, write, () -> ada.post(CALENDARS, account("ada")), write);
    assertThat(again.status()).as(again.body()).isEqualTo(200);
  }

  @Test
  void whoChangesABlockIsNoDeadlockForWhoDisconnects() {
    provider.put("a.ics", "Dentist", "2026-03-03T09:00:00Z", "2026-03-03T10:00:00Z");
    var ids = List.of(connected("ada"), connected("grace"));
    feature.sync().worker().runDue();
    for (var path : List.of(path(ids.getFirst()), CALENDARS + "?ids=" + ids.getLast())) {
      var gone =
          Meanwhile.call(
              database,
              tx -> tx.execute("UPDATE blocked_times SET version = version + 1"),
              () -> ada.delete(path),
              tx -> new BlockChangeStore().note(tx, organizer, TimeRange.ALL));
      assertThat(gone.status()).as(gone.body()).isIn(200, 204);
    }
  }

  @Test
  void whatIsNotAskedOfAnAccountIsRefusedByName() {
    var id = connected("ada");
    var refused = ada.post(path(id) + "reconnect/", Map.of("url", "https://feed.example/x.ics"));
    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.json().at("/errors/0/pointer").asString()).isEqualTo("/url");
    assertThat(ada.post(path(id) + "reconnect/").status()).isEqualTo(200);
  }

  @Test
  void anAddressAsPeopleTypeItReachesTheProvider() {
    for (var typed : List.of("dav.example", "dav.example:8443/ada/", " https://dav.example/ ")) {
      var answer =
          ada.post(
              CALENDARS,
              Map.of(
                  "provider",
                  "caldav",
                  "server_url",
                  typed,
                  "username",
                  "ada of " + typed,
                  "password",
                  "right"));
      assertThat(answer.status()).as(answer.body()).isEqualTo(201);
    }
    var again = Map.of("server_url", "dav.example");
    assertThat(ada.post(path(connected("ada")) + "reconnect/", again).status()).isEqualTo(200);
    var feed = Json.tree(Map.of("provider", "ics", "url", "calendar.example.org/Büro plan.ics"));
    var schema = JsonPointer.compile("/components/schemas/ConnectCalendarRequest");
    assertThat(Contract.violations(schema, feed)).isEmpty();
  }

  @Test
  void aStoredPasswordGoesToNoOtherOriginThanItsOwnAndWhoTriesIsOnRecord() {
    var id = connected("ada");
    provider.dialled().clear();
    for (var other :
        List.of("https://evil.example", "http://dav.example", "https://dav.example:8443")) {
      var refused = ada.post(path(id) + "reconnect/", Map.of("server_url", other));
      assertThat(refused.status()).as(refused.body()).isEqualTo(400);
      assertThat(refused.code()).isEqualTo("password_required");
      assertThat(refused.json().at("/errors/0/pointer").asString()).isEqualTo("/password");
    }
    assertThat(provider.dialled()).isEmpty();
    assertThat(logged)
        .filteredOn(entry -> !entry.success())
        .hasSize(3)
        .allSatisfy(entry -> assertThat(entry.message()).doesNotContain("right"));

    var same = Map.of("server_url", "https://dav.example/other/");
    assertThat(ada.post(path(id) + "reconnect/", same).status()).isEqualTo(200);
    var anew = Map.of("server_url", "https://dav.example:8443", "password", "right");
    assertThat(ada.post(path(id) + "reconnect/", anew).status()).isEqualTo(200);
    assertThat(provider.dialled())
        .containsExactly("https://dav.example/other/", "https://dav.example:8443");
  }

  private Response during(Consumer<Handle> work, Supplier<Response> call) {
    return Meanwhile.call(database, work, call);
  }

  private UUID connected(String username) {
    var answer = ada.post(CALENDARS, account(username));
    assertThat(answer.status()).as(answer.body()).isEqualTo(201);
    return UUID.fromString(answer.json().path("id").asString());
  }

  private static Map<String, String> account(String username) {
    return Map.of(
        "provider", "caldav",
        "server_url", "https://dav.example",
        "username", username,
        "password", "right");
  }

  private static Form form(String username) {
    return new Form("https://dav.example", username, Secret.of("right"), null, null);
  }

  private static String path(UUID integration) {
    return CALENDARS + integration + "/";
  }

  private String calendarPath(UUID integration) {
    return path(integration) + "calendars/" + work(integration) + "/";
  }

  private JsonNode shown(UUID integration) {
    return ada.get(path(integration)).json();
  }

  private UUID work(UUID integration) {
    return calendar(integration, "Work");
  }

  private UUID calendar(UUID integration, String name) {
    for (var calendar : ada.get(path(integration) + "calendars/").json()) {
      if (calendar.path("name").asString().equals(name)) {
        return UUID.fromString(calendar.path("id").asString());
      }
    }
    throw new AssertionError("no calendar " + name);
  }

  private void choose(Handle tx, UUID integration, Choice choice) {
    var id = calendars.calendars(tx, organizer, integration).getFirst().id();
    calendars.choose(tx, organizer, calendars.lockCalendar(tx, organizer, integration, id), choice);
  }
}
