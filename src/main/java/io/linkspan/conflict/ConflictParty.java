package io.linkspan.conflict;

import io.linkspan.availability.BlockedTime;
import io.linkspan.platform.time.TimeRange;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One side of a conflict as it was last seen; stored with it, so that a conflict can still be read
 * when its block is gone.
 *
 * @param manual made by hand; otherwise an event of a calendar
 * @param title the event's title or the block's reason
 * @param calendar its name; null if manual
 */
record ConflictParty(
    UUID id,
    boolean manual,
    String title,
    Instant start,
    Instant end,
    boolean allDay,
    @Nullable String calendar,
    @Nullable UUID calendarId,
    @Nullable UUID integrationId) {

  static ConflictParty of(BlockedTime block, @Nullable String calendar) {
    return new ConflictParty(
        block.id(),
        block.manual(),
        block.reason(),
        block.start(),
        block.end(),
        block.allDay(),
        calendar,
        block.calendarId(),
        block.integrationId());
  }

  /** As the contract calls it. */
  String type() {
    return manual ? "manual_block" : "external_event";
  }

  TimeRange time() {
    return new TimeRange(start, end);
  }

  /** For sentences: titles may be empty, and may not be seen. */
  String name() {
    if (!title.isBlank()) {
      return "“" + title.strip() + "”";
    }
    return manual ? "the block" : "an event of " + calendar;
  }
}
