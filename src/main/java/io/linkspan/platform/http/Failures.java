package io.linkspan.platform.http;

import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
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
    SQLException sql = sqlException(thrown);
    if (sql != null && unavailable(sql)) {
      LOG.warn(
          "{} could not reach the database ({}); answered 503, request {}",
          operation,
          sql.getSQLState(),
          requestId,
          thrown);
      return (DISK_FULL.equals(sql.getSQLState()) ? full() : away())
          .retryAfter(Duration.ofSeconds(5));
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

  private static @Nullable SQLException sqlException(Throwable thrown) {
    Throwable cause = thrown;
    for (int depth = 0; cause != null && depth < 20; depth++) {
      if (cause instanceof SQLException sql) {
        return sql;
      }
      cause = cause.getCause();
    }
    return null;
  }

  /**
   * Connection failures (class 08), a server that starts, stops or has no room (57P0x, 53xxx), and
   * work that lost against others' (40xxx, 55P03, 57014): all pass by themselves.
   */
  private static boolean unavailable(SQLException sql) {
    if (sql instanceof SQLTransientConnectionException) {
      return true;
    }
    String state = String.valueOf(sql.getSQLState());
    return state.startsWith("08")
        || state.startsWith("57")
        || state.startsWith("53")
        || state.startsWith("40")
        || state.equals("55P03");
  }
}
