package io.linkspan.webhook;

import io.linkspan.platform.crypto.Secret;
import io.linkspan.platform.http.Json;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** A webhook as it is answered. */
record WebhookAnswer(
    UUID id,
    String name,
    String webhookUrl,
    List<String> events,
    Map<String, String> headers,
    boolean isActive,
    boolean retryFailed,
    int maxRetries,
    @Nullable String orderingKey,
    @Nullable Integer rateLimit,
    boolean hasSecret,
    String secretHint,
    @Nullable String disabledReason,
    DeliveryStore.Stats stats,
    Instant createdAt,
    Instant updatedAt) {
  static final DeliveryStore.Stats NOTHING_YET =
      new DeliveryStore.Stats(0, 0, 0, null, null, null, null);

  static WebhookAnswer of(
      Webhook webhook, Map<String, String> headers, DeliveryStore.@Nullable Stats stats) {
    return new WebhookAnswer(
        webhook.id(),
        webhook.name(),
        webhook.url(),
        webhook.events(),
        CustomHeaders.shown(headers),
        webhook.active(),
        webhook.retryFailed(),
        webhook.maxRetries(),
        webhook.orderingKey(),
        webhook.rateLimit(),
        true,
        webhook.secretHint(),
        webhook.disabledReason(),
        stats == null ? NOTHING_YET : stats,
        webhook.createdAt(),
        webhook.updatedAt());
  }

  /** The only answer that shows the secret. */
  ObjectNode with(Secret secret) {
    return ((ObjectNode) Json.tree(this)).put("secret_key", secret.reveal());
  }
}
