package io.linkspan.provider;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** A server of bytes, for answers that HTTP does not allow: cut off, dripping, nonsense. */
public final class RawServer implements AutoCloseable {
  private static final char TLS_HANDSHAKE = 22;

  private final ServerSocket socket;

  /** Writes what it likes once the request has come; the connection ends when it returns. */
  @FunctionalInterface
  public interface Script {
    void answer(String head, OutputStream out) throws IOException, InterruptedException;
  }

  public RawServer(Script script) {
    try {
      socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread.ofVirtual().start(() -> accept(script));
  }

  private void accept(Script script) {
    while (!socket.isClosed()) {
      try {
        var connection = socket.accept();
        Thread.ofVirtual().start(() -> serve(connection, script));
      } catch (IOException _) {
        return;
      }
    }
  }

  private static void serve(Socket connection, Script script) {
    try (connection) {
      script.answer(head(connection), connection.getOutputStream());
    } catch (IOException | InterruptedException _) {
      // the client has gone, or the test is over
    }
  }

  private static String head(Socket connection) throws IOException {
    var head = new StringBuilder();
    var in = connection.getInputStream();
    for (var c = in.read(); c >= 0; c = in.read()) {
      head.append((char) c);
      if (head.charAt(0) == TLS_HANDSHAKE) {
        return "";
      }
      if (head.toString().endsWith("\r\n\r\n")) {
        break;
      }
    }
    var length = head.toString().toLowerCase(Locale.ROOT).indexOf("content-length:");
    if (length >= 0) {
      var line = head.substring(length + 15, head.indexOf("\r\n", length)).strip();
      head.append(new String(in.readNBytes(Integer.parseInt(line)), StandardCharsets.UTF_8));
    }
    return head.toString();
  }

  public URI url(String path) {
    return URI.create("http://127.0.0.1:" + socket.getLocalPort() + path);
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
