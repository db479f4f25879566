package io.linkspan.event.ical;

import io.linkspan.event.CustomZone;
import io.linkspan.event.CustomZone.Observance;
import io.linkspan.event.EventTime;
import io.linkspan.event.recurrence.ZoneNames;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Gathers the lines of one VTIMEZONE. */
final class ZoneBuilder {
  private static final int MOST_PARTS = 400;
  private static final int MOST_DATES = 1_000;

  private final List<Observance> parts = new ArrayList<>(2);
  private @Nullable String tzid;
  private @Nullable String location;

  private boolean daylight;
  private @Nullable LocalDateTime start;
  private @Nullable Integer offsetFrom;
  private @Nullable Integer offsetTo;
  private @Nullable String rrule;
  private final List<LocalDateTime> rdates = new ArrayList<>(0);

  void add(Property property) {
    switch (property.name()) {
      case "TZID" -> tzid = property.value().strip();
      case "X-LIC-LOCATION" -> location = property.value().strip();
      default -> {} // names and addresses
    }
  }

  void beginPart(boolean isDaylight) {
    daylight = isDaylight;
    start = null;
    offsetFrom = null;
    offsetTo = null;
    rrule = null;
    rdates.clear();
  }

  void addToPart(Property property) {
    switch (property.name()) {
      case "DTSTART" -> start = local(property.value());
      case "TZOFFSETFROM" -> offsetFrom = Values.offset(property.value()).orElse(null);
      case "TZOFFSETTO" -> offsetTo = Values.offset(property.value()).orElse(null);
      case "RRULE" -> rrule = property.value().strip();
      case "RDATE" -> {
        for (String item : property.value().split(",", MOST_DATES)) {
          LocalDateTime date = local(item);
          if (date != null && rdates.size() < MOST_DATES) {
            rdates.add(date);
          }
        }
      }
      default -> {} // TZNAME
    }
  }

  void endPart() {
    if (start != null && offsetTo != null && parts.size() < MOST_PARTS) {
      parts.add(
          new Observance(
              daylight,
              start,
              offsetFrom == null ? offsetTo : offsetFrom,
              offsetTo,
              rrule,
              rdates));
    }
  }

  private static @Nullable LocalDateTime local(String value) {
    return switch (Values.time(value.strip(), null).orElse(null)) {
      case EventTime.Floating floating -> floating.local();
      case EventTime.Date date -> date.date().atStartOfDay();
      case EventTime.Utc utc -> LocalDateTime.ofInstant(utc.instant(), ZoneOffset.UTC);
      case EventTime.Zoned zoned -> zoned.local();
      case null -> null;
    };
  }

  /** Empty if the zone has no name. */
  Optional<CustomZone> zone() {
    return tzid == null || tzid.isEmpty()
        ? Optional.empty()
        : Optional.of(new CustomZone(tzid, parts));
  }

  /** The IANA zone that X-LIC-LOCATION says it is. */
  Optional<String> known() {
    return Optional.ofNullable(location).flatMap(ZoneNames::known).map(ZoneId::getId);
  }
}
