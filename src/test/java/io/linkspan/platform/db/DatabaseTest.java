package io.linkspan.platform.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.linkspan.platform.postgres.TestDatabase;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class DatabaseTest {
  private final TestDatabase postgres = TestDatabase.fresh();
  private final Database database = postgres.database();

  @AfterEach
  void close() {
    postgres.close();
  }

  @Test
  @Timeout(60)
  void whoeverIsEndedBecauseTwoWaitForEachOtherIsRunAgain() throws Exception {
    database.query(handle -> handle.execute("CREATE TABLE twins (id int PRIMARY KEY, n int)"));
    database.query(handle -> handle.execute("INSERT INTO twins VALUES (1, 0), (2, 0)"));
    var bothHoldOne = new CyclicBarrier(2);
    var runs = new AtomicInteger();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var calls =
          List.of(1, 2).stream()
              .map(
                  first ->
                      threads.submit(
                          () ->
                              database.inTransaction(
                                  tx -> {
                                    increment(tx, first);
                                    if (runs.incrementAndGet() <= 2) {
                                      await(bothHoldOne);
                                    }
                                    return increment(tx, 3 - first);
                                  })))
              .toList();
      for (var call : calls) {
        assertThat(call.get()).isOne();
      }
    }
    assertThat(runs).hasValue(3);
    assertThat(
            database.<Integer>query(
                handle ->
                    handle.createQuery("SELECT sum(n) FROM twins").mapTo(Integer.class).one()))
        .isEqualTo(4);
  }

  @Test
  void aSnapshotSeesNothingOfWhatIsCommittedMeanwhile() {
    database.query(handle -> handle.execute("CREATE TABLE pages (id int)"));
    int seen;
    try (var other = postgres.through(postgres.port())) {
      seen =
          database.snapshot(
              handle -> {
                int first = pages(handle);
                other
                    .database()
                    .query(committed -> committed.execute("INSERT INTO pages VALUES (1)"));
                return first + pages(handle);
              });
    }
    assertThat(seen).isZero();
    assertThat(database.<Integer>query(DatabaseTest::pages)).isOne();
    assertThatThrownBy(
            () -> database.snapshot(handle -> handle.execute("INSERT INTO pages VALUES (2)")))
        .isInstanceOf(DatabaseFailed.class);
  }

  private static int pages(Handle handle) {
    return handle.createQuery("SELECT count(*) FROM pages").mapTo(Integer.class).one();
  }

  private static int increment(Handle tx, int id) {
    return tx.execute("UPDATE twins SET n = n + 1 WHERE id = ?", id);
  }

  private static void await(CyclicBarrier barrier) {
    try {
      barrier.await();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
