package io.linkspan.availability;

import static org.assertj.core.api.Assertions.assertThat;

import io.linkspan.availability.SyncedBlocks.Block;
import io.linkspan.availability.SyncedBlocks.Counts;
import io.linkspan.availability.SyncedBlocks.Origin;
import io.linkspan.platform.db.Database;
import io.linkspan.platform.http.OrganizerLimit;
import io.linkspan.platform.http.OrganizerLimits;
import io.linkspan.platform.postgres.TestDatabase;
import io.linkspan.platform.time.Ids;
import io.linkspan.platform.time.SteeredClock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SyncedBlocksTest {
  private static TestDatabase postgres;

  private final Database database = postgres.database();
  private final SteeredClock clock = SteeredClock.at("2026-03-01T00:00:00Z");
  private final SyncedBlocks blocks =
      new SyncedBlocks(
          new BlockChangeStore(),
          (tx, organizer, kind, id, change) -> {},
          new OrganizerLimits(Map.of(OrganizerLimit.BLOCKS, 3L), clock),
          new Ids(clock),
          clock);
  private Origin origin;

  @BeforeAll
  static void start() {
    postgres = TestDatabase.fresh();
  }

  @AfterAll
  static void stop() {
    postgres.close();
  }

  @BeforeEach
  void organizer() {
    origin =
        new Origin(
            BlockedTimeRows.organizer(database, "UTC"),
            UUID.randomUUID(),
            UUID.randomUUID(),
            "caldav_calendar");
  }

  @Test
  void twoBlocksOfOneOccurrenceKeepTheTimeOfBothAndStaySoTheNextTime() {
    var given = List.of(block("09:00", "Lunch"), block("09:00", "Lunch"), block("12:00", "Lunch"));
    assertThat(replace(given)).isEqualTo(new Counts(2, 0, 0));
    assertThat(starts()).containsExactly("2026-03-02T09:00:00Z", "2026-03-02T12:00:00Z");
    assertThat(replace(given)).isEqualTo(Counts.NONE);
  }

  @Test
  void aTitleThatPostgresCannotHoldIsStoredWithoutWhatItCannot() {
    assertThat(replace(List.of(block("09:00", "Lu\0nch")))).isEqualTo(new Counts(1, 0, 0));
  }

  @Test
  void beyondTheLimitTheEarliestAreStoredAndTheResourceIsCut() {
    var given =
        List.of(occurrence("18:00"), occurrence("09:00"), occurrence("12:00"), occurrence("15:00"));
    var replaced = database.inTransaction(tx -> blocks.replace(tx, origin, Map.of("a.ics", given)));
    assertThat(replaced.counts()).isEqualTo(new Counts(3, 0, 0));
    assertThat(replaced.cut()).containsExactly("a.ics");
    assertThat(starts()).hasSize(3).last().isEqualTo("2026-03-02T15:00:00Z");
    // what takes the place of another needs no room
    assertThat(replace(given.subList(0, 3))).isEqualTo(new Counts(1, 0, 1));
  }

  private Counts replace(List<Block> given) {
    return database.inTransaction(
        tx -> blocks.replace(tx, origin, Map.of("a.ics", given)).counts());
  }

  private List<String> starts() {
    return database.query(
        handle ->
            handle
                .createQuery(
                    "SELECT start_at FROM blocked_times WHERE organizer_id = ? ORDER BY start_at")
                .bind(0, origin.organizerId())
                .mapTo(Instant.class)
                .map(Instant::toString)
                .list());
  }

  private static Block occurrence(String start) {
    var at = Instant.parse("2026-03-02T" + start + ":00Z");
    return new Block(start, at, at.plusSeconds(3_600), false, "Lunch", "uid");
  }

  private static Block block(String start, String title) {
    var at = Instant.parse("2026-03-02T" + start + ":00Z");
    return new Block("single", at, at.plusSeconds(3_600), false, title, "uid");
  }
}
