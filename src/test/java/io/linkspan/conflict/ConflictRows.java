package io.linkspan.conflict;

import io.linkspan.platform.db.Database;
import io.linkspan.platform.time.Ids;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/** A conflict between two synced blocks, stored without being looked for, for tests of locks. */
public final class ConflictRows {
  private final Database database;
  private final UUID organizer;
  private final ConflictStore store;
  private final Conflict conflict;

  private ConflictRows(Database database, UUID organizer, ConflictStore store, Conflict conflict) {
    this.database = database;
    this.organizer = organizer;
    this.store = store;
    this.conflict = conflict;
  }

  /** Stores a conflict of two blocks of one calendar. */
  public static ConflictRows between(
      Database database,
      Clock clock,
      UUID organizer,
      UUID integration,
      UUID calendar,
      List<UUID> blocks) {
    var ids = new Ids(clock);
    var parties =
        blocks.stream()
            .map(
                block ->
                    new ConflictParty(
                        block,
                        false,
                        "Event",
                        Instant.parse("2026-03-03T09:00:00Z"),
                        Instant.parse("2026-03-03T10:30:00Z"),
                        false,
                        "Work",
                        calendar,
                        integration))
            .toList();
    var rows =
        new ConflictRows(
            database,
            organizer,
            new ConflictStore(ids),
            Conflict.found(ids.next(), parties.get(0), parties.get(1), clock.instant()));
    database.useTransaction(
        tx -> rows.store.insert(tx, organizer, List.of(rows.conflict), clock.instant()));
    return rows;
  }

  /** Locks what it is between, as resolving it does. */
  public void lockParties() {
    database.useTransaction(tx -> store.lockParties(tx, organizer, List.of(conflict.id())));
  }
}
