package io.linkspan.platform.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.linkspan.platform.db.Migrations.SchemaTooNew;
import io.linkspan.platform.postgres.TestDatabase;
import java.util.List;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

class MigrationsTest {
  @Test
  void applyingTwiceChangesNothing() {
    try (var db = TestDatabase.fresh()) {
      long before = applied(db);
      new Migrations(db.dataSource()).apply();
      assertThat(applied(db)).isEqualTo(before).isPositive();
    }
  }

  @Test
  void nodesThatStartTogetherTakeTurns() throws Exception {
    try (var db = TestDatabase.empty();
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var first = threads.submit(() -> new Migrations(db.dataSource()).apply());
      var second = threads.submit(() -> new Migrations(db.dataSource()).apply());
      first.get();
      second.get();
      assertThat(applied(db)).isPositive();
    }
  }

  @Test
  void aDatabaseThatDoesNotHoldEveryCharacterIsRefusedInWords() {
    try (var db = TestDatabase.empty()) {
      String name = "latin_" + System.nanoTime();
      db.database()
          .query(
              handle ->
                  handle.execute(
                      "CREATE DATABASE "
                          + name
                          + " ENCODING 'LATIN1' LOCALE 'C' LOCALE_PROVIDER libc TEMPLATE template0"));
      try {
        assertUnusable(db, name, db.user(), db.password(), "is in LATIN1", "ENCODING 'UTF8'");
      } finally {
        db.database().query(handle -> handle.execute("DROP DATABASE " + name + " WITH (FORCE)"));
      }
    }
  }

  @Test
  void aRoleThatMayNotMakeTablesIsToldWhatToGrant() {
    try (var db = TestDatabase.empty()) {
      String role = "reader_" + System.nanoTime();
      db.database()
          .query(handle -> handle.execute("CREATE ROLE " + role + " LOGIN PASSWORD 'secret'"));
      try {
        String name = db.jdbcUrl().replaceFirst(".*/([^/?]+).*", "$1");
        assertUnusable(
            db,
            name,
            role,
            "secret",
            "does not let its role \"" + role + "\" create tables",
            "GRANT USAGE, CREATE ON SCHEMA public TO \"" + role + "\"");
      } finally {
        db.database().query(handle -> handle.execute("DROP ROLE " + role));
      }
    }
  }

  private static void assertUnusable(
      TestDatabase db, String name, String user, String password, String message, String fix) {
    var url =
        new DatabaseUrl(
            db.jdbcUrl().replaceFirst("/[^/?]+(\\?|$)", "/" + name + "$1"), user, password);
    assertThatThrownBy(() -> new Migrations(Pool.single(url)).apply())
        .isInstanceOfSatisfying(
            DatabaseUnusable.class, unusable -> assertThat(unusable.fix()).contains(fix))
        .hasMessageContaining(message);
  }

  @Test
  void ourChecksumsAreFlyways() throws Exception {
    try (var db = TestDatabase.fresh();
        var connection = db.dataSource().getConnection()) {
      assertThat(MigrationFiles.ofProgram().areExactlyThoseOf(connection)).isTrue();
    }
  }

  @Test
  void anEmptyDatabaseAndAChangedOrFailedMigrationAreLeftToFlyway() throws Exception {
    try (var db = TestDatabase.empty();
        var connection = db.dataSource().getConnection()) {
      assertThat(MigrationFiles.ofProgram().areExactlyThoseOf(connection)).isFalse();
    }
    for (String change :
        List.of("checksum = checksum + 1", "success = false", "script = 'V1__x.sql'")) {
      try (var db = TestDatabase.fresh();
          var connection = db.dataSource().getConnection()) {
        db.database()
            .useTransaction(
                tx ->
                    tx.execute(
                        "UPDATE flyway_schema_history SET " + change + " WHERE version = '1'"));
        assertThat(MigrationFiles.ofProgram().areExactlyThoseOf(connection)).isFalse();
      }
    }
  }

  @Test
  void aNewerSchemaIsRefusedAndBothVersionsAreNamed() {
    try (var db = TestDatabase.fresh()) {
      db.database()
          .useTransaction(
              tx ->
                  tx.execute(
                      """
                      INSERT INTO flyway_schema_history (installed_rank, version, description, type, script,
                          checksum, installed_by, execution_time, success)
                      VALUES (9999, '9999', 'from the future', 'SQL', 'V9999__from_the_future.sql', 1, 'x', 1, true)
                      """));
      assertThatThrownBy(() -> new Migrations(db.dataSource()).apply())
          .isInstanceOf(SchemaTooNew.class)
          .hasMessageContaining("version 9999")
          .hasMessageMatching("(?s).*this program knows up to version \\d+.*");
    }
  }

  private static long applied(TestDatabase db) {
    return db.database()
        .query(
            handle ->
                handle
                    .createQuery("SELECT count(*) FROM flyway_schema_history")
                    .mapTo(Long.class)
                    .one());
  }
}
