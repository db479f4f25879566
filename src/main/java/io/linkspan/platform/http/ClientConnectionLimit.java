package io.linkspan.platform.http;

import io.linkspan.platform.egress.Network;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.jetty.io.Connection;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Closes what one address opens beyond its share, so that it does not take the connections of all.
 * Loopback is left out: a proxy on this machine is one address for everybody.
 */
final class ClientConnectionLimit implements Connection.Listener {
  private static final Logger LOG = LoggerFactory.getLogger(ClientConnectionLimit.class);

  private final int max;
  private final List<Network> proxies;
  private final Map<InetAddress, Integer> open = new ConcurrentHashMap<>();

  /**
   * @param proxies who connect for many clients, and are not limited; nor is this machine itself
   */
  ClientConnectionLimit(int max, List<Network> proxies) {
    this.max = max;
    this.proxies = List.copyOf(proxies);
  }

  @Override
  public void onOpened(Connection connection) {
    var client = client(connection);
    if (client == null || client.isLoopbackAddress() || isProxy(client)) {
      return;
    }
    if (open.merge(client, 1, Integer::sum) > max) {
      LOG.debug("Closing a connection of {}, which has {} open", client, max);
      connection.getEndPoint().close();
    }
  }

  @Override
  public void onClosed(Connection connection) {
    var client = client(connection);
    if (client != null) {
      open.computeIfPresent(client, (_, count) -> count == 1 ? null : count - 1);
    }
  }

  private boolean isProxy(InetAddress client) {
    return proxies.stream().anyMatch(network -> network.contains(client.getAddress()));
  }

  private static @Nullable InetAddress client(Connection connection) {
    return connection.getEndPoint().getRemoteSocketAddress() instanceof InetSocketAddress address
        ? address.getAddress()
        : null;
  }
}
