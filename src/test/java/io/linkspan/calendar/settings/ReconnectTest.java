package io.linkspan.calendar.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.linkspan.availability.CalendarFreshness.State;
import io.linkspan.calendar.Integration.Status;
import io.linkspan.calendar.sync.SyncRun.Mode;
import io.linkspan.calendar.sync.SyncRun.Outcome;
import io.linkspan.platform.http.Problem;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Credentials: refused, renewed, removed. */
class ReconnectTest extends SyncTestCase {
  @Test
  void reconnectingKeepsIdsAndChoicesAndReadsAtOnce() {
    server.put("a.ics", "A", "2026-03-03T09:00:00Z", "2026-03-03T10:00:00Z");
    sync();
    var calendar = work().id();
    var block = blockId("a.ics");
    server.fail(REFUSED, 0);
    later();
    server.recover();
    reconnect();
    feature.sync().worker().runDue();
    assertThat(status()).isEqualTo(Status.CONNECTED);
    assertThat(work().id()).isEqualTo(calendar);
    assertThat(blockId("a.ics")).isEqualTo(block);
  }

  @Test
  void afterReconnectingEverythingIsReadAnew() {
    server.put("a.ics", "A", "2026-03-03T09:00:00Z", "2026-03-03T10:00:00Z");
    sync();
    reconnect();
    sync();
    assertThat(lastRun().mode()).isEqualTo(Mode.FULL);
    assertThat(server.requests()).last().extracting(r -> r.token()).isEqualTo(Optional.empty());
  }

  @Test
  void aPassThatRanWhileItWasReconnectedLeavesNoTokenOfTheFormerAddress() {
    server.put("a.ics", "A", "2026-03-03T09:00:00Z", "2026-03-03T10:00:00Z");
    sync();
    server.put("b.ics", "B", "2026-03-03T11:00:00Z", "2026-03-03T12:00:00Z");
    server.beforePage(
        page -> {
          server.beforePage(next -> {});
          reconnect();
        });
    later();
    assertThat(lastRun().mode()).isEqualTo(Mode.FULL);
    assertThat(lastRun().outcome()).isEqualTo(Outcome.SUCCEEDED);
    assertThat(titles()).containsExactly("A", "B");
    assertThat(runs())
        .as("why the pass before it was broken off")
        .anySatisfy(run -> assertThat(run.error()).contains("the connection was renewed"))
        .noneSatisfy(run -> assertThat(run.error()).contains("the server stopped"));
  }

  @Test
  void reconnectingTakesAwayTheReasonThatIsNoLongerTrueButNotThatItFailed() {
    sync();
    server.fail(REFUSED, 0);
    later();
    assertThat(connection().statusReason()).isNotEmpty();
    server.recover();
    var before = connection().statusReason();
    reconnect();
    assertThat(connection().statusReason()).isNotEqualTo(before).contains("Reconnected");
    assertThat(work().state()).as("until a pass succeeds").isEqualTo(State.FAILED);
    feature.sync().worker().runDue();
    assertThat(connection().statusReason()).isNull();
    assertThat(work().state()).isEqualTo(State.FRESH);
  }

  @Test
  void aWrongPasswordIsRefusedWithFieldAndFixBeforeAnythingIsStored() {
    assertThatThrownBy(() -> discover(ada, "caldav", form("wrong")))
        .isInstanceOfSatisfying(
            Problem.class,
            problem -> {
              assertThat(problem.code()).isEqualTo("wrong_password");
              assertThat(problem.errors().getFirst().pointer()).isEqualTo("/password");
              assertThat(problem.fix()).isNotEmpty();
            });
  }

  @Test
  void disconnectingTakesCalendarsBlocksAndCredentialsAndLeavesTheOthersAlone() {
    server.put("a.ics", "A", "2026-03-03T09:00:00Z", "2026-03-03T10:00:00Z");
    sync();
    database.useTransaction(tx -> feature.connections().disconnect(tx, ada, integration, null));
    assertThat(titles()).isEmpty();
    assertThat(
            count("accounts")
                + count("calendars")
                + count("calendar_resources")
                + count("sync_runs"))
        .isZero();
    assertThat(events).contains("integration_disconnected");
  }

  @Test
  void storedCredentialsCannotBeReadInTheDatabase() {
    var stored =
        database.query(
            handle ->
                handle
                    .createQuery("SELECT encode(credentials, 'escape') FROM accounts")
                    .mapTo(String.class)
                    .one());
    assertThat(stored).doesNotContain("right").doesNotContain("password");
  }
}
