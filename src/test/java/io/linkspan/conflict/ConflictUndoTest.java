package io.linkspan.conflict;

import static org.assertj.core.api.Assertions.assertThat;

import io.linkspan.availability.CalendarFreshness.SourceCalendar;
import io.linkspan.platform.http.ApiClient;
import io.linkspan.platform.http.TestServer;
import io.linkspan.platform.postgres.TestDatabase;
import io.linkspan.platform.time.TimeRange;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What is confirmed is what is done, and what is done can be taken back. */
class ConflictUndoTest {
  private static final String CONFLICTS = "/api/v1/integrations/calendar/conflicts/";
  private static final String MARKED_FREE = "/api/v1/availability/marked-free/";

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
  void aDeletedBlockComesBackAsItWasUnderItsOwnId() {
    fixture.event(work, "Team meeting", "2026-03-02T09:00:00Z", "2026-03-02T12:00:00Z");
    var block = fixture.manual("Focus", "2026-03-02T10:00:00Z", "2026-03-02T11:00:00Z");
    var id = fixture.only().id();
    assertThat(resolve(id, "delete_block").at("/conflict/status").asString()).isEqualTo("resolved");
    assertThat(exists(block)).isFalse();
    var answer = resolve(id, "reopen");
    assertThat(answer.get("explanation").asString()).isEqualTo("“Focus” is back as it was.");
    assertThat(answer.at("/conflict/status").asString()).isEqualTo("open");
    assertThat(fixture.only().second().id()).isEqualTo(block);
  }

  @Test
  void aSplitBlockIsWholeAgainAndItsRemainderGone() {
    fixture.event(work, "Call", "2026-03-02T10:00:00Z", "2026-03-02T11:00:00Z");
    var block = fixture.manual("Focus", "2026-03-02T09:00:00Z", "2026-03-02T12:00:00Z");
    var id = fixture.only().id();
    assertThat(resolve(id, "shrink_block").at("/changes/0/after")).hasSize(2);
    assertThat(resolve(id, "reopen").at("/changes/0/after/0/end").asString())
        .isEqualTo("2026-03-02T12:00:00Z");
    assertThat(fixture.only().second().id()).isEqualTo(block);
    assertThat(manualBlocks()).isEqualTo(1);
  }

  @Test
  void aBlockThatWasChangedSinceIsLeftAsItIs() {
    fixture.event(work, "Call", "2026-03-02T10:00:00Z", "2026-03-02T11:00:00Z");
    var block = fixture.manual("Focus", "2026-03-02T10:30:00Z", "2026-03-02T12:00:00Z");
    var id = fixture.only().id();
    resolve(id, "shrink_block");
    fixture.move(block, "2026-03-02T14:00:00Z", "2026-03-02T15:00:00Z");
    var refused = ada.post(CONFLICTS + id + "/resolve/", Map.of("action", "reopen"));
    assertThat(refused.status()).isEqualTo(409);
    assertThat(refused.json().get("detail").asString()).contains("changed since");
  }

  @Test
  void whatManyWouldDoIsListedAndNothingOfItIsDone() {
    fixture.event(work, "Stand-up", "2026-03-02T09:00:00Z", "2026-03-02T10:00:00Z");
    fixture.event(work, "Review", "2026-03-02T09:30:00Z", "2026-03-02T10:30:00Z");
    fixture.event(work, "Planning", "2026-03-02T09:45:00Z", "2026-03-02T11:00:00Z");
    var ids = ids();
    assertThat(ids).hasSize(3);
    var preview = resolveAll(ids, "mark_free", true);
    assertThat(preview.get("preview").asBoolean()).isTrue();
    assertThat(titles(preview)).containsExactly("Stand-up", "Review");
    assertThat(preview.at("/changes/0/calendar").asString()).isEqualTo("Work");
    assertThat(fixture.conflicts()).allMatch(each -> each.status() == Conflict.Status.OPEN);

    assertThat(titles(resolveAll(ids, "mark_free", false))).isEqualTo(titles(preview));
    assertThat(fixture.conflicts()).allMatch(each -> each.status() == Conflict.Status.RESOLVED);
  }

  @Test
  void manyAreTakenBackTogether() {
    fixture.event(work, "Call", "2026-03-02T10:00:00Z", "2026-03-02T10:30:00Z");
    fixture.event(work, "Chat", "2026-03-02T11:30:00Z", "2026-03-02T12:30:00Z");
    var block = fixture.manual("Focus", "2026-03-02T10:15:00Z", "2026-03-02T12:00:00Z");
    var ids = ids();
    for (var action : List.of("shrink_block", "delete_block", "mark_free")) {
      assertThat(resolveAll(ids, action, false).get("failed")).as(action).isEmpty();
      var back = new ArrayList<>(ids);
      Collections.reverse(back);
      assertThat(resolveAll(back, "reopen", false).get("failed")).as(action).isEmpty();
      assertThat(fixture.conflicts())
          .as(action)
          .hasSize(2)
          .allSatisfy(
              each -> {
                assertThat(each.status()).isEqualTo(Conflict.Status.OPEN);
                assertThat(each.second().id()).isEqualTo(block);
                assertThat(each.second().end()).isEqualTo("2026-03-02T12:00:00Z");
              });
    }
  }

  @Test
  void anEventMarkedAsFreeIsListedUntilThatIsTakenBack() {
    var event = fixture.event(work, "Stand-up", "2026-03-02T09:00:00Z", "2026-03-02T10:00:00Z");
    fixture.event(work, "Review", "2026-03-02T09:30:00Z", "2026-03-02T10:30:00Z");
    var id = fixture.only().id();
    assertThat(resolve(id, "mark_free").at("/conflict/parties/0/marked_free").asBoolean()).isTrue();
    var listed = ada.get(MARKED_FREE).json().get("results");
    assertThat(listed).hasSize(1);
    assertThat(listed.at("/0/title").asString()).isEqualTo("Stand-up");
    assertThat(listed.at("/0/calendar").asString()).isEqualTo("Work");

    var answer =
        ada.post(MARKED_FREE + "unmark/", Map.of("ids", List.of(event, UUID.randomUUID())));
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    assertThat(answer.json().at("/unmarked/0").asString()).isEqualTo(event.toString());
    assertThat(answer.json().at("/failed/0/code").asString()).isEqualTo("not_found");
    assertThat(ada.get(MARKED_FREE).json().get("results")).isEmpty();
    assertThat(fixture.only().status()).isEqualTo(Conflict.Status.OPEN);
    assertThat(fixture.history(fixture.only()).getLast().action()).isEqualTo("reopen");
  }

  @Test
  void nobodyUnmarksAnothersEventOrAManualBlock() {
    var event = fixture.event(work, "Stand-up", "2026-03-02T09:00:00Z", "2026-03-02T10:00:00Z");
    var block = fixture.manual("Focus", "2026-03-02T09:00:00Z", "2026-03-02T11:00:00Z");
    resolve(fixture.only().id(), "mark_free");
    var stranger = new ConflictFixture(postgres);
    var bob = server.as(stranger.organizer);
    assertThat(bob.get(MARKED_FREE).json().get("results")).isEmpty();
    assertThat(
            bob.post(MARKED_FREE + "unmark/", Map.of("ids", List.of(event))).json().get("unmarked"))
        .isEmpty();
    assertThat(
            ada.post(MARKED_FREE + "unmark/", Map.of("ids", List.of(block))).json().get("unmarked"))
        .isEmpty();
    assertThat(ada.get(MARKED_FREE).json().get("results")).hasSize(1);
  }

  @Test
  void nobodyIsAdvisedToDismissASevereDoubleBooking() {
    fixture.event(work, "Stand-up", "2026-03-02T09:00:00Z", "2026-03-02T10:00:00Z");
    fixture.event(work, "Review", "2026-03-02T09:30:00Z", "2026-03-02T10:30:00Z");
    var conflict = ada.get(CONFLICTS).json().at("/overlaps/0");
    assertThat(conflict.get("severity").asString()).isEqualTo("high");
    assertThat(conflict.at("/recommendation/action").isNull()).isTrue();
    assertThat(conflict.at("/recommendation/title").asString()).isEqualTo("Move one of the events");
  }

  private JsonNode resolve(UUID id, String action) {
    var answer = ada.post(CONFLICTS + id + "/resolve/", Map.of("action", action));
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    return answer.json();
  }

  private JsonNode resolveAll(List<UUID> ids, String action, boolean preview) {
    var answer =
        ada.post(CONFLICTS + "resolve/", Map.of("ids", ids, "action", action, "preview", preview));
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    return answer.json();
  }

  private List<UUID> ids() {
    return fixture.conflicts().stream().map(Conflict::id).toList();
  }

  private static List<String> titles(JsonNode answer) {
    var titles = new ArrayList<String>();
    answer.get("changes").forEach(change -> titles.add(change.get("title").asString()));
    return titles;
  }

  private boolean exists(UUID block) {
    return fixture
        .database
        .query(handle -> fixture.blockedTimes.find(handle, fixture.organizer, block))
        .isPresent();
  }

  private int manualBlocks() {
    return fixture.database.query(
        handle ->
            fixture
                .blockedTimes
                .count(handle, fixture.organizer, List.of(work), TimeRange.ALL)
                .manual());
  }
}
