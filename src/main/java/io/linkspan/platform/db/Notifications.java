package io.linkspan.platform.db;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Wakes other nodes by PostgreSQL's NOTIFY. A hint only, which may be lost or come twice: whoever
 * waits for it polls as well.
 *
 * <p>A transaction that notifies takes a lock of the whole cluster when it commits, so no business
 * transaction does it: what is to be said is gathered for a moment and said once, in a transaction
 * of its own.
 */
public final class Notifications implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Notifications.class);
  private static final Duration GATHER = Duration.ofMillis(50);
  private static final Duration AFTER_FAILURE = Duration.ofSeconds(2);
  private static final int MAX_PENDING = 10_000;
  // a thread that waits for the network cannot be interrupted without breaking its connection
  private static final int WAIT_MILLIS = 500;
  private static final int WAITS_UNTIL_PROBED = 20;
  private static final Duration CLOSING = Duration.ofSeconds(2);

  private record Hint(String channel, String payload) {}

  private final DataSource dataSource;
  private final Map<String, Consumer<String>> listeners = new ConcurrentHashMap<>();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition somethingPending = lock.newCondition();
  private final Set<Hint> pending = new LinkedHashSet<>();
  private volatile boolean closed;
  private volatile @Nullable Thread sender;
  private volatile @Nullable Thread listener;

  public Notifications(DataSource dataSource) {
    this.dataSource = dataSource;
  }

  /**
   * Before {@link #start}.
   *
   * @param channel a lower-case identifier
   * @param listener told every payload, or empty text when some may have been missed; must return
   *     at once
   */
  public void on(String channel, Consumer<String> listener) {
    listeners.put(channel, listener);
  }

  /** Begins to say and to hear. */
  public void start() {
    sender = Thread.ofVirtual().name("notify").start(this::send);
    listener = Thread.ofVirtual().name("listen").start(this::listen);
  }

  /**
   * Tells all nodes, this one included, soon.
   *
   * @param payload short: an id
   */
  public void say(String channel, String payload) {
    lock.lock();
    try {
      // what is dropped is found by polling
      if (pending.size() < MAX_PENDING) {
        pending.add(new Hint(channel, payload));
        somethingPending.signal();
      }
    } finally {
      lock.unlock();
    }
  }

  private void send() {
    try {
      while (!closed) {
        var hints = awaitHints();
        try {
          send(hints);
          Thread.sleep(GATHER);
        } catch (SQLException e) {
          LOG.debug("{} hints were not sent; polling makes up for it", hints.size(), e);
          Thread.sleep(AFTER_FAILURE);
        }
      }
    } catch (InterruptedException closing) {
      Thread.currentThread().interrupt();
    }
  }

  private Set<Hint> awaitHints() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (pending.isEmpty()) {
        somethingPending.await();
      }
      var taken = new LinkedHashSet<>(pending);
      pending.clear();
      return taken;
    } finally {
      lock.unlock();
    }
  }

  private void send(Set<Hint> hints) throws SQLException {
    try (var connection = dataSource.getConnection();
        var statement =
            connection.prepareStatement(
                "SELECT pg_notify(channel, payload) FROM unnest(?, ?) AS hint (channel, payload)")) {
      statement.setArray(
          1, connection.createArrayOf("text", hints.stream().map(Hint::channel).toArray()));
      statement.setArray(
          2, connection.createArrayOf("text", hints.stream().map(Hint::payload).toArray()));
      statement.execute();
    }
  }

  private void listen() {
    while (!closed) {
      try (var connection = dataSource.getConnection()) {
        try {
          listen(connection);
        } finally {
          unlisten(connection);
        }
      } catch (SQLException e) {
        if (closed) {
          return;
        }
        LOG.debug("not listening; tries again in {}, polling makes up for it", AFTER_FAILURE, e);
      }
      if (!closed) {
        try {
          Thread.sleep(AFTER_FAILURE);
        } catch (InterruptedException closing) {
          return;
        }
      }
    }
  }

  private void listen(Connection connection) throws SQLException {
    try (var statement = connection.createStatement()) {
      for (String channel : listeners.keySet()) {
        statement.execute("LISTEN " + statement.enquoteIdentifier(channel, true));
      }
      listeners.values().forEach(heard -> heard.accept(""));
      var session = connection.unwrap(PGConnection.class);
      int waits = 0;
      while (!closed) {
        var notifications = session.getNotifications(WAIT_MILLIS);
        if (notifications == null || notifications.length == 0) {
          waits++;
          if (waits % WAITS_UNTIL_PROBED == 0) {
            // shows a connection that has died without a word
            statement.execute("SELECT 1");
          }
          continue;
        }
        for (var notification : notifications) {
          var heard = listeners.get(notification.getName());
          if (heard != null) {
            heard.accept(notification.getParameter());
          }
        }
      }
    }
  }

  /** The pool must not hand out a connection that still listens. */
  private static void unlisten(Connection connection) {
    try (var statement = connection.createStatement()) {
      statement.execute("UNLISTEN *");
    } catch (SQLException e) {
      LOG.debug("the listening connection is gone", e);
    }
  }

  @Override
  public void close() {
    closed = true;
    var sending = sender;
    if (sending != null) {
      sending.interrupt();
    }
    var listening = listener;
    if (listening == null) {
      return;
    }
    try {
      if (!listening.join(CLOSING)) {
        listening.interrupt();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
