package io.linkspan.platform.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** Sends exactly the bytes that a test wants, which no proper client would. */
final class RawClient implements AutoCloseable {
  private final Socket socket;

  RawClient(int port) throws IOException {
    this.socket = new Socket("127.0.0.1", port);
    socket.setTcpNoDelay(true);
    // only so that a test that is wrong ends
    socket.setSoTimeout(30_000);
  }

  RawClient send(String text) throws IOException {
    return send(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  RawClient send(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
    socket.getOutputStream().flush();
    return this;
  }

  /** Everything until the server closes the connection, reset or not. */
  String readToEnd() throws IOException {
    var all = new ByteArrayOutputStream();
    try {
      byte[] buffer = new byte[8192];
      for (int n = socket.getInputStream().read(buffer);
          n >= 0;
          n = socket.getInputStream().read(buffer)) {
        all.write(buffer, 0, n);
      }
    } catch (SocketException reset) {
      // closed by force: what came before counts
    }
    return all.toString(StandardCharsets.UTF_8);
  }

  /** Reads up to and with a text. */
  String readUntil(String end) throws IOException {
    var all = new StringBuilder();
    while (all.indexOf(end) < 0) {
      int c = socket.getInputStream().read();
      if (c < 0) {
        throw new IOException("closed after: " + all);
      }
      all.append((char) c);
    }
    return all.toString();
  }

  /** Whether the server says nothing meanwhile. */
  boolean isSilentFor(Duration time) throws IOException {
    int patience = socket.getSoTimeout();
    socket.setSoTimeout((int) time.toMillis());
    try {
      socket.getInputStream().read();
      return false;
    } catch (SocketTimeoutException silent) {
      return true;
    } finally {
      socket.setSoTimeout(patience);
    }
  }

  /** Sends the same piece again and again until the server has had enough. */
  String dripUntilClosed(String piece) throws IOException {
    socket.setSoTimeout(20);
    var all = new StringBuilder();
    for (int i = 0; i < 3_000; i++) {
      try {
        socket.getOutputStream().write(piece.getBytes(StandardCharsets.ISO_8859_1));
        int c = socket.getInputStream().read();
        if (c < 0) {
          return all.toString();
        }
        all.append((char) c);
        // writing on would only provoke a reset, which takes away what is not read yet
        socket.setSoTimeout(10_000);
        return all.append(readToEnd()).toString();
      } catch (SocketTimeoutException nothingYet) {
        // the server is still patient
      } catch (SocketException closed) {
        return all.toString();
      }
    }
    throw new IOException("the server was patient for too long; it said: " + all);
  }

  void closeHalf() throws IOException {
    socket.shutdownOutput();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
