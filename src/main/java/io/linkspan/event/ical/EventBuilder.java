package io.linkspan.event.ical;

import io.linkspan.event.EventDetails;
import io.linkspan.event.EventDetails.Answer;
import io.linkspan.event.EventDetails.BusyStatus;
import io.linkspan.event.EventDetails.Classification;
import io.linkspan.event.EventDetails.Participant;
import io.linkspan.event.EventDetails.Status;
import io.linkspan.event.EventEnd;
import io.linkspan.event.EventSeries.ExtraDate;
import io.linkspan.event.EventTime;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Gathers the lines of one VEVENT. */
final class EventBuilder {
  private static final int LONGEST_SUMMARY = 4_096;
  private static final int LONGEST_UID = 1_024;
  private static final int MOST_RULES = 50;

  private final ReadLimits limits;
  private final Problems problems;
  private final List<Participant> participants = new ArrayList<>(0);
  private @Nullable String summary;
  private Status status = Status.CONFIRMED;
  private boolean transparent;
  private BusyStatus busy = BusyStatus.UNSTATED;
  private Classification classification = Classification.PUBLIC;
  private @Nullable String organizer;
  private @Nullable EventEnd end;
  private boolean wholeDays;
  private int tooManyDates;
  private int badDates;
  private boolean badStart;
  private boolean badEnd;
  private boolean badRecurrenceId;

  @Nullable String uid;
  @Nullable EventTime start;
  @Nullable EventTime recurrenceId;
  boolean thisAndFuture;
  int sequence;
  String stamp = "";
  final List<String> rrules = new ArrayList<>(1);
  final List<String> exrules = new ArrayList<>(0);
  final List<ExtraDate> rdates = new ArrayList<>(0);
  final List<EventTime> exdates = new ArrayList<>(0);

  EventBuilder(ReadLimits limits, Problems problems) {
    this.limits = limits;
    this.problems = problems;
  }

  /** Whether a property of that name says anything that matters here. */
  static boolean reads(String name) {
    return switch (name) {
      case "UID",
          "DTSTART",
          "DTEND",
          "DURATION",
          "SUMMARY",
          "STATUS",
          "TRANSP",
          "CLASS",
          "SEQUENCE",
          "DTSTAMP",
          "LAST-MODIFIED",
          "RECURRENCE-ID",
          "RRULE",
          "EXRULE",
          "RDATE",
          "EXDATE",
          "ORGANIZER",
          "ATTENDEE",
          "X-MICROSOFT-CDO-BUSYSTATUS",
          "X-MICROSOFT-MSNCALENDAR-BUSYSTATUS",
          "X-MICROSOFT-CDO-ALLDAYEVENT",
          "X-MICROSOFT-MSNCALENDAR-ALLDAYEVENT" ->
          true;
      default -> false;
    };
  }

  void add(Property property) {
    String value = property.value();
    switch (property.name()) {
      case "UID" -> {
        String read = uid(value.strip());
        twice("UID", uid, read);
        uid = read;
      }
      case "DTSTART" -> {
        EventTime read = Values.time(property).orElse(null);
        twice("DTSTART", start, read);
        start = read;
        badStart = start == null;
      }
      case "DTEND" -> end(property);
      case "DURATION" ->
          Values.duration(value)
              .ifPresentOrElse(d -> end = end == null ? d : end, () -> badEnd("DURATION", value));
      case "SUMMARY" -> summary = summary(property.text());
      case "STATUS" -> status = status(value.strip().toUpperCase(Locale.ROOT));
      case "TRANSP" -> transparent = value.strip().equalsIgnoreCase("TRANSPARENT");
      case "CLASS" -> classification = classification(value.strip().toUpperCase(Locale.ROOT));
      case "SEQUENCE" -> sequence = sequence(value.strip());
      case "DTSTAMP", "LAST-MODIFIED" -> stamp = later(stamp, value.strip());
      case "RECURRENCE-ID" -> recurrenceId(property);
      case "RRULE" -> rule(rrules, value);
      case "EXRULE" -> rule(exrules, value);
      case "RDATE" -> rdates(property);
      case "EXDATE" -> exdates(property);
      case "ORGANIZER" -> organizer = email(property);
      case "ATTENDEE" -> attendee(property);
      case "X-MICROSOFT-CDO-BUSYSTATUS", "X-MICROSOFT-MSNCALENDAR-BUSYSTATUS" ->
          busy = busy(value.strip().toUpperCase(Locale.ROOT));
      case "X-MICROSOFT-CDO-ALLDAYEVENT", "X-MICROSOFT-MSNCALENDAR-ALLDAYEVENT" ->
          wholeDays = value.strip().equalsIgnoreCase("TRUE");
      default -> {} // says nothing about time
    }
  }

  /** A stretch of a VFREEBUSY (RFC 5545, 3.6.4), which becomes an event of its own. */
  static EventBuilder busy(
      ReadLimits limits,
      Problems problems,
      String uid,
      EventTime start,
      EventEnd end,
      BusyStatus busy,
      @Nullable String summary) {
    var event = new EventBuilder(limits, problems);
    event.uid = uid;
    event.start = start;
    event.end = end;
    event.busy = busy;
    event.summary = summary;
    return event;
  }

  String summaryText() {
    return summary == null ? "" : summary;
  }

  void cancel() {
    status = Status.CANCELLED;
  }

  boolean hasBadRecurrenceId() {
    return badRecurrenceId;
  }

  boolean hasBadStart() {
    return badStart;
  }

  /** The event as gathered; its start must be known. */
  EventDetails details(EventTime knownStart) {
    if (tooManyDates > 0) {
      problems.doubt(
          uid,
          tooManyDates
              + " dates beyond the "
              + limits.datesPerSeries()
              + " that are read of a series were left out");
    }
    if (badDates > 0) {
      problems.doubt(uid, badDates + " of its RDATEs and EXDATEs are no dates and were left out");
    }
    EventTime from = knownStart;
    EventEnd until = end;
    if (until == null) {
      boolean guess = badEnd && !(from instanceof EventTime.Date);
      until = guess ? EventEnd.GUESSED : new EventEnd.Unstated();
    }
    if (wholeDays
        && atMidnight(from)
        && (!(until instanceof EventEnd.At at) || atMidnight(at.end()))) {
      // Exchange writes whole days as midnights of a zone, and says so
      from = day(from);
      start = from;
      until = until instanceof EventEnd.At at ? new EventEnd.At(day(at.end())) : until;
    }
    return new EventDetails(
        from,
        until,
        summary,
        status,
        transparent,
        busy,
        participants,
        organizer,
        sequence,
        classification);
  }

  private static boolean atMidnight(EventTime time) {
    return switch (time) {
      case EventTime.Date _ -> true;
      case EventTime.Floating floating -> floating.local().toLocalTime().equals(LocalTime.MIDNIGHT);
      case EventTime.Zoned zoned -> zoned.local().toLocalTime().equals(LocalTime.MIDNIGHT);
      case EventTime.Utc _ -> false;
    };
  }

  private static EventTime day(EventTime time) {
    return switch (time) {
      case EventTime.Floating floating -> new EventTime.Date(floating.local().toLocalDate());
      case EventTime.Zoned zoned -> new EventTime.Date(zoned.local().toLocalDate());
      case EventTime.Date _, EventTime.Utc _ -> time;
    };
  }

  /** Two events that run into each other, since the lines between them are lost. */
  private void twice(String name, @Nullable Object before, @Nullable Object now) {
    if (before != null && !before.equals(now)) {
      problems.doubt(
          uid, "it has more than one " + name + ", as if parts of another event were missing");
    }
  }

  private void end(Property property) {
    Values.time(property)
        .ifPresentOrElse(
            time -> end = new EventEnd.At(time), () -> badEnd("DTEND", property.value()));
  }

  private void recurrenceId(Property property) {
    recurrenceId = Values.time(property).orElse(null);
    badRecurrenceId = recurrenceId == null;
    thisAndFuture = property.parameterIs("RANGE", "THISANDFUTURE");
    if (property.parameterIs("RANGE", "THISANDPRIOR")) {
      problems.doubt(
          uid,
          "a change to all earlier occurrences (RANGE=THISANDPRIOR) is read as one of this occurrence");
    }
  }

  private void rule(List<String> rules, String value) {
    if (rules.size() < MOST_RULES) {
      rules.add(value.strip());
    } else {
      problems.doubt(uid, "it has more than " + MOST_RULES + " rules; the rest was left out");
    }
  }

  private void rdates(Property property) {
    var kind = Values.TimeKind.of(property);
    forEach(
        property.value(),
        item -> {
          int slash = item.indexOf('/');
          var from = Values.time(kind, slash < 0 ? item : item.substring(0, slash));
          if (from.isEmpty()) {
            badDates++;
            return;
          }
          EventEnd until = new EventEnd.Unstated();
          if (slash >= 0) {
            String rest = item.substring(slash + 1);
            var lasting = Values.duration(rest);
            var at = lasting.isPresent() ? lasting : Values.time(kind, rest).map(EventEnd.At::new);
            if (at.isEmpty()) {
              badDates++;
            } else {
              until = at.get();
            }
          }
          rdates.add(new ExtraDate(from.get(), until));
        });
  }

  private void exdates(Property property) {
    var kind = Values.TimeKind.of(property);
    forEach(
        property.value(),
        item -> Values.time(kind, item).ifPresentOrElse(exdates::add, () -> badDates++));
  }

  private void forEach(String list, Consumer<String> action) {
    for (int from = 0; from <= list.length(); ) {
      int comma = list.indexOf(',', from);
      int to = comma < 0 ? list.length() : comma;
      if (to > from) {
        if (rdates.size() + exdates.size() >= limits.datesPerSeries()) {
          tooManyDates++;
        } else {
          action.accept(list.substring(from, to));
        }
      }
      from = to + 1;
    }
  }

  private void attendee(Property property) {
    String email = email(property);
    if (email == null) {
      return;
    }
    if (participants.size() == limits.participants()) {
      problems.note(
          uid, "it has more than " + limits.participants() + " attendees; the rest was left out");
      return;
    }
    String answer = property.parameter("PARTSTAT");
    participants.add(
        new Participant(
            email,
            switch (answer == null ? "NEEDS-ACTION" : answer.toUpperCase(Locale.ROOT)) {
              case "NEEDS-ACTION" -> Answer.NEEDS_ACTION;
              case "ACCEPTED" -> Answer.ACCEPTED;
              case "DECLINED" -> Answer.DECLINED;
              case "TENTATIVE" -> Answer.TENTATIVE;
              case "DELEGATED" -> Answer.DELEGATED;
              default -> Answer.OTHER;
            }));
  }

  /** The address in lower case; Apple writes a path as value and the address beside it. */
  private static @Nullable String email(Property property) {
    String value = property.value().strip().toLowerCase(Locale.ROOT);
    if (value.startsWith("mailto:")) {
      value = unescaped(value.substring(7).strip());
    } else if (value.indexOf('@') < 0) {
      String beside = property.parameter("EMAIL");
      value = beside == null ? value : beside.toLowerCase(Locale.ROOT);
    }
    return value.isEmpty() || value.length() > 512 ? null : value;
  }

  /** RFC 6068: {@code mailto:me%2Bcal@example.org}. */
  private static String unescaped(String address) {
    if (address.indexOf('%') < 0) {
      return address;
    }
    try {
      return URLDecoder.decode(address.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException _) {
      return address;
    }
  }

  private static String uid(String value) {
    return value.length() <= LONGEST_UID ? value : Hashes.of(value);
  }

  private String summary(String text) {
    if (text.length() <= LONGEST_SUMMARY) {
      return text;
    }
    problems.note(uid, "its title is longer than " + LONGEST_SUMMARY + " characters and was cut");
    int cut =
        Character.isHighSurrogate(text.charAt(LONGEST_SUMMARY - 1))
            ? LONGEST_SUMMARY - 1
            : LONGEST_SUMMARY;
    return text.substring(0, cut);
  }

  private static Status status(String value) {
    return switch (value) {
      case "TENTATIVE" -> Status.TENTATIVE;
      case "CANCELLED", "CANCELED" -> Status.CANCELLED;
      default -> Status.CONFIRMED;
    };
  }

  private static Classification classification(String value) {
    return switch (value) {
      case "PRIVATE" -> Classification.PRIVATE;
      case "CONFIDENTIAL" -> Classification.CONFIDENTIAL;
      default -> Classification.PUBLIC;
    };
  }

  private static BusyStatus busy(String value) {
    return switch (value) {
      case "FREE" -> BusyStatus.FREE;
      case "TENTATIVE" -> BusyStatus.TENTATIVE;
      case "BUSY" -> BusyStatus.BUSY;
      case "OOF" -> BusyStatus.OUT_OF_OFFICE;
      case "WORKINGELSEWHERE" -> BusyStatus.WORKING_ELSEWHERE;
      default -> BusyStatus.UNSTATED;
    };
  }

  private static int sequence(String value) {
    try {
      return Math.max(0, Integer.parseInt(value));
    } catch (NumberFormatException e) {
      return 0;
    }
  }

  /** Basic UTC times compare as text. */
  private static String later(String one, String other) {
    return other.length() <= 32 && other.compareTo(one) > 0 ? other : one;
  }

  private void badEnd(String name, String value) {
    badEnd = true;
    String shown = value.length() <= 60 ? value : value.substring(0, 60) + "…";
    problems.doubt(
        uid, "its " + name + " cannot be read: \"" + shown + "\"; its length is a guess");
  }
}
