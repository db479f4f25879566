package io.linkspan.calendar;

import io.linkspan.connection.Account;
import io.linkspan.event.EventSeries;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads calendars of one kind of account. It turns a protocol into pages of changes and knows
 * nothing of how they are stored; it makes outbound calls and holds no state between calls.
 */
public interface CalendarReader {
  /** The calendars of the account that can hold events. */
  Listing calendars(Account account);

  /**
   * Hands all changes since {@link SyncRequest#token} to the sink, page by page, in any order, each
   * resource at most once. An exception from the sink passes through: the work was taken away.
   */
  SyncOutcome sync(SyncRequest request, PageSink sink);

  /** What {@link #calendars} found. */
  sealed interface Listing {
    record Listed(List<RemoteCalendar> calendars) implements Listing {}

    record Failed(SyncFailure failure) implements Listing {}
  }

  /**
   * A calendar at its provider.
   *
   * @param externalId what the provider finds it by
   * @param color {@code #rrggbb} where told
   * @param timeZone IANA name where told
   * @param primary whether it is the account's main one
   */
  record RemoteCalendar(
      String externalId,
      String name,
      @Nullable String color,
      @Nullable String timeZone,
      Access access,
      boolean primary) {}

  /** What the account may do with a calendar. */
  enum Access {
    OWNER,
    WRITER,
    READER,
    FREE_BUSY
  }

  /**
   * @param token where the last complete pass ended; absent means a full pass: everything that is
   *     there, after which what was not mentioned is gone
   * @param forced whether a person asked for this pass, by itself or by connecting: no cache may
   *     answer it
   * @param known what is stored already
   */
  record SyncRequest(
      Account account,
      String externalId,
      Optional<String> token,
      boolean forced,
      KnownResources known,
      Instant windowStart,
      Instant windowEnd) {}

  /** What is stored of the calendar, so that a pass need not fetch it again. */
  interface KnownResources {
    /** The version under which the resource is stored, or empty if it is not. */
    Optional<String> etag(String resource);

    Set<String> names();
  }

  /**
   * Takes changes, 50 to 500 at a time. Each page is stored in one transaction before the call
   * returns.
   */
  interface PageSink {
    void page(List<Change> changes);

    /**
     * To be called before each request of a pass that makes many. An exception passes through: the
     * pass has run out of time.
     */
    default void beforeRequest() {}
  }

  /** One resource, a stored object that holds one or more series. */
  sealed interface Change {
    String resource();

    /**
     * @param etag the version, compared as text; null if the provider gives none
     * @param series what it holds; empty when nothing in it is an event
     * @param problems what could not be understood, a sentence each; the calendar is degraded while
     *     there are any
     */
    record Upsert(
        String resource, @Nullable String etag, List<EventSeries> series, List<String> problems)
        implements Change {}

    record Removed(String resource) implements Change {}

    /** Still there as stored: only said in a full pass. */
    record Unchanged(String resource) implements Change {}
  }

  /** How a pass ended. */
  sealed interface SyncOutcome {
    /** How many requests were made. */
    int requests();

    /**
     * @param token for the next pass; absent if the provider has none
     * @param full whether everything there was mentioned, so that the rest is gone
     * @param refreshHint how often the provider asks to be read
     * @param coveredUntil where the occurrences that were told end; absent if whole series were
     *     told, which go on for ever. A window that reaches further is read from the provider anew,
     *     by a full sync in which nothing is {@link Change.Unchanged}
     */
    record Completed(
        Optional<String> token,
        boolean full,
        Optional<Duration> refreshHint,
        Optional<Instant> coveredUntil,
        int requests)
        implements SyncOutcome {
      /** Of a provider that tells whole series. */
      public Completed(
          Optional<String> token, boolean full, Optional<Duration> refreshHint, int requests) {
        this(token, full, refreshHint, Optional.empty(), requests);
      }
    }

    record Failed(SyncFailure failure, int requests) implements SyncOutcome {}
  }

  /**
   * Why a provider could not be read. {@code detail} is a sentence for a person, {@code fix} what
   * they can do.
   */
  sealed interface SyncFailure {
    String detail();

    String fix();

    /** The credentials are refused: a person must act. */
    record Unauthorized(String detail, String fix) implements SyncFailure {}

    /** The token is not accepted any more: a full pass must follow. */
    record TokenRejected(String detail, String fix) implements SyncFailure {}

    /** The calendar itself is gone. */
    record CalendarGone(String detail, String fix) implements SyncFailure {}

    /**
     * Asked to wait.
     *
     * @param retryAfter as the provider said
     */
    record Throttled(String detail, String fix, Optional<Duration> retryAfter)
        implements SyncFailure {}

    /** Not reached, an error, or an answer that makes no sense. */
    record Unavailable(String detail, String fix) implements SyncFailure {}
  }
}
