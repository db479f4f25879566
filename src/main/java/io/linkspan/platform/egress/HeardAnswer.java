package io.linkspan.platform.egress;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ConnectionClosedException;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpResponseFactory;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.impl.io.DefaultHttpResponseParser;
import org.apache.hc.core5.http.io.SessionInputBuffer;
import org.apache.hc.core5.http.message.BasicClassicHttpResponse;
import org.jspecify.annotations.Nullable;

/** The head of an answer, which remembers the buffer that it was read from. */
final class HeardAnswer extends BasicClassicHttpResponse {
  private static final long serialVersionUID = 1L;

  private transient @Nullable SessionInputBuffer buffer;

  private HeardAnswer(int status, @Nullable String reason) {
    super(status, reason);
  }

  /**
   * Whether more came than the answer that was asked for. Whoever uses the connection next would
   * take that for the answer to another request.
   */
  static boolean isFollowedByMore(ClassicHttpResponse response) {
    return response instanceof HeardAnswer heard
        && heard.buffer != null
        && heard.buffer.length() > 0;
  }

  /** Reads heads, and refuses one that ends with the connection instead of an empty line. */
  static final class Parser extends DefaultHttpResponseParser {
    Parser(Http1Config http1) {
      super(http1, null, new Factory());
    }

    @Override
    public @Nullable ClassicHttpResponse parse(SessionInputBuffer buffer, InputStream in)
        throws IOException, HttpException {
      var watched = new EndWatch(in);
      try {
        if (!(super.parse(buffer, watched) instanceof HeardAnswer heard)) {
          // the connection ended before the first byte
          return null;
        }
        watched.requireMore();
        heard.buffer = buffer;
        return heard;
      } catch (HttpException e) {
        watched.requireMore();
        throw e;
      }
    }
  }

  private static final class Factory implements HttpResponseFactory<ClassicHttpResponse> {
    @Override
    public ClassicHttpResponse newHttpResponse(int status, String reason) {
      return new HeardAnswer(status, reason);
    }

    @Override
    public ClassicHttpResponse newHttpResponse(int status) {
      return new HeardAnswer(status, null);
    }
  }

  private static final class EndWatch extends FilterInputStream {
    private boolean ended;

    EndWatch(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      int value = in.read();
      ended |= value < 0;
      return value;
    }

    @Override
    public int read(byte[] into, int offset, int count) throws IOException {
      int read = in.read(into, offset, count);
      ended |= read < 0;
      return read;
    }

    void requireMore() throws ConnectionClosedException {
      if (ended) {
        throw new ConnectionClosedException("the head is cut");
      }
    }
  }
}
