package io.linkspan.platform.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.linkspan.platform.jobs.Jobs.Job;
import io.linkspan.platform.postgres.TestDatabase;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class JobsTest {
  /** The library would wait for half an hour. */
  @Test
  @Timeout(60)
  void aRunThatDoesNotEndDoesNotKeepTheServerFromStopping() throws Exception {
    var begun = new CountDownLatch(1);
    var interrupted = new CountDownLatch(1);
    Runnable endless =
        () -> {
          begun.countDown();
          try {
            new CountDownLatch(1).await();
          } catch (InterruptedException e) {
            interrupted.countDown();
          }
        };
    try (var postgres = TestDatabase.fresh()) {
      var jobs =
          new Jobs(
              postgres.dataSource(),
              Clock.systemUTC(),
              List.of(new Job("endless", Duration.ofHours(1), endless)));
      jobs.start();
      begun.await();
      jobs.close();
      interrupted.await();
    }
    assertThat(interrupted.getCount()).isZero();
  }
}
