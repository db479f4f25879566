package io.linkspan.availability;

import io.linkspan.platform.time.TimeRange;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A stored stretch of time that is taken: a manual block, or one occurrence of a synced event.
 *
 * @param start including
 * @param end excluding
 * @param reason why; of a synced one the event's title
 * @param externalId the event's UID; null if manual
 * @param resource where the event is stored in its calendar; null if manual
 * @param markedFree whether somebody said that it does not block
 */
public record BlockedTime(
    UUID id,
    Instant start,
    Instant end,
    boolean allDay,
    String reason,
    String source,
    @Nullable String externalId,
    @Nullable UUID integrationId,
    @Nullable UUID calendarId,
    @Nullable String resource,
    boolean markedFree,
    long version,
    Instant createdAt,
    Instant updatedAt) {
  static final String MANUAL = "manual";

  /** Made by hand, so it may be changed here. */
  public boolean manual() {
    return source.equals(MANUAL);
  }

  public TimeRange time() {
    return new TimeRange(start, end);
  }
}
