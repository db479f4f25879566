package io.linkspan.sandbox.google;

import io.linkspan.sandbox.world.Account;
import io.linkspan.sandbox.world.Answers;
import io.linkspan.sandbox.world.CalendarBox;
import io.linkspan.sandbox.world.Journal;
import io.linkspan.sandbox.world.Tokens;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The events of a calendar and what may be done to them. Callers hold the account's lock.
 *
 * @see <a
 *     href="https://developers.google.com/workspace/calendar/api/v3/reference/events">Events</a>
 */
final class GoogleEvents {
  private static final Pattern OWN_ID = Pattern.compile("[a-v0-9]{5,1024}");

  private final Clock clock;

  GoogleEvents(Clock clock) {
    this.clock = clock;
  }

  /** The event, or the instance of a series that nobody changed yet. */
  Optional<ObjectNode> find(CalendarBox calendar, String id) {
    return calendar.journal().get(id).map(Journal.Entry::item).or(() -> instance(calendar, id));
  }

  private static Optional<ObjectNode> instance(CalendarBox calendar, String id) {
    int underscore = id.lastIndexOf('_');
    if (underscore < 0) {
      return Optional.empty();
    }
    return calendar
        .journal()
        .get(id.substring(0, underscore))
        .filter(entry -> !entry.deleted() && entry.item().has("recurrence"))
        .map(Journal.Entry::item)
        .flatMap(master -> instance(calendar, master, id.substring(underscore + 1)));
  }

  private static Optional<ObjectNode> instance(
      CalendarBox calendar, ObjectNode master, String originalStart) {
    return GoogleTimes.occurrence(master, originalStart)
        .map(
            occurrence -> {
              ObjectNode instance = master.deepCopy();
              instance.remove("recurrence");
              String masterId = master.path("id").asString("");
              JsonNode like = master.path("start");
              ObjectNode start = GoogleTimes.of(occurrence.start(), like, calendar.zone());
              instance.put("id", masterId + "_" + originalStart);
              instance.put("recurringEventId", masterId);
              instance.set("originalStartTime", start);
              instance.set("start", start.deepCopy());
              instance.set("end", GoogleTimes.of(occurrence.end(), like, calendar.zone()));
              return instance;
            });
  }

  ObjectNode insert(Account account, CalendarBox calendar, ObjectNode asked) {
    String id = asked.path("id").asString("");
    if (id.isEmpty()) {
      id = Tokens.digest(Tokens.fresh("")).substring(0, 26);
    } else if (!OWN_ID.matcher(id).matches()) {
      throw GoogleError.badRequest("invalid", "Invalid resource id value.");
    } else if (calendar.journal().get(id).isPresent()) {
      throw new GoogleError(409, "duplicate", "The requested identifier already exists.");
    }
    ObjectNode event = asked.deepCopy();
    String now = now();
    event.put("kind", "calendar#event");
    event.put("id", id);
    putIfAbsent(event, "status", "confirmed");
    putIfAbsent(event, "eventType", "default");
    putIfAbsent(event, "iCalUID", id + "@google.com");
    event.put("htmlLink", "https://www.google.com/calendar/event?eid=" + id);
    event.put("created", now);
    event.put("sequence", 0);
    event.putObject("creator").put("email", account.email()).put("self", true);
    if (!event.has("organizer")) {
      ObjectNode organizer = event.putObject("organizer");
      organizer.put("email", calendar.id()).put("self", true);
    }
    event.putObject("reminders").put("useDefault", true);
    return store(calendar, event);
  }

  private static void putIfAbsent(ObjectNode event, String field, String value) {
    if (!event.hasNonNull(field)) {
      event.put(field, value);
    }
  }

  /** Merges what is stated, as {@code PATCH} does; a null takes a field away. */
  ObjectNode patch(CalendarBox calendar, String id, ObjectNode changes) {
    ObjectNode event =
        find(calendar, id)
            .filter(known -> !isCancelledForGood(known))
            .orElseThrow(GoogleError::notFound)
            .deepCopy();
    for (var change : changes.properties()) {
      if (change.getValue().isNull()) {
        event.remove(change.getKey());
      } else {
        event.set(change.getKey(), change.getValue());
      }
    }
    event.put("id", id);
    event.put("sequence", event.path("sequence").asInt(0) + 1);
    return event.path("status").asString("").equals("cancelled")
        ? delete(calendar, id)
        : store(calendar, event);
  }

  private static boolean isCancelledForGood(ObjectNode event) {
    return event.path("status").asString("").equals("cancelled") && !event.has("recurringEventId");
  }

  private ObjectNode store(CalendarBox calendar, ObjectNode event) {
    boolean recurs = event.has("recurrence");
    event.set("start", GoogleTimes.normal(event.path("start"), calendar.zone(), recurs, "start"));
    event.set("end", GoogleTimes.normal(event.path("end"), calendar.zone(), recurs, "end"));
    if (event.path("start").has("date") != event.path("end").has("date")) {
      throw GoogleError.badRequest(
          "invalid", "Start and end times must either both be date or both be dateTime.");
    }
    if (GoogleTimes.instant(event.path("end")).isBefore(GoogleTimes.instant(event.path("start")))) {
      throw GoogleError.badRequest("timeRangeEmpty", "The specified time range is empty.");
    }
    if (recurs) {
      GoogleTimes.requireRecurrence(event);
    }
    event.put("updated", now());
    event.put("etag", "\"" + calendar.journal().next() + "\"");
    return calendar.journal().put(event.path("id").asString(""), event).item();
  }

  /**
   * Leaves the trace that a sync finds. With a series go its overrides.
   *
   * @throws GoogleError 404 if there is none, 410 if it was deleted before
   */
  ObjectNode delete(CalendarBox calendar, String id) {
    ObjectNode event = find(calendar, id).orElseThrow(GoogleError::notFound);
    if (event.path("status").asString("").equals("cancelled")) {
      throw new GoogleError(410, "deleted", "Resource has been deleted");
    }
    if (event.has("recurrence")) {
      for (var override : calendar.journal().startingWith(id + "_")) {
        if (!override.deleted()) {
          trace(calendar, override.item());
        }
      }
    }
    return trace(calendar, event);
  }

  private static ObjectNode trace(CalendarBox calendar, ObjectNode event) {
    ObjectNode trace = Answers.object();
    trace.put("kind", "calendar#event");
    trace.put("etag", "\"" + calendar.journal().next() + "\"");
    trace.put("id", event.path("id").asString(""));
    trace.put("status", "cancelled");
    if (event.has("recurringEventId")) {
      trace.set("recurringEventId", event.get("recurringEventId"));
      trace.set("originalStartTime", event.get("originalStartTime"));
    }
    return calendar.journal().delete(event.path("id").asString(""), trace).item();
  }

  private String now() {
    Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    return now.toString();
  }

  /** How long a sync token is good. */
  static Duration tokenLife() {
    return Duration.ofDays(28);
  }
}
