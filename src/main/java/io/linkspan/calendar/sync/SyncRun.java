package io.linkspan.calendar.sync;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One pass over a calendar, as the contract shows it.
 *
 * @param startedAt null while it waits for its turn
 * @param eventsSeen items that the provider sent
 * @param created blocks that came; likewise {@code updated} and {@code removed}
 * @param requests calls to the provider
 * @param leftOut how many events of the calendar could not be read or had to be guessed when it
 *     ended
 * @param problems the first of those
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
    int leftOut,
    List<LeftOut> problems,
    @Nullable String error,
    @JsonIgnore boolean fullRequested,
    @JsonIgnore Instant requestedAt) {

  public SyncRun {
    problems = List.copyOf(problems);
  }

  /**
   * An event that is not known, or not for certain.
   *
   * @param event its title, else its UID; null if it is not known which
   * @param detail what is wrong with it, as a sentence
   */
  public record LeftOut(@Nullable String event, String detail) {}

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
