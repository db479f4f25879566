package io.linkspan.calendar;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.linkspan.availability.CalendarFreshness.StalePolicy;
import io.linkspan.availability.CalendarFreshness.State;
import io.linkspan.calendar.CalendarReader.Access;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A calendar of a connected account, as the contract shows it.
 *
 * @param externalId what the provider finds it by
 * @param lastSyncAt when it was last read to its end
 * @param version grows with every edit by a person, not with passes
 */
public record Calendar(
    UUID id,
    String externalId,
    String name,
    @Nullable String color,
    @Nullable String timeZone,
    Access access,
    boolean blocksTime,
    boolean isDestination,
    BusyPolicy busyPolicy,
    StalePolicy stalePolicy,
    @Nullable Instant lastSyncAt,
    State state,
    @JsonIgnore UUID integrationId,
    @JsonIgnore long version) {}
