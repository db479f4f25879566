package io.linkspan.calendar;

import io.linkspan.availability.SyncedBlocks.Block;
import io.linkspan.calendar.CalendarProvider.Change.Upsert;
import io.linkspan.calendar.SyncStore.Target;
import io.linkspan.calendar.recurrence.EventSeries;
import io.linkspan.calendar.recurrence.Occurrence;
import io.linkspan.calendar.recurrence.SeriesCodec;
import io.linkspan.calendar.recurrence.SeriesExpander;
import io.linkspan.calendar.recurrence.Window;
import io.linkspan.calendar.recurrence.WorkBudget;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Turns what a resource holds into the blocks that a calendar's policy makes of it. */
final class BlockExpansion {
  /**
   * @param blocks none if the calendar does not block
   */
  record Expanded(ResourceStore.Row row, List<Block> blocks) {}

  private final SeriesExpander expander = new SeriesExpander();

  /** Expands what was just read. */
  Expanded expand(Target target, Window window, Upsert read, WorkBudget budget) {
    var content =
        new ResourceStore.Content(
            read.resource(), read.etag(), SeriesCodec.encodeAll(read.series()), read.problems());
    return expand(target, window, content, read.series(), budget);
  }

  /** Expands what is stored already. */
  Expanded expandStored(
      Target target, Window window, ResourceStore.Content stored, WorkBudget budget) {
    return expand(target, window, stored, SeriesCodec.decodeAll(stored.series()), budget);
  }

  private Expanded expand(
      Target target,
      Window window,
      ResourceStore.Content content,
      List<EventSeries> series,
      WorkBudget budget) {
    var blocks = new ArrayList<Block>();
    var problems = new ArrayList<>(content.unread());
    Optional<Instant> next = Optional.empty();
    for (var one : series) {
      var expansion = expander.expand(one, window, zone(target), budget);
      var name = series.size() == 1 ? "" : one.uid() + "/";
      for (var occurrence : expansion.occurrences()) {
        if (blocks(target, occurrence)) {
          blocks.add(block(one, name, occurrence));
        }
      }
      expansion.overflow().ifPresent(overflow -> problems.add(overflow.reason()));
      problems.addAll(expansion.degraded());
      next = earlier(next, expansion.nextStartAtOrAfter());
    }
    return new Expanded(
        new ResourceStore.Row(content, problems, next), target.blocksTime() ? blocks : List.of());
  }

  private static boolean blocks(Target target, Occurrence occurrence) {
    if (!occurrence.end().isAfter(occurrence.start())) {
      return false;
    }
    // what could not be computed is busy whatever the policy says of it
    return occurrence.key().equals(Occurrence.OVERFLOW)
        || target
            .busyPolicy()
            .isBusy(occurrence.details(), occurrence.allDay(), target.ownAddresses());
  }

  private static Block block(EventSeries series, String name, Occurrence occurrence) {
    var summary = occurrence.details().summary();
    return new Block(
        name + occurrence.key(),
        occurrence.start(),
        occurrence.end(),
        occurrence.allDay(),
        summary == null ? "" : summary,
        series.uid());
  }

  private static Optional<Instant> earlier(Optional<Instant> a, Optional<Instant> b) {
    return a.isEmpty() || b.isPresent() && b.get().isBefore(a.get()) ? b : a;
  }

  private static ZoneId zone(Target target) {
    try {
      return ZoneId.of(target.zone());
    } catch (DateTimeException e) {
      return ZoneOffset.UTC;
    }
  }
}
