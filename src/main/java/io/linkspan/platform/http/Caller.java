package io.linkspan.platform.http;

import java.util.Set;
import java.util.UUID;

/**
 * Who calls, and for whom.
 *
 * @param userId the person or key owner who signed in
 * @param organizerId whose data is seen: the same, or the organizer an administrator acts for
 * @param scopes what the call may do; {@code *} is everything of the organizer's own
 * @param admin whether {@code userId} is an administrator
 */
public record Caller(UUID userId, UUID organizerId, Set<String> scopes, boolean admin) {
  public boolean may(String scope) {
    return scopes.contains("*") || scopes.contains(scope);
  }
}
