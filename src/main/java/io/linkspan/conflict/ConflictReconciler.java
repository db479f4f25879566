package io.linkspan.conflict;

import io.linkspan.activity.Changes;
import io.linkspan.availability.BlockChangeStore;
import io.linkspan.availability.BlockedTime;
import io.linkspan.availability.BlockedTimes;
import io.linkspan.availability.CalendarFreshness;
import io.linkspan.availability.CalendarFreshness.SourceCalendar;
import io.linkspan.platform.db.Database;
import io.linkspan.platform.time.Ids;
import io.linkspan.platform.time.TimeRange;
import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the stored conflicts equal to what the blocks say. Where blocks changed is noted with the
 * change; reconciling compares that stretch of time and takes the note away, in one transaction, so
 * a crash loses nothing. One node at a time does it for an organizer; those who change blocks never
 * wait for it longer than its last statement.
 */
public final class ConflictReconciler {
  /** How many conflicts of an organizer are kept, resolved ones apart; beyond, the list says so. */
  private static final int MOST = 10_000;

  private static final int BATCH = 1_000;
  private static final Logger LOG = LoggerFactory.getLogger(ConflictReconciler.class);

  /**
   * Why conflicts are about to change.
   *
   * @param requestId the call in which it was done
   * @param undo how to take it back; null where nothing has to be
   */
  record Cause(
      String action, UUID userId, String requestId, String explanation, @Nullable Undo undo) {}

  private final Database database;
  private final ConflictStore store;
  private final BlockChangeStore notes;
  private final BlockedTimes blockedTimes;
  private final CalendarFreshness freshness;
  private final ConflictNews news;
  private final Changes changes;
  private final Ids ids;
  private final Clock clock;
  private final int most;

  /** What belongs together, for the constructor. */
  public record Blocks(
      BlockChangeStore notes, BlockedTimes blockedTimes, CalendarFreshness freshness) {}

  public ConflictReconciler(
      Database database, Blocks blocks, ConflictNews news, Changes changes, Ids ids, Clock clock) {
    this(database, blocks, news, changes, ids, clock, MOST);
  }

  /**
   * @param most how many conflicts are kept
   */
  ConflictReconciler(
      Database database,
      Blocks blocks,
      ConflictNews news,
      Changes changes,
      Ids ids,
      Clock clock,
      int most) {
    this.database = database;
    this.store = new ConflictStore(ids);
    this.notes = blocks.notes();
    this.blockedTimes = blocks.blockedTimes();
    this.freshness = blocks.freshness();
    this.news = news;
    this.changes = changes;
    this.ids = ids;
    this.clock = clock;
    this.most = most;
  }

  /** Brings an organizer's conflicts up to date. One small query when no block has changed. */
  public void reconcile(UUID organizerId) {
    if (database.query(handle -> notes.noted(handle, organizerId)).isPresent()) {
      database.useTransaction(tx -> reconcile(tx, organizerId, Optional.empty()));
    }
  }

  /** Brings everybody's up to date: what is left when a node died between a change and this. */
  public void reconcileAll() {
    for (var organizer : database.query(handle -> notes.organizers(handle, BATCH))) {
      try {
        reconcile(organizer);
      } catch (RuntimeException e) {
        LOG.error(
            "conflicts of organizer {} cannot be looked for; tried again in a minute",
            organizer,
            e);
      }
    }
  }

  /** Forgets conflicts, and their history, that were resolved before that time. */
  public void forgetResolvedBefore(Instant time) {
    database.query(handle -> store.purgeResolved(handle, time));
  }

  /**
   * As {@link #reconcile(UUID)}, within a transaction that changes blocks or conflicts itself.
   *
   * @param cause what the history says; empty: the blocks changed by themselves
   */
  void reconcile(Handle tx, UUID organizerId, Optional<Cause> cause) {
    boolean truncatedBefore = store.lock(tx, organizerId);
    var note = notes.noted(tx, organizerId);
    if (note.isEmpty()) {
      return;
    }
    // what did not fit may lie anywhere, and fit now
    var range = truncatedBefore ? TimeRange.ALL : note.get().range();
    boolean truncated = compare(tx, organizerId, range, cause);
    if (truncated != truncatedBefore) {
      store.truncated(tx, organizerId, truncated);
    }
    notes.settle(tx, organizerId, note.get());
  }

  /**
   * @return whether there are more conflicts than are kept
   */
  private boolean compare(Handle tx, UUID organizerId, TimeRange range, Optional<Cause> cause) {
    var calendars = freshness.calendars(tx, organizerId);
    var blocks = blockedTimes.counting(tx, organizerId, calendars, range);
    var found = ConflictPairs.find(blocks, range, most);
    var pairs = new LinkedHashMap<Conflict.Key, ConflictPairs.Pair>();
    found.pairs().forEach(pair -> pairs.put(key(pair), pair));

    var diff = new ConflictDiff(cause, clock.instant());
    var standing = store.standing(tx, organizerId, range);
    var byId = blocks.stream().collect(Collectors.toMap(BlockedTime::id, Function.identity()));
    for (var conflict : standing) {
      // looked up by its blocks, because the search for pairs stops when it has enough
      still(conflict, byId)
          .ifPresentOrElse(
              pair -> pairs.putIfAbsent(conflict.key(), pair), () -> diff.gone(conflict));
    }
    var known = byKey(standing);
    var unknown = pairs.keySet().stream().filter(key -> !known.containsKey(key)).toList();
    known.putAll(byKey(store.of(tx, organizerId, unknown)));

    var names =
        calendars.stream()
            .collect(Collectors.toMap(SourceCalendar::calendarId, SourceCalendar::name));
    int room = most - store.countStanding(tx, organizerId) + diff.goneCount();
    boolean complete = found.complete();
    for (var entry : pairs.entrySet()) {
      var conflict = known.get(entry.getKey());
      if ((conflict == null || !conflict.standing()) && room-- <= 0) {
        complete = false;
        continue;
      }
      var first = party(entry.getValue().first(), names);
      var second = party(entry.getValue().second(), names);
      if (conflict == null) {
        diff.added(Conflict.found(ids.next(), first, second, clock.instant()));
      } else {
        diff.seen(conflict, first, second);
      }
    }
    write(tx, organizerId, diff, cause.map(Cause::requestId).orElse(null));
    return !complete;
  }

  private void write(Handle tx, UUID organizerId, ConflictDiff diff, @Nullable String requestId) {
    if (diff.isEmpty()) {
      return;
    }
    var now = clock.instant();
    store.insert(tx, organizerId, diff.inserts(), now);
    store.update(tx, organizerId, diff.updates(), now);
    store.remember(tx, organizerId, diff.events(), now);
    news.detected(tx, organizerId, diff.detected(), requestId);
    news.resolved(tx, organizerId, diff.resolved(), requestId);
    changes.changed(tx, organizerId, "conflict", null, Changes.Change.UPDATED);
  }

  private static Optional<ConflictPairs.Pair> still(
      Conflict conflict, Map<UUID, BlockedTime> blocks) {
    var first = blocks.get(conflict.first().id());
    var second = blocks.get(conflict.second().id());
    return first != null && second != null && ConflictPairs.conflict(first, second)
        ? Optional.of(ConflictPairs.ordered(first, second))
        : Optional.empty();
  }

  private static Conflict.Key key(ConflictPairs.Pair pair) {
    return Conflict.Key.of(pair.first().id(), pair.second().id());
  }

  private static Map<Conflict.Key, Conflict> byKey(List<Conflict> conflicts) {
    return conflicts.stream()
        .collect(
            Collectors.toMap(Conflict::key, Function.identity(), (a, b) -> a, LinkedHashMap::new));
  }

  private static ConflictParty party(BlockedTime block, Map<UUID, String> calendarNames) {
    var calendar = block.calendarId();
    return ConflictParty.of(block, calendar == null ? null : calendarNames.get(calendar));
  }
}
