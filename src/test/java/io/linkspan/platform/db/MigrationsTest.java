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
