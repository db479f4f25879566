package io.linkspan.event.recurrence;

import io.linkspan.event.CustomZone;
import io.linkspan.event.CustomZone.Observance;
import io.linkspan.event.EventSeries;
import io.linkspan.event.EventTime;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The zones that times refer to, made once and kept. The order in which a TZID is understood: a
 * known name (IANA, Windows), whatever the VTIMEZONE beside it says, since those are often invented
 * or outdated; then the VTIMEZONE; then a guess from an offset in the name.
 */
final class ZoneResolver {
  /** So many made-up zones are remembered before all are forgotten. */
  private static final int REMEMBERED = 1_000;

  /** Onsets of a custom zone are listed up to this year. */
  private static final int LAST_YEAR = 2100;

  private static final int MOST_ONSETS = 1_000;

  private final Map<ZoneId, LocalZone> zones = new ConcurrentHashMap<>();
  private final Map<String, LocalZone> names = new ConcurrentHashMap<>();
  private final Map<CustomZone, LocalZone> customs = new ConcurrentHashMap<>();

  private final RuleCache rules = new RuleCache();

  RuleCache rules() {
    return rules;
  }

  LocalZone of(ZoneId zone) {
    LocalZone known = zones.get(zone);
    return known != null ? known : zones.computeIfAbsent(zone, z -> LocalZone.of(z.getRules()));
  }

  /** The zone of that name within the series, or null if nobody knows it. */
  @Nullable LocalZone find(String tzid, EventSeries series, WorkBudget budget) {
    if (!series.zones().isEmpty() && ZoneNames.isOftenRedefined(tzid)) {
      LocalZone redefined = custom(tzid, series, budget);
      if (redefined != null) {
        return redefined;
      }
    }
    LocalZone known = names.get(tzid);
    if (known != null) {
      return known;
    }
    Optional<ZoneId> named = ZoneNames.known(tzid);
    if (named.isPresent()) {
      return remember(tzid, of(named.get()));
    }
    LocalZone custom = custom(tzid, series, budget);
    if (custom != null) {
      return custom;
    }
    return null;
  }

  /** What a name that nobody knows most likely means. */
  Optional<ZoneId> guess(String tzid) {
    return ZoneNames.guessed(tzid);
  }

  private LocalZone remember(String tzid, LocalZone zone) {
    if (names.size() >= REMEMBERED) {
      names.clear();
    }
    names.put(tzid, zone);
    return zone;
  }

  private @Nullable LocalZone custom(String tzid, EventSeries series, WorkBudget budget) {
    for (CustomZone zone : series.zones()) {
      if (zone.tzid().equals(tzid) && !zone.observances().isEmpty()) {
        LocalZone known = customs.get(zone);
        if (known != null) {
          return known;
        }
        LocalZone made = make(zone, budget);
        if (made != null && budget.exhausted() == null) {
          if (customs.size() >= REMEMBERED) {
            customs.clear();
          }
          customs.put(zone, made);
        }
        return made;
      }
    }
    return null;
  }

  private static @Nullable LocalZone make(CustomZone zone, WorkBudget budget) {
    Map<Long, Observance> onsets = new TreeMap<>();
    for (Observance observance : zone.observances()) {
      if (!addOnsets(observance, onsets, budget)) {
        return null;
      }
    }
    var instants = new long[onsets.size()];
    var offsets = new int[onsets.size() + 1];
    int at = 0;
    for (var onset : onsets.entrySet()) {
      if (at == 0) {
        offsets[0] = onset.getValue().offsetFrom();
      }
      instants[at++] = onset.getKey();
      offsets[at] = onset.getValue().offsetTo();
    }
    return LocalZone.of(instants, offsets);
  }

  private static boolean addOnsets(
      Observance observance, Map<Long, Observance> onsets, WorkBudget budget) {
    int from = observance.offsetFrom();
    long start = seconds(observance.start());
    onsets.put(start - from, observance);
    for (LocalDateTime rdate : observance.rdates()) {
      onsets.put(seconds(rdate) - from, observance);
    }
    if (observance.rrule() == null) {
      return true;
    }
    try {
      var rule = Rule.parse(observance.rrule());
      long last = seconds(LocalDateTime.of(LAST_YEAR, 1, 1, 0, 0));
      long until =
          switch (rule.until()) {
            case null -> last;
            case EventTime.Date d -> seconds(d.date().atTime(23, 59, 59));
            case EventTime.Floating f -> seconds(f.local());
            case EventTime.Zoned z -> seconds(z.local());
            case EventTime.Utc u -> u.instant().getEpochSecond() + from;
          };
      var iterator = new RuleIterator(rule, start, false, Math.min(until, last), budget);
      int count = 0;
      for (long local = iterator.next(); local != RuleIterator.END; local = iterator.next()) {
        if (++count > MOST_ONSETS) {
          return false;
        }
        onsets.put(local - from, observance);
      }
      return true;
    } catch (Rule.Invalid e) {
      return false;
    }
  }

  private static long seconds(LocalDateTime local) {
    return local.toEpochSecond(ZoneOffset.UTC);
  }
}
