package io.linkspan.platform.http;

import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Server-sent events: one stream for each client, with comments that keep it alive. */
final class EventStreams implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EventStreams.class);

  /** Not signed in any more; not an administrator; another organizer who is no more. */
  private static final Set<Integer> REFUSALS = Set.of(401, 403, 404);

  /** So many ask the database at a time whether they may go on. */
  private static final int ASKING = 4;

  private final Set<Stream> open = ConcurrentHashMap.newKeySet();
  private final Semaphore asking = new Semaphore(ASKING);
  private volatile boolean closed;

  /**
   * Shows every client that the stream is alive, finds out which of them are gone, and ends the
   * streams of those who may not listen any more.
   */
  void beat() {
    // one that is slow to take its comment must not hold up the others
    open.forEach(stream -> Thread.startVirtualThread(() -> beat(stream)));
  }

  private void beat(Stream stream) {
    stream.beat();
    asking.acquireUninterruptibly();
    try {
      stream.ask();
    } finally {
      asking.release();
    }
  }

  /** Sends until the source ends, the client is gone or not permitted, or the server stops. */
  void serve(Answer.Happening answer, RawRequest request, HttpServletResponse response)
      throws IOException {
    response.setContentType("text/event-stream");
    response.setCharacterEncoding("utf-8");
    // proxies that buffer would hold events back
    response.setHeader("X-Accel-Buffering", "no");
    response.flushBuffer();
    if (request.method().equals("HEAD")) {
      return;
    }
    var stream =
        new Stream(response.getOutputStream(), Thread.currentThread(), answer.permission());
    open.add(stream);
    try {
      stream.comment("open");
      if (!closed) {
        answer.source().run(stream);
      }
    } catch (InterruptedException e) {
      // asked to end, by a client that is gone or a server that stops
    } finally {
      open.remove(stream);
      stream.end();
    }
  }

  /** How many clients listen. */
  int size() {
    return open.size();
  }

  @Override
  public void close() {
    closed = true;
    try (var together = Executors.newVirtualThreadPerTaskExecutor()) {
      open.forEach(stream -> together.execute(stream::stop));
    }
  }

  private static final class Stream implements EventSource.Sink {
    private final OutputStream out;
    private final Thread source;
    private final Runnable permission;
    private final ReentrantLock writing = new ReentrantLock();
    private volatile boolean stopping;
    private boolean ended;

    Stream(OutputStream out, Thread source, Runnable permission) {
      this.out = out;
      this.source = source;
      this.permission = permission;
    }

    @Override
    public void send(String id, String event, Object data) throws IOException {
      write("id: " + line(id) + "\nevent: " + line(event) + "\ndata: " + Json.text(data) + "\n\n");
    }

    private static String line(String text) {
      return text.replace('\r', ' ').replace('\n', ' ').replace('\0', ' ');
    }

    void comment(String text) throws IOException {
      write(": " + text + "\n\n");
    }

    private void write(String text) throws IOException {
      writing.lock();
      try {
        if (ended) {
          throw new IOException("the stream has ended");
        }
        out.write(text.getBytes(StandardCharsets.UTF_8));
        out.flush();
      } finally {
        writing.unlock();
      }
    }

    /** Does not wait for a client that is slow to read: an event is on its way to it already. */
    void beat() {
      if (!writing.tryLock()) {
        return;
      }
      try {
        comment("still here");
      } catch (IOException e) {
        stop();
      } finally {
        writing.unlock();
      }
    }

    /** Ends the stream of whoever may not listen any more. */
    void ask() {
      if (!writing.tryLock()) {
        return;
      }
      try {
        // until it has ended, which waits for this lock, the request is there to be looked at
        if (!ended && (!permitted() || stopping)) {
          interrupt();
        }
      } finally {
        writing.unlock();
      }
    }

    /**
     * Only a clear refusal ends a stream: whoever cannot be asked about now is asked about again.
     */
    private boolean permitted() {
      try {
        permission.run();
        return true;
      } catch (Problem refusal) {
        return !REFUSALS.contains(refusal.status());
      } catch (RuntimeException e) {
        LOG.debug("Cannot tell whether the client of a stream may still listen", e);
        return true;
      }
    }

    /** A source that is stuck in writing ends with its connection instead. */
    void stop() {
      stopping = true;
      try {
        // a send that is just ending holds it for a moment; one to a client that does not read, for
        // long
        if (!writing.tryLock(100, TimeUnit.MILLISECONDS)) {
          return;
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
      try {
        interrupt();
      } finally {
        writing.unlock();
      }
    }

    private void interrupt() {
      if (!ended) {
        ended = true;
        source.interrupt();
      }
    }

    /** After this nobody interrupts the thread, which goes on to other work. */
    void end() {
      writing.lock();
      try {
        ended = true;
        Thread.interrupted();
      } finally {
        writing.unlock();
      }
    }
  }
}
