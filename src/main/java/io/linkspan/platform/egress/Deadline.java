package io.linkspan.platform.egress;

import java.io.Closeable;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.io.ModalCloseable;
import org.jspecify.annotations.Nullable;

/**
 * The end of one exchange. A socket's own timeout begins anew with every byte, so a watchdog closes
 * the connection under a reader or writer that is still busy when time is up.
 */
final class Deadline implements Closeable {
  private final Duration whole;
  private final long end;
  private @Nullable Future<?> alarm;
  private @Nullable ModalCloseable guarded;
  private boolean passed;

  private Deadline(Duration whole) {
    this.whole = whole;
    this.end = System.nanoTime() + whole.toNanos();
  }

  static Deadline in(Duration whole, ScheduledThreadPoolExecutor timer) {
    var deadline = new Deadline(whole);
    deadline.alarm = timer.schedule(deadline::pass, whole.toNanos(), TimeUnit.NANOSECONDS);
    return deadline;
  }

  Duration whole() {
    return whole;
  }

  Duration left() {
    return Duration.ofNanos(Math.max(0, end - System.nanoTime()));
  }

  synchronized boolean hasPassed() {
    return passed || end - System.nanoTime() <= 0;
  }

  /** Closes {@code connection} when time is up, at once if it is up already. */
  synchronized void guard(ModalCloseable connection) {
    guarded = connection;
    if (passed) {
      connection.close(CloseMode.IMMEDIATE);
    }
  }

  /** After this the connection belongs to others and is not closed any more. */
  synchronized void letGo() {
    guarded = null;
  }

  private void pass() {
    // not on the timer's thread: whatever closing waits for must not delay other deadlines
    Thread.startVirtualThread(this::closeGuarded);
  }

  private synchronized void closeGuarded() {
    passed = true;
    if (guarded != null) {
      guarded.close(CloseMode.IMMEDIATE);
    }
  }

  @Override
  public void close() {
    if (alarm != null) {
      alarm.cancel(false);
    }
  }
}
