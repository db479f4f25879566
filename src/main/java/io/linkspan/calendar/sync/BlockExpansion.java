package io.linkspan.calendar.sync;

import io.linkspan.availability.SyncedBlocks.Block;
import io.linkspan.calendar.CalendarReader.Change.Upsert;
import io.linkspan.calendar.sync.SyncStore.Target;
import io.linkspan.event.EventDetails;
import io.linkspan.event.EventSeries;
import io.linkspan.event.SeriesCodec;
import io.linkspan.event.recurrence.Occurrence;
import io.linkspan.event.recurrence.SeriesExpander;
import io.linkspan.event.recurrence.Window;
import io.linkspan.event.recurrence.WorkBudget;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns what a resource holds into the blocks that a calendar's policy makes of it. */
final class BlockExpansion {
  /**
   * @param blocks none if the calendar does not block
   */
  record Expanded(ResourceStore.Row row, List<Block> blocks) {}

  private static final Logger LOG = LoggerFactory.getLogger(BlockExpansion.class);
  private static final int LONGEST_NAME = 80;

  private final SeriesExpander expander = new SeriesExpander();

  /** Expands what was just read. */
  Expanded expand(Target target, Window window, Upsert read, WorkBudget budget) {
    var content =
        new ResourceStore.Content(
            read.resource(), read.etag(), SeriesCodec.encodeAll(read.series()), read.problems());
    return expand(target, window, content, read::series, budget);
  }

  /** Expands what is stored already. */
  Expanded expandStored(
      Target target, Window window, ResourceStore.Content stored, WorkBudget budget) {
    return expand(target, window, stored, () -> SeriesCodec.decodeAll(stored.series()), budget);
  }

  /**
   * A mistake of ours, or something stored by a newer version, makes one resource uncertain and
   * takes no other with it.
   */
  private Expanded expand(
      Target target,
      Window window,
      ResourceStore.Content content,
      Supplier<List<EventSeries>> series,
      WorkBudget budget) {
    try {
      return expand(target, window, content, series.get(), budget);
    } catch (RuntimeException | StackOverflowError e) {
      LOG.error(
          "calendar {}: {} cannot be expanded and counts as busy throughout",
          target.calendarId(),
          content.resource(),
          e);
      return uncertain(target, window, content);
    }
  }

  private static Expanded uncertain(Target target, Window window, ResourceStore.Content content) {
    var problems = new ArrayList<>(content.unread());
    problems.add(
        "When "
            + shortened(content.resource())
            + " takes place could not be computed, so all the time counts as busy. The server's log says why.");
    var busy =
        new Block(
            Occurrence.OVERFLOW,
            window.fromInclusive(),
            window.toExclusive(),
            false,
            "",
            ResourceName.of(content.resource()));
    return new Expanded(
        new ResourceStore.Row(content, problems, Optional.of(window.toExclusive())),
        target.blocksTime() ? List.of(busy) : List.of());
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
      var name = series.size() == 1 ? "" : ResourceName.of(one.uid()) + "/";
      for (var occurrence : expansion.occurrences()) {
        if (blocks(target, occurrence)) {
          blocks.add(block(one, name, occurrence));
        }
      }
      var where = "In the event " + name(one) + ": ";
      expansion.overflow().ifPresent(overflow -> problems.add(where + overflow.reason() + "."));
      expansion.degraded().forEach(guess -> problems.add(where + guess + "."));
      next = earlier(next, expansion.nextStartAtOrAfter());
    }
    return new Expanded(
        new ResourceStore.Row(content, problems, next), target.blocksTime() ? blocks : List.of());
  }

  /** What people know it by: its title, else its UID. */
  private static String name(EventSeries series) {
    var summary =
        Stream.concat(
                Stream.ofNullable(series.master()),
                series.overrides().stream().map(EventSeries.Override::details))
            .map(EventDetails::summary)
            .filter(text -> text != null && !text.isBlank())
            .findFirst();
    return shortened(summary.map(String::strip).orElse(series.uid()));
  }

  private static String shortened(String name) {
    return name.length() <= LONGEST_NAME ? name : name.substring(0, LONGEST_NAME - 1) + "…";
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
