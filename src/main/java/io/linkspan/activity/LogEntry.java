package io.linkspan.activity;

import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An entry of the activity log as it is answered.
 *
 * @param logTypeDisplay the type in words
 * @param booking of {@code bookingId}, if it still exists
 */
public record LogEntry(
    UUID id,
    String logType,
    String logTypeDisplay,
    @Nullable String integrationType,
    @Nullable UUID integrationId,
    @Nullable UUID bookingId,
    @Nullable Booking booking,
    String message,
    Map<String, Object> details,
    boolean success,
    @Nullable String requestId,
    Instant createdAt) {
  /** The booking that an entry is about. */
  public record Booking(UUID id, String title, Instant start) {}
}
