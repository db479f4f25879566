package io.linkspan.platform.db;

import java.util.function.Consumer;
import java.util.function.Function;
import javax.sql.DataSource;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jdbi.v3.core.statement.StatementExceptions;
import org.jdbi.v3.core.statement.StatementExceptions.MessageRendering;
import org.jdbi.v3.postgres.PostgresPlugin;

/**
 * The one PostgreSQL that all nodes share.
 *
 * <p>A transaction holds locks and a pooled connection, so nothing slow may happen inside one:
 * outbound calls refuse to start while the calling thread has a transaction open ({@link
 * #requireNoTransaction}).
 */
public final class Database {
  private static final ThreadLocal<Boolean> IN_TRANSACTION = ThreadLocal.withInitial(() -> false);

  private static final String DEADLOCK = "40P01";
  private static final int AGAIN = 3;

  private static final String SNAPSHOT =
      "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY";

  private final Jdbi jdbi;

  public Database(DataSource dataSource) {
    this.jdbi =
        Jdbi.create(dataSource)
            .installPlugin(new PostgresPlugin())
            // no bound values in messages
            .configure(
                StatementExceptions.class,
                exceptions -> exceptions.setMessageRendering(MessageRendering.NONE));
  }

  /**
   * Runs {@code work} in one transaction: committed when it returns, rolled back when it throws.
   * Where PostgreSQL ends it because it and another waited for each other, it is run again.
   *
   * @throws DatabaseFailed if the database does not do it
   */
  public <T> T inTransaction(Function<Handle, T> work) {
    requireNoTransaction("a transaction");
    IN_TRANSACTION.set(true);
    try {
      for (int again = AGAIN; ; again--) {
        try {
          return jdbi.inTransaction(work::apply);
        } catch (JdbiException e) {
          if (again == 0 || !SqlStates.of(e).equals(DEADLOCK)) {
            throw DatabaseFailed.of(e);
          }
        }
      }
    } finally {
      IN_TRANSACTION.set(false);
    }
  }

  /** {@link #inTransaction} for work without a result. */
  public void useTransaction(Consumer<Handle> work) {
    inTransaction(
        tx -> {
          work.accept(tx);
          return true;
        });
  }

  /**
   * Runs single statements, each its own transaction.
   *
   * @throws DatabaseFailed if the database does not do it
   */
  public <T> T query(Function<Handle, T> work) {
    try {
      return jdbi.withHandle(work::apply);
    } catch (JdbiException e) {
      throw DatabaseFailed.of(e);
    }
  }

  /**
   * Runs statements that read, all of what the database held at one moment: what is committed
   * between two of them is seen by none.
   *
   * @throws DatabaseFailed if the database does not do it
   */
  public <T> T snapshot(Function<Handle, T> work) {
    return inTransaction(
        tx -> {
          tx.execute(SNAPSHOT);
          return work.apply(tx);
        });
  }

  /**
   * Asks whether the database answers.
   *
   * @throws DatabaseFailed if it does not
   */
  public void ping() {
    query(handle -> handle.execute("SELECT 1"));
  }

  /**
   * Guards slow work.
   *
   * @throws IllegalStateException if this thread has a transaction open
   */
  public static void requireNoTransaction(String what) {
    if (IN_TRANSACTION.get()) {
      throw new IllegalStateException(
          what + " must not begin inside a transaction; finish it first");
    }
  }
}
