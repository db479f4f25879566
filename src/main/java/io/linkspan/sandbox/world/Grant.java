package io.linkspan.sandbox.world;

import java.time.Instant;
import java.util.Set;

/**
 * What a person allowed an app.
 *
 * @param offline whether the app may come back without the person
 */
public record Grant(
    String id, Account account, String clientId, Set<String> scopes, boolean offline, Instant at) {
  public Grant {
    scopes = Set.copyOf(scopes);
  }
}
