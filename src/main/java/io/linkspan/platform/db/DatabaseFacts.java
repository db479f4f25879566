package io.linkspan.platform.db;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.Map;
import javax.sql.DataSource;

/**
 * What a database says about itself, for whoever judges whether it will do.
 *
 * @param version major version, such as 18
 * @param fullVersion such as {@code 18.6}
 * @param settings {@code fsync}, {@code synchronous_commit}, {@code full_page_writes}, {@code
 *     server_encoding}, {@code max_connections}
 * @param btreeGist whether the extension can be used
 * @param ahead how far its clock is before ours; negative when behind
 * @param schema of the program's tables
 */
public record DatabaseFacts(
    int version,
    String fullVersion,
    Map<String, String> settings,
    boolean btreeGist,
    Duration ahead,
    Migrations.Schema schema) {

  /**
   * Asks.
   *
   * @throws SQLException if it cannot be reached, or refuses us
   */
  public static DatabaseFacts of(DataSource dataSource, Clock clock) throws SQLException {
    var schema = new Migrations(dataSource).schema();
    try (var connection = dataSource.getConnection()) {
      return new DatabaseFacts(
          connection.getMetaData().getDatabaseMajorVersion(),
          connection.getMetaData().getDatabaseProductVersion(),
          settings(connection),
          hasBtreeGist(connection),
          ahead(connection, clock),
          schema);
    }
  }

  private static Map<String, String> settings(Connection connection) throws SQLException {
    Map<String, String> settings = new HashMap<>();
    try (var statement = connection.createStatement();
        var rows =
            statement.executeQuery(
                """
                SELECT name, setting FROM pg_settings
                WHERE name IN ('fsync', 'synchronous_commit', 'full_page_writes', 'server_encoding',
                               'max_connections')
                """)) {
      while (rows.next()) {
        settings.put(rows.getString(1), rows.getString(2));
      }
    }
    return Map.copyOf(settings);
  }

  private static boolean hasBtreeGist(Connection connection) throws SQLException {
    try (var statement = connection.createStatement();
        var rows =
            statement.executeQuery(
                "SELECT count(*) FROM pg_available_extensions WHERE name = 'btree_gist'")) {
      return rows.next() && rows.getInt(1) > 0;
    }
  }

  private static Duration ahead(Connection connection, Clock clock) throws SQLException {
    try (var statement = connection.createStatement()) {
      Instant before = clock.instant();
      try (var rows = statement.executeQuery("SELECT clock_timestamp()")) {
        rows.next();
        Instant theirs = rows.getObject(1, OffsetDateTime.class).toInstant();
        Instant after = clock.instant();
        // their answer was given somewhere between; assume the middle
        return Duration.between(before.plus(Duration.between(before, after).dividedBy(2)), theirs);
      }
    }
  }
}
