package io.linkspan.platform.http;

import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;

/**
 * What a client sends of a body that nobody reads, because its request was refused before. Left
 * where it is, the server would close the connection behind an answer that does not say so, and the
 * client's next request on it would be lost (RFC 9112 9.6).
 */
final class UnreadBody {
  /** Worth reading to keep a connection. */
  private static final int SMALL = 64 << 10;

  private static final String READ = UnreadBody.class.getName();

  private final Duration deadline;

  UnreadBody(Limits limits) {
    this.deadline = limits.body();
  }

  /** Notes that the body was read to its end. */
  static void isRead(HttpServletRequest request) {
    request.setAttribute(READ, true);
  }

  /**
   * Reads a small rest to its end.
   *
   * @return whether the connection can take the next request
   */
  boolean settle(HttpServletRequest request) {
    boolean chunked = request.getHeader("Transfer-Encoding") != null;
    if (request.getAttribute(READ) != null || request.getContentLengthLong() <= 0 && !chunked) {
      return true;
    }
    // who asks first whether to send has not sent, and would be asked to
    if (request.getHeader("Expect") != null || request.getContentLengthLong() > SMALL) {
      return false;
    }
    try {
      return endsSoon(request.getInputStream());
    } catch (IOException gone) {
      return false;
    }
  }

  private boolean endsSoon(InputStream body) throws IOException {
    long until = System.nanoTime() + deadline.toNanos();
    byte[] buffer = new byte[8192];
    int left = SMALL;
    while (left > 0 && System.nanoTime() - until < 0) {
      int read = body.read(buffer, 0, Math.min(left, buffer.length));
      if (read < 0) {
        return true;
      }
      left -= read;
    }
    return false;
  }
}
