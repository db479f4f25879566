package io.linkspan.platform.http;

import java.io.IOException;

/** What a client of a stream is sent. */
@FunctionalInterface
public interface EventSource {
  /**
   * Sends events as they happen, on a thread of its own that may block. It is interrupted when the
   * client is gone or the server stops; comments that keep the connection alive are sent meanwhile.
   *
   * @throws IOException when the client is gone; let it pass
   */
  void run(Sink sink) throws IOException, InterruptedException;

  /** One client. */
  interface Sink {
    /**
     * @param id what {@code Last-Event-ID} will say after a break; no line breaks
     * @param data written as JSON
     * @throws IOException when the client is gone
     */
    void send(String id, String event, Object data) throws IOException;
  }
}
