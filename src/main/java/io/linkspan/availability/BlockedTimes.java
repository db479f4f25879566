package io.linkspan.availability;

import io.linkspan.activity.Changes;
import io.linkspan.activity.Changes.Change;
import io.linkspan.availability.CalendarFreshness.SourceCalendar;
import io.linkspan.platform.http.Cursor;
import io.linkspan.platform.http.OrganizerLimit;
import io.linkspan.platform.http.OrganizerLimits;
import io.linkspan.platform.time.Ids;
import io.linkspan.platform.time.TimeRange;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;

/**
 * What takes an organizer's time, and the changes that can be made to it by hand. Every change is
 * noted for the search for conflicts and told to open screens, in its own transaction.
 */
public final class BlockedTimes {
  /**
   * Blocks made by hand and blocks of calendars in a stretch of time, and how many of them count.
   */
  public record Counts(int manual, int synced, int countingManual, int countingSynced) {}

  /** What a manual block is made of, as asked for. */
  public record Draft(TimeRange time, boolean allDay, String reason, boolean active) {}

  private final BlockedTimeStore store = new BlockedTimeStore();
  private final BlockChangeStore blockChanges;
  private final Changes changes;
  private final Consumer<UUID> afterChange;
  private final OrganizerLimits limits;
  private final Ids ids;
  private final Clock clock;

  /**
   * @param afterChange told the organizer when a change by hand is committed; must return at once
   */
  public BlockedTimes(
      BlockChangeStore blockChanges,
      Changes changes,
      Consumer<UUID> afterChange,
      OrganizerLimits limits,
      Ids ids,
      Clock clock) {
    this.blockChanges = blockChanges;
    this.changes = changes;
    this.afterChange = afterChange;
    this.limits = limits;
    this.ids = ids;
    this.clock = clock;
  }

  public Optional<BlockedTime> find(Handle handle, UUID organizerId, UUID id) {
    return store.find(handle, organizerId, id);
  }

  /** As {@link #find}; nobody else changes it until the transaction ends. */
  public Optional<BlockedTime> lock(Handle tx, UUID organizerId, UUID id) {
    return store.lock(tx, organizerId, id);
  }

  /**
   * What takes time in the range, in no order: manual blocks, and those of the active calendars.
   */
  public List<BlockedTime> counting(
      Handle handle, UUID organizerId, List<SourceCalendar> calendars, TimeRange range) {
    return store.counting(handle, organizerId, active(calendars), range);
  }

  public Counts count(
      Handle handle, UUID organizerId, List<SourceCalendar> calendars, TimeRange range) {
    return store.count(handle, organizerId, active(calendars), range);
  }

  /** Events that somebody marked as free and that are not over at that time, by start. */
  public List<BlockedTime> markedFree(
      Handle handle, UUID organizerId, Instant from, Optional<Cursor> after, int limit) {
    return store.markedFree(handle, organizerId, from, after, limit);
  }

  /**
   * What the organizer's time zone makes of whole days, from the first that is touched to the last.
   */
  public TimeRange wholeDays(Handle handle, UUID organizerId, TimeRange time) {
    return wholeDays(time, store.zone(handle, organizerId));
  }

  /**
   * Creates a manual block.
   *
   * @throws io.linkspan.platform.http.Problem 409 when the organizer has as many as one may
   */
  public BlockedTime create(Handle tx, UUID organizerId, Draft draft) {
    return create(tx, organizerId, ids.next(), draft);
  }

  /** Makes a manual block again that was deleted, under the id that it had. */
  public BlockedTime restore(Handle tx, UUID organizerId, UUID id, Draft draft) {
    return create(tx, organizerId, id, draft);
  }

  private BlockedTime create(Handle tx, UUID organizerId, UUID id, Draft draft) {
    limits.requireRoom(tx, organizerId, OrganizerLimit.BLOCKS, store::countAll);
    var now = clock.instant();
    var time = draft.allDay() ? wholeDays(tx, organizerId, draft.time()) : draft.time();
    var block =
        new BlockedTime(
            id,
            time.start(),
            time.end(),
            draft.allDay(),
            draft.reason(),
            BlockedTime.MANUAL,
            null,
            null,
            null,
            null,
            !draft.active(),
            1,
            now,
            now);
    store.insert(tx, organizerId, block);
    noteChange(tx, organizerId, block.id(), block.time(), Change.CREATED);
    return block;
  }

  /** Makes a manual block what the draft says. */
  public BlockedTime change(Handle tx, UUID organizerId, BlockedTime before, Draft draft) {
    requireManual(before);
    var time = draft.allDay() ? wholeDays(tx, organizerId, draft.time()) : draft.time();
    var after =
        new BlockedTime(
            before.id(),
            time.start(),
            time.end(),
            draft.allDay(),
            draft.reason(),
            before.source(),
            null,
            null,
            null,
            null,
            !draft.active(),
            before.version() + 1,
            before.createdAt(),
            clock.instant());
    store.update(tx, organizerId, after);
    noteChange(tx, organizerId, before.id(), before.time().hull(after.time()), Change.UPDATED);
    return after;
  }

  /** Deletes a manual block. */
  public void delete(Handle tx, UUID organizerId, BlockedTime block) {
    requireManual(block);
    store.delete(tx, organizerId, block.id());
    noteChange(tx, organizerId, block.id(), block.time(), Change.DELETED);
  }

  /** Says that a block does not block, or that it does again. Survives the next sync. */
  public void markFree(Handle tx, UUID organizerId, BlockedTime block, boolean free) {
    store.markFree(tx, organizerId, block.id(), free, clock.instant());
    noteChange(tx, organizerId, block.id(), block.time(), Change.UPDATED);
  }

  BlockedTimeStore store() {
    return store;
  }

  static Collection<UUID> active(List<SourceCalendar> calendars) {
    return calendars.stream()
        .filter(SourceCalendar::active)
        .map(SourceCalendar::calendarId)
        .toList();
  }

  static TimeRange wholeDays(TimeRange time, ZoneId zone) {
    var firstDay = time.start().atZone(zone).toLocalDate();
    var end = time.end().atZone(zone);
    // a day may begin at 01:00, where midnight falls into a gap
    boolean endsWithDay = end.toInstant().equals(startOf(end.toLocalDate(), zone));
    var dayAfter = endsWithDay ? end.toLocalDate() : end.toLocalDate().plusDays(1);
    return new TimeRange(startOf(firstDay, zone), startOf(dayAfter, zone));
  }

  private static Instant startOf(LocalDate day, ZoneId zone) {
    return day.atStartOfDay(zone).toInstant();
  }

  private static void requireManual(BlockedTime block) {
    if (!block.manual()) {
      throw new IllegalArgumentException(
          "block " + block.id() + " comes from " + block.source() + " and is written by its sync");
    }
  }

  private void noteChange(Handle tx, UUID organizerId, UUID id, TimeRange range, Change change) {
    blockChanges.note(tx, organizerId, range);
    changes.changed(tx, organizerId, "blocked_times", id, change);
    tx.afterCommit(() -> afterChange.accept(organizerId));
  }
}
