package io.linkspan.provider.caldav;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

class RadicaleTest extends PeerContract {
  private static RadicaleServer server;

  @BeforeAll
  static void start() {
    server = new RadicaleServer();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Override
  DavPeer peer() {
    return server;
  }
}
