package io.linkspan.calendar.sync;

import static org.assertj.core.api.Assertions.assertThat;

import io.linkspan.calendar.sync.SyncStore.Target;
import io.linkspan.platform.db.Database;
import io.linkspan.platform.postgres.TestDatabase;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who gets a turn when much is due. */
class SyncClaimsTest {
  private static final Instant NOW = Instant.parse("2026-03-02T08:00:00Z");

  private final SyncClaims claims = new SyncClaims(8, 4);
  private final LeaseStore leases = new LeaseStore();
  private TestDatabase postgres;
  private Database database;

  @BeforeEach
  void open() {
    postgres = TestDatabase.fresh();
    database = postgres.database();
  }

  @AfterEach
  void close() {
    postgres.close();
  }

  @Test
  void theLongestDueComesFirst() {
    var late = organizer(1, 1, NOW.minusSeconds(5));
    var longest = organizer(1, 1, NOW.minusSeconds(500));
    organizer(1, 1, NOW.plusSeconds(1));
    assertThat(claim(1)).extracting(Target::organizerId).containsExactly(longest);
    assertThat(claim(10)).extracting(Target::organizerId).containsExactly(late);
    assertThat(claim(10)).isEmpty();
  }

  @Test
  void oneAccountAndOneOrganizerTakeOnlyTheirShare() {
    organizer(1, 20, NOW.minusSeconds(60));
    assertThat(claim(100)).hasSize(4);
    assertThat(claim(100)).isEmpty();
    organizer(5, 20, NOW.minusSeconds(60));
    assertThat(claim(100)).hasSize(8);
    assertThat(claim(100)).isEmpty();
  }

  @Test
  void whoHasThousandsDueDoesNotKeepOthersWaiting() {
    organizer(3, 1_000, NOW.minusSeconds(3_600));
    var other = organizer(1, 1, NOW.minusSeconds(1));
    assertThat(claim(16)).extracting(Target::organizerId).contains(other);
  }

  @Test
  void whatIsTurnedOffIsNotRead() {
    var off = organizer(1, 3, NOW.minusSeconds(60));
    database.query(
        handle ->
            handle.execute(
                "UPDATE calendar_integrations SET sync_enabled = false WHERE organizer_id = ?",
                off));
    assertThat(claim(16)).isEmpty();
  }

  @Test
  void aCalendarThatIsBeingWrittenHoldsUpNeitherClaimsNorLeases() {
    organizer(1, 2, NOW.minusSeconds(60));
    var written =
        database.query(
            handle ->
                handle
                    .createQuery("SELECT id FROM calendars ORDER BY id LIMIT 1")
                    .mapTo(UUID.class)
                    .one());
    var targets = new ArrayList<Target>();
    database.useTransaction(
        page -> {
          page.execute("SELECT 1 FROM calendars WHERE id = ? FOR UPDATE", written);
          withoutWaiting(
              tx -> {
                targets.addAll(claims.claim(tx, NOW, 10));
                leases.prolong(tx, targets);
              });
        });
    assertThat(targets).extracting(Target::calendarId).hasSize(1).doesNotContain(written);
    database.useTransaction(
        page -> {
          page.execute(
              "SELECT 1 FROM calendars WHERE id = ? FOR UPDATE", targets.getFirst().calendarId());
          withoutWaiting(tx -> leases.prolong(tx, targets));
        });
  }

  private List<Target> claim(int limit) {
    return database.inTransaction(tx -> claims.claim(tx, NOW, limit));
  }

  private void withoutWaiting(Consumer<Handle> work) {
    var failed = new ArrayList<Throwable>();
    var thread =
        Thread.ofPlatform()
            .start(
                () -> {
                  try {
                    database.useTransaction(
                        tx -> {
                          tx.execute("SET LOCAL lock_timeout = '1s'");
                          work.accept(tx);
                        });
                  } catch (RuntimeException e) {
                    failed.add(e);
                  }
                });
    try {
      thread.join();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    assertThat(failed).isEmpty();
  }

  /** An organizer with integrations of so many calendars each, all due since. */
  private UUID organizer(int integrations, int calendars, Instant due) {
    var organizer = UUID.randomUUID();
    database.useTransaction(
        tx -> {
          tx.execute(
              """
              INSERT INTO organizers (id, email, role, created_at, updated_at)
              VALUES (?, ?, 'organizer', now(), now())
              """,
              organizer,
              organizer + "@example.org");
          tx.execute(
              """
              INSERT INTO accounts (organizer_id, id, provider, provider_user_id, display_name, credentials,
                                    created_at, updated_at)
              SELECT ?, gen_random_uuid(), 'caldav', 'user ' || n, 'User', '', now(), now()
              FROM generate_series(1, ?) n
              """,
              organizer,
              integrations);
          tx.execute(
              """
              INSERT INTO calendar_integrations (organizer_id, id, account_id, listed_at, created_at, updated_at)
              SELECT organizer_id, gen_random_uuid(), id, now(), now(), now() FROM accounts WHERE organizer_id = ?
              """,
              organizer);
          tx.execute(
              """
              INSERT INTO calendars (organizer_id, id, integration_id, external_id, name, access, is_primary,
                                     blocks_time, busy_policy, next_sync_at, created_at, updated_at)
              SELECT organizer_id, gen_random_uuid(), id, 'calendar ' || n, 'Calendar', 'owner', false, true,
                     '{"tentative":"busy","unanswered":"busy","declined":"free","all_day":"busy","out_of_office":"busy","free":"free"}',
                     ?, now(), now()
              FROM calendar_integrations, generate_series(1, ?) n WHERE organizer_id = ?
              """,
              due.atOffset(java.time.ZoneOffset.UTC),
              calendars,
              organizer);
        });
    return organizer;
  }
}
