package io.linkspan.platform.egress;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Gives a {@link Resolver} a deadline. The system's one blocks a whole platform thread for as long
 * as it likes, so it runs on a few threads of its own; who waits for a name that is being asked for
 * already waits with the first.
 *
 * <p>Names that were found lately have threads of their own, so that no number of names whose
 * servers are silent keeps them waiting.
 *
 * <p>Answers are kept for a few seconds only to spare the hand-over between threads. They are
 * addresses, not permissions: every use checks them anew.
 */
final class BoundedResolver implements AutoCloseable {
  private static final int THREADS = 32;
  private static final int WAITING = 2_000;
  private static final Duration KEPT = Duration.ofSeconds(5);
  private static final Duration KNOWN = Duration.ofMinutes(30);

  private final Resolver resolver;
  private final Cache<String, List<InetAddress>> answers =
      Caffeine.newBuilder().maximumSize(10_000).expireAfterWrite(KEPT).build();
  private final ConcurrentHashMap<String, CompletableFuture<List<InetAddress>>> asked =
      new ConcurrentHashMap<>();
  private final Cache<String, Boolean> known =
      Caffeine.newBuilder().maximumSize(10_000).expireAfterWrite(KNOWN).build();
  private final ThreadPoolExecutor forKnown = threads("egress-dns-");
  private final ThreadPoolExecutor forOthers = threads("egress-dns-new-");

  BoundedResolver(Resolver resolver) {
    this.resolver = resolver;
  }

  private static ThreadPoolExecutor threads(String name) {
    var threads =
        new ThreadPoolExecutor(
            THREADS,
            THREADS,
            10,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(WAITING),
            Thread.ofPlatform().daemon().name(name, 0).factory());
    threads.allowCoreThreadTimeOut(true);
    return threads;
  }

  List<InetAddress> resolve(String host, Duration patience)
      throws UnknownHostException, TimeoutException, InterruptedException {
    var kept = answers.getIfPresent(host);
    if (kept != null) {
      return kept;
    }
    var mine = new CompletableFuture<List<InetAddress>>();
    var others = asked.putIfAbsent(host, mine);
    if (others == null) {
      ask(host, mine);
    }
    var answer = others == null ? mine : others;
    try {
      return answer.get(patience.toNanos(), TimeUnit.NANOSECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof UnknownHostException unknown) {
        throw unknown;
      }
      var failed = new UnknownHostException(host);
      failed.initCause(e.getCause());
      throw failed;
    }
  }

  private void ask(String host, CompletableFuture<List<InetAddress>> answer) {
    var threads = known.getIfPresent(host) == null ? forOthers : forKnown;
    try {
      threads.execute(
          () -> {
            try {
              List<InetAddress> addresses = List.copyOf(resolver.resolve(host));
              answers.put(host, addresses);
              known.put(host, true);
              asked.remove(host, answer);
              answer.complete(addresses);
            } catch (UnknownHostException | RuntimeException | Error e) {
              known.invalidate(host);
              asked.remove(host, answer);
              answer.completeExceptionally(e);
            }
          });
    } catch (RejectedExecutionException e) {
      asked.remove(host, answer);
      answer.completeExceptionally(e);
    }
  }

  @Override
  public void close() {
    forKnown.shutdownNow();
    forOthers.shutdownNow();
  }
}
