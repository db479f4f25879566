package io.linkspan.provider.ics;

import io.linkspan.calendar.CalendarReader;
import io.linkspan.calendar.CalendarReaderContract;
import io.linkspan.connection.Account;
import io.linkspan.connection.Connector.Form;
import io.linkspan.connection.Connector.FormConnector;
import io.linkspan.connection.ConnectorContract;
import io.linkspan.provider.caldav.Egresses;
import java.time.Clock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;

/** Both ports on feeds, of servers that know versions and of servers that do not. */
class IcsContractTest {
  abstract static class OnFeed implements CalendarReaderContract, ConnectorContract {
    final IcsProvider provider = ScriptedFeed.provider(Egresses.toLoopback(), Clock.systemUTC());
    final ScriptedFeed feed = new ScriptedFeed();

    @AfterEach
    void close() {
      feed.close();
    }

    @Override
    public CalendarReader provider() {
      return provider;
    }

    @Override
    public FormConnector connector() {
      return provider;
    }

    @Override
    public Form goodForm() {
      return new Form(null, null, null, feed.url().toString(), null);
    }

    @Override
    public String secret() {
      return "8f3a91c2d4e5f607";
    }

    @Override
    public Account account() {
      return feed.account();
    }

    @Override
    public String externalId() {
      return "feed";
    }

    @Override
    public void putAtProvider(String uid, String summary) {
      feed.putHour(uid, summary);
    }

    @Override
    public void deleteAtProvider(String uid) {
      feed.delete(uid);
    }

    @Override
    public int requestsWhenUnchanged() {
      return 1;
    }
  }

  @Nested
  class WithVersions extends OnFeed {}

  @Nested
  class WithoutVersions extends OnFeed {
    WithoutVersions() {
      feed.conditional = false;
    }
  }
}
