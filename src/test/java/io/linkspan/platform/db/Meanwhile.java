package io.linkspan.platform.db;

import static org.assertj.core.api.Assertions.assertThat;

import io.linkspan.platform.http.ApiClient.Response;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jdbi.v3.core.Handle;

/** Calls that come while a transaction of somebody else is open. */
public final class Meanwhile {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private Meanwhile() {}

  /** Calls when {@code work} is done, and commits it when the call waits for that, or has ended. */
  public static Response call(Database database, Consumer<Handle> work, Supplier<Response> call) {
    return call(database, work, call, _ -> {});
  }

  /**
   * @param rest what the transaction does before it commits, when the call waits already
   */
  public static Response call(
      Database database, Consumer<Handle> work, Supplier<Response> call, Consumer<Handle> rest) {
    var answer = new CompletableFuture<Response>();
    database.useTransaction(
        tx -> {
          work.accept(tx);
          Thread.ofVirtual()
              .start(
                  () -> {
                    try {
                      answer.complete(call.get());
                    } catch (Throwable failed) {
                      answer.completeExceptionally(failed);
                    }
                  });
          long end = System.nanoTime() + PATIENCE.toNanos();
          while (!answer.isDone() && !somebodyWaits(tx)) {
            assertThat(System.nanoTime()).as("the call neither waits nor ends").isLessThan(end);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
          }
          rest.accept(tx);
        });
    return answer.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
  }

  private static boolean somebodyWaits(Handle tx) {
    // statistics stay as they were first seen in a transaction
    tx.execute("SELECT pg_stat_clear_snapshot()");
    return tx.createQuery(
            """
            SELECT EXISTS (SELECT FROM pg_stat_activity
                           WHERE datname = current_database() AND wait_event_type = 'Lock')
            """)
        .mapTo(Boolean.class)
        .one();
  }
}
