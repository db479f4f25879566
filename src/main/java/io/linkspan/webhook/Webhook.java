package io.linkspan.webhook;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A subscription, as it is stored.
 *
 * @param headers sealed JSON object
 * @param secret sealed
 * @param oldSecret sealed; signs too until {@code oldSecretUntil}
 * @param disabledReason why the server switched it off
 * @param failingSince since when every attempt has failed
 */
record Webhook(
    UUID organizerId,
    UUID id,
    String name,
    String url,
    List<String> events,
    byte[] headers,
    boolean active,
    boolean retryFailed,
    int maxRetries,
    byte[] secret,
    String secretHint,
    byte @Nullable [] oldSecret,
    @Nullable Instant oldSecretUntil,
    @Nullable String disabledReason,
    @Nullable Instant failingSince,
    long version,
    Instant createdAt,
    Instant updatedAt) {
  static final String GONE = "gone";
  static final String FAILING = "failing";
}
