package io.linkspan.platform.db;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Optional;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationVersion;

/** Brings the schema to what this program needs. */
public final class Migrations {
  /** Any number, the same in every version: nodes that start together take turns. */
  private static final long LOCK = 0x6c696e6b7370616eL;

  private final DataSource dataSource;

  public Migrations(DataSource dataSource) {
    this.dataSource = dataSource;
  }

  /**
   * Applies what is missing, one node at a time.
   *
   * @throws SchemaTooNew if a newer program has already changed the schema
   * @throws DatabaseUnusable if there can be no tables of ours
   */
  public void apply() {
    try (var connection = dataSource.getConnection()) {
      apply(connection);
    } catch (SQLException e) {
      throw failed(e);
    }
  }

  /** {@link #apply()} with a connection that is open, and stays as it is. */
  public void apply(Connection connection) {
    try {
      if (MigrationFiles.ofProgram().areExactlyThoseOf(connection)) {
        return;
      }
      requireUsable(connection);
      advisory(connection, "SELECT pg_advisory_lock(?)");
      try {
        var flyway = flyway();
        requireNotNewer(flyway);
        flyway.migrate();
      } finally {
        advisory(connection, "SELECT pg_advisory_unlock(?)");
      }
    } catch (SQLException e) {
      throw failed(e);
    }
  }

  private static void requireUsable(Connection connection) throws SQLException {
    try (var statement = connection.createStatement();
        var facts =
            statement.executeQuery(
                "SELECT current_database(), current_user, current_setting('server_encoding'),"
                    + " coalesce(has_schema_privilege(current_schema(), 'CREATE'), false)")) {
      facts.next();
      String database = "The database \"" + facts.getString(1) + "\"";
      if (!facts.getString(3).equals("UTF8")) {
        throw new DatabaseUnusable(
            database + " is in " + facts.getString(3) + ", which does not hold every character",
            "Make one with CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0");
      }
      if (!facts.getBoolean(4)) {
        String role = "\"" + facts.getString(2) + "\"";
        throw new DatabaseUnusable(
            database + " does not let its role " + role + " create tables in the schema public",
            "As its owner: GRANT USAGE, CREATE ON SCHEMA public TO " + role);
      }
    }
  }

  private static IllegalStateException failed(SQLException e) {
    return new IllegalStateException("Cannot migrate the database: " + e.getMessage(), e);
  }

  private static void advisory(Connection connection, String sql) throws SQLException {
    try (var statement = connection.prepareStatement(sql)) {
      statement.setLong(1, LOCK);
      statement.execute();
    }
  }

  private Flyway flyway() {
    return Flyway.configure(Migrations.class.getClassLoader())
        .dataSource(dataSource)
        .locations("classpath:db/migration")
        .failOnMissingLocations(true)
        .validateMigrationNaming(true)
        .ignoreMigrationPatterns("*:future")
        .load();
  }

  /**
   * How far the tables are.
   *
   * @param applied newest version in the database; empty when it has no tables of ours
   * @param known newest version of this program
   * @param pending how many {@link #apply} would run
   */
  public record Schema(Optional<String> applied, String known, int pending) {
    /** A newer program has been here. */
    public boolean tooNew() {
      return applied
          .map(MigrationVersion::fromVersion)
          .filter(version -> version.compareTo(MigrationVersion.fromVersion(known)) > 0)
          .isPresent();
    }
  }

  /** Looks without changing anything. */
  public Schema schema() {
    return schema(flyway());
  }

  private static Schema schema(Flyway flyway) {
    var info = flyway.info();
    var known =
        newest(
            Arrays.stream(info.all())
                .filter(migration -> !migration.getState().name().startsWith("FUTURE"))
                .toArray(MigrationInfo[]::new));
    return new Schema(
        newest(info.applied()).map(MigrationVersion::getVersion),
        known.orElseThrow().getVersion(),
        info.pending().length);
  }

  private static void requireNotNewer(Flyway flyway) {
    var schema = schema(flyway);
    if (schema.tooNew()) {
      throw new SchemaTooNew(schema.applied().orElseThrow(), schema.known());
    }
  }

  private static Optional<MigrationVersion> newest(MigrationInfo[] migrations) {
    return Arrays.stream(migrations)
        .map(MigrationInfo::getVersion)
        .filter(version -> version != null)
        .max(Comparator.naturalOrder());
  }

  /** The database belongs to a newer program. */
  public static final class SchemaTooNew extends RuntimeException {
    SchemaTooNew(String database, String program) {
      super(
          "The database's schema is version "
              + database
              + ", this program knows up to version "
              + program
              + "; start the newer Linkspan again, or restore a backup made before its upgrade");
    }
  }
}
