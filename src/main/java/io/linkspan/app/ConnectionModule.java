package io.linkspan.app;

import io.linkspan.connection.ConnectionRoutes;
import io.linkspan.connection.Connections;
import io.linkspan.platform.http.Routes;
import java.util.List;

/** Accounts that people connect. */
final class ConnectionModule implements Module {
  private final Connections connections;

  ConnectionModule(Platform platform, Providers providers) {
    this.connections =
        new Connections(
            providers.connectors(),
            platform.sealer(),
            platform.database(),
            platform.limits(),
            platform.ids(),
            platform.clock());
  }

  Connections connections() {
    return connections;
  }

  @Override
  public List<Routes> routes() {
    return List.of(new ConnectionRoutes(connections));
  }
}
