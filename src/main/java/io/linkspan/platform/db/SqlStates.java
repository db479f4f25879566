package io.linkspan.platform.db;

import java.sql.SQLException;

/** What a failure of the database means, without what its message quotes: the data. */
public final class SqlStates {
  private static final String DATA_EXCEPTION = "22";

  private SqlStates() {}

  /** The SQLSTATE, or the name of what was thrown where there is none. */
  public static String of(Throwable thrown) {
    int depth = 0;
    for (Throwable cause = thrown; cause != null && depth < 20; cause = cause.getCause()) {
      if (cause instanceof SQLException sql && sql.getSQLState() != null) {
        return sql.getSQLState();
      }
      depth++;
    }
    return thrown.getClass().getSimpleName();
  }

  /** Whether PostgreSQL cannot hold the data itself, so that the same again will not do either. */
  public static boolean refusesData(Throwable thrown) {
    return of(thrown).startsWith(DATA_EXCEPTION);
  }
}
