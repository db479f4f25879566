package io.linkspan.event.ical;

import io.linkspan.event.CustomZone;
import io.linkspan.event.EventDetails;
import io.linkspan.event.EventEnd;
import io.linkspan.event.EventSeries.ExtraDate;
import io.linkspan.event.EventTime;
import io.linkspan.event.recurrence.ZoneNames;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Ties the TZIDs of times to the VTIMEZONEs beside them: a known name stands for itself, one that
 * X-LIC-LOCATION explains is replaced, and of the others the VTIMEZONE is kept with the series.
 */
final class ZoneReferences {
  private final Map<String, CustomZone> zones;
  private final Map<String, String> locations;
  private final Map<String, Boolean> known = new HashMap<>();
  private final Map<String, CustomZone> used = new TreeMap<>();

  ZoneReferences(Map<String, CustomZone> zones, Map<String, String> locations) {
    this.zones = zones;
    this.locations = locations;
  }

  void begin() {
    used.clear();
  }

  /** Custom zones that times since {@link #begin} refer to. */
  List<CustomZone> used() {
    return List.copyOf(used.values());
  }

  EventTime resolve(EventTime time) {
    if (!(time instanceof EventTime.Zoned zoned)) {
      return time;
    }
    String tzid = zoned.tzid();
    CustomZone beside = zones.get(tzid);
    if (beside == null) {
      return time;
    }
    boolean standsForItself =
        known.computeIfAbsent(
            tzid, t -> ZoneNames.known(t).isPresent() && !ZoneNames.isOftenRedefined(t));
    if (standsForItself) {
      return time;
    }
    String location = locations.get(tzid);
    if (location != null) {
      return new EventTime.Zoned(zoned.local(), location);
    }
    used.put(tzid, beside);
    return time;
  }

  EventDetails resolve(EventDetails details) {
    EventTime start = resolve(details.start());
    EventEnd end =
        details.end() instanceof EventEnd.At at
            ? new EventEnd.At(resolve(at.end()))
            : details.end();
    return new EventDetails(
        start,
        end,
        details.summary(),
        details.status(),
        details.transparent(),
        details.busyStatus(),
        details.participants(),
        details.organizerEmail(),
        details.sequence(),
        details.classification());
  }

  List<EventTime> resolveAll(List<EventTime> times) {
    List<EventTime> resolved = new ArrayList<>(times.size());
    for (EventTime time : times) {
      resolved.add(resolve(time));
    }
    return resolved;
  }

  List<ExtraDate> resolveExtra(List<ExtraDate> extras) {
    List<ExtraDate> resolved = new ArrayList<>(extras.size());
    for (ExtraDate extra : extras) {
      EventEnd end =
          extra.end() instanceof EventEnd.At at ? new EventEnd.At(resolve(at.end())) : extra.end();
      resolved.add(new ExtraDate(resolve(extra.start()), end));
    }
    return resolved;
  }
}
