package io.linkspan.provider.caldav;

import static org.assertj.core.api.Assertions.assertThat;

import io.linkspan.calendar.CalendarReader;
import io.linkspan.calendar.CalendarReader.SyncOutcome.Completed;
import io.linkspan.calendar.CalendarReaderContract;
import io.linkspan.calendar.sync.Mirror;
import io.linkspan.connection.Account;
import java.time.Clock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** The same contract on servers that lack, one after the other, what we would like best. */
class CalDavFallbacksTest {
  abstract static class OnServer implements CalendarReaderContract {
    final CalendarReader provider = CalDavProvider.caldav(Egresses.toLoopback(), Clock.systemUTC());
    final ScriptedDav dav = new ScriptedDav();

    abstract void lack(ScriptedDav server);

    @BeforeEach
    void lack() {
      lack(dav);
    }

    @AfterEach
    void close() {
      dav.close();
    }

    @Override
    public CalendarReader provider() {
      return provider;
    }

    @Override
    public Account account() {
      return dav.account();
    }

    @Override
    public String externalId() {
      return ScriptedDav.CALENDAR;
    }

    @Override
    public void putAtProvider(String uid, String summary) {
      dav.putHour(uid, summary);
    }

    @Override
    public void deleteAtProvider(String uid) {
      dav.delete(uid + ".ics");
    }
  }

  @Nested
  class NothingIsMissing extends OnServer {
    @Override
    void lack(ScriptedDav server) {}

    @Test
    void oneChangeOfManyCostsThreeRequests() {
      for (var i = 0; i < 50; i++) {
        putAtProvider("e" + i, "Event " + i);
      }
      var mirror = new Mirror();
      mirror.pass(provider, account(), externalId());
      putAtProvider("e7", "Changed");
      var completed = (Completed) mirror.pass(provider, account(), externalId());
      assertThat(completed.requests()).isEqualTo(3);
      assertThat(mirror.changes()).hasSize(1);
    }
  }

  @Nested
  class NoSyncCollection extends OnServer {
    @Override
    void lack(ScriptedDav server) {
      server.syncCollection = false;
    }

    @Override
    public int requestsWhenUnchanged() {
      return 1;
    }
  }

  @Nested
  class NeitherSyncCollectionNorCtag extends OnServer {
    @Override
    void lack(ScriptedDav server) {
      server.syncCollection = false;
      server.ctag = false;
    }

    @Override
    public int requestsWhenUnchanged() {
      return 3;
    }
  }

  @Nested
  class NoListing extends OnServer {
    @Override
    void lack(ScriptedDav server) {
      server.syncCollection = false;
      server.depthOne = false;
    }
  }

  @Nested
  class NoMultiget extends OnServer {
    @Override
    void lack(ScriptedDav server) {
      server.multiget = false;
    }
  }

  @Nested
  class NoEtags extends OnServer {
    @Override
    void lack(ScriptedDav server) {
      server.etags = false;
    }
  }

  @Nested
  class NoEtagsAndNothingElse extends OnServer {
    @Override
    void lack(ScriptedDav server) {
      server.etags = false;
      server.syncCollection = false;
      server.ctag = false;
      server.multiget = false;
      server.depthOne = false;
    }

    @Override
    public int requestsWhenUnchanged() {
      return 10;
    }
  }

  @Nested
  class EverythingForUnknownTokens extends OnServer {
    @Override
    void lack(ScriptedDav server) {
      server.everythingForUnknownTokens = true;
    }

    @Test
    void whatWasDeletedMeanwhileIsNoticedEvenIfAllTheRestChanged() {
      for (var uid : new String[] {"a", "b", "c"}) {
        putAtProvider(uid, "Old " + uid);
      }
      var mirror = new Mirror();
      mirror.pass(provider, account(), externalId());
      deleteAtProvider("a");
      putAtProvider("b", "New b");
      putAtProvider("c", "New c");
      mirror.token("sync:of-another-server");
      mirror.pass(provider, account(), externalId());
      assertThat(mirror.summaries()).containsExactly("New b", "New c");
    }
  }

  @Nested
  class AnswersInParts extends OnServer {
    @Override
    void lack(ScriptedDav server) {
      server.partSize = 3;
    }

    @Test
    void allPartsAreRead() {
      for (var i = 0; i < 10; i++) {
        putAtProvider("e" + i, "Event " + i);
      }
      var mirror = new Mirror();
      mirror.pass(provider, account(), externalId());
      assertThat(mirror.uids()).hasSize(10);
      for (var i = 0; i < 5; i++) {
        deleteAtProvider("e" + i);
      }
      mirror.pass(provider, account(), externalId());
      assertThat(mirror.uids()).hasSize(5);
    }
  }
}
