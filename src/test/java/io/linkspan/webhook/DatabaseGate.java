package io.linkspan.webhook;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The way to a PostgreSQL, which a test shuts: connections break and new ones are refused. */
public final class DatabaseGate implements AutoCloseable {
  private final int target;
  private final int port;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private ServerSocket listener;

  /**
   * @param target port on the loopback interface
   */
  public DatabaseGate(int target) {
    this.target = target;
    try {
      listener = new ServerSocket(0, 50, InetAddress.ofLiteral("127.0.0.1"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    port = listener.getLocalPort();
    serve(listener);
  }

  public int port() {
    return port;
  }

  public void shut() throws IOException {
    listener.close();
    for (var socket : open) {
      socket.close();
    }
    open.clear();
  }

  public void open() throws IOException {
    listener = new ServerSocket();
    listener.setReuseAddress(true);
    listener.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port));
    serve(listener);
  }

  private void serve(ServerSocket on) {
    Thread.startVirtualThread(
        () -> {
          while (!on.isClosed()) {
            try {
              var client = on.accept();
              var server = new Socket(InetAddress.ofLiteral("127.0.0.1"), target);
              open.add(client);
              open.add(server);
              carry(client, server);
              carry(server, client);
              if (on.isClosed()) {
                client.close();
                server.close();
              }
            } catch (IOException shut) {
              // the next accept says whether it was
            }
          }
        });
  }

  private void carry(Socket from, Socket to) {
    Thread.startVirtualThread(
        () -> {
          try (from;
              to) {
            from.getInputStream().transferTo(to.getOutputStream());
          } catch (IOException cut) {
            // both ends are closed now
          } finally {
            open.remove(from);
            open.remove(to);
          }
        });
  }

  @Override
  public void close() throws IOException {
    shut();
  }
}
