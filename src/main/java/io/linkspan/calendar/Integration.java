package io.linkspan.calendar;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A connected account seen as a source of calendars, as the contract shows it.
 *
 * @param calendarId the calendar that bookings are written to, if it is one of this account
 * @param lastSyncAt when a calendar of it was last read to its end
 * @param nextSyncAt when the next pass is due
 * @param syncErrors consecutive failed passes of the calendar that fares worst
 * @param version grows with every edit by a person, not with passes
 */
public record Integration(
    UUID id,
    String provider,
    String providerDisplay,
    String providerUserId,
    @Nullable String providerEmail,
    @Nullable UUID calendarId,
    Status status,
    @Nullable String statusReason,
    boolean isActive,
    boolean syncEnabled,
    boolean isTokenExpired,
    @Nullable Instant tokenExpiresAt,
    @Nullable Instant lastSyncAt,
    @Nullable Instant nextSyncAt,
    int syncErrors,
    int calendarsCount,
    Instant createdAt,
    Instant updatedAt,
    @JsonIgnore UUID accountId,
    @JsonIgnore long version) {

  /** How a connection fares; when several apply, the one that most needs a person. */
  public enum Status {
    /** Connected, and not one pass has ended yet. */
    CONNECTING,
    CONNECTED,
    /** A pass is running. */
    SYNCING,
    /**
     * It works in part: a calendar could not be read the last time, or something in a calendar
     * could not be understood. The reason says which.
     */
    DEGRADED,
    /** The provider refuses the credentials. */
    NEEDS_REAUTH,
    /** Turned off by its organizer. */
    DISABLED
  }

  /** From how many failed syncs in a row on it is said that they keep failing. */
  public static final int KEEPS_FAILING_AFTER = 5;
}
