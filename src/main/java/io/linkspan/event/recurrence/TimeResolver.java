package io.linkspan.event.recurrence;

import io.linkspan.event.EventDetails;
import io.linkspan.event.EventEnd;
import io.linkspan.event.EventSeries;
import io.linkspan.event.EventTime;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Where the times of one series take place, in seconds: of their own clock (local), or since 1970
 * UTC (instant). Remembers what it had to guess.
 */
final class TimeResolver {
  static final int DAY = 86_400;

  private final ZoneResolver zones;
  private final EventSeries series;
  private final ZoneId homeId;
  private final WorkBudget budget;
  private final LocalZone home;
  private final Set<String> degraded = new LinkedHashSet<>(0);
  private String lastTzid = "";
  private LocalZone lastZone = LocalZone.UTC;

  TimeResolver(ZoneResolver zones, EventSeries series, ZoneId home, WorkBudget budget) {
    this.zones = zones;
    this.series = series;
    this.homeId = home;
    this.budget = budget;
    this.home = zones.of(home);
  }

  Rule rule(String text) throws Rule.Invalid {
    return zones.rules().parse(text);
  }

  void degrade(String reason) {
    degraded.add(reason);
  }

  Set<String> degraded() {
    return degraded;
  }

  LocalZone home() {
    return home;
  }

  LocalZone zoneOf(EventTime time) {
    return switch (time) {
      case EventTime.Date _, EventTime.Floating _ -> home;
      case EventTime.Utc _ -> LocalZone.UTC;
      case EventTime.Zoned zoned -> named(zoned.tzid());
    };
  }

  private LocalZone named(String tzid) {
    if (tzid.equals(lastTzid)) {
      return lastZone;
    }
    LocalZone found = zones.find(tzid, series, budget);
    if (found == null) {
      ZoneId guess = zones.guess(tzid).orElse(null);
      if (guess != null) {
        if (!(guess instanceof ZoneOffset)) {
          degrade("the time zone \"" + tzid + "\" was taken for " + guess);
        }
        found = zones.of(guess);
      }
    }
    if (found == null) {
      degrade("the time zone \"" + tzid + "\" is not known; " + homeId + " was taken instead");
      found = home;
    }
    lastTzid = tzid;
    lastZone = found;
    return found;
  }

  /** Seconds of its own clock; of UTC's if it is in UTC. */
  static long local(EventTime time) {
    return switch (time) {
      case EventTime.Date date -> seconds(date.date());
      case EventTime.Floating floating -> seconds(floating.local());
      case EventTime.Zoned zoned -> seconds(zoned.local());
      case EventTime.Utc utc -> utc.instant().getEpochSecond();
    };
  }

  long instant(EventTime time) {
    return switch (time) {
      case EventTime.Utc utc -> utc.instant().getEpochSecond();
      case EventTime.Date _, EventTime.Floating _, EventTime.Zoned _ ->
          zoneOf(time).toInstant(local(time));
    };
  }

  /** As another zone's clock shows it; floating times and days are taken as they stand there. */
  long localIn(EventTime time, LocalZone zone) {
    return switch (time) {
      case EventTime.Date _, EventTime.Floating _ -> local(time);
      // as written, also where the clock skips it
      case EventTime.Zoned zoned when zoneOf(zoned) == zone -> local(time);
      case EventTime.Zoned _, EventTime.Utc _ -> zone.toLocal(instant(time));
    };
  }

  /** Seconds at the start of the day that a time of an all-day series means. */
  long day(EventTime time) {
    if (time instanceof EventTime.Utc utc) {
      long second = Math.floorMod(utc.instant().getEpochSecond(), DAY);
      // midnight, or the second before: a date was meant, and written with a Z
      boolean date = second == 0 || second == DAY - 1;
      return startOfDay(date ? local(utc) : home.toLocal(local(utc)));
    }
    return startOfDay(local(time));
  }

  static long startOfDay(long local) {
    return local - Math.floorMod(local, DAY);
  }

  /** How long an event lasts that starts so. */
  Length length(EventDetails details) {
    EventTime start = details.start();
    boolean allDay = start instanceof EventTime.Date;
    Length stated =
        switch (details.end()) {
          case EventEnd.Unstated _ -> allDay ? Length.ONE_DAY : Length.NONE;
          case EventEnd.Lasting lasting -> lasting(lasting, allDay);
          case EventEnd.At at -> allDay ? days(start, at.end()) : elapsed(start, at.end());
        };
    if (stated.days() < 0 || stated.days() == 0 && stated.seconds() < 0) {
      degrade(
          "an event ends before it starts; "
              + (allDay ? "its first day" : "an hour")
              + " was taken instead");
      return allDay ? Length.ONE_DAY : Length.GUESSED;
    }
    return allDay && stated.days() == 0 ? Length.ONE_DAY : stated;
  }

  Length lasting(EventEnd.Lasting lasting, boolean allDay) {
    long seconds = lasting.exact().toSeconds();
    if (!allDay || seconds == 0) {
      return new Length(lasting.days(), seconds);
    }
    return new Length(lasting.days() + Math.ceilDiv(seconds, DAY), 0);
  }

  /** DTEND as written, also where it is a time of day beside a whole day. */
  private Length days(EventTime start, EventTime end) {
    long day = day(end);
    if (!(end instanceof EventTime.Date)) {
      degrade("an all-day event ends at a time of day; the whole of that day was taken");
      boolean midnight = Math.floorMod(localIn(end, home), DAY) == 0;
      return new Length(Math.floorDiv(day - local(start), DAY) + (midnight ? 0 : 1), 0);
    }
    return new Length((day - local(start)) / DAY, 0);
  }

  private Length elapsed(EventTime start, EventTime end) {
    long until = end instanceof EventTime.Date ? zoneOf(start).toInstant(local(end)) : instant(end);
    return new Length(0, until - instant(start));
  }

  /**
   * @param days nominal: the clock shows the same time after them
   * @param seconds elapsed, after the days
   */
  record Length(long days, long seconds) {
    static final Length NONE = new Length(0, 0);
    static final Length GUESSED = new Length(0, 3_600);
    static final Length ONE_DAY = new Length(1, 0);

    long end(long startLocal, long startInstant, LocalZone zone) {
      return (days == 0 ? startInstant : zone.toInstant(startLocal + days * DAY)) + seconds;
    }

    /** At most so many seconds pass, changes of the clock included. */
    long longest() {
      return days == 0 ? seconds : (days + 1) * DAY + seconds;
    }
  }

  private static long seconds(LocalDate date) {
    return date.toEpochDay() * DAY;
  }

  private static long seconds(LocalDateTime local) {
    return local.toEpochSecond(ZoneOffset.UTC);
  }
}
