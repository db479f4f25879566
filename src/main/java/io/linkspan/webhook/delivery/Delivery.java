package io.linkspan.webhook.delivery;

import io.linkspan.webhook.subscription.DeliveryStats.LastAttempt;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** An event on its way to one webhook, as it is answered. */
record Delivery(
    UUID id,
    String eventId,
    String event,
    String status,
    int attemptsCount,
    @Nullable Instant nextAttemptAt,
    Instant createdAt,
    @Nullable Instant finishedAt,
    @Nullable LastAttempt lastAttempt) {

  /** One attempt, as it is answered. */
  record AttemptView(
      int number,
      Instant startedAt,
      int durationMs,
      boolean success,
      Map<String, String> requestHeaders,
      @Nullable Integer responseStatus,
      @Nullable Map<String, String> responseHeaders,
      @Nullable String responseBody,
      boolean responseBodyCut,
      @Nullable String error) {}

  /** A delivery with all there is to know of it. */
  record Detail(
      UUID id,
      String eventId,
      String event,
      String status,
      int attemptsCount,
      @Nullable Instant nextAttemptAt,
      Instant createdAt,
      @Nullable Instant finishedAt,
      @Nullable LastAttempt lastAttempt,
      @Nullable String requestBody,
      List<AttemptView> attempts) {}

  Detail with(@Nullable String body, List<AttemptView> attempts) {
    return new Detail(
        id,
        eventId,
        event,
        status,
        attemptsCount,
        nextAttemptAt,
        createdAt,
        finishedAt,
        lastAttempt,
        body,
        attempts);
  }
}
