package io.linkspan.connection;

import io.linkspan.platform.http.Operations;
import io.linkspan.platform.http.Reply;
import io.linkspan.platform.http.Routes;

/** What can be connected. */
public final class ConnectionRoutes implements Routes {
  private final Connections connections;

  public ConnectionRoutes(Connections connections) {
    this.connections = connections;
  }

  @Override
  public void register(Operations operations) {
    operations.on("listProviders", call -> Reply.ok(connections.catalogue()));
  }
}
