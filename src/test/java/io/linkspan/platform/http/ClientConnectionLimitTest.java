package io.linkspan.platform.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.jetty.io.AbstractConnection;
import org.eclipse.jetty.io.ByteArrayEndPoint;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.junit.jupiter.api.Test;

/** Connections of addresses that a machine's loopback does not have. */
class ClientConnectionLimitTest {
  private final ClientConnectionLimit limit = new ClientConnectionLimit(3, List.of());

  private Connection open(String address) {
    var client = new InetSocketAddress(address, 40_000);
    var endPoint =
        new ByteArrayEndPoint() {
          @Override
          public SocketAddress getRemoteSocketAddress() {
            return client;
          }
        };
    var connection =
        new AbstractConnection(endPoint, new QueuedThreadPool()) {
          @Override
          public void onFillable() {}
        };
    limit.onOpened(connection);
    return connection;
  }

  private List<Boolean> opened(String address, int count) {
    var open = new ArrayList<Boolean>();
    for (int i = 0; i < count; i++) {
      open.add(open(address).getEndPoint().isOpen());
    }
    return open;
  }

  @Test
  void oneAddressDoesNotTakeTheConnectionsOfAll() {
    assertThat(opened("192.0.2.1", 5)).containsExactly(true, true, true, false, false);
    assertThat(opened("192.0.2.2", 2)).containsExactly(true, true);
    assertThat(opened("2001:db8::1", 4)).containsExactly(true, true, true, false);
  }

  @Test
  void whatIsClosedMakesRoom() {
    var first = open("192.0.2.1");
    opened("192.0.2.1", 2);
    var refused = open("192.0.2.1");
    limit.onClosed(refused);
    limit.onClosed(first);
    assertThat(opened("192.0.2.1", 2)).containsExactly(true, false);
  }

  @Test
  void aProxyOnThisMachineMayHaveAll() {
    assertThat(opened("127.0.0.1", 10)).doesNotContain(false);
    assertThat(opened("::1", 10)).doesNotContain(false);
  }
}
