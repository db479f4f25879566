package io.linkspan.platform.http;

import io.linkspan.platform.db.SqlStates;
import java.time.Duration;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one place where what was thrown becomes an answer. */
final class ErrorMapper {
  private static final Logger LOG = LoggerFactory.getLogger(ErrorMapper.class);

  private static final String DISK_FULL = "53100";
  private static final String CANCELLED = "57014";

  /** Serialization failures and deadlocks: of two calls, one was taken back. */
  private static final String COLLISION = "40";

  private static final String LOCK_NOT_AVAILABLE = "55P03";

  /**
   * Violated references, unique indexes and exclusions. What a caller can do wrong is checked
   * before; only what another does at the same moment comes this far.
   */
  private static final Set<String> RACES = Set.of("23503", "23505", "23P01");

  private ErrorMapper() {}

  /** What broke is logged here under the request's id; the answer tells nothing of it. */
  static Problem problem(Throwable thrown, String operation, String requestId) {
    if (thrown instanceof Problem problem) {
      return problem;
    }
    if (SqlStates.passes(thrown)) {
      String state = SqlStates.of(thrown);
      LOG.warn(
          "{} was not done by the database ({}); answered 503, request {}",
          operation,
          state,
          requestId,
          thrown);
      return passing(state).retryAfter(Duration.ofSeconds(5));
    }
    if (RACES.contains(SqlStates.of(thrown))) {
      LOG.error("{} raced with another; answered 409, request {}", operation, requestId, thrown);
      return Problem.conflict(
              "concurrent_change",
              "Another call changed what this one rests on at the same time; nothing was stored.")
          .fix("Read what there is now, then try again.");
    }
    LOG.error("{} failed; answered 500, request {}", operation, requestId, thrown);
    return Problem.of(500, "internal", "Internal error", "The server failed; this is its fault.")
        .fix("Give the operator the request id; the server's log says more under it.");
  }

  private static Problem passing(String state) {
    if (state.equals(DISK_FULL)) {
      return unavailable("The database's disk is full; nothing was stored.")
          .fix("Try again with the same Idempotency-Key when the operator has made room.");
    }
    boolean collided = state.startsWith(COLLISION) || state.equals(LOCK_NOT_AVAILABLE);
    return unavailable(
            collided
                ? "This call collided with another one; nothing of it was stored."
                : state.equals(CANCELLED)
                    ? "The database took too long over this call; nothing of it was stored."
                    : "The database cannot be reached right now.")
        .fix("Try again in some seconds, with the same Idempotency-Key.");
  }

  private static Problem unavailable(String detail) {
    return Problem.of(503, "unavailable", "Service unavailable", detail);
  }
}
