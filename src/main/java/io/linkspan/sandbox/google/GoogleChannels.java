package io.linkspan.sandbox.google;

import io.linkspan.sandbox.world.Account;
import io.linkspan.sandbox.world.Answers;
import io.linkspan.sandbox.world.CalendarBox;
import io.linkspan.sandbox.world.Notifier;
import io.linkspan.sandbox.world.Tokens;
import io.linkspan.sandbox.world.Vendor;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Channels that say that a calendar changed.
 *
 * @see <a href="https://developers.google.com/workspace/calendar/api/guides/push">Push
 *     notifications</a>
 */
final class GoogleChannels {
  private static final Duration USUAL = Duration.ofDays(7);
  private static final Duration LONGEST = Duration.ofDays(30);
  private static final DateTimeFormatter HTTP_DATE =
      DateTimeFormatter.RFC_1123_DATE_TIME.withZone(ZoneOffset.UTC);

  private final Clock clock;
  private final Notifier notifier;
  private final Map<String, Channel> channels = new ConcurrentHashMap<>();

  GoogleChannels(Clock clock, Notifier notifier) {
    this.clock = clock;
    this.notifier = notifier;
  }

  private record Channel(
      String id,
      String resourceId,
      Account account,
      String calendarId,
      String resourceUri,
      URI address,
      String token,
      Instant until,
      AtomicLong messages) {}

  ObjectNode watch(Account account, CalendarBox calendar, ObjectNode asked, String resourceUri) {
    String id = asked.path("id").asString("");
    if (id.isEmpty() || id.length() > 64) {
      throw GoogleError.badRequest(
          "required", "Channel id not specified or longer than 64 characters.");
    }
    if (!asked.path("type").asString("").equals("web_hook")) {
      throw GoogleError.badRequest("unsupportedValue", "Channel type must be web_hook.");
    }
    var channel =
        new Channel(
            id,
            Tokens.digest(account.id() + " " + calendar.id()).substring(0, 27),
            account,
            calendar.id(),
            resourceUri,
            address(asked.path("address").asString("")),
            asked.path("token").asString(""),
            expiry(asked),
            new AtomicLong());
    if (channels.putIfAbsent(id, channel) != null) {
      throw GoogleError.badRequest("channelIdNotUnique", "Channel id " + id + " not unique");
    }
    tell(channel, "sync");
    ObjectNode answer = Answers.object();
    answer.put("kind", "api#channel");
    answer.put("id", id);
    answer.put("resourceId", channel.resourceId());
    answer.put("resourceUri", resourceUri);
    if (!channel.token().isEmpty()) {
      answer.put("token", channel.token());
    }
    answer.put("expiration", Long.toString(channel.until().toEpochMilli()));
    return answer;
  }

  private URI address(String text) {
    try {
      var address = new URI(text);
      if (address.getHost() != null
          && (notifier.isOwn(address) || "https".equalsIgnoreCase(address.getScheme()))) {
        return address;
      }
    } catch (URISyntaxException e) {
      // said below
    }
    throw GoogleError.badRequest("webhookUrlNotHttps", "WebHook callback must be HTTPS: " + text);
  }

  private Instant expiry(JsonNode asked) {
    Instant now = clock.instant();
    Instant wished = now.plus(USUAL);
    if (asked.hasNonNull("expiration")) {
      wished = Instant.ofEpochMilli(number(asked.path("expiration").asString("")));
    } else if (asked.path("params").hasNonNull("ttl")) {
      wished =
          now.plusSeconds(
              Math.min(number(asked.path("params").path("ttl").asString("")), LONGEST.toSeconds()));
    }
    Instant last = now.plus(LONGEST);
    return wished.isAfter(last) ? last : wished;
  }

  private static long number(String text) {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw GoogleError.badRequest("invalid", "Invalid expiration.");
    }
  }

  void stop(Account account, ObjectNode asked) {
    Channel channel = channels.get(asked.path("id").asString(""));
    if (channel == null
        || channel.account() != account
        || !channel.resourceId().equals(asked.path("resourceId").asString(""))) {
      throw new GoogleError(404, "notFound", "Channel not found for project");
    }
    channels.remove(channel.id());
  }

  void changed(Account account, CalendarBox calendar) {
    Instant now = clock.instant();
    channels.values().removeIf(channel -> !channel.until().isAfter(now));
    channels.values().stream()
        .filter(c -> c.account() == account && c.calendarId().equals(calendar.id()))
        .forEach(channel -> tell(channel, "exists"));
  }

  private void tell(Channel channel, String state) {
    var headers = new LinkedHashMap<String, String>();
    headers.put("X-Goog-Channel-ID", channel.id());
    headers.put("X-Goog-Channel-Expiration", HTTP_DATE.format(channel.until()));
    headers.put("X-Goog-Resource-State", state);
    headers.put("X-Goog-Resource-ID", channel.resourceId());
    headers.put("X-Goog-Resource-URI", channel.resourceUri());
    headers.put("X-Goog-Message-Number", Long.toString(channel.messages().incrementAndGet()));
    if (!channel.token().isEmpty()) {
      headers.put("X-Goog-Channel-Token", channel.token());
    }
    String watched = "/calendar/v3/calendars/" + channel.calendarId() + "/events";
    notifier.tell(Vendor.GOOGLE, watched, channel.address(), headers, new byte[0]);
  }
}
