package io.linkspan.webhook.subscription;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A subscription, as it is stored.
 *
 * @param headers sealed JSON object
 * @param keys sealed {@link Keyring}
 * @param asymmetric whether Ed25519 signatures are sent too
 * @param disabledReason why the server switched it off
 * @param offSince when it was switched off, by whomever
 * @param failingSince since when every attempt has failed
 * @param orderingKey where in the data of events the key is by which they keep their order
 * @param rateLimit requests a second
 */
public record Webhook(
    UUID organizerId,
    UUID id,
    String name,
    String url,
    List<String> events,
    byte[] headers,
    boolean active,
    boolean retryFailed,
    int maxRetries,
    byte[] keys,
    String secretHint,
    boolean asymmetric,
    @Nullable String disabledReason,
    @Nullable Instant offSince,
    @Nullable Instant failingSince,
    @Nullable String orderingKey,
    @Nullable Integer rateLimit,
    long version,
    Instant createdAt,
    Instant updatedAt) {
  public static final String GONE = "gone";
  public static final String FAILING = "failing";

  private static final String DATA = "data.";

  public @Nullable String orderingPath() {
    return orderingPath(orderingKey);
  }

  /** Members within {@code data}, divided by dots. */
  public static @Nullable String orderingPath(@Nullable String orderingKey) {
    return orderingKey != null && orderingKey.startsWith(DATA)
        ? orderingKey.substring(DATA.length())
        : orderingKey;
  }
}
