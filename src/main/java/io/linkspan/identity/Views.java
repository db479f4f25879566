package io.linkspan.identity;

import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What the contract shows of organizers and keys. */
final class Views {
  private Views() {}

  /** {@code User} of the contract. */
  record User(
      UUID id,
      String email,
      String name,
      String timeZone,
      String role,
      Instant createdAt,
      Instant updatedAt) {
    static User of(Organizer organizer) {
      return new User(
          organizer.id(),
          organizer.email(),
          organizer.name(),
          organizer.timeZone().getId(),
          organizer.role().wire(),
          organizer.createdAt(),
          organizer.updatedAt());
    }
  }

  /** {@code CreatedUser} of the contract. */
  record CreatedUser(
      UUID id,
      String email,
      String name,
      String timeZone,
      String role,
      Instant createdAt,
      Instant updatedAt,
      @Nullable URI invitationUrl,
      @Nullable Instant invitationExpiresAt) {
    static CreatedUser of(
        Organizer organizer, @Nullable URI invitationUrl, @Nullable Instant expiresAt) {
      return new CreatedUser(
          organizer.id(),
          organizer.email(),
          organizer.name(),
          organizer.timeZone().getId(),
          organizer.role().wire(),
          organizer.createdAt(),
          organizer.updatedAt(),
          invitationUrl,
          expiresAt);
    }
  }

  /** {@code ApiKey} of the contract. */
  record Key(
      UUID id,
      String name,
      String prefix,
      List<String> scopes,
      @Nullable Instant expiresAt,
      @Nullable Instant lastUsedAt,
      Instant createdAt) {
    static Key of(ApiKey key) {
      return new Key(
          key.id(),
          key.name(),
          key.prefix(),
          key.scopes(),
          key.expiresAt(),
          key.lastUsedAt(),
          key.createdAt());
    }
  }

  /** {@code CreatedApiKey} of the contract: the one answer that has the key itself. */
  record CreatedKey(
      UUID id,
      String name,
      String key,
      String prefix,
      List<String> scopes,
      @Nullable Instant expiresAt,
      @Nullable Instant lastUsedAt,
      Instant createdAt) {}
}
