package io.linkspan.event.recurrence;

import io.linkspan.event.EventDetails;
import io.linkspan.event.EventDetails.Status;
import io.linkspan.event.EventSeries.Override;
import io.linkspan.event.EventTime;
import io.linkspan.event.recurrence.SeriesExpansion.Shape;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Overrides with RANGE=THISANDFUTURE (RFC 5545, 3.2.13): from their instance on, later ones start
 * as much earlier or later by the clock, last as long, and say the same, until the next such one.
 */
final class ThisAndFutureChanges {
  private static final ThisAndFutureChanges NONE =
      new ThisAndFutureChanges(new TreeMap<>(), List.of());

  /** What holds from an instance on; no shape if all that follows is cancelled. */
  private record Change(@Nullable Shape shape) {}

  private final TreeMap<Long, Change> from;
  private final List<Shape> shapes;

  private ThisAndFutureChanges(TreeMap<Long, Change> from, List<Shape> shapes) {
    this.from = from;
    this.shapes = shapes;
  }

  static ThisAndFutureChanges of(
      Collection<Override> overrides, Instances instances, TimeResolver times) {
    if (overrides.stream().noneMatch(Override::thisAndFuture)) {
      return NONE;
    }
    TreeMap<Long, Change> from = new TreeMap<>();
    List<Shape> shapes = new ArrayList<>();
    for (Override override : overrides) {
      if (override.thisAndFuture()) {
        Change change = change(override, instances, times);
        from.put(instances.id(override.recurrenceId()), change);
        if (change.shape() != null) {
          shapes.add(change.shape());
        }
      }
    }
    return new ThisAndFutureChanges(from, shapes);
  }

  private static Change change(Override override, Instances instances, TimeResolver times) {
    EventDetails details = override.details();
    if (details.status() == Status.CANCELLED) {
      return new Change(null);
    }
    EventTime start = details.start();
    boolean allDay = start instanceof EventTime.Date;
    // written in UTC beside a master in a zone, it still follows the master's clock
    boolean ownZone = start instanceof EventTime.Zoned || instances.allDay();
    LocalZone zone = ownZone ? times.zoneOf(start) : instances.zone();
    long original = instances.local(override.recurrenceId());
    long shift =
        allDay
            ? TimeResolver.local(start) - TimeResolver.startOfDay(original)
            : times.localIn(start, zone) - original;
    return new Change(
        new Shape(details, times.length(details), shift, allDay ? times.home() : zone, allDay));
  }

  boolean isEmpty() {
    return from.isEmpty();
  }

  /** The shape that an instance has, or null if it is cancelled. */
  @Nullable Shape at(long id, Shape unchanged) {
    Map.Entry<Long, Change> change = from.floorEntry(id);
    return change == null ? unchanged : change.getValue().shape();
  }

  /** At most so many seconds does one of the changed last. */
  long longest() {
    return shapes.stream().mapToLong(s -> s.length().longest()).max().orElse(0);
  }

  /** At most so many seconds later do instances take place; another zone's clock is allowed for. */
  long mostForward() {
    return shapes.stream()
        .mapToLong(s -> Math.max(s.shift(), 0) + TimeResolver.DAY)
        .max()
        .orElse(0);
  }

  /** At most so many seconds earlier. */
  long mostBackward() {
    return shapes.stream()
        .mapToLong(s -> Math.max(-s.shift(), 0) + TimeResolver.DAY)
        .max()
        .orElse(0);
  }
}
