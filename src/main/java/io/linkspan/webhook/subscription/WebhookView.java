package io.linkspan.webhook.subscription;

import io.linkspan.platform.crypto.Secret;
import io.linkspan.platform.http.Json;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** A webhook as it is answered. */
record WebhookView(
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
    @Nullable Instant secretOverlapUntil,
    List<String> signatures,
    @Nullable String publicKey,
    @Nullable String disabledReason,
    DeliveryStats stats,
    Instant createdAt,
    Instant updatedAt) {
  /** Asks for Ed25519 signatures. */
  static final String ED25519 = "v1a";

  private static final List<String> HMAC = List.of("v1");
  private static final List<String> BOTH = List.of("v1", ED25519);

  static WebhookView of(
      Webhook webhook,
      Keyring keys,
      Map<String, String> headers,
      @Nullable DeliveryStats stats,
      Instant now) {
    return new WebhookView(
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
        keys.overlapUntil(now),
        webhook.asymmetric() ? BOTH : HMAC,
        webhook.asymmetric() ? keys.publicKey() : null,
        webhook.disabledReason(),
        stats == null ? DeliveryStats.none(now) : stats,
        webhook.createdAt(),
        webhook.updatedAt());
  }

  /** The only answer that shows the secret. */
  ObjectNode with(Secret secret) {
    return ((ObjectNode) Json.tree(this)).put("secret_key", secret.reveal());
  }
}
