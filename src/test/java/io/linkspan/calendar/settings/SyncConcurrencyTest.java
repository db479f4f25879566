package io.linkspan.calendar.settings;

import static org.assertj.core.api.Assertions.assertThat;

import io.linkspan.availability.CalendarFreshness.State;
import io.linkspan.calendar.Integration.Status;
import io.linkspan.calendar.sync.SyncRun.Outcome;
import io.linkspan.conflict.ConflictRows;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Nodes, requests and syncs at the same time. */
class SyncConcurrencyTest extends SyncTestCase {
  @Test
  void aPassWhoseCalendarWasTakenOverWritesNothingMore() {
    server.pagesOf(1);
    server.put("a.ics", "A", "2026-03-03T09:00:00Z", "2026-03-03T10:00:00Z");
    server.put("b.ics", "B", "2026-03-03T11:00:00Z", "2026-03-03T12:00:00Z");
    server.put("c.ics", "C", "2026-03-03T13:00:00Z", "2026-03-03T14:00:00Z");
    var titlesWhenTaken = new AtomicReference<List<String>>();
    server.beforePage(
        page -> {
          if (page == 2) {
            // as another node does when this one's lease has run out
            database.query(handle -> handle.execute("UPDATE calendars SET fence = fence + 1"));
            titlesWhenTaken.set(titles());
          }
        });
    sync();
    assertThat(titles()).isEqualTo(titlesWhenTaken.get()).doesNotContain("C");
  }

  @Test
  void aCalendarWhoseNodeIsSilentIsTakenOverWhenItsLeaseEnds() throws InterruptedException {
    server.put("a.ics", "A", "2026-03-03T09:00:00Z", "2026-03-03T10:00:00Z");
    var reached = new CountDownLatch(1);
    var goOn = new CountDownLatch(1);
    server.beforePage(
        page -> {
          reached.countDown();
          await(goOn);
        });
    var silent = Thread.ofPlatform().start(() -> feature.sync().worker().runDue());
    reached.await();
    server.beforePage(page -> {});
    node().sync().worker().runDue();
    assertThat(titles()).as("the lease still holds").isEmpty();
    leasesEnd();
    node().sync().worker().runDue();
    assertThat(titles()).containsExactly("A");
    assertThat(runs()).anySatisfy(run -> assertThat(run.error()).contains("Broken off"));
    goOn.countDown();
    silent.join();
    assertThat(titles()).containsExactly("A");
    assertThat(work().state()).isEqualTo(State.FRESH);
  }

  @Test
  void aDatabaseCutOffInTheMiddleOfAPassLosesNothingAndTheNextPassGoesOn() {
    server.put("a.ics", "A", "2026-03-03T09:00:00Z", "2026-03-03T10:00:00Z");
    sync();
    server.pagesOf(1);
    server.put("b.ics", "B", "2026-03-03T11:00:00Z", "2026-03-03T12:00:00Z");
    server.put("c.ics", "C", "2026-03-03T13:00:00Z", "2026-03-03T14:00:00Z");
    server.beforePage(
        page -> {
          postgres.cutConnections();
          throw new IllegalStateException("as when a connection breaks under a page");
        });
    later();
    assertThat(titles()).contains("A");
    server.beforePage(page -> {});
    leasesEnd();
    later();
    assertThat(titles()).containsExactly("A", "B", "C");
    assertThat(work().state()).isEqualTo(State.FRESH);
    assertThat(runs()).allSatisfy(run -> assertThat(run.outcome()).isNotEqualTo(Outcome.RUNNING));
  }

  @Test
  void aPolicyThatChangesWhileAPassRunsIsObeyedByThatPass() {
    server.put("a.ics", "Holiday", "2026-03-03T00:00:00Z", "2026-03-04T00:00:00Z");
    server.beforePage(page -> choose(new Calendars.Choice(false, null, null, null)));
    sync();
    assertThat(titles()).isEmpty();
    choose(new Calendars.Choice(true, null, null, null));
    assertThat(titles()).containsExactly("Holiday");
  }

  @Test
  @Timeout(60)
  void whoResolvesAConflictWaitsForThePageBeforeTouchingItsBlocks() {
    server.put("a.ics", "A", "2026-03-03T09:00:00Z", "2026-03-03T10:00:00Z");
    server.put("b.ics", "B", "2026-03-03T09:30:00Z", "2026-03-03T10:30:00Z");
    sync();
    var conflict =
        ConflictRows.between(
            database,
            clock,
            ada,
            integration,
            work().id(),
            List.of(blockId("a.ics"), blockId("b.ics")));
    var resolving = new AtomicReference<Thread>();
    database.useTransaction(
        page -> {
          page.execute("SELECT 1 FROM calendars FOR UPDATE");
          resolving.set(Thread.ofPlatform().start(conflict::lockParties));
          awaitLockWait(page);
          // would fail if the other had one of them, and then waited for the calendar
          page.execute("SELECT 1 FROM blocked_times FOR UPDATE NOWAIT");
        });
    join(resolving.get());
  }

  @Test
  @Timeout(60)
  void whoFindsTheCredentialsRefusedWaitsForTheAccountBeforeItsCalendar() {
    sync();
    server.fail(REFUSED, 0);
    clock.advance(INTERVAL.multipliedBy(2));
    var pass = new AtomicReference<Thread>();
    database.useTransaction(
        reconnecting -> {
          reconnecting.execute("SELECT 1 FROM accounts FOR UPDATE");
          pass.set(Thread.ofPlatform().start(() -> feature.sync().worker().runDue()));
          awaitLockWait(reconnecting);
          // would fail if the pass had it, and then waited for the account
          reconnecting.execute("SELECT 1 FROM calendars FOR UPDATE NOWAIT");
        });
    join(pass.get());
    assertThat(status()).isEqualTo(Status.NEEDS_REAUTH);
  }

  @Test
  @Timeout(60)
  void whoDisconnectsWaitsForTheAccountBeforeItsCalendars() {
    sync();
    var disconnecting = new AtomicReference<Thread>();
    database.useTransaction(
        reconnecting -> {
          reconnecting.execute("SELECT 1 FROM accounts FOR UPDATE");
          disconnecting.set(
              Thread.ofPlatform()
                  .start(
                      () ->
                          database.useTransaction(
                              tx -> feature.connections().disconnect(tx, ada, integration, null))));
          awaitLockWait(reconnecting);
          reconnecting.execute("SELECT 1 FROM calendar_integrations FOR UPDATE NOWAIT");
          reconnecting.execute("SELECT 1 FROM calendars FOR UPDATE NOWAIT");
        });
    join(disconnecting.get());
    assertThat(count("accounts")).isZero();
  }

  @Test
  void aMillisecondOfAnotherNodesWorkIsNeverDoneTwice() throws InterruptedException {
    for (int i = 0; i < 40; i++) {
      server.put(i + ".ics", "E" + i, "2026-03-03T09:00:00Z", "2026-03-03T10:00:00Z");
    }
    var nodes = List.of(feature, node(), node());
    var threads =
        nodes.stream()
            .map(node -> Thread.ofPlatform().start(() -> node.sync().worker().runDue()))
            .toList();
    for (var thread : threads) {
      thread.join();
    }
    assertThat(server.requests().stream().filter(r -> r.externalId().equals("main"))).hasSize(1);
    assertThat(titles()).hasSize(40);
  }
}
