package io.linkspan.provider.caldav;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

class XandikosTest extends PeerContract {
  private static XandikosServer server;

  @BeforeAll
  static void start() {
    server = new XandikosServer();
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
