package io.linkspan.calendar;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One pass over a calendar, as the contract shows it.
 *
 * @param startedAt null while it waits for its turn
 * @param eventsSeen items that the provider sent
 * @param created blocks that came; likewise {@code updated} and {@code removed}
 * @param requests calls to the provider
 * @param error why it failed and what can be done
 */
public record SyncRun(
    UUID id,
    UUID calendarId,
    Mode mode,
    Trigger trigger,
    @Nullable Instant startedAt,
    @Nullable Instant finishedAt,
    Outcome outcome,
    int eventsSeen,
    int created,
    int updated,
    int removed,
    int requests,
    @Nullable String error,
    @JsonIgnore boolean fullRequested,
    @JsonIgnore Instant requestedAt) {

  /** Whether everything was read or only what changed. */
  public enum Mode {
    FULL,
    INCREMENTAL
  }

  /** Why a pass was made. */
  public enum Trigger {
    CONNECT,
    SCHEDULE,
    MANUAL,
    PUSH,
    RETRY
  }

  public enum Outcome {
    RUNNING,
    SUCCEEDED,
    FAILED
  }
}
