package io.linkspan.sandbox.google;

import io.linkspan.sandbox.world.Account;
import io.linkspan.sandbox.world.Answers;
import io.linkspan.sandbox.world.CalendarBox;
import io.linkspan.sandbox.world.PlainEvent;
import io.linkspan.sandbox.world.PlainEvent.Response;
import io.linkspan.sandbox.world.PlainEvent.ShowAs;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** Says a {@link PlainEvent} in Google's words. */
final class GooglePlain {
  private GooglePlain() {}

  static ObjectNode of(PlainEvent plain, Account account, CalendarBox calendar) {
    ObjectNode event = Answers.object();
    if (plain.summary() != null) {
      event.put("summary", plain.summary());
    }
    String zone = plain.timeZone() == null ? calendar.zone().getId() : plain.timeZone();
    time(event, "start", plain.start(), zone);
    time(event, "end", plain.end(), zone);
    if (plain.recurrence() != null) {
      event.putArray("recurrence").add(plain.recurrence());
    }
    shown(event, plain.showAs());
    answered(event, plain.response(), account);
    if (plain.resource() != null) {
      event.setAll(plain.resource());
    }
    return event;
  }

  private static void time(ObjectNode event, String field, @Nullable String text, String zone) {
    if (text == null) {
      return;
    }
    ObjectNode time = event.putObject(field);
    if (PlainEvent.isDate(text)) {
      time.put("date", text);
    } else {
      time.put("dateTime", PlainEvent.dateTime(text)).put("timeZone", zone);
    }
  }

  private static void shown(ObjectNode event, @Nullable ShowAs as) {
    switch (as) {
      case null -> {}
      case FREE -> event.put("transparency", "transparent");
      case BUSY -> event.put("transparency", "opaque");
      case TENTATIVE -> event.put("status", "tentative");
      case OOF -> event.put("eventType", "outOfOffice");
    }
  }

  private static void answered(ObjectNode event, @Nullable Response response, Account account) {
    if (response == null) {
      return;
    }
    String host = "host@example.com";
    event.putObject("organizer").put("email", host);
    var attendees = event.putArray("attendees");
    attendees
        .addObject()
        .put("email", host)
        .put("organizer", true)
        .put("responseStatus", "accepted");
    attendees
        .addObject()
        .put("email", account.email())
        .put("self", true)
        .put(
            "responseStatus",
            switch (response) {
              case ACCEPTED -> "accepted";
              case DECLINED -> "declined";
              case TENTATIVE -> "tentative";
              case NONE -> "needsAction";
            });
  }
}
