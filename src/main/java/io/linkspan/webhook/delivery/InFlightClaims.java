package io.linkspan.webhook.delivery;

import io.linkspan.webhook.delivery.QueueStore.Claim;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What this node has taken and not yet written the end of. A claim that a crash of the database
 * lost, or whose lease ended while that was away, is made again by whoever comes first: where that
 * is the node that has the delivery on its way already, it is not sent a second time, and its
 * outcome is written under the new claim.
 */
final class InFlightClaims {
  private final Map<UUID, Claim> claims = new ConcurrentHashMap<>();

  /**
   * Whether it is to be sent; not when the same try of it is on its way already. Whoever claims
   * holds this object's monitor from before the claim is committed, so that {@link #later} misses
   * none.
   */
  boolean take(Claim claim) {
    var before = claims.put(claim.id(), claim.withoutBody());
    return before == null || !sameTry(before, claim);
  }

  /** The claim by which this node overtook its own, and under which the outcome can be written. */
  synchronized Optional<Claim> later(Claim overtaken) {
    return Optional.ofNullable(claims.get(overtaken.id()))
        .filter(claim -> sameTry(claim, overtaken) && claim.fence() > overtaken.fence());
  }

  /** Its end is written, or is another node's business, or it will not be sent. */
  void drop(Claim claim) {
    claims.computeIfPresent(claim.id(), (_, held) -> sameTry(held, claim) ? null : held);
  }

  List<Claim> all() {
    return List.copyOf(claims.values());
  }

  /** Nobody has written an outcome between the two. */
  private static boolean sameTry(Claim one, Claim other) {
    return one.attempts() == other.attempts();
  }
}
