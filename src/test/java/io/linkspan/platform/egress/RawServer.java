package io.linkspan.platform.egress;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLSocket;

/** A server on loopback that says, byte for byte, whatever a test wants, however wrong. */
public final class RawServer implements AutoCloseable {
  private final ServerSocket listener;
  private final String scheme;
  private final AtomicInteger connections = new AtomicInteger();
  private final ConcurrentLinkedQueue<Socket> open = new ConcurrentLinkedQueue<>();
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private final CountDownLatch closed = new CountDownLatch(1);

  /** What happens on one connection; it is closed when this returns. */
  @FunctionalInterface
  public interface Script {
    void play(Connection connection) throws IOException, InterruptedException;
  }

  private RawServer(ServerSocket listener, String scheme, Script script) {
    this.listener = listener;
    this.scheme = scheme;
    Thread.startVirtualThread(() -> accept(script));
  }

  public static RawServer playing(Script script) {
    try {
      return on(new ServerSocket(0, 50, InetAddress.ofLiteral("127.0.0.1")), "http", script);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static RawServer on(ServerSocket listener, String scheme, Script script) {
    return new RawServer(listener, scheme, script);
  }

  /** Reads one request after the other and answers each with {@code answer}. */
  public static RawServer answering(String answer) {
    return playing(
        connection -> {
          while (connection.readRequest()) {
            connection.say(answer);
          }
        });
  }

  private void accept(Script script) {
    while (!listener.isClosed()) {
      try {
        Socket socket = listener.accept();
        open.add(socket);
        connections.incrementAndGet();
        Thread.startVirtualThread(() -> play(script, socket));
      } catch (IOException e) {
        return;
      }
    }
  }

  private void play(Script script, Socket socket) {
    try (socket) {
      script.play(new Connection(socket));
    } catch (IOException e) {
      // the client went away
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  public int port() {
    return listener.getLocalPort();
  }

  public URI uri(String target) {
    return URI.create(scheme + "://127.0.0.1:" + port() + target);
  }

  public int connections() {
    return connections.get();
  }

  /** Heads and bodies as they came. */
  public List<String> requests() {
    return requests;
  }

  @Override
  public void close() {
    closed.countDown();
    try {
      listener.close();
      for (Socket socket : open) {
        socket.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The server's end. */
  public final class Connection {
    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;
    private String lastRequest = "";

    Connection(Socket socket) throws IOException {
      this.socket = socket;
      this.in = new BufferedInputStream(socket.getInputStream());
      this.out = socket.getOutputStream();
    }

    /** False at the end of the connection. */
    public boolean readRequest() throws IOException {
      var head = new StringBuilder();
      while (head.indexOf("\r\n\r\n") < 0) {
        int value = in.read();
        if (value < 0) {
          return false;
        }
        head.append((char) value);
      }
      lastRequest = head + new String(in.readNBytes(contentLength(head)), StandardCharsets.UTF_8);
      requests.add(lastRequest);
      return true;
    }

    /** Head and body of the last request on this connection. */
    public String lastRequest() {
      return lastRequest;
    }

    private static int contentLength(StringBuilder head) {
      return head.toString()
          .toLowerCase(Locale.ROOT)
          .lines()
          .filter(line -> line.startsWith("content-length:"))
          .map(line -> Integer.parseInt(line.substring(15).strip()))
          .findFirst()
          .orElse(0);
    }

    public void say(String text) throws IOException {
      say(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    public void say(byte[] bytes) throws IOException {
      out.write(bytes);
      out.flush();
    }

    /** Says nothing more, and keeps the connection until the server is closed. */
    public void stall() throws InterruptedException {
      closed.await();
    }

    public SSLSocket tls() {
      return (SSLSocket) socket;
    }

    /** Ends with RST instead of FIN. */
    public void reset() throws IOException {
      socket.setSoLinger(true, 0);
      socket.close();
    }
  }
}
