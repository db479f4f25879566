package io.linkspan.conflict;

import static org.assertj.core.api.Assertions.assertThat;

import io.linkspan.availability.BlockedTimeRows;
import io.linkspan.availability.CalendarFreshness.SourceCalendar;
import io.linkspan.contract.Contract;
import io.linkspan.platform.db.Meanwhile;
import io.linkspan.platform.http.ApiClient;
import io.linkspan.platform.http.TestServer;
import io.linkspan.platform.postgres.TestDatabase;
import io.linkspan.platform.time.TimeRange;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class ConflictRoutesTest {
  private static final String CONFLICTS = "/api/v1/integrations/calendar/conflicts/";

  private static TestDatabase postgres;

  private ConflictFixture fixture;
  private TestServer server;
  private SourceCalendar work;
  private ApiClient ada;

  @BeforeAll
  static void start() {
    postgres = TestDatabase.fresh();
  }

  @AfterAll
  static void stop() {
    postgres.close();
  }

  @BeforeEach
  void begin() {
    fixture = new ConflictFixture(postgres);
    work = fixture.calendars.add(fixture.organizer, "Work");
    server =
        TestServer.over(postgres)
            .clock(fixture.clock)
            .routes(
                new ConflictRoutes(
                    fixture.database,
                    fixture.reconciler,
                    fixture.blocks,
                    fixture.changes,
                    fixture.ids,
                    fixture.clock))
            .start();
    ada = server.as(fixture.organizer);
  }

  @AfterEach
  void end() {
    server.close();
  }

  @Test
  void anEventThatContainsABlockIsACompleteOverlap() {
    fixture.event(work, "Team meeting", "2026-03-02T09:00:00Z", "2026-03-02T12:00:00Z");
    fixture.manual("Focus", "2026-03-02T10:00:00Z", "2026-03-02T11:00:00Z");
    var conflict = onlyOf("conflicts");
    assertThat(conflict.get("overlap_type").asString()).isEqualTo("complete_overlap");
    assertThat(conflict.get("kind").asString()).isEqualTo("external_manual");
    assertThat(conflict.get("overlap_minutes").asInt()).isEqualTo(60);
    assertThat(conflict.get("severity").asString()).isEqualTo("low");
    assertThat(conflict.at("/external_event/summary").asString()).isEqualTo("Team meeting");
    assertThat(conflict.at("/external_event/calendar").asString()).isEqualTo("Work");
    assertThat(conflict.at("/manual_block/reason").asString()).isEqualTo("Focus");
    assertThat(conflict.at("/recommendation/action").asString()).isEqualTo("delete_block");
    assertThat(texts(conflict.get("actions")))
        .containsExactly("delete_block", "mark_free", "dismiss");
  }

  @Test
  void aBlockThatContainsAnEventIsAContainedOverlap() {
    fixture.event(work, "Call", "2026-03-02T10:00:00Z", "2026-03-02T11:00:00Z");
    fixture.manual("Focus", "2026-03-02T09:00:00Z", "2026-03-02T12:00:00Z");
    var conflict = onlyOf("overlaps");
    assertThat(conflict.get("overlap_type").asString()).isEqualTo("contained_overlap");
    assertThat(conflict.at("/recommendation/action").asString()).isEqualTo("shrink_block");
  }

  @Test
  void whatACallResolvesIsInTheLogUnderThatCall() {
    fixture.event(work, "Team meeting", "2026-03-02T09:00:00Z", "2026-03-02T12:00:00Z");
    fixture.manual("Focus", "2026-03-02T10:00:00Z", "2026-03-02T11:00:00Z");
    var id = onlyOf("conflicts").get("id").asString();
    var answer =
        ada.with("X-Request-Id", "the-call-in-question")
            .post(CONFLICTS + id + "/resolve/", Map.of("action", "delete_block"));
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    assertThat(fixture.requests("conflict_resolved")).containsExactly("the-call-in-question");
    assertThat(fixture.requests("conflict_detected")).as("no call's doing").containsExactly("");
  }

  @Test
  void whoChangesABlockMeanwhileIsWaitedForAndNotDeadlockedWith() {
    fixture.event(work, "Call", "2026-03-02T10:00:00Z", "2026-03-02T11:00:00Z");
    var block = fixture.manual("Focus", "2026-03-02T09:00:00Z", "2026-03-02T12:00:00Z");
    var id = onlyOf("overlaps").get("id").asString();
    for (var path : List.of(CONFLICTS + id + "/resolve/", CONFLICTS + "resolve/")) {
      Object asked =
          path.contains(id)
              ? Map.of("action", "delete_block", "preview", true)
              : Map.of("ids", List.of(id), "action", "delete_block");
      fixture.database.useTransaction(tx -> noteChange(tx));
      var answer =
          Meanwhile.call(
              fixture.database,
              tx -> fixture.blockedTimes.lock(tx, fixture.organizer, block),
              () -> ada.post(path, asked),
              tx -> noteChange(tx));
      assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    }
  }

  private void noteChange(Handle tx) {
    fixture.notes.note(tx, fixture.organizer, TimeRange.ALL);
  }

  @Test
  void equalTimesAreACompleteOverlap() {
    fixture.event(work, "Call", "2026-03-02T10:00:00Z", "2026-03-02T11:00:00Z");
    fixture.manual("Focus", "2026-03-02T10:00:00Z", "2026-03-02T11:00:00Z");
    assertThat(onlyOf("conflicts").get("overlap_type").asString()).isEqualTo("complete_overlap");
  }

  @Test
  void anythingElseIsAPartialOverlapWhoseMinutesAreRoundedUp() {
    fixture.event(work, "Call", "2026-03-02T10:00:00Z", "2026-03-02T11:00:30Z");
    fixture.manual("Focus", "2026-03-02T10:30:00Z", "2026-03-02T12:00:00Z");
    var conflict = onlyOf("overlaps");
    assertThat(conflict.get("overlap_type").asString()).isEqualTo("partial_overlap");
    assertThat(conflict.get("overlap_minutes").asInt()).isEqualTo(31);
    assertThat(conflict.get("severity").asString()).isEqualTo("medium");
  }

  @Test
  void twoEventsAreListedByTheEarlierOne() {
    fixture.event(work, "Late", "2026-03-02T10:30:00Z", "2026-03-02T11:30:00Z");
    fixture.event(work, "Early", "2026-03-02T10:00:00Z", "2026-03-02T11:00:00Z");
    var conflict = onlyOf("overlaps");
    assertThat(conflict.get("kind").asString()).isEqualTo("external_external");
    assertThat(conflict.get("severity").asString()).isEqualTo("high");
    assertThat(conflict.at("/external_event/summary").asString()).isEqualTo("Early");
    assertThat(conflict.get("manual_block").isNull()).isTrue();
    assertThat(conflict.at("/parties/1/title").asString()).isEqualTo("Late");
    assertThat(texts(conflict.get("actions"))).containsExactly("mark_free", "dismiss");
  }

  @Test
  void theListIsCutToTheRangeAndCountsWhatIsInIt() {
    fixture.event(work, "Call", "2026-03-02T10:00:00Z", "2026-03-02T11:00:00Z");
    fixture.manual("Focus", "2026-03-02T10:30:00Z", "2026-03-02T12:00:00Z");
    fixture.event(work, "Other", "2026-03-20T10:00:00Z", "2026-03-20T11:00:00Z");
    fixture.manual("Gym", "2026-03-20T10:30:00Z", "2026-03-20T12:00:00Z");
    var answer = ada.get(CONFLICTS + "?from=2026-03-02T00:00:00Z&to=2026-03-03T00:00:00Z").json();
    assertThat(answer.get("overlaps").size()).isEqualTo(1);
    assertThat(answer.get("manual_blocks_count").asInt()).isEqualTo(1);
    assertThat(answer.get("synced_blocks_count").asInt()).isEqualTo(1);
    assertThat(answer.get("total_external_events").asInt()).isEqualTo(1);
    assertThat(answer.get("total_manual_blocks").asInt()).isEqualTo(1);
    assertThat(answer.get("truncated").asBoolean()).isFalse();
    assertThat(answer.at("/coverage/complete").asBoolean()).isTrue();
    assertThat(ada.get(CONFLICTS).json().get("overlaps").size()).isEqualTo(2);
    assertThat(ada.get(CONFLICTS + "?to=2026-02-01T00:00:00Z").code()).isEqualTo("invalid_range");
    assertThat(ada.get(CONFLICTS + "?from=9999-06-01T00:00:00Z").status()).isEqualTo(200);
  }

  @Test
  void aBlockIsShortenedWhereTheEventIs() {
    fixture.event(work, "Call", "2026-03-02T10:00:00Z", "2026-03-02T11:00:00Z");
    var block = fixture.manual("Focus", "2026-03-02T10:30:00Z", "2026-03-02T12:00:00Z");
    var conflict = onlyOf("overlaps");
    var done = resolve(conflict, Map.of("action", "shrink_block"));
    assertThat(done.get("preview").asBoolean()).isFalse();
    assertThat(done.at("/changes/0/id").asString()).isEqualTo(block.toString());
    assertThat(done.at("/changes/0/after").toString())
        .isEqualTo("[{\"start\":\"2026-03-02T11:00:00Z\",\"end\":\"2026-03-02T12:00:00Z\"}]");
    assertThat(done.at("/conflict/status").asString()).isEqualTo("resolved");
    assertThat(done.at("/conflict/history/1/action").asString()).isEqualTo("shrink_block");
    assertThat(done.at("/conflict/history/1/by").asString())
        .isEqualTo(fixture.organizer + "@example.org");
    assertThat(time(block)).isEqualTo("2026-03-02T11:00:00Z/2026-03-02T12:00:00Z");
    assertThat(listed()).isEmpty();
  }

  @Test
  void aBlockAroundAnEventIsCutInTwo() {
    fixture.event(work, "Call", "2026-03-02T10:00:00Z", "2026-03-02T11:00:00Z");
    var block = fixture.manual("Focus", "2026-03-02T09:00:00Z", "2026-03-02T12:00:00Z");
    var done = resolve(onlyOf("overlaps"), Map.of("action", "shrink_block"));
    assertThat(done.at("/changes/0/after").size()).isEqualTo(2);
    assertThat(time(block)).isEqualTo("2026-03-02T09:00:00Z/2026-03-02T10:00:00Z");
    assertThat(blocksNamed("Focus")).isEqualTo(2);
    assertThat(listed()).isEmpty();
  }

  @Test
  void aPreviewSaysWhatWouldBeAndDoesNothing() {
    fixture.event(work, "Call", "2026-03-02T10:00:00Z", "2026-03-02T11:00:00Z");
    var block = fixture.manual("Focus", "2026-03-02T09:00:00Z", "2026-03-02T12:00:00Z");
    var conflict = onlyOf("overlaps");
    for (var action : List.of("shrink_block", "delete_block", "mark_free", "dismiss")) {
      var preview = resolve(conflict, Map.of("action", action, "preview", true));
      assertThat(preview.get("preview").asBoolean()).isTrue();
      assertThat(preview.at("/conflict/status").asString())
          .isEqualTo(action.equals("dismiss") ? "dismissed" : "resolved");
    }
    assertThat(time(block)).isEqualTo("2026-03-02T09:00:00Z/2026-03-02T12:00:00Z");
    assertThat(onlyOf("overlaps")).isEqualTo(conflict);
    assertThat(detail(conflict).get("history").size()).isEqualTo(1);
    assertThat(fixture.messages("conflict_resolved")).isEmpty();
  }

  @Test
  void deletingABlockSettlesAllItsConflicts() {
    fixture.event(work, "Call", "2026-03-02T10:00:00Z", "2026-03-02T10:30:00Z");
    fixture.event(work, "Lunch", "2026-03-02T11:00:00Z", "2026-03-02T12:00:00Z");
    fixture.manual("Focus", "2026-03-02T09:00:00Z", "2026-03-02T13:00:00Z");
    var both = listed();
    assertThat(both).hasSize(2);
    resolve(both.getFirst(), Map.of("action", "delete_block"));
    assertThat(listed()).isEmpty();
    assertThat(detail(both.getLast()).at("/history/1/action").asString()).isEqualTo("delete_block");
  }

  @Test
  void anEventThatIsMarkedFreeBlocksAgainWhenReopened() {
    var event = fixture.event(work, "Call", "2026-03-02T10:00:00Z", "2026-03-02T11:00:00Z");
    fixture.manual("Focus", "2026-03-02T10:30:00Z", "2026-03-02T12:00:00Z");
    var conflict = onlyOf("overlaps");
    var freed = resolve(conflict, Map.of("action", "mark_free"));
    assertThat(freed.at("/changes/0/id").asString()).isEqualTo(event.toString());
    assertThat(freed.at("/changes/0/after").size()).isZero();
    assertThat(texts(freed.at("/conflict/actions"))).containsExactly("reopen");
    var answer = ada.get(CONFLICTS).json();
    assertThat(answer.get("synced_blocks_count").asInt()).isZero();
    assertThat(answer.get("total_external_events").asInt()).isEqualTo(1);

    var reopened = resolve(conflict, Map.of("action", "reopen"));
    assertThat(reopened.at("/conflict/status").asString()).isEqualTo("open");
    assertThat(onlyOf("overlaps").get("id")).isEqualTo(conflict.get("id"));
    assertThat(fixture.events()).as("nobody is told of what they did").hasSize(1);
  }

  @Test
  void aDismissedConflictIsListedOnlyWhenAskedForAndCanBeReopened() {
    fixture.event(work, "Call", "2026-03-02T10:00:00Z", "2026-03-02T11:00:00Z");
    fixture.manual("Focus", "2026-03-02T10:30:00Z", "2026-03-02T12:00:00Z");
    var conflict = onlyOf("overlaps");
    resolve(conflict, Map.of("action", "dismiss"));
    assertThat(listed()).isEmpty();
    var dismissed = ada.get(CONFLICTS + "?status=dismissed").json().get("overlaps");
    assertThat(dismissed.size()).isEqualTo(1);
    assertThat(dismissed.get(0).get("recommendation").isNull()).isTrue();
    assertThat(texts(dismissed.get(0).get("actions"))).startsWith("reopen");
    assertThat(ada.get(CONFLICTS + "?status=all").json().get("overlaps").size()).isEqualTo(1);
    resolve(conflict, Map.of("action", "reopen"));
    assertThat(listed()).hasSize(1);
  }

  @Test
  void whatIsImpossibleIsRefusedWithWhatIsPossible() {
    fixture.event(work, "Call", "2026-03-02T10:00:00Z", "2026-03-02T11:00:00Z");
    fixture.event(work, "Review", "2026-03-02T10:30:00Z", "2026-03-02T12:00:00Z");
    var path = CONFLICTS + onlyOf("overlaps").get("id").asString() + "/resolve/";
    var refused = ada.post(path, Map.of("action", "delete_block"));
    assertThat(refused.status()).isEqualTo(409);
    assertThat(refused.code()).isEqualTo("action_impossible");
    assertThat(refused.json().get("fix").asString()).contains("mark_free");
    assertThat(ada.post(path, Map.of("action", "reopen")).code()).isEqualTo("action_impossible");
    assertThat(ada.post(path, Map.of("action", "explode")).status()).isEqualTo(400);
  }

  @Test
  void severalAreResolvedEachByItself() {
    fixture.event(work, "Call", "2026-03-02T10:00:00Z", "2026-03-02T10:30:00Z");
    fixture.event(work, "Lunch", "2026-03-02T11:00:00Z", "2026-03-02T12:00:00Z");
    fixture.manual("Focus", "2026-03-02T09:00:00Z", "2026-03-02T13:00:00Z");
    fixture.event(work, "A", "2026-03-03T10:00:00Z", "2026-03-03T11:00:00Z");
    fixture.event(work, "B", "2026-03-03T10:30:00Z", "2026-03-03T12:00:00Z");
    var ids = listed().stream().map(conflict -> conflict.get("id").asString()).toList();
    assertThat(ids).hasSize(3);
    var asked = new ArrayList<>(ids);
    var unknown = UUID.randomUUID().toString();
    asked.add(unknown);
    var answer =
        ada.post(CONFLICTS + "resolve/", Map.of("ids", asked, "action", "delete_block")).json();
    assertThat(answer.get("resolved").size())
        .as("the block of the second was deleted with the first")
        .isEqualTo(2);
    assertThat(answer.get("failed").size()).isEqualTo(2);
    assertThat(answer.at("/failed/0/code").asString()).isEqualTo("action_impossible");
    assertThat(answer.at("/failed/1/code").asString()).isEqualTo("not_found");
    assertThat(listed()).hasSize(1);
  }

  @Test
  void theListIsNeverOlderThanTheBlocks() {
    fixture.event(work, "Call", "2026-03-02T10:00:00Z", "2026-03-02T11:00:00Z");
    var block = fixture.manual("Focus", "2026-03-02T10:30:00Z", "2026-03-02T12:00:00Z");
    assertThat(listed()).hasSize(1);
    fixture.remove(block);
    assertThat(listed()).isEmpty();
  }

  @Test
  void answersAreAsTheContractPromises() {
    fixture.event(work, "Call", "2026-03-02T10:00:00Z", "2026-03-02T11:00:00Z");
    fixture.event(work, "Lunch", "2026-03-02T10:30:00Z", "2026-03-02T12:00:00Z");
    fixture.manual("Focus", "2026-03-02T10:00:00Z", "2026-03-02T11:00:00Z");
    var list = ada.get(CONFLICTS).json();
    assertThat(Contract.faults("listConflicts", 200, list)).isEmpty();
    var conflict = listed().getFirst();
    assertThat(Contract.faults("getConflict", 200, detail(conflict))).isEmpty();
    for (var action : List.of("dismiss", "reopen", "mark_free")) {
      var done = resolve(conflict, Map.of("action", action));
      assertThat(Contract.faults("resolveConflict", 200, done)).isEmpty();
    }
    var many =
        ada.post(
            CONFLICTS + "resolve/",
            Map.of("ids", List.of(conflict.get("id").asString()), "action", "reopen"));
    assertThat(Contract.faults("resolveConflicts", 200, many.json())).isEmpty();
  }

  @Test
  void whatBelongsToAnotherOrganizerIsNotThere() {
    fixture.event(work, "Call", "2026-03-02T10:00:00Z", "2026-03-02T11:00:00Z");
    fixture.manual("Focus", "2026-03-02T10:30:00Z", "2026-03-02T12:00:00Z");
    var conflict = onlyOf("overlaps");
    String path = CONFLICTS + conflict.get("id").asString() + "/";
    var eve = server.as(BlockedTimeRows.organizer(fixture.database, "UTC"));
    assertThat(eve.get(path).status()).isEqualTo(404);
    assertThat(eve.post(path + "resolve/", Map.of("action", "dismiss")).status()).isEqualTo(404);
    var many =
        eve.post(
                CONFLICTS + "resolve/",
                Map.of("ids", List.of(conflict.get("id").asString()), "action", "dismiss"))
            .json();
    assertThat(many.at("/failed/0/code").asString()).isEqualTo("not_found");
    assertThat(eve.get(CONFLICTS).json().get("overlaps").size()).isZero();
    assertThat(onlyOf("overlaps").get("status").asString()).isEqualTo("open");
  }

  private List<JsonNode> listed() {
    var answer = ada.get(CONFLICTS);
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    var all = new ArrayList<JsonNode>();
    answer.json().get("conflicts").forEach(all::add);
    answer.json().get("overlaps").forEach(all::add);
    return all;
  }

  private JsonNode onlyOf(String part) {
    var all = listed();
    assertThat(all).hasSize(1);
    assertThat(ada.get(CONFLICTS).json().get(part).size()).isEqualTo(1);
    return all.getFirst();
  }

  private JsonNode detail(JsonNode conflict) {
    return ada.get(CONFLICTS + conflict.get("id").asString() + "/").json();
  }

  private JsonNode resolve(JsonNode conflict, Map<String, Object> body) {
    var answer = ada.post(CONFLICTS + conflict.get("id").asString() + "/resolve/", body);
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    return answer.json();
  }

  private String time(UUID block) {
    return fixture
        .database
        .query(handle -> fixture.blockedTimes.find(handle, fixture.organizer, block))
        .map(found -> found.start() + "/" + found.end())
        .orElse("gone");
  }

  private int blocksNamed(String reason) {
    return fixture.database.query(
        handle ->
            handle
                .createQuery(
                    "SELECT count(*) FROM blocked_times WHERE organizer_id = ? AND reason = ?")
                .bind(0, fixture.organizer)
                .bind(1, reason)
                .mapTo(Integer.class)
                .one());
  }

  private static List<String> texts(JsonNode array) {
    var all = new ArrayList<String>();
    array.forEach(item -> all.add(item.asString()));
    return all;
  }
}
