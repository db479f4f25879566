package io.linkspan.platform.db;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;

/** Connections to PostgreSQL. */
public final class Pool {
  /** A caller that cannot get a connection in this time is told so instead of piling up. */
  private static final Duration WAIT = Duration.ofSeconds(5);

  /** Between two statements of a transaction nothing slow happens, see {@link Database}. */
  private static final Duration STANDSTILL = Duration.ofSeconds(20);

  /** Open without anybody waiting for them. */
  private static final int SPARE = 2;

  private Pool() {}

  /** Each connection is a new one, and what is wrong with it is said at once. */
  public static DataSource single(DatabaseUrl url) {
    return at(url, new PGSimpleDataSource());
  }

  private static PGSimpleDataSource at(DatabaseUrl url, PGSimpleDataSource source) {
    source.setURL(url.jdbcUrl());
    source.setUser(url.user());
    source.setPassword(url.password());
    source.setApplicationName("linkspan");
    source.setConnectTimeout((int) WAIT.toSeconds());
    source.setLoginTimeout((int) WAIT.toSeconds());
    source.setReWriteBatchedInserts(true);
    source.setTcpKeepAlive(true);
    return source;
  }

  /** Opens lazily: a database that is away now may be back at the first query. */
  public static HikariDataSource of(DatabaseUrl url, int size) {
    return of(at(url, new PGSimpleDataSource()), size);
  }

  /**
   * As {@link #of(DatabaseUrl, int)}, beginning with a connection that {@link #single} opened:
   * logging in, thousands of rounds of hashing, costs a start more than all it asks the database.
   */
  public static HikariDataSource of(DatabaseUrl url, int size, Connection first) {
    return of(at(url, new Continued(first)), size);
  }

  private static HikariDataSource of(DataSource source, int size) {
    var config = new HikariConfig();
    config.setDataSource(source);
    config.setPoolName("linkspan");
    config.setMaximumPoolSize(size);
    config.setMinimumIdle(0);
    config.setConnectionTimeout(WAIT.toMillis());
    config.setInitializationFailTimeout(-1);
    // a node that stands still in a transaction must not hold up the others by its locks
    config.setConnectionInitSql(
        "SET idle_in_transaction_session_timeout = " + STANDSTILL.toMillis());
    return new HikariDataSource(config);
  }

  /** From now on some connections are open before they are asked for. */
  public static void keepSpare(HikariDataSource pool) {
    pool.setMinimumIdle(SPARE);
  }

  /** Gives away a connection that is open already, and from then on new ones. */
  private static final class Continued extends PGSimpleDataSource {
    private final transient AtomicReference<@Nullable Connection> open;

    Continued(Connection open) {
      this.open = new AtomicReference<>(open);
    }

    @Override
    public Connection getConnection() throws SQLException {
      var first = open.getAndSet(null);
      return first == null ? super.getConnection() : first;
    }
  }
}
