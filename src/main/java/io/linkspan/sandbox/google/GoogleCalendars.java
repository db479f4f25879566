package io.linkspan.sandbox.google;

import io.linkspan.sandbox.world.Account;
import io.linkspan.sandbox.world.Answers;
import io.linkspan.sandbox.world.Ask;
import io.linkspan.sandbox.world.CalendarBox;
import io.linkspan.sandbox.world.CalendarBox.Access;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code calendarList}. */
final class GoogleCalendars {
  private static final int USUAL_PAGE = 100;
  private static final int LARGEST_PAGE = 250;

  private GoogleCalendars() {}

  static ObjectNode list(Account account, Ask ask) {
    List<CalendarBox> all = account.calendars();
    int most;
    int from;
    try {
      most =
          Math.clamp(
              ask.query("maxResults").map(Integer::parseInt).orElse(USUAL_PAGE), 1, LARGEST_PAGE);
      from = Math.clamp(ask.query("pageToken").map(Integer::parseInt).orElse(0), 0, all.size());
    } catch (NumberFormatException e) {
      throw GoogleError.badRequest("invalid", "Invalid page token value.");
    }
    int to = Math.min(all.size(), from + most);
    ObjectNode body = Answers.object();
    body.put("kind", "calendar#calendarList");
    body.put("etag", "\"l" + all.size() + "\"");
    ArrayNode items = body.putArray("items");
    all.subList(from, to).forEach(calendar -> items.add(entry(account, calendar)));
    if (to < all.size()) {
      body.put("nextPageToken", Integer.toString(to));
    }
    return body;
  }

  static ObjectNode entry(Account account, CalendarBox calendar) {
    ObjectNode entry = Answers.object();
    entry.put("kind", "calendar#calendarListEntry");
    entry.put("etag", "\"" + calendar.id().hashCode() + "\"");
    entry.put("id", calendar.id());
    entry.put("summary", calendar.primary() ? account.email() : calendar.name());
    entry.put("timeZone", calendar.zone().getId());
    entry.put("backgroundColor", calendar.color());
    entry.put("foregroundColor", "#000000");
    entry.put("selected", true);
    entry.put("accessRole", role(calendar.access()));
    entry.putArray("defaultReminders");
    if (calendar.primary()) {
      entry.put("primary", true);
    }
    return entry;
  }

  static String role(Access access) {
    return switch (access) {
      case FREE_BUSY -> "freeBusyReader";
      case READER -> "reader";
      case WRITER -> "writer";
      case OWNER -> "owner";
    };
  }
}
