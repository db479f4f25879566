package io.linkspan.platform.db;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.time.Duration;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/** Connections to PostgreSQL. */
public final class Pool {
  /** A caller that cannot get a connection in this time is told so instead of piling up. */
  private static final Duration WAIT = Duration.ofSeconds(5);

  /** Between two statements of a transaction nothing slow happens, see {@link Database}. */
  private static final Duration STANDSTILL = Duration.ofSeconds(20);

  private Pool() {}

  /** Each connection is a new one, and what is wrong with it is said at once. */
  public static DataSource single(DatabaseUrl url) {
    var source = new PGSimpleDataSource();
    source.setURL(url.jdbcUrl());
    source.setUser(url.user());
    source.setPassword(url.password());
    source.setApplicationName("linkspan");
    source.setConnectTimeout((int) WAIT.toSeconds());
    return source;
  }

  /** Opens lazily: a database that is away now may be back at the first query. */
  public static HikariDataSource of(DatabaseUrl url, int size) {
    var config = new HikariConfig();
    config.setJdbcUrl(url.jdbcUrl());
    config.setUsername(url.user());
    config.setPassword(url.password());
    config.setPoolName("linkspan");
    config.setMaximumPoolSize(size);
    config.setMinimumIdle(2);
    config.setConnectionTimeout(WAIT.toMillis());
    config.setInitializationFailTimeout(-1);
    // a node that stands still in a transaction must not hold up the others by its locks
    config.setConnectionInitSql(
        "SET idle_in_transaction_session_timeout = " + STANDSTILL.toMillis());
    config.addDataSourceProperty("ApplicationName", "linkspan");
    config.addDataSourceProperty("reWriteBatchedInserts", "true");
    config.addDataSourceProperty("tcpKeepAlive", "true");
    return new HikariDataSource(config);
  }
}
