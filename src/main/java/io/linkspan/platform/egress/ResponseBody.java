package io.linkspan.platform.egress;

import io.linkspan.platform.egress.Exchange.Reason;
import io.linkspan.platform.egress.OutboundRequest.Limits;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.BooleanSupplier;
import java.util.zip.GZIPInputStream;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;
import java.util.zip.ZipException;
import org.apache.hc.core5.http.HttpEntity;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads one body within its limits: bytes are counted on the wire and again while they are
 * inflated, so that neither a large nor a small body can become a large array.
 *
 * <p>A body that is longer than what is kept in memory comes to a file that nobody else sees and
 * that is gone with its channel: a slow server keeps disk waiting, not memory.
 *
 * <p>Where a body may be cut it is evidence, not content: an encoding that cannot be undone does
 * not fail the exchange then.
 */
final class ResponseBody {
  private static final int BUFFER = 8 * 1024;
  private static final int DISK_BUFFER = 64 * 1024;

  private static final Logger LOG = LoggerFactory.getLogger(ResponseBody.class);

  private final String from;
  private final Limits limits;
  private final Path folder;
  private byte[] kept = new byte[0];
  private int length;
  private @Nullable SeekableByteChannel disk;
  private boolean cut;
  private boolean whole;

  private ResponseBody(String from, Limits limits, Path folder) {
    this.from = from;
    this.limits = limits;
    this.folder = folder;
  }

  /**
   * @param from whose body it is, for messages
   * @param encoding {@link ContentCodings}
   * @param folder where a large one waits
   */
  static ResponseBody read(
      @Nullable HttpEntity entity, String encoding, String from, Limits limits, Path folder)
      throws IOException, Failure {
    var body = new ResponseBody(from, limits, folder);
    if (entity == null) {
      body.whole = true;
    } else {
      try {
        body.read(entity, encoding);
      } catch (IOException | Failure | RuntimeException | Error e) {
        body.close();
        throw e;
      }
    }
    return body;
  }

  /**
   * Once.
   *
   * @param room asked before a body that is on disk is taken into memory
   */
  byte[] bytes(BooleanSupplier room) throws Failure {
    if (disk == null) {
      return length == kept.length ? kept : Arrays.copyOf(kept, length);
    }
    try {
      if (!room.getAsBoolean()) {
        throw Thread.currentThread().isInterrupted()
            ? Failures.stopped(from)
            : new Failure(
                Reason.NO_ROOM,
                "The answer of "
                    + from
                    + " is large, and others were being read until time was up.");
      }
      return fromDisk(disk, length);
    } finally {
      close();
    }
  }

  private byte[] fromDisk(SeekableByteChannel file, int size) throws Failure {
    var bytes = new byte[size];
    var into = ByteBuffer.wrap(bytes);
    try {
      file.position(0);
      while (into.hasRemaining()) {
        if (file.read(into) < 0) {
          throw new EOFException("the file is shorter than what was written");
        }
      }
      return bytes;
    } catch (IOException e) {
      throw noDisk(e);
    }
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
    boolean plain = encoding.isEmpty();
    if (!limits.cut()
        && (announced > limits.wireBytes() || plain && announced > limits.bodyBytes())) {
      throw tooLarge();
    }
    var wire = new CountedInput(entity.getContent(), limits.wireBytes());
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
    long max = Math.min(limits.bodyBytes(), limits.memoryBytes());
    // what is announced need not come
    kept = new byte[(int) Math.min(max, Math.min(announced >= 0 ? announced : BUFFER, 1 << 16))];
    while (length < max) {
      if (length == kept.length) {
        kept = Arrays.copyOf(kept, (int) Math.min(max, Math.max(BUFFER, kept.length * 2L)));
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
    int next = source.read();
    if (next < 0) {
      return;
    }
    if (max < limits.bodyBytes()) {
      toDisk(source, next, announced);
    } else if (limits.cut()) {
      cut = true;
    } else {
      throw tooLarge();
    }
  }

  private void toDisk(InputStream source, int first, long announced) throws IOException, Failure {
    disk = newFile();
    write(disk, kept, length);
    kept = new byte[DISK_BUFFER];
    kept[0] = (byte) first;
    for (int read = 1; read >= 0; read = source.read(kept)) {
      if (length + (long) read > limits.bodyBytes()) {
        throw tooLarge();
      }
      write(disk, kept, read);
      length += read;
      if (length == announced) {
        return;
      }
    }
  }

  private SeekableByteChannel newFile() throws Failure {
    try {
      return Files.newByteChannel(
          Files.createTempFile(Files.createDirectories(folder), "answer", null),
          StandardOpenOption.READ,
          StandardOpenOption.WRITE,
          StandardOpenOption.DELETE_ON_CLOSE);
    } catch (IOException e) {
      throw noDisk(e);
    }
  }

  private void write(SeekableByteChannel file, byte[] bytes, int count) throws Failure {
    var from = ByteBuffer.wrap(bytes, 0, count);
    try {
      while (from.hasRemaining()) {
        file.write(from);
      }
    } catch (IOException e) {
      throw noDisk(e);
    }
  }

  private void close() {
    if (disk != null) {
      try {
        disk.close();
      } catch (IOException e) {
        LOG.warn("a file for an answer cannot be closed", e);
      }
    }
  }

  private void inflate(CountedInput wire, String encoding) throws IOException, Failure {
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

  private void gunzip(CountedInput wire, int first) throws IOException, Failure {
    try (var inflated = new GZIPInputStream(unread(wire, first), BUFFER)) {
      fill(inflated, -1);
    }
  }

  /** The name means zlib (RFC 9110, 8.4.1.2), some servers send the bare format. */
  private void deflate(CountedInput wire, int first) throws IOException, Failure {
    int second = wire.read();
    boolean zlib = (first & 0x0f) == 8 && second >= 0 && (first << 8 | second) % 31 == 0;
    var inflater = new Inflater(!zlib);
    try {
      fill(new InflaterInputStream(unread(wire, first, second), inflater, BUFFER), -1);
    } finally {
      inflater.end();
    }
  }

  private static InputStream unread(CountedInput wire, int... bytes) {
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

  private Failure noDisk(IOException cause) {
    if (Thread.currentThread().isInterrupted()) {
      return Failures.stopped(from);
    }
    LOG.error("no large answer can be kept in {}", folder, cause);
    return new Failure(
        Reason.NO_ROOM,
        "The answer of " + from + " is large, and there is no room for it on this server's disk.");
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
  private static final class CountedInput extends InputStream {
    private final InputStream source;
    private long left;

    CountedInput(InputStream source, long max) {
      this.source = source;
      this.left = max;
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
