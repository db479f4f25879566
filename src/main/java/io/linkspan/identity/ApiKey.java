package io.linkspan.identity;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A key that a program calls with; the key itself is nowhere.
 *
 * @param prefix how it begins, to recognise it by
 * @param expiresAt null for never
 * @param lastUsedAt to within a minute; null for never
 */
record ApiKey(
    UUID organizerId,
    UUID id,
    String name,
    String prefix,
    List<String> scopes,
    @Nullable Instant expiresAt,
    @Nullable Instant lastUsedAt,
    Instant createdAt) {
  ApiKey {
    scopes = List.copyOf(scopes);
  }

  boolean expired(Instant now) {
    return expiresAt != null && !now.isBefore(expiresAt);
  }
}
