package io.linkspan.conflict;

import io.linkspan.platform.time.TimeRange;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Two blocks that claim the same time, with the identity that their pair keeps.
 *
 * @param first the external event; of two, the one that begins first
 * @param dismissed the overlap that somebody said may stay; null unless dismissed
 * @param undo how to take back the action that resolved it; null if none did
 * @param detectedAt when it was first seen
 */
record Conflict(
    UUID id,
    ConflictParty first,
    ConflictParty second,
    Status status,
    @Nullable TimeRange dismissed,
    @Nullable Undo undo,
    long version,
    Instant detectedAt) {

  /** Of the contract's {@code ConflictStatus}. */
  enum Status {
    OPEN,
    DISMISSED,
    RESOLVED
  }

  /** The two blocks, in an order that does not depend on their times. */
  record Key(UUID a, UUID b) {
    static Key of(UUID one, UUID other) {
      return one.compareTo(other) <= 0 ? new Key(one, other) : new Key(other, one);
    }
  }

  /** One change of the status, as its history keeps it. */
  record Event(
      Instant at,
      Status status,
      @Nullable String action,
      @Nullable String by,
      String explanation) {}

  static Conflict found(UUID id, ConflictParty first, ConflictParty second, Instant now) {
    return new Conflict(id, first, second, Status.OPEN, null, null, 1, now);
  }

  Key key() {
    return Key.of(first.id(), second.id());
  }

  Overlap overlap() {
    return Overlap.of(first, second);
  }

  boolean standing() {
    return status != Status.RESOLVED;
  }

  boolean involves(UUID block) {
    return first.id().equals(block) || second.id().equals(block);
  }

  /**
   * The same pair as it is now. What was resolved is open again, and so is what was dismissed once
   * the overlap reaches beyond what was dismissed: less of the same overlap stays dismissed.
   */
  Conflict seen(ConflictParty nowFirst, ConflictParty nowSecond) {
    var now = Overlap.of(nowFirst, nowSecond).time();
    boolean stays = dismissed != null && dismissed.contains(now);
    return new Conflict(
        id,
        nowFirst,
        nowSecond,
        stays ? Status.DISMISSED : Status.OPEN,
        stays ? dismissed : null,
        null,
        version + 1,
        detectedAt);
  }

  Conflict resolved(@Nullable Undo howToUndo) {
    return new Conflict(
        id, first, second, Status.RESOLVED, null, howToUndo, version + 1, detectedAt);
  }

  Conflict dismissedNow() {
    return new Conflict(
        id, first, second, Status.DISMISSED, overlap().time(), null, version + 1, detectedAt);
  }

  /** The same, without a way back: what its action did was taken back elsewhere. */
  Conflict withoutUndo() {
    return new Conflict(id, first, second, status, dismissed, null, version + 1, detectedAt);
  }

  /** Whether this side of it is an event that was marked as free to resolve it. */
  boolean markedFree(ConflictParty party) {
    return undo instanceof Undo.MarkedFree free && free.block().equals(party.id());
  }

  Conflict reopened() {
    return new Conflict(id, first, second, Status.OPEN, null, null, version + 1, detectedAt);
  }
}
