package io.linkspan.provider.caldav;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

class LighttpdDigestTest extends DigestContract {
  private static DigestServer server;

  @BeforeAll
  static void start() {
    server = new DigestServer(DigestServer.Front.LIGHTTPD);
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
