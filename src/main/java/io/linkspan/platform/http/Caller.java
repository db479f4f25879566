package io.linkspan.platform.http;

import java.util.Set;
import java.util.UUID;

/**
 * Who calls, and for whom.
 *
 * @param userId the person or key owner who signed in
 * @param organizerId whose data is seen: the same, or the organizer an administrator acts for
 * @param scopes what the call may do; {@code *} is everything of the organizer's own, so not {@link
 *     #ADMIN}
 * @param admin whether {@code userId} is an administrator
 * @param credential names what the caller showed: one key, or the person for all of their sessions
 */
public record Caller(
    UUID userId, UUID organizerId, Set<String> scopes, boolean admin, String credential) {
  /** The scope of what concerns other organizers. */
  public static final String ADMIN = "admin";

  public Caller {
    scopes = Set.copyOf(scopes);
  }

  /** A person with a session. */
  public Caller(UUID userId, UUID organizerId, Set<String> scopes, boolean admin) {
    this(userId, organizerId, scopes, admin, "user:" + userId);
  }

  /**
   * Whether the call may do this; {@link #ADMIN} has to be named, and is worth nothing to others.
   */
  public boolean may(String scope) {
    return scope.equals(ADMIN)
        ? admin && scopes.contains(ADMIN)
        : scopes.contains("*") || scopes.contains(scope);
  }
}
