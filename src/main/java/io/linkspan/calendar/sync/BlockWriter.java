package io.linkspan.calendar.sync;

import io.linkspan.availability.SyncedBlocks;
import io.linkspan.availability.SyncedBlocks.Block;
import io.linkspan.availability.SyncedBlocks.Counts;
import io.linkspan.availability.SyncedBlocks.Origin;
import io.linkspan.calendar.sync.BlockExpansion.Expanded;
import io.linkspan.calendar.sync.SyncStore.Key;
import io.linkspan.calendar.sync.SyncStore.Target;
import io.linkspan.event.recurrence.Window;
import io.linkspan.platform.db.Database;
import io.linkspan.platform.db.DatabaseFailed;
import io.linkspan.platform.db.SqlStates;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jdbi.v3.core.Handle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes resources together with their blocks, so that neither is ever without the other. */
final class BlockWriter {
  private static final Logger LOG = LoggerFactory.getLogger(BlockWriter.class);
  private static final int BATCH = 500;

  /** So many resources are expanded while a person waits. */
  private static final int AT_ONCE = 1_000;

  /** Too large for PostgreSQL (54000 and its kin), which is about the data as well. */
  private static final String LIMIT_EXCEEDED = "54";

  private final SyncStore syncs = new SyncStore();
  private final ResourceStore resources = new ResourceStore();
  private final BlockExpansion expansion = new BlockExpansion();
  private final SyncedBlocks blocks;

  BlockWriter(SyncedBlocks blocks) {
    this.blocks = blocks;
  }

  /** One for all passes: it remembers zones and rules. */
  BlockExpansion expansion() {
    return expansion;
  }

  Counts write(Handle tx, Target target, List<Expanded> expanded) {
    var byResource = new HashMap<String, List<Block>>();
    expanded.forEach(one -> byResource.put(one.row().content().resource(), one.blocks()));
    var replaced = blocks.replace(tx, origin(target), byResource);
    resources.upsert(
        tx,
        target.key(),
        expanded.stream()
            .map(Expanded::row)
            .map(
                row ->
                    replaced.cut().contains(row.content().resource())
                        ? row.cut(blocks.limitReached())
                        : row)
            .toList());
    return replaced.counts();
  }

  Counts remove(Handle tx, Target target, Collection<String> names) {
    if (names.isEmpty()) {
      return Counts.NONE;
    }
    resources.delete(tx, target.key(), names);
    return blocks.remove(tx, origin(target), names);
  }

  /**
   * Removes the calendar with all that is stored of it.
   *
   * @return how many blocks went
   */
  int removeCalendar(Handle tx, Target target) {
    int removed = blocks.removeCalendar(tx, target.organizerId(), target.calendarId());
    syncs.delete(tx, target.key());
    return removed;
  }

  /** Whether PostgreSQL does not take what is to be written, so that it would not again either. */
  static boolean refusesData(DatabaseFailed failed) {
    return SqlStates.refusesData(failed) || SqlStates.of(failed).startsWith(LIMIT_EXCEEDED);
  }

  /**
   * Makes the blocks of all that is stored anew, after the policy has changed.
   *
   * @return false if that is more than a request may wait for, and is left to {@link #expandAgain}
   */
  boolean expandAnew(Handle tx, Key calendar) {
    var target = syncs.lock(tx, calendar).orElse(null);
    if (target == null || target.window().isEmpty()) {
      return true;
    }
    if (resources.areMoreThan(tx, calendar, AT_ONCE)) {
      syncs.expanded(tx, calendar, SyncStore.MIXED);
      return false;
    }
    var budget = new CalendarBudget();
    var after = "";
    while (true) {
      var batch = resources.list(tx, calendar, after, BATCH);
      if (batch.isEmpty()) {
        break;
      }
      var part = expand(target, target.window().get(), batch, budget);
      write(tx, target, part);
      after = last(part);
    }
    syncs.expanded(tx, calendar, target.expandsAs());
    freeAgain(tx, target);
    return true;
  }

  /** What was marked free before the calendar was told not to block. */
  private void freeAgain(Handle tx, Target target) {
    if (target.blocksTime()) {
      var freed = syncs.takeFreed(tx, target.key());
      blocks.free(tx, target.organizerId(), target.calendarId(), freed);
    }
  }

  /**
   * Makes the blocks of all that is stored anew, if they were made for another zone, other
   * addresses or another window; a page at a time, so that nobody waits for long.
   *
   * @return whether that was so
   */
  boolean expandAgain(Database database, Key calendar) {
    var begun = database.inTransaction(tx -> syncs.beginExpansion(tx, calendar));
    if (begun.isEmpty()) {
      return false;
    }
    var as = begun.get();
    var budget = new CalendarBudget();
    var after = new AtomicReference<>("");
    while (database.inTransaction(tx -> expandPage(tx, calendar, as, after, budget))) {}
    return true;
  }

  /**
   * @return whether there may be more
   */
  private boolean expandPage(
      Handle tx, Key calendar, String as, AtomicReference<String> after, CalendarBudget budget) {
    var target = syncs.lock(tx, calendar).orElse(null);
    if (target == null || target.window().isEmpty() || !target.expandsAs().equals(as)) {
      return false;
    }
    var batch = resources.list(tx, calendar, after.get(), BATCH);
    if (batch.isEmpty()) {
      syncs.endExpansion(tx, calendar, as);
      freeAgain(tx, target);
      return false;
    }
    var part = expand(target, target.window().get(), batch, budget);
    write(tx, target, part);
    after.set(last(part));
    return true;
  }

  /**
   * Moves the expanded stretch on: what is behind it goes, what comes into it is expanded, a page
   * at a time. A stretch that was longer ahead stays so; one that begins earlier than before leaves
   * everything to be expanded again.
   */
  void roll(Database database, Key calendar, Window wanted) {
    var budget = new CalendarBudget();
    // first, so that the past is not taken for a change
    database.useTransaction(
        tx ->
            syncs
                .lock(tx, calendar)
                .ifPresent(
                    target ->
                        blocks.removeEndedBefore(tx, origin(target), wanted.fromInclusive())));
    while (rollPage(database, calendar, wanted, budget)) {}
  }

  private boolean rollPage(Database database, Key calendar, Window wanted, CalendarBudget budget) {
    try {
      return database.inTransaction(tx -> rollPage(tx, calendar, wanted, BATCH, budget));
    } catch (DatabaseFailed e) {
      if (!refusesData(e)) {
        throw e;
      }
    }
    try {
      return database.inTransaction(tx -> rollPage(tx, calendar, wanted, 1, budget));
    } catch (DatabaseFailed e) {
      if (!refusesData(e)) {
        throw e;
      }
      LOG.error(
          "calendar {}: an event cannot be stored for the days that come ({}); what is stored of it stays",
          calendar.calendarId(),
          e.getMessage());
      database.useTransaction(tx -> passOver(tx, calendar, wanted));
      return true;
    }
  }

  private void passOver(Handle tx, Key calendar, Window wanted) {
    resources.startingBefore(tx, calendar, wanted.toExclusive(), 1).stream()
        .findFirst()
        .ifPresent(
            content ->
                resources.passOver(
                    tx,
                    calendar,
                    content.resource(),
                    wanted.toExclusive(),
                    "The event in "
                        + content.resource()
                        + " could not be stored for the days that come. The server's log says why."));
  }

  /**
   * @return whether there may be more
   */
  private boolean rollPage(
      Handle tx, Key calendar, Window wanted, int most, CalendarBudget budget) {
    var target = syncs.lock(tx, calendar).orElse(null);
    if (target == null || target.window().isEmpty()) {
      return false;
    }
    var before = target.window().get();
    var end =
        before.toExclusive().isAfter(wanted.toExclusive())
            ? before.toExclusive()
            : wanted.toExclusive();
    var to = new Window(wanted.fromInclusive(), end);
    var batch = resources.startingBefore(tx, calendar, end, most);
    if (!batch.isEmpty()) {
      write(tx, target, expand(target, to, batch, budget));
      return true;
    }
    syncs.setWindow(tx, calendar, to);
    if (to.fromInclusive().isBefore(before.fromInclusive())) {
      syncs.expanded(tx, calendar, SyncStore.MIXED);
    }
    return false;
  }

  /** As many from the beginning as may be held at a time, at least one. */
  private List<Expanded> expand(
      Target target, Window window, List<ResourceStore.Content> batch, CalendarBudget budget) {
    return budget.spend(
        work -> {
          var expanded = new ArrayList<Expanded>();
          var part = new CalendarBudget.Part();
          for (var content : batch) {
            var one = expansion.expandStored(target, window, content, work);
            expanded.add(one);
            part.add(one);
            if (part.isFull()) {
              break;
            }
          }
          return expanded;
        });
  }

  private static String last(List<Expanded> part) {
    return part.getLast().row().content().resource();
  }

  private static Origin origin(Target target) {
    return new Origin(
        target.organizerId(),
        target.integrationId(),
        target.calendarId(),
        target.provider() + "_calendar");
  }
}
