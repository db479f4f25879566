package io.linkspan.sandbox.google;

import io.linkspan.platform.http.Json;
import io.linkspan.sandbox.world.Account;
import io.linkspan.sandbox.world.Answers;
import io.linkspan.sandbox.world.Ask;
import io.linkspan.sandbox.world.CalendarBox;
import io.linkspan.sandbox.world.Journal;
import io.linkspan.sandbox.world.Tokens;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code events.list} with sync tokens. Callers hold the account's lock.
 *
 * @see <a href="https://developers.google.com/workspace/calendar/api/guides/sync">Synchronize
 *     resources efficiently</a>
 */
final class GoogleSync {
  private static final List<String> NOT_WITH_SYNC_TOKEN =
      List.of(
          "iCalUID",
          "orderBy",
          "privateExtendedProperty",
          "q",
          "sharedExtendedProperty",
          "timeMin",
          "timeMax",
          "updatedMin");
  private static final int USUAL_PAGE = 250;
  private static final int LARGEST_PAGE = 2500;

  /** Tokens of another run of the sandbox are of no use, since its journals begin anew. */
  private final String run = Tokens.fresh("").substring(0, 8);

  private final Clock clock;

  GoogleSync(Clock clock) {
    this.clock = clock;
  }

  /**
   * Where a list goes on.
   *
   * @param since whether it began with a sync token: then what was deleted is listed
   */
  private record Position(String calendarId, long version, Instant made, boolean since) {}

  ObjectNode list(Account account, CalendarBox calendar, Ask ask) {
    if (ask.query("singleEvents").orElse("false").equals("true")) {
      throw GoogleError.badRequest(
          "invalid", "The sandbox lists masters and overrides only: singleEvents=false.");
    }
    Optional<String> token = ask.query("syncToken");
    if (token.isPresent()) {
      NOT_WITH_SYNC_TOKEN.stream()
          .filter(name -> ask.query(name).isPresent())
          .findFirst()
          .ifPresent(
              name -> {
                throw GoogleError.badRequest(
                    "invalid",
                    "Sync token cannot be used with other query restrictions: " + name + ".");
              });
      if (ask.query("showDeleted").orElse("true").equals("false")) {
        throw GoogleError.badRequest(
            "invalid", "Deleted events are always listed with a sync token.");
      }
    }
    Position start =
        ask.query("pageToken")
            .map(page -> read("page", page, calendar))
            .or(() -> token.map(text -> read("sync", text, calendar)))
            .orElseGet(() -> new Position(calendar.id(), 0, clock.instant(), false));
    int most = number(ask.query("maxResults"));
    Optional<Instant> from = time(ask, "timeMin");
    Optional<Instant> until = time(ask, "timeMax");
    ObjectNode body = head(account, calendar);
    ArrayNode items = body.putArray("items");
    long last = start.version();
    boolean more = false;
    boolean deleted = start.since() || ask.query("showDeleted").orElse("false").equals("true");
    for (Journal.Entry entry : calendar.journal().since(start.version())) {
      if (items.size() == most) {
        more = true;
        break;
      }
      last = entry.version();
      if (listed(entry, deleted, from, until)) {
        items.add(entry.item());
      }
    }
    if (more) {
      body.put(
          "nextPageToken",
          text("page", new Position(calendar.id(), last, start.made(), start.since())));
    } else {
      long now = calendar.journal().version();
      body.put(
          "nextSyncToken", text("sync", new Position(calendar.id(), now, clock.instant(), true)));
    }
    return body;
  }

  /** Cancelled overrides of a living series are listed even in a full pass. */
  private static boolean listed(
      Journal.Entry entry, boolean deleted, Optional<Instant> from, Optional<Instant> until) {
    if (entry.deleted()) {
      return deleted || entry.item().has("recurringEventId");
    }
    if (entry.item().has("recurrence")) {
      return true;
    }
    return from.filter(t -> !GoogleTimes.instant(entry.item().path("end")).isAfter(t)).isEmpty()
        && until
            .filter(t -> !GoogleTimes.instant(entry.item().path("start")).isBefore(t))
            .isEmpty();
  }

  private ObjectNode head(Account account, CalendarBox calendar) {
    ObjectNode body = Answers.object();
    body.put("kind", "calendar#events");
    body.put("etag", "\"p" + calendar.journal().version() + "\"");
    body.put("summary", calendar.primary() ? account.email() : calendar.name());
    body.put("updated", clock.instant().toString());
    body.put("timeZone", calendar.zone().getId());
    body.put("accessRole", GoogleCalendars.role(calendar.access()));
    body.putArray("defaultReminders");
    return body;
  }

  private static int number(Optional<String> maxResults) {
    try {
      return Math.clamp(maxResults.map(Integer::parseInt).orElse(USUAL_PAGE), 1, LARGEST_PAGE);
    } catch (NumberFormatException e) {
      throw GoogleError.badRequest("invalidParameter", "Invalid value for: maxResults");
    }
  }

  private static Optional<Instant> time(Ask ask, String name) {
    try {
      return ask.query(name).map(text -> OffsetDateTime.parse(text).toInstant());
    } catch (DateTimeException e) {
      throw GoogleError.badRequest("badRequest", "Bad Request");
    }
  }

  private String text(String kind, Position position) {
    ObjectNode json = Answers.object();
    json.put("k", kind).put("r", run).put("c", position.calendarId());
    json.put("v", position.version()).put("t", position.made().toEpochMilli());
    json.put("s", position.since());
    return Base64.getUrlEncoder().withoutPadding().encodeToString(Json.bytes(json));
  }

  private Position read(String kind, String text, CalendarBox calendar) {
    ObjectNode json;
    try {
      byte[] bytes = Base64.getUrlDecoder().decode(text);
      json = (ObjectNode) Json.mapper().readTree(new String(bytes, StandardCharsets.UTF_8));
    } catch (RuntimeException nonsense) {
      throw invalid(kind);
    }
    if (!json.path("k").asString("").equals(kind)
        || !json.path("c").asString("").equals(calendar.id())) {
      throw invalid(kind);
    }
    Instant made = Instant.ofEpochMilli(json.path("t").asLong(0));
    if (!json.path("r").asString("").equals(run)
        || made.plus(GoogleEvents.tokenLife()).isBefore(clock.instant())) {
      throw GoogleError.of(410);
    }
    return new Position(
        calendar.id(), json.path("v").asLong(0), made, json.path("s").asBoolean(false));
  }

  private static GoogleError invalid(String kind) {
    return GoogleError.badRequest("invalid", "Invalid " + kind + " token value.");
  }
}
