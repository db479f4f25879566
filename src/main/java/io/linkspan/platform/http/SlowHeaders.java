package io.linkspan.platform.http;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.jetty.io.Connection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Closes connections whose next request's headers drip in. Each byte restarts the idle timeout, so
 * that alone would let a client hold a connection for ever.
 */
final class SlowHeaders implements Connection.Listener {
  private static final Logger LOG = LoggerFactory.getLogger(SlowHeaders.class);

  private final long patience;
  private final Map<Connection, Seen> connections = new ConcurrentHashMap<>();

  SlowHeaders(Duration patience) {
    this.patience = patience.toNanos();
  }

  /**
   * What the last look saw.
   *
   * @param requests complete so far
   * @param bytes when that number was new: what came later belongs to the next request
   * @param since when the first of them was seen; 0 for none
   */
  private record Seen(long requests, long bytes, long since) {}

  @Override
  public void onOpened(Connection connection) {
    connections.put(connection, new Seen(0, 0, 0));
  }

  @Override
  public void onClosed(Connection connection) {
    connections.remove(connection);
  }

  /** Looks at every connection; to be called some times within the patience. */
  void sweep() {
    long now = System.nanoTime();
    connections.replaceAll((connection, seen) -> look(connection, seen, now));
  }

  private Seen look(Connection connection, Seen seen, long now) {
    long requests = connection.getMessagesIn();
    long bytes = connection.getBytesIn();
    boolean busy = requests > connection.getMessagesOut();
    if (busy || requests != seen.requests()) {
      return new Seen(requests, bytes, 0);
    }
    if (bytes == seen.bytes()) {
      return seen;
    }
    if (seen.since() == 0) {
      return new Seen(requests, seen.bytes(), now);
    }
    if (now - seen.since() > patience) {
      LOG.debug("Closing a connection whose headers took longer than allowed");
      connection.getEndPoint().close();
    }
    return seen;
  }
}
