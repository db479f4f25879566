package io.linkspan.event.ical;

import io.linkspan.event.EventDetails.BusyStatus;
import io.linkspan.event.EventEnd;
import io.linkspan.event.EventTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Gathers the lines of one VFREEBUSY (RFC 5545, 3.6.4). Each of its periods is an event; FBTYPE
 * says of which kind (3.2.9), so that a calendar's policy decides about it as about any other.
 */
final class FreeBusyBuilder {
  private final ReadLimits limits;
  private final Problems problems;
  private final List<Period> periods = new ArrayList<>();
  private @Nullable String uid;
  private @Nullable String summary;
  private int unreadable;
  private int tooMany;

  private record Period(EventTime start, EventEnd end, BusyStatus busy) {}

  FreeBusyBuilder(ReadLimits limits, Problems problems) {
    this.limits = limits;
    this.problems = problems;
  }

  void add(Property property) {
    switch (property.name()) {
      case "UID" -> uid = property.value().strip();
      case "SUMMARY" -> summary = property.text();
      case "FREEBUSY" -> periods(property);
      default -> {} // who asked whom, and for which time
    }
  }

  private void periods(Property property) {
    var kind = Values.TimeKind.of(property);
    var busy = busy(property.parameter("FBTYPE"));
    for (String item : property.value().split(",", -1)) {
      if (item.isBlank()) {
        continue;
      }
      if (periods.size() >= limits.datesPerSeries()) {
        tooMany++;
        continue;
      }
      int slash = item.indexOf('/');
      Optional<EventTime> start =
          slash < 0 ? Optional.empty() : Values.time(kind, item.substring(0, slash));
      if (start.isEmpty()) {
        unreadable++;
        continue;
      }
      Optional<EventEnd> end = end(kind, item.substring(slash + 1));
      if (end.isEmpty()) {
        unreadable++;
      }
      periods.add(new Period(start.get(), end.orElse(EventEnd.GUESSED), busy));
    }
  }

  private static Optional<EventEnd> end(Values.TimeKind kind, String text) {
    Optional<EventEnd> lasting = Values.duration(text).map(d -> d);
    return lasting.isPresent() ? lasting : Values.time(kind, text).map(EventEnd.At::new);
  }

  /** What is not known is busy, as the standard says. */
  private static BusyStatus busy(@Nullable String type) {
    return switch (type == null ? "BUSY" : type.toUpperCase(Locale.ROOT)) {
      case "FREE" -> BusyStatus.FREE;
      case "BUSY-TENTATIVE" -> BusyStatus.TENTATIVE;
      case "BUSY-UNAVAILABLE" -> BusyStatus.OUT_OF_OFFICE;
      default -> BusyStatus.BUSY;
    };
  }

  List<EventBuilder> events() {
    if (unreadable > 0) {
      problems.doubt(null, unreadable + " of its busy times cannot be read");
    }
    if (tooMany > 0) {
      problems.doubt(
          null,
          tooMany + " busy times beyond the first " + limits.datesPerSeries() + " were left out");
    }
    String base = uid == null || uid.isEmpty() ? "freebusy" : uid;
    return periods.stream()
        .map(
            period ->
                EventBuilder.busy(
                    limits,
                    problems,
                    "freebusy-"
                        + Hashes.of(
                                base
                                    + "|"
                                    + period.start()
                                    + "|"
                                    + period.end()
                                    + "|"
                                    + period.busy())
                            .substring(0, 32),
                    period.start(),
                    period.end(),
                    period.busy(),
                    summary))
        .toList();
  }
}
