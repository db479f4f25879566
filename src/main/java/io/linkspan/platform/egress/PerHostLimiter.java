package io.linkspan.platform.egress;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * How many exchanges with one host and port are under way at once; the others wait in turn. Those
 * with whom may not answer have half of the places together: on a host that thousands share, those
 * that hang until their deadline leave the other half to those that answer.
 *
 * <p>The pool of connections has the same limit, but goes through all that wait for any host each
 * time a connection comes back: hundreds that wait for one host that hangs would make it dear for
 * all.
 */
final class PerHostLimiter {
  // a host is forgotten with the last exchange that has its turn or waits for it
  private final LoadingCache<String, Host> hosts;

  /**
   * @param most exchanges at once with one host and port
   */
  PerHostLimiter(int most) {
    hosts = Caffeine.newBuilder().weakValues().build(_ -> new Host(most));
  }

  /** One exchange's turn. */
  interface Permit extends AutoCloseable {
    @Override
    void close();
  }

  /** How many wait, about. */
  int waiting() {
    return hosts.asMap().values().stream().mapToInt(Host::waiting).sum();
  }

  /**
   * Waits no longer than the deadline.
   *
   * @param responsive whether the other side is taken to answer
   * @throws Failure when it does not come before that, or the thread is interrupted
   */
  Permit await(WebAddress address, boolean responsive, Deadline deadline) throws Failure {
    var host = hosts.get(address.origin());
    try {
      boolean begins = responsive ? host.begin(deadline) : host.beginUnresponsive(deadline);
      if (!begins) {
        throw Failures.noFreeConnection(address.authority(), deadline);
      }
      return responsive ? host::end : host::endUnresponsive;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Failures.stopped(address.authority());
    }
  }

  private static final class Host {
    private final Semaphore places;
    private final Semaphore unresponsive;

    Host(int most) {
      places = new Semaphore(most, true);
      unresponsive = new Semaphore(Math.max(1, most / 2), true);
    }

    int waiting() {
      return places.getQueueLength() + unresponsive.getQueueLength();
    }

    boolean begin(Deadline deadline) throws InterruptedException {
      return acquired(places, deadline);
    }

    /** The part first: whoever waits for it has no place, and is in nobody's way. */
    boolean beginUnresponsive(Deadline deadline) throws InterruptedException {
      if (!acquired(unresponsive, deadline)) {
        return false;
      }
      boolean begins = false;
      try {
        begins = begin(deadline);
        return begins;
      } finally {
        if (!begins) {
          unresponsive.release();
        }
      }
    }

    void end() {
      places.release();
    }

    void endUnresponsive() {
      places.release();
      unresponsive.release();
    }

    private static boolean acquired(Semaphore semaphore, Deadline deadline)
        throws InterruptedException {
      return semaphore.tryAcquire(deadline.left().toNanos(), TimeUnit.NANOSECONDS);
    }
  }
}
