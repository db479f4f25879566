package io.linkspan.platform.egress;

import io.linkspan.platform.egress.Exchange.Reason;
import io.linkspan.platform.egress.OutboundRequest.Limits;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.Arrays;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;
import java.util.zip.ZipException;
import org.apache.hc.core5.http.HttpEntity;
import org.jspecify.annotations.Nullable;

/**
 * Reads one body within its limits: bytes are counted on the wire and again while they are
 * inflated, so that neither a large nor a small body can become a large array.
 *
 * <p>Where a body may be cut it is evidence, not content: an encoding that cannot be undone does
 * not fail the exchange then.
 */
final class AnswerBody {
  private static final int BUFFER = 8 * 1024;

  private final String from;
  private final Limits limits;
  private byte[] kept = new byte[0];
  private int length;
  private boolean cut;
  private boolean whole;

  private AnswerBody(String from, Limits limits) {
    this.from = from;
    this.limits = limits;
  }

  /**
   * @param from whose body it is, for messages
   * @param encoding the Content-Encoding, empty for none
   */
  static AnswerBody read(@Nullable HttpEntity entity, String encoding, String from, Limits limits)
      throws IOException, Failure {
    var body = new AnswerBody(from, limits);
    if (entity == null) {
      body.whole = true;
    } else {
      body.read(entity, encoding);
    }
    return body;
  }

  byte[] bytes() {
    return length == kept.length ? kept : Arrays.copyOf(kept, length);
  }

  /** Whether the body is longer than {@link #bytes}. */
  boolean isCut() {
    return cut;
  }

  /** Whether everything was read, so that the connection can carry another exchange. */
  boolean isWhole() {
    return whole;
  }

  private void read(HttpEntity entity, String encoding) throws IOException, Failure {
    long announced = entity.getContentLength();
    boolean plain = encoding.isEmpty() || encoding.equals("identity");
    if (!limits.cut()
        && (announced > limits.wireBytes() || plain && announced > limits.bodyBytes())) {
      throw tooLarge();
    }
    var wire = new Wire(entity.getContent(), limits.wireBytes());
    try {
      if (plain) {
        fill(wire, announced);
      } else {
        inflate(wire, encoding);
      }
      whole = wire.drain();
    } catch (WireLimit reached) {
      cut = true;
      if (!limits.cut()) {
        throw tooLarge();
      }
    }
  }

  private void fill(InputStream source, long announced) throws IOException, Failure {
    long most = limits.bodyBytes();
    // what is announced need not come
    kept = new byte[(int) Math.min(most, Math.min(announced >= 0 ? announced : BUFFER, 1 << 16))];
    while (length < most) {
      if (length == kept.length) {
        kept = Arrays.copyOf(kept, (int) Math.min(most, Math.max(BUFFER, kept.length * 2L)));
      }
      int read = source.read(kept, length, kept.length - length);
      if (read < 0) {
        return;
      }
      length += read;
      if (length == announced) {
        return;
      }
    }
    if (source.read() >= 0) {
      cut = true;
      if (!limits.cut()) {
        throw tooLarge();
      }
    }
  }

  private void inflate(Wire wire, String encoding) throws IOException, Failure {
    int first = wire.read();
    if (first < 0) {
      return;
    }
    try {
      switch (encoding) {
        case "gzip", "x-gzip" -> gunzip(wire, first);
        case "deflate" -> deflate(wire, first);
        default -> {
          if (!limits.cut()) {
            throw nonsense("an encoding that was not asked for");
          }
          fill(unread(wire, first), -1);
        }
      }
    } catch (ZipException | EOFException e) {
      if (!limits.cut()) {
        throw nonsense("a body that is not in the encoding it claims (" + encoding + ")");
      }
      cut = true;
    }
  }

  private void gunzip(Wire wire, int first) throws IOException, Failure {
    try (var inflated = new GZIPInputStream(unread(wire, first), BUFFER)) {
      fill(inflated, -1);
    }
  }

  /** The name means zlib (RFC 9110, 8.4.1.2), some servers send the bare format. */
  private void deflate(Wire wire, int first) throws IOException, Failure {
    int second = wire.read();
    boolean zlib = (first & 0x0f) == 8 && second >= 0 && (first << 8 | second) % 31 == 0;
    var inflater = new Inflater(!zlib);
    try {
      fill(new InflaterInputStream(unread(wire, first, second), inflater, BUFFER), -1);
    } finally {
      inflater.end();
    }
  }

  private static InputStream unread(Wire wire, int... bytes) {
    var head = new byte[bytes.length];
    int count = 0;
    for (int value : bytes) {
      if (value >= 0) {
        head[count++] = (byte) value;
      }
    }
    return new SequenceInputStream(new ByteArrayInputStream(head, 0, count), wire);
  }

  private Failure tooLarge() {
    return new Failure(
        Reason.TOO_LARGE,
        from
            + " answered with more than "
            + size(Math.min(limits.wireBytes(), limits.bodyBytes()))
            + ", which is more than is read");
  }

  private Failure nonsense(String what) {
    return new Failure(Reason.NONSENSE, from + " answered with " + what);
  }

  private static String size(long bytes) {
    return bytes >= 1 << 20
        ? String.format(Locale.ROOT, "%.1f MiB", bytes / 1048576.0)
        : bytes + " bytes";
  }

  /** The bytes as they come, counted. Never closed: closing would read the rest, however long. */
  private static final class Wire extends InputStream {
    private final InputStream source;
    private long left;

    Wire(InputStream source, long most) {
      this.source = source;
      this.left = most;
    }

    @Override
    public int read() throws IOException {
      int value = source.read();
      if (value >= 0 && --left < 0) {
        throw new WireLimit();
      }
      return value;
    }

    @Override
    public int read(byte[] into, int offset, int count) throws IOException {
      if (count == 0) {
        return 0;
      }
      if (left <= 0) {
        if (source.read() < 0) {
          return -1;
        }
        throw new WireLimit();
      }
      int read = source.read(into, offset, (int) Math.min(count, left));
      left -= Math.max(read, 0);
      return read;
    }

    /** Reads what is left, so that the connection can be used again. */
    boolean drain() throws IOException {
      int next = read();
      if (next < 0) {
        return true;
      }
      var buffer = new byte[BUFFER];
      int read;
      do {
        read = read(buffer, 0, buffer.length);
      } while (read >= 0);
      return true;
    }
  }

  private static final class WireLimit extends IOException {
    private static final long serialVersionUID = 1L;
  }
}
