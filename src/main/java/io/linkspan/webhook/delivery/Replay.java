package io.linkspan.webhook.delivery;

import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A stretch of time that is sent again. It is queued in parts, each in a transaction of its own,
 * and goes on after a crash where the last part ended.
 *
 * @param what {@code failed}, {@code delivered}, {@code missed}, {@code pending} or {@code all}
 * @param total how many it had at its beginning, and at the end of queuing how many it really has
 * @param queued how many are queued so far
 * @param lastDelivery up to here finished deliveries are queued; null: from the beginning
 * @param lastEventAt up to here events without a delivery are queued; null: from the beginning
 */
record Replay(
    UUID organizerId,
    UUID webhookId,
    UUID id,
    String what,
    Instant from,
    Instant to,
    String state,
    int total,
    int queued,
    @Nullable UUID lastDelivery,
    @Nullable Instant lastEventAt,
    @Nullable String lastEventId,
    Instant createdAt) {
  static final String QUEUING = "queuing";
  static final String QUEUED = "queued";
  static final String CANCELLED = "cancelled";

  static final String FAILED = "failed";
  static final String MISSED = "missed";
  static final String PENDING = "pending";
  static final String ALL = "all";

  /** Longer than a transaction that publishes may take. */
  private static final Duration SETTLE_TIME = Duration.ofSeconds(30);

  /** One that is about to begin. */
  static Replay of(
      UUID organizerId,
      UUID webhookId,
      UUID id,
      String what,
      Instant from,
      Instant to,
      Instant now) {
    return new Replay(
        organizerId, webhookId, id, what, from, to, QUEUING, 0, 0, null, null, null, now);
  }

  /** Whether it makes due what waits for its retry, and queues nothing. */
  boolean ofPending() {
    return what.equals(PENDING);
  }

  boolean queuing() {
    return state.equals(QUEUING);
  }

  boolean wantsMissed() {
    return what.equals(MISSED) || what.equals(ALL);
  }

  /** Which finished deliveries; null: any. */
  @Nullable String finishedStatus() {
    return switch (what) {
      case ALL -> null;
      case MISSED -> FAILED;
      default -> what;
    };
  }

  /** What failed within the time was missed within it, whenever it was queued first. */
  boolean byEnd() {
    return what.equals(MISSED);
  }

  /**
   * When to look once more for events whose transactions were under way at the end of the time;
   * null where it is long past.
   */
  @Nullable Instant lookAgainAt() {
    var settled = (to.isBefore(createdAt) ? to : createdAt).plus(SETTLE_TIME);
    return wantsMissed() && settled.isAfter(createdAt) ? settled : null;
  }

  /** How far it is, as it is answered. */
  record Progress(
      UUID id,
      String status,
      int total,
      int pending,
      int delivered,
      int failed,
      Instant from,
      Instant to,
      String what,
      Instant createdAt) {}

  /** What would be sent, and in how many seconds. */
  record Estimate(int count, long seconds) {}

  /** The answer to its beginning. */
  record Started(UUID id, int count, boolean more) {}
}
