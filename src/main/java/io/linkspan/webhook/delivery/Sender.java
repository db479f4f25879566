package io.linkspan.webhook.delivery;

import io.linkspan.platform.crypto.Sealer;
import io.linkspan.platform.db.Storable;
import io.linkspan.platform.egress.Egress;
import io.linkspan.platform.egress.Exchange;
import io.linkspan.platform.egress.OutboundRequest;
import io.linkspan.platform.egress.OutboundRequest.Limits;
import io.linkspan.platform.egress.OutboundRequest.Trust;
import io.linkspan.webhook.subscription.CustomHeaders;
import io.linkspan.webhook.subscription.Keyring;
import io.linkspan.webhook.subscription.Webhook;
import io.linkspan.webhook.subscription.WebhookSecrets;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Sends one message once. */
final class Sender {
  private static final String USER_AGENT = "Linkspan/0.1";

  /** For everything, from the resolving of the name to the end of the body. */
  static final Duration DEADLINE = Duration.ofSeconds(15);

  /** Characters of the answer's headers; those beyond are left out. */
  private static final int MAX_HEADER_CHARS = 16 * 1024;

  /** Of the answer 64 KiB are read and 16 kept. */
  private static final Limits LIMITS = new Limits(DEADLINE, 64 * 1024, 16 * 1024, true, 0);

  private static final String UNREADABLE =
      "The webhook's secret or headers cannot be decrypted with this server's keyset. Rotate the secret and set"
          + " the headers again, or restore the keyset.";

  private final Egress egress;
  private final WebhookSecrets secrets;
  private final RetrySchedule schedule;
  private final Clock clock;

  Sender(Egress egress, WebhookSecrets secrets, RetrySchedule schedule, Clock clock) {
    this.egress = egress;
    this.secrets = secrets;
    this.schedule = schedule;
    this.clock = clock;
  }

  /**
   * @param eventId {@code webhook-id} of every attempt
   * @param responsive whether the receiver answered last
   */
  Attempt send(Webhook webhook, String eventId, String body, boolean responsive) {
    var now = clock.instant();
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    Keyring keys;
    Map<String, String> custom;
    try {
      keys = secrets.keys(webhook);
      custom = secrets.headers(webhook);
    } catch (Sealer.SealBroken e) {
      return new Attempt(now, 0, Map.of(), true, null, UNREADABLE, Optional.empty());
    }
    var ours = new LinkedHashMap<String, String>();
    ours.put("content-type", "application/json");
    ours.put("user-agent", USER_AGENT);
    ours.put("webhook-id", eventId);
    ours.put("webhook-timestamp", Long.toString(now.getEpochSecond()));
    // signs the bytes as sent; re-serialised JSON would not match what the receiver hashes
    ours.put("webhook-signature", keys.sign(webhook.asymmetric(), now, eventId, bytes));
    var sent = new LinkedHashMap<String, List<String>>();
    ours.forEach((name, value) -> sent.put(name, List.of(value)));
    custom.forEach((name, value) -> sent.put(name, List.of(value)));
    var shown = new LinkedHashMap<>(ours);
    shown.putAll(CustomHeaders.shown(custom));
    var exchange =
        egress.send(
            new OutboundRequest(
                "POST", URI.create(webhook.url()), sent, bytes, Trust.USER, LIMITS, responsive));
    int took = (int) exchange.took().toMillis();
    return switch (exchange) {
      case Exchange.Failed failed ->
          new Attempt(
              now,
              took,
              shown,
              failed.reason() != Exchange.Reason.NOT_BEGUN,
              null,
              failed.detail(),
              Optional.empty());
      case Exchange.Answered answered ->
          new Attempt(
              now,
              took,
              shown,
              true,
              withoutEcho(answer(answered), CustomHeaders.hidden(custom)),
              error(answered.status()),
              retryAfter(answered));
    };
  }

  private Optional<Instant> retryAfter(Exchange.Answered answered) {
    return answered.status() == 429 || answered.status() == 503
        ? schedule.retryAfter(answered.header("retry-after"))
        : Optional.empty();
  }

  private static @Nullable String error(int status) {
    if (status >= 200 && status < 300) {
      return null;
    }
    return status >= 300 && status < 400
        ? "The receiver answered " + status + ": redirects are not followed."
        : "The receiver answered " + status + ".";
  }

  /** Some receivers answer with the request that they got. */
  private static Attempt.Answer withoutEcho(Attempt.Answer answer, Collection<String> hidden) {
    var headers = new LinkedHashMap<String, String>();
    answer
        .headers()
        .forEach((name, value) -> headers.put(redacted(name, hidden), redacted(value, hidden)));
    return new Attempt.Answer(
        answer.status(), headers, redacted(answer.body(), hidden), answer.cut());
  }

  private static String redacted(String text, Collection<String> hidden) {
    String redacted = text;
    for (String value : hidden) {
      redacted = redacted.replace(value, CustomHeaders.REDACTED);
    }
    return redacted;
  }

  private static Attempt.Answer answer(Exchange.Answered answered) {
    Map<String, String> headers = new LinkedHashMap<>();
    int room = MAX_HEADER_CHARS;
    for (var header : answered.headers().entrySet()) {
      String name = Storable.text(header.getKey());
      String value = Storable.text(String.join(", ", header.getValue()));
      room -= name.length() + value.length();
      if (room < 0) {
        break;
      }
      headers.put(name, value);
    }
    return new Attempt.Answer(
        answered.status(),
        headers,
        Storable.text(new String(answered.body(), StandardCharsets.UTF_8)),
        answered.cut());
  }
}
