package io.linkspan.platform.db;

import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a failure of the database means, without what its message quotes: the data. */
public final class SqlStates {
  private static final String DATA_EXCEPTION = "22";
  private static final String CONSTRAINT_VIOLATION = "23";
  private static final Set<String> PASSING_CLASSES = Set.of("08", "40", "53", "57");
  private static final Set<String> PASSING = Set.of("55P03", "25P03");

  private SqlStates() {}

  /** The SQLSTATE, or the name of what was thrown where there is none. */
  public static String of(Throwable thrown) {
    var sql = sqlException(thrown);
    if (sql == null) {
      return thrown.getClass().getSimpleName();
    }
    return sql.getSQLState() == null ? sql.getClass().getSimpleName() : sql.getSQLState();
  }

  /** Whether it was the database that failed, and not the program. */
  public static boolean ofDatabase(Throwable thrown) {
    return sqlException(thrown) != null;
  }

  /** Whether PostgreSQL cannot hold the data itself, so that the same again will not do either. */
  public static boolean refusesData(Throwable thrown) {
    String state = of(thrown);
    return ofDatabase(thrown)
        && (state.startsWith(DATA_EXCEPTION) || state.startsWith(CONSTRAINT_VIOLATION));
  }

  /**
   * Whether it passes by itself: connection failures (class 08), a server that starts, stops or has
   * no room (57P0x, 53xxx), work that lost against others' (40xxx, 55P03, 57014) or stood still in
   * a transaction (25P03).
   */
  public static boolean passes(Throwable thrown) {
    var sql = sqlException(thrown);
    if (sql == null || sql instanceof SQLTransientConnectionException) {
      return sql != null;
    }
    String state = String.valueOf(sql.getSQLState());
    return PASSING_CLASSES.contains(state.substring(0, 2)) || PASSING.contains(state);
  }

  /** What the database threw, among the causes. */
  public static @Nullable SQLException sqlException(Throwable thrown) {
    Throwable cause = thrown;
    for (int depth = 0; cause != null && depth < 20; depth++) {
      if (cause instanceof SQLException sql) {
        return sql;
      }
      cause = cause.getCause();
    }
    return null;
  }
}
