package io.linkspan.platform.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.linkspan.platform.postgres.TestDatabase;
import io.linkspan.platform.time.SteeredClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OrganizerLimitsTest {
  private static final int RACING = 12;

  private TestDatabase database;
  private SteeredClock clock;
  private OrganizerLimits limits;
  private UUID ada;

  @BeforeEach
  void start() {
    database = TestDatabase.fresh();
    clock = SteeredClock.at("2026-12-31T22:00:00Z");
    limits =
        new OrganizerLimits(
            Map.of(OrganizerLimit.WEBHOOKS, 5L, OrganizerLimit.EVENTS_PER_DAY, 5L), clock);
    ada = Small.organizer(database).organizerId();
    Small.createTable(database);
  }

  @AfterEach
  void stop() {
    database.close();
  }

  @Test
  void thingsThatAreStoredAtOnceDoNotPassTheLimitTogether() throws Exception {
    var refused = race(() -> inTransaction(this::storeThing));
    assertThat(Small.things(database)).isEqualTo(5);
    assertThat(refused)
        .hasSize(RACING - 5)
        .allSatisfy(
            problem -> {
              assertThat(problem.status()).isEqualTo(409);
              assertThat(problem.code()).isEqualTo("limit_reached");
              assertThat(problem).hasMessageContaining("5 webhooks");
              assertThat(problem.fix()).contains("webhooks in LINKSPAN_LIMITS");
            });
  }

  @Test
  void whatIsUsedAtOnceDoesNotPassTheDaysLimitTogether() throws Exception {
    var refused = race(() -> inTransaction(tx -> take(tx, 1)));
    assertThat(refused)
        .hasSize(RACING - 5)
        .allSatisfy(
            problem -> {
              assertThat(problem.status()).isEqualTo(429);
              assertThat(problem.headers()).containsEntry("Retry-After", "7200");
              assertThat(problem.fix()).contains("events_per_day in LINKSPAN_LIMITS");
            });
  }

  @Test
  void theNextDayBeginsAnewAndANodeThatIsBehindCountsForIt() {
    inTransaction(tx -> take(tx, 5));
    assertThatThrownBy(() -> inTransaction(tx -> take(tx, 1))).isInstanceOf(Problem.class);
    clock.advance(Duration.ofHours(2));
    inTransaction(tx -> take(tx, 5));

    var behind =
        new OrganizerLimits(
            Map.of(OrganizerLimit.EVENTS_PER_DAY, 5L), SteeredClock.at("2026-12-31T23:59:59Z"));
    assertThatThrownBy(() -> inTransaction(tx -> take(behind, tx, ada, 1)))
        .isInstanceOf(Problem.class);
    assertThatThrownBy(() -> inTransaction(tx -> take(tx, 1))).isInstanceOf(Problem.class);
  }

  @Test
  void moreAtOnceThanADayHasIsRefusedAndUsesNothing() {
    assertThatThrownBy(() -> inTransaction(tx -> take(tx, 6))).isInstanceOf(Problem.class);
    inTransaction(tx -> take(tx, 3));
    assertThatThrownBy(() -> inTransaction(tx -> take(tx, 3))).isInstanceOf(Problem.class);
    inTransaction(tx -> take(tx, 2));
  }

  @Test
  void anotherOrganizerHasLimitsOfTheirOwn() {
    inTransaction(tx -> take(tx, 5));
    var bob = Small.organizer(database).organizerId();
    inTransaction(tx -> take(limits, tx, bob, 5));
  }

  private int storeThing(Handle tx) {
    limits.requireRoom(
        tx,
        ada,
        OrganizerLimit.WEBHOOKS,
        (handle, _) -> handle.createQuery("SELECT count(*) FROM things").mapTo(Long.class).one());
    return tx.execute("INSERT INTO things VALUES ('one more')");
  }

  private int take(Handle tx, long amount) {
    return take(limits, tx, ada, amount);
  }

  private static int take(OrganizerLimits limits, Handle tx, UUID organizerId, long amount) {
    limits.take(tx, organizerId, OrganizerLimit.EVENTS_PER_DAY, amount);
    return 0;
  }

  private int inTransaction(Function<Handle, Integer> work) {
    return database.database().inTransaction(work);
  }

  private static List<Problem> race(Callable<Integer> call) throws Exception {
    var refused = new ArrayList<Problem>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var running = new ArrayList<Future<Integer>>();
      for (int i = 0; i < RACING; i++) {
        running.add(threads.submit(call));
      }
      for (var one : running) {
        try {
          one.get();
        } catch (ExecutionException e) {
          assertThat(e).hasCauseInstanceOf(Problem.class);
          refused.add((Problem) e.getCause());
        }
      }
    }
    return refused;
  }
}
