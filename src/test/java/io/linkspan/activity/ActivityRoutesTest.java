package io.linkspan.activity;

import static org.assertj.core.api.Assertions.assertThat;

import io.linkspan.availability.BlockedTimeRows;
import io.linkspan.contract.Contract;
import io.linkspan.platform.db.Database;
import io.linkspan.platform.db.Notifications;
import io.linkspan.platform.http.ApiClient;
import io.linkspan.platform.http.Json;
import io.linkspan.platform.http.TestServer;
import io.linkspan.platform.postgres.TestDatabase;
import io.linkspan.platform.time.Ids;
import io.linkspan.platform.time.SteeredClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class ActivityRoutesTest {
  private static final String LOGS = "/api/v1/integrations/logs/";

  private static final SteeredClock CLOCK = SteeredClock.at("2026-03-01T00:00:00Z");
  private static final ActivityLogStore LOG =
      new ActivityLogStore(new ChangeStore(CLOCK, _ -> {}), new Ids(CLOCK), CLOCK);

  private static TestDatabase postgres;
  private static Database database;
  private static TestServer server;

  private UUID organizer;
  private ApiClient ada;

  @BeforeAll
  static void start() {
    postgres = TestDatabase.fresh();
    database = postgres.database();
    var signals = new ChangeSignals(new Notifications(postgres.dataSource()));
    server =
        TestServer.over(postgres)
            .clock(CLOCK)
            .routes(
                new ActivityRoutes(
                    database, LOG, new ChangeStore(CLOCK, signals::changed), signals, CLOCK))
            .start();
  }

  @AfterAll
  static void stop() {
    server.close();
    postgres.close();
  }

  @BeforeEach
  void signIn() {
    CLOCK.set(Instant.parse("2026-03-01T00:00:00Z"));
    organizer = BlockedTimeRows.organizer(database, "UTC");
    ada = server.as(organizer);
  }

  @Test
  void anEntryIsReadAsItWasWritten() {
    var integration = UUID.randomUUID();
    record(
        new ActivityLog.Entry(
            organizer,
            "calendar_sync",
            "calendar",
            integration,
            "Work: 3 events read.",
            Map.of("mode", "full", "requests", 7),
            true,
            "req-1"));
    var entry = messages("").getFirst();
    assertThat(entry.get("log_type_display").asString()).isEqualTo("Calendar sync");
    assertThat(entry.get("integration_id").asString()).isEqualTo(integration.toString());
    assertThat(entry.at("/details/requests").asInt()).isEqualTo(7);
    assertThat(entry.get("booking").isNull()).isTrue();
    assertThat(entry.get("request_id").asString()).isEqualTo("req-1");
    assertThat(entry.get("created_at").asString()).startsWith("2026-03-");
    var again = ada.get(LOGS + entry.get("id").asString() + "/");
    assertThat(again.json()).isEqualTo(entry);
    assertThat(Contract.faults("getLog", 200, again.json())).isEmpty();
    assertThat(Contract.faults("listLogs", 200, ada.get(LOGS).json())).isEmpty();
  }

  @Test
  void theListIsNewestFirstInParts() {
    for (int i = 0; i < 7; i++) {
      // several at the same time
      CLOCK.advance(Duration.ofSeconds(i % 3 == 0 ? 1 : 0));
      write("message " + i);
    }
    var seen = new ArrayList<String>();
    String cursor = "";
    do {
      var part = ada.get(LOGS + "?limit=3" + cursor).json();
      part.get("results").forEach(entry -> seen.add(entry.get("message").asString()));
      cursor =
          part.get("next_cursor").isNull() ? "" : "&cursor=" + part.get("next_cursor").asString();
    } while (!cursor.isEmpty());
    assertThat(seen)
        .containsExactly(
            "message 6",
            "message 5",
            "message 4",
            "message 3",
            "message 2",
            "message 1",
            "message 0");
  }

  @Test
  void everyFilterFilters() {
    var calendar = UUID.randomUUID();
    CLOCK.set(Instant.parse("2026-03-10T00:00:00Z"));
    record(entry("calendar_sync", "calendar", calendar, "Work read", true));
    CLOCK.set(Instant.parse("2026-03-11T00:00:00Z"));
    record(entry("calendar_sync", "calendar", UUID.randomUUID(), "Home was not reached", false));
    record(entry("error", "webhook", UUID.randomUUID(), "Endpoint answered 500", false));

    assertThat(texts("?log_type=error")).containsExactly("Endpoint answered 500");
    assertThat(texts("?integration_type=webhook")).containsExactly("Endpoint answered 500");
    assertThat(texts("?integration_id=" + calendar)).containsExactly("Work read");
    assertThat(texts("?success=true")).containsExactly("Work read");
    assertThat(texts("?success=false&integration_type=calendar"))
        .containsExactly("Home was not reached");
    assertThat(texts("?booking=" + UUID.randomUUID())).isEmpty();
    assertThat(texts("?to=2026-03-11T00:00:00Z")).containsExactly("Work read");
    assertThat(texts("?from=2026-03-11T00:00:00Z")).hasSize(2);
    assertThat(ada.get(LOGS + "?from=2026-03-11T00:00:00Z&to=2026-03-10T00:00:00Z").code())
        .isEqualTo("invalid_range");
    assertThat(ada.get(LOGS + "?log_type=nonsense").status()).isEqualTo(400);
    assertThat(texts("?from=0000-01-01T00:00:00Z")).hasSize(3);
    assertThat(texts("?from=9999-12-31T23:59:59Z")).isEmpty();
  }

  @Test
  void textIsFoundInMessagesAndInTheValuesOfDetails() {
    record(
        new ActivityLog.Entry(
            organizer,
            "error",
            "calendar",
            null,
            "Größe 100% überschritten",
            Map.of("server", "dav.example.org", "tried", List.of("first_try", 2)),
            false,
            "01HREQ"));
    write("something else");
    for (String found :
        List.of(
            "gRÖßE", "100%25", "Example.ORG", "first_try", "01hreq", "%C3%BCberschritten%20dav")) {
      assertThat(texts("?q=" + encoded(found))).as(found).hasSize(1);
    }
    assertThat(texts("?q=größe+100%25+example.org+first_try+01hreq+100%25+größe+dav+überschritten"))
        .as("any number of words, in any order")
        .hasSize(1);
    assertThat(texts("?q=größe+100%25+example.org+first_try+01hreq+100%25+größe+dav+lunch"))
        .isEmpty();
    assertThat(texts("?q=server")).as("names of details are not text").isEmpty();
    assertThat(texts("?q=1__%25")).as("no wildcards").isEmpty();
  }

  @Test
  void textThatNoDatabaseHoldsIsKeptWithoutIt() {
    record(
        new ActivityLog.Entry(
            organizer,
            "error",
            null,
            null,
            "nul\0here",
            Map.of("text", "a\0b", "literal", "\\u0000"),
            false,
            null));
    var entry = messages("").getFirst();
    assertThat(entry.get("message").asString()).isEqualTo("nulhere");
    assertThat(entry.at("/details/text").asString()).isEqualTo("ab");
    assertThat(entry.at("/details/literal").asString()).isEqualTo("\\u0000");
  }

  @Test
  void theExportHasEveryEntryInEitherForm() {
    database.useTransaction(
        tx -> {
          for (int i = 0; i < 1_100; i++) {
            LOG.record(tx, entry("calendar_sync", "calendar", null, "read " + i, true));
          }
        });
    record(entry("error", "calendar", null, "=cmd(),\"quoted\"", false));

    var csv = ada.get(LOGS + "export/");
    assertThat(csv.header("Content-Type").orElseThrow()).startsWith("text/csv");
    assertThat(csv.header("Content-Disposition").orElseThrow()).contains("activity-log.csv");
    var lines = csv.body().split("\r\n");
    assertThat(lines).hasSize(1_102);
    assertThat(lines[0])
        .isEqualTo(
            "id,created_at,log_type,success,integration_type,integration_id,booking_id,message,request_id,details");
    assertThat(lines[1])
        .as("a formula is text to a spreadsheet")
        .contains(",\"'=cmd(),\"\"quoted\"\"\",");

    var ndjson = ada.get(LOGS + "export/?format=ndjson&log_type=calendar_sync");
    assertThat(ndjson.header("Content-Type").orElseThrow()).startsWith("application/x-ndjson");
    var entries = ndjson.body().lines().map(Json.mapper()::readTree).toList();
    assertThat(entries).hasSize(1_100);
    assertThat(entries.getFirst().get("message").asString()).isEqualTo("read 1099");
    assertThat(entries.stream().map(entry -> entry.get("id").asString()).distinct()).hasSize(1_100);
  }

  @Test
  void whatIsOlderThanTheRetentionIsDeleted() {
    CLOCK.set(Instant.parse("2026-05-01T00:00:00Z"));
    write("old");
    CLOCK.advance(Duration.ofDays(90));
    write("new");
    database.<Integer>query(
        handle -> LOG.purge(handle, CLOCK.instant().minus(Duration.ofDays(89))));
    assertThat(texts("")).containsExactly("new");
  }

  @Test
  void whatBelongsToAnotherOrganizerIsNotThere() {
    write("private");
    var id = messages("").getFirst().get("id").asString();
    var eve = server.as(BlockedTimeRows.organizer(database, "UTC"));
    assertThat(eve.get(LOGS + id + "/").status()).isEqualTo(404);
    assertThat(eve.get(LOGS).json().get("results").size()).isZero();
    assertThat(eve.get(LOGS + "export/?format=ndjson").body()).isEmpty();
  }

  private void write(String message) {
    record(entry("calendar_sync", "calendar", null, message, true));
  }

  private static void record(ActivityLog.Entry entry) {
    database.useTransaction(tx -> LOG.record(tx, entry));
  }

  private ActivityLog.Entry entry(
      String type, String integrationType, UUID integration, String message, boolean success) {
    return new ActivityLog.Entry(
        organizer,
        type,
        integrationType,
        integration,
        message,
        new LinkedHashMap<>(),
        success,
        null);
  }

  private List<JsonNode> messages(String query) {
    var answer = ada.get(LOGS + query);
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    var all = new ArrayList<JsonNode>();
    answer.json().get("results").forEach(all::add);
    return all;
  }

  private List<String> texts(String query) {
    return messages(query).stream().map(entry -> entry.get("message").asString()).toList();
  }

  private static String encoded(String text) {
    return text.replace("ö", "%C3%B6").replace("Ö", "%C3%96").replace("ß", "%C3%9F");
  }
}
