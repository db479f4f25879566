package io.linkspan.connection;

import java.util.Map;
import java.util.UUID;

/**
 * An account at a provider that an organizer connected, opened for use. Lives as long as one piece
 * of work.
 *
 * @param provider as in the contract: {@code caldav}, {@code apple}, {@code ics}
 * @param providerUserId identifies the account at the provider
 * @param attributes what the provider found out when it verified, for its own use: no secrets
 */
public record Account(
    UUID organizerId,
    UUID id,
    String provider,
    String providerUserId,
    Credentials credentials,
    Map<String, String> attributes) {
  public Account {
    attributes = Map.copyOf(attributes);
  }
}
