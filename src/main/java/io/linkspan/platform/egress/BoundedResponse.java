package io.linkspan.platform.egress;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ConnectionClosedException;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpResponseFactory;
import org.apache.hc.core5.http.HttpStatus;
import org.apache.hc.core5.http.MessageConstraintException;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.impl.io.DefaultHttpResponseParser;
import org.apache.hc.core5.http.io.SessionInputBuffer;
import org.apache.hc.core5.http.message.BasicClassicHttpResponse;
import org.jspecify.annotations.Nullable;

/** The head of an answer, which remembers the buffer that it was read from. */
final class BoundedResponse extends BasicClassicHttpResponse {
  private static final long serialVersionUID = 1L;

  private transient @Nullable SessionInputBuffer buffer;

  private BoundedResponse(int status, @Nullable String reason) {
    super(status, reason);
  }

  /**
   * Whether more came than the answer that was asked for. Whoever uses the connection next would
   * take that for the answer to another request.
   */
  static boolean hasTrailingBytes(ClassicHttpResponse response) {
    return response instanceof BoundedResponse bounded
        && bounded.buffer != null
        && bounded.buffer.length() > 0;
  }

  /**
   * Reads the heads of one connection's answers, and refuses one that is large or that ends with
   * the connection instead of an empty line.
   */
  static final class Parser extends DefaultHttpResponseParser {
    /** Bytes on the wire, announced answers (1xx) included; in memory it is several times that. */
    private static final int MAX_BYTES = 64 * 1024;

    private int headBytes;

    Parser(Http1Config http1) {
      super(http1, null, new Factory());
    }

    @Override
    public @Nullable ClassicHttpResponse parse(SessionInputBuffer buffer, InputStream in)
        throws IOException, HttpException {
      var bounded = new BoundedInput(in);
      try {
        if (!(super.parse(buffer, bounded) instanceof BoundedResponse response)) {
          // the connection ended before the first byte
          return null;
        }
        bounded.requireNotEnded();
        response.buffer = buffer;
        if (response.getCode() >= HttpStatus.SC_SUCCESS) {
          headBytes = 0;
        }
        return response;
      } catch (HttpException e) {
        bounded.requireNotEnded();
        throw e;
      }
    }

    /** What the buffer is filled from while it has no whole head. */
    private final class BoundedInput extends FilterInputStream {
      private boolean ended;

      BoundedInput(InputStream in) {
        super(in);
      }

      @Override
      public int read() throws IOException {
        requireRoom();
        int value = in.read();
        counted(value < 0 ? value : 1);
        return value;
      }

      @Override
      public int read(byte[] into, int offset, int count) throws IOException {
        requireRoom();
        return counted(in.read(into, offset, count));
      }

      /** Before more is read: what fills the buffer last may be the body's already. */
      private void requireRoom() throws MessageConstraintException {
        if (headBytes >= MAX_BYTES) {
          throw new MessageConstraintException("the head is too large");
        }
      }

      private int counted(int count) {
        ended |= count < 0;
        headBytes += Math.max(count, 0);
        return count;
      }

      void requireNotEnded() throws ConnectionClosedException {
        if (ended) {
          throw new ConnectionClosedException("the head is cut");
        }
      }
    }
  }

  private static final class Factory implements HttpResponseFactory<ClassicHttpResponse> {
    @Override
    public ClassicHttpResponse newHttpResponse(int status, String reason) {
      return new BoundedResponse(status, reason);
    }

    @Override
    public ClassicHttpResponse newHttpResponse(int status) {
      return new BoundedResponse(status, null);
    }
  }
}
