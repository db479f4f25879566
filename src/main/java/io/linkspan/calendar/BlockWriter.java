package io.linkspan.calendar;

import io.linkspan.availability.SyncedBlocks;
import io.linkspan.availability.SyncedBlocks.Block;
import io.linkspan.availability.SyncedBlocks.Counts;
import io.linkspan.availability.SyncedBlocks.Origin;
import io.linkspan.calendar.BlockExpansion.Expanded;
import io.linkspan.calendar.SyncStore.Key;
import io.linkspan.calendar.SyncStore.Target;
import io.linkspan.calendar.recurrence.Window;
import io.linkspan.calendar.recurrence.WorkBudget;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import org.jdbi.v3.core.Handle;

/** Writes resources together with their blocks, so that neither is ever without the other. */
final class BlockWriter {
  private static final int BATCH = 500;

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
    resources.upsert(tx, target.key(), expanded.stream().map(Expanded::row).toList());
    var byResource = new HashMap<String, List<Block>>();
    expanded.forEach(one -> byResource.put(one.row().content().resource(), one.blocks()));
    return blocks.replace(tx, origin(target), byResource);
  }

  Counts remove(Handle tx, Target target, Collection<String> names) {
    if (names.isEmpty()) {
      return Counts.NONE;
    }
    resources.delete(tx, target.key(), names);
    return blocks.remove(tx, origin(target), names);
  }

  /** Makes the blocks of all that is stored anew, after the policy or the zone has changed. */
  void expandAnew(Handle tx, Key calendar) {
    var target = syncs.lock(tx, calendar).orElse(null);
    if (target == null || target.window().isEmpty()) {
      return;
    }
    var window = target.window().get();
    var after = "";
    while (true) {
      var batch = resources.list(tx, calendar, after, BATCH);
      if (batch.isEmpty()) {
        return;
      }
      write(tx, target, expand(target, window, batch));
      after = batch.getLast().resource();
    }
  }

  /** Moves the expanded stretch on: what is behind it goes, what comes into it is expanded. */
  void roll(Handle tx, Key calendar, Window to) {
    var target = syncs.lock(tx, calendar).orElse(null);
    if (target == null
        || target.window().isEmpty()
        || !target.window().get().toExclusive().isBefore(to.toExclusive())) {
      return;
    }
    // first, so that the past is not taken for a change
    blocks.removeEndedBefore(tx, origin(target), to.fromInclusive());
    while (true) {
      var batch = resources.startingBefore(tx, calendar, to.toExclusive(), BATCH);
      if (batch.isEmpty()) {
        break;
      }
      write(tx, target, expand(target, to, batch));
    }
    syncs.setWindow(tx, calendar, to);
  }

  private List<Expanded> expand(Target target, Window window, List<ResourceStore.Content> batch) {
    var budget = WorkBudget.standard();
    return batch.stream()
        .map(content -> expansion.expandStored(target, window, content, budget))
        .toList();
  }

  private static Origin origin(Target target) {
    return new Origin(
        target.organizerId(),
        target.integrationId(),
        target.calendarId(),
        target.provider() + "_calendar");
  }
}
