package io.linkspan.availability;

import io.linkspan.activity.Changes;
import io.linkspan.activity.Changes.Change;
import io.linkspan.platform.http.OrganizerLimit;
import io.linkspan.platform.http.OrganizerLimits;
import io.linkspan.platform.time.Ids;
import io.linkspan.platform.time.TimeRange;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;

/**
 * The blocked times that come from calendars. A block keeps its id for as long as its occurrence
 * exists, so that what refers to it (a conflict, a mark) survives a change of its time.
 */
public final class SyncedBlocks {
  /** Where blocks come from; {@code source} is the contract's, such as {@code caldav_calendar}. */
  public record Origin(UUID organizerId, UUID integrationId, UUID calendarId, String source) {}

  /**
   * One occurrence that blocks.
   *
   * @param occurrence which one of its series: stable while the occurrence exists
   * @param externalId the event's UID
   */
  public record Block(
      String occurrence,
      Instant start,
      Instant end,
      boolean allDay,
      String reason,
      String externalId) {
    private Block as(String otherOccurrence) {
      return new Block(otherOccurrence, start, end, allDay, reason, externalId);
    }
  }

  /** An occurrence that the organizer marked free. */
  public record Freed(String resource, String occurrence) {}

  /** How many blocks came, changed and went. */
  public record Counts(int created, int updated, int removed) {
    public static final Counts NONE = new Counts(0, 0, 0);

    public Counts plus(Counts other) {
      return new Counts(created + other.created, updated + other.updated, removed + other.removed);
    }

    public boolean any() {
      return created + updated + removed > 0;
    }
  }

  /**
   * What became of blocks.
   *
   * @param cut resources of which some were not stored, because the organizer has as many as one
   *     may
   */
  public record Replaced(Counts counts, Set<String> cut) {
    private static final Replaced NOTHING = new Replaced(Counts.NONE, Set.of());

    public Replaced {
      cut = Set.copyOf(cut);
    }
  }

  private final SyncedBlockStore store = new SyncedBlockStore();
  private final BlockedTimeStore blockedTimes = new BlockedTimeStore();
  private final BlockChangeStore notes;
  private final Changes changes;
  private final OrganizerLimits limits;
  private final Ids ids;
  private final Clock clock;

  public SyncedBlocks(
      BlockChangeStore notes, Changes changes, OrganizerLimits limits, Ids ids, Clock clock) {
    this.notes = notes;
    this.changes = changes;
    this.limits = limits;
    this.ids = ids;
    this.clock = clock;
  }

  /**
   * Makes the blocks of these resources exactly those given; other resources of the calendar stay
   * as they are. Beyond the organizer's limit the latest are not stored.
   */
  public Replaced replace(Handle tx, Origin origin, Map<String, List<Block>> blocksByResource) {
    if (blocksByResource.isEmpty()) {
      return Replaced.NOTHING;
    }
    var stored = store.find(tx, origin, blocksByResource.keySet());
    var remaining = new HashMap<SyncedBlockStore.Key, SyncedBlockStore.Row>();
    stored.forEach(row -> remaining.put(row.key(), row));
    var created = new ArrayList<SyncedBlockStore.Row>();
    var updated = new ArrayList<SyncedBlockStore.Row>();
    var touched = new Extent();
    blocksByResource.forEach(
        (resource, blocks) -> {
          for (var block : distinct(blocks)) {
            var before = remaining.remove(new SyncedBlockStore.Key(resource, block.occurrence()));
            if (before == null) {
              created.add(new SyncedBlockStore.Row(ids.next(), resource, block));
              touched.include(block.start(), block.end());
            } else if (!Objects.equals(before.block(), block)) {
              updated.add(new SyncedBlockStore.Row(before.id(), resource, block));
              touched.include(block.start(), block.end());
              touched.include(before.block().start(), before.block().end());
            }
          }
        });
    var cut = keepToLimit(tx, origin.organizerId(), created, remaining.size());
    remaining.values().forEach(row -> touched.include(row.block().start(), row.block().end()));
    store.delete(
        tx,
        origin.organizerId(),
        remaining.values().stream().map(SyncedBlockStore.Row::id).toList());
    store.update(tx, origin.organizerId(), updated, clock.instant());
    store.insert(tx, origin, created, clock.instant());
    touched.ifAny(range -> changed(tx, origin.organizerId(), range));
    return new Replaced(new Counts(created.size(), updated.size(), remaining.size()), cut);
  }

  /**
   * Takes out of {@code created} what exceeds the limit.
   *
   * @param removed how many go in the same breath
   * @return the resources that are not whole
   */
  private Set<String> keepToLimit(
      Handle tx, UUID organizerId, List<SyncedBlockStore.Row> created, int removed) {
    if (created.size() <= removed) {
      return Set.of();
    }
    long room =
        removed + limits.room(tx, organizerId, OrganizerLimit.BLOCKS, blockedTimes::countAll);
    if (created.size() <= room) {
      return Set.of();
    }
    created.sort(Comparator.comparing(row -> row.block().start()));
    var beyond = created.subList((int) room, created.size());
    var cut = beyond.stream().map(SyncedBlockStore.Row::resource).collect(Collectors.toSet());
    beyond.clear();
    return cut;
  }

  /** What is said of an event of which not all is stored. */
  public String limitReached() {
    return "Not all times of this event are stored. " + limits.sentence(OrganizerLimit.BLOCKS);
  }

  /**
   * Two blocks of one occurrence would be refused by the database, and with them all that is
   * written beside them. That they come is a mistake of whoever expanded, but no reason to lose the
   * time of either.
   */
  private static List<Block> distinct(List<Block> blocks) {
    var occurrences = new HashSet<String>();
    var result = new ArrayList<Block>(blocks.size());
    for (var block : blocks) {
      if (occurrences.add(block.occurrence())) {
        result.add(block);
      } else if (!result.contains(block)) {
        result.add(block.as(block.occurrence() + "#" + result.size()));
      }
    }
    return result;
  }

  /** Removes the blocks of these resources. */
  public Counts remove(Handle tx, Origin origin, Collection<String> resources) {
    var none = new HashMap<String, List<Block>>();
    resources.forEach(resource -> none.put(resource, List.of()));
    return replace(tx, origin, none).counts();
  }

  /** The calendar's occurrences that are marked free. */
  public List<Freed> freed(Handle tx, UUID organizerId, UUID calendarId) {
    return store.freed(tx, organizerId, calendarId);
  }

  /** Marks free again what was before its blocks went, where it is still there. */
  public void free(Handle tx, UUID organizerId, UUID calendarId, List<Freed> freed) {
    store.free(tx, organizerId, calendarId, freed, clock.instant());
  }

  /** Removes the blocks that ended before the window. */
  public void removeEndedBefore(Handle tx, Origin origin, Instant windowStart) {
    store.deleteEndedBefore(tx, origin, windowStart);
  }

  /**
   * All blocks of the calendar count as changed, though they did not: whether they count at all
   * did.
   */
  public void noteChange(Handle tx, UUID organizerId, UUID calendarId) {
    store.extent(tx, organizerId, calendarId).ifPresent(range -> changed(tx, organizerId, range));
  }

  /**
   * Locks every block of the calendars. To be done before changes are noted in the same transaction
   * and more blocks than those of one page follow: whoever changes a block locks it first, too.
   */
  public void lock(Handle tx, UUID organizerId, Collection<UUID> calendars) {
    store.lock(tx, organizerId, calendars);
  }

  /**
   * Removes every block of a calendar.
   *
   * @return how many
   */
  public int removeCalendar(Handle tx, UUID organizerId, UUID calendarId) {
    noteChange(tx, organizerId, calendarId);
    return store.deleteCalendar(tx, organizerId, calendarId);
  }

  private void changed(Handle tx, UUID organizerId, TimeRange range) {
    notes.note(tx, organizerId, range);
    changes.changed(tx, organizerId, "blocked_times", null, Change.UPDATED);
  }

  /** Grows to hold every stretch it is given. */
  private static final class Extent {
    private Instant from = Instant.MAX;
    private Instant to = Instant.MIN;

    void include(Instant start, Instant end) {
      from = start.isBefore(from) ? start : from;
      to = end.isAfter(to) ? end : to;
    }

    void ifAny(Consumer<TimeRange> use) {
      if (from.isBefore(to)) {
        use.accept(new TimeRange(from, to));
      }
    }
  }
}
