package io.linkspan.identity;

import io.linkspan.platform.crypto.Secret;
import io.linkspan.platform.db.Database;
import io.linkspan.platform.http.Problem;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Hashes and checks passwords, a few at a time: a flood of sign-ins waits, then is turned away, but
 * never takes more memory than that.
 */
final class Passwords implements AutoCloseable {
  private static final int AT_ONCE = 2;
  private static final int WAITING = 64;

  private final Argon2.Cost cost;
  private final String nobodysHash;
  // platform threads: a hash is all CPU and would hold a carrier of virtual ones
  private final ThreadPoolExecutor hashers;

  Passwords(Argon2.Cost cost) {
    this.cost = cost;
    this.hashers =
        new ThreadPoolExecutor(
            AT_ONCE,
            AT_ONCE,
            30,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(WAITING),
            Thread.ofPlatform().daemon().name("password-", 0).factory());
    hashers.allowCoreThreadTimeOut(true);
    // never matches, since no password hashes to zeros; costs as much to check as any
    this.nobodysHash =
        "$argon2id$v=19$m=%d,t=%d,p=1$%s$%s"
            .formatted(cost.memoryKib(), cost.passes(), "A".repeat(22), "A".repeat(43));
  }

  String hash(Secret password) {
    return run(() -> Argon2.hash(password, cost));
  }

  /**
   * @param stored null for nobody, or somebody without a password: takes as long and is false
   */
  boolean matches(Secret password, @Nullable String stored) {
    String against = stored == null ? nobodysHash : stored;
    return run(() -> Argon2.matches(password, against)) && stored != null;
  }

  boolean outdated(String stored) {
    return Argon2.outdated(stored, cost);
  }

  private <T> T run(Callable<T> work) {
    Database.requireNoTransaction("hashing a password");
    try {
      return hashers.submit(work).get();
    } catch (RejectedExecutionException e) {
      throw Problem.of(
              503, "unavailable", "Unavailable", "Too many people are signing in at this moment.")
          .fix("Try again in a few seconds.")
          .retryAfter(Duration.ofSeconds(3));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while hashing a password", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("hashing a password failed", e.getCause());
    }
  }

  @Override
  public void close() {
    hashers.shutdownNow();
  }
}
