package io.linkspan.provider.caldav;

import static org.assertj.core.api.Assertions.assertThat;

import io.linkspan.calendar.CalendarReader.SyncOutcome.Completed;
import io.linkspan.calendar.sync.Mirror;
import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

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

  @Test
  void aStrayTextFileBreaksNothing() {
    putAtProvider("a", "Lunch");
    var notes = URI.create(server.url().resolve(externalId()) + "notes.txt");
    var put = server.send("PUT", notes, Map.of("Content-Type", "text/plain"), "Buy milk");
    assertThat(put.statusCode()).isBetween(200, 299);
    var mirror = new Mirror();
    assertThat(mirror.pass(provider(), account(), externalId())).isInstanceOf(Completed.class);
    assertThat(mirror.uids()).containsExactly("a");
    assertThat(mirror.problems()).isEmpty();
  }
}
