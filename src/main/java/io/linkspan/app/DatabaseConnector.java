package io.linkspan.app;

import io.linkspan.platform.db.DatabaseUrl;
import io.linkspan.platform.db.Pool;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Waits until a database takes connections: one that starts together with us may be a few seconds
 * later. A refusal that waiting does not cure is told at once.
 */
final class DatabaseConnector {
  private static final Logger LOG = LoggerFactory.getLogger(DatabaseConnector.class);
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration PAUSE = Duration.ofMillis(500);

  /** Cannot connect, connection failed, server starting up (PostgreSQL's appendix A). */
  private static final Set<String> PASSING = Set.of("08001", "08006", "57P03", "53300");

  private DatabaseConnector() {}

  /** Answers an open connection. */
  static Connection open(DatabaseUrl url) {
    var source = Pool.single(url);
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    boolean told = false;
    while (true) {
      try {
        return source.getConnection();
      } catch (SQLException e) {
        if (Thread.currentThread().isInterrupted()) {
          throw stopped(e);
        }
        if (!PASSING.contains(String.valueOf(e.getSQLState())) || System.nanoTime() > deadline) {
          throw new StartFailed(
              "The database " + url + " cannot be used: " + e.getMessage(),
              "Check LINKSPAN_DATABASE_URL, and that the server runs and lets this machine in;"
                  + " ./linkspan doctor looks closer",
              e);
        }
        if (!told) {
          LOG.warn("Waiting up to {} for the database {}: {}", PATIENCE, url, e.getMessage());
          told = true;
        }
        pause(e);
      }
    }
  }

  private static void pause(SQLException reason) {
    try {
      TimeUnit.NANOSECONDS.sleep(PAUSE.toNanos());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw stopped(reason);
    }
  }

  private static StartFailed stopped(SQLException reason) {
    return new StartFailed("Stopped while waiting for the database", "Start again", reason);
  }
}
