package io.linkspan.platform.egress;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * How many exchanges with one host and port are under way at once; the others wait in turn. The
 * pool of connections has the same limit, but goes through all that wait for any host each time a
 * connection comes back: hundreds that wait for one host that hangs would make it dear for all.
 */
final class PerHostLimiter {
  // a host is forgotten with the last exchange that has its turn or waits for it
  private final LoadingCache<String, Semaphore> hosts;

  /**
   * @param most exchanges at once with one host and port
   */
  PerHostLimiter(int most) {
    hosts = Caffeine.newBuilder().weakValues().build(_ -> new Semaphore(most, true));
  }

  /** One exchange's turn. */
  interface Permit extends AutoCloseable {
    @Override
    void close();
  }

  /** How many wait, about. */
  int waiting() {
    return hosts.asMap().values().stream().mapToInt(Semaphore::getQueueLength).sum();
  }

  /**
   * Waits no longer than the deadline.
   *
   * @throws Failure when it does not come before that, or the thread is interrupted
   */
  Permit await(WebAddress address, Deadline deadline) throws Failure {
    var host = hosts.get(address.origin());
    try {
      if (!host.tryAcquire(deadline.left().toNanos(), TimeUnit.NANOSECONDS)) {
        throw Failures.noFreeConnection(address.authority(), deadline);
      }
      return host::release;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Failures.stopped(address.authority());
    }
  }
}
