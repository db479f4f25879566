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
 * @param orderingKey where in the data of events the key is by which they keep their order
 * @param rateLimit requests a second
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
    @Nullable String orderingKey,
    @Nullable Integer rateLimit,
    long version,
    Instant createdAt,
    Instant updatedAt) {
  static final String GONE = "gone";
  static final String FAILING = "failing";

  private static final String DATA = "data.";

  @Nullable String orderingPath() {
    return orderingPath(orderingKey);
  }

  /** Members within {@code data}, divided by dots. */
  static @Nullable String orderingPath(@Nullable String orderingKey) {
    return orderingKey != null && orderingKey.startsWith(DATA)
        ? orderingKey.substring(DATA.length())
        : orderingKey;
  }
}
