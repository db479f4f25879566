package io.linkspan.platform.http;

import io.linkspan.platform.db.SqlStates;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one place where what was thrown becomes an answer. */
final class Failures {
  private static final Logger LOG = LoggerFactory.getLogger(Failures.class);

  private static final String DISK_FULL = "53100";

  private Failures() {}

  /** What broke is logged here under the request's id; the answer tells nothing of it. */
  static Problem problem(Throwable thrown, String operation, String requestId) {
    if (thrown instanceof Problem problem) {
      return problem;
    }
    if (SqlStates.passes(thrown)) {
      String state = SqlStates.of(thrown);
      LOG.warn(
          "{} could not reach the database ({}); answered 503, request {}",
          operation,
          state,
          requestId,
          thrown);
      return (state.equals(DISK_FULL) ? full() : away()).retryAfter(Duration.ofSeconds(5));
    }
    LOG.error("{} failed; answered 500, request {}", operation, requestId, thrown);
    return Problem.of(500, "internal", "Internal error", "The server failed; this is its fault.")
        .fix("Give the operator the request id; the server's log says more under it.");
  }

  private static Problem away() {
    return unavailable("The database cannot be reached right now.")
        .fix("Try again in some seconds, with the same Idempotency-Key.");
  }

  private static Problem full() {
    return unavailable("The database's disk is full; nothing was stored.")
        .fix("The operator has to make room; try again then, with the same Idempotency-Key.");
  }

  private static Problem unavailable(String detail) {
    return Problem.of(503, "unavailable", "Service unavailable", detail);
  }
}
