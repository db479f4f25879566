package io.linkspan.platform.db;

import java.sql.BatchUpdateException;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.Set;
import org.jdbi.v3.core.JdbiException;
import org.jdbi.v3.core.statement.StatementException;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/**
 * The database failed. Says where and why, without the values that were bound and those that
 * PostgreSQL's own message quotes: they are people's data and secrets, and exceptions are logged.
 */
public final class DatabaseFailed extends RuntimeException {
  private static final int STATEMENT_SHOWN = 100;

  /** Classes of SQLSTATE whose messages are about the server and the statement, not about data. */
  private static final Set<String> WITHOUT_DATA = Set.of("08", "25", "40", "42", "53", "55", "57");

  private DatabaseFailed(String message, SQLException cause) {
    super(message, cause);
  }

  /** What is to leave {@link Database} instead; the same where it is the program's failure. */
  static RuntimeException of(JdbiException thrown) {
    var sql = SqlStates.sqlException(thrown);
    if (sql == null) {
      return thrown;
    }
    String message = message(sql);
    var failed = new DatabaseFailed(message + statement(thrown), bare(sql, message));
    failed.setStackTrace(thrown.getStackTrace());
    return failed;
  }

  private static SQLException bare(SQLException sql, String message) {
    var bare =
        sql instanceof SQLTransientConnectionException
            ? new SQLTransientConnectionException(message, sql.getSQLState())
            : new SQLException(message, sql.getSQLState());
    bare.setStackTrace(sql.getStackTrace());
    return bare;
  }

  private static String message(SQLException sql) {
    var text = new StringBuilder("SQLSTATE ").append(sql.getSQLState());
    var server = serverError(sql);
    if (server != null && server.getConstraint() != null) {
      text.append(", constraint ").append(server.getConstraint());
    }
    String state = sql.getSQLState();
    if (state == null || WITHOUT_DATA.contains(state.substring(0, 2))) {
      text.append(": ").append(server == null ? sql.getMessage() : server.getMessage());
    }
    return text.toString();
  }

  /** Of a batch it is with the statement that was refused. */
  private static @Nullable ServerErrorMessage serverError(SQLException sql) {
    var refused = sql instanceof BatchUpdateException ? sql.getNextException() : sql;
    return refused instanceof PSQLException postgres ? postgres.getServerErrorMessage() : null;
  }

  private static String statement(JdbiException thrown) {
    if (!(thrown instanceof StatementException of)
        || of.getStatementContext() == null
        || of.getStatementContext().getRawSql() == null) {
      return "";
    }
    String line = of.getStatementContext().getRawSql().strip().replaceAll("\\s+", " ");
    return ", in: "
        + (line.length() > STATEMENT_SHOWN ? line.substring(0, STATEMENT_SHOWN) + "…" : line);
  }
}
