package io.linkspan.provider.caldav;

import static org.assertj.core.api.Assertions.assertThat;

import io.linkspan.calendar.CalendarReader;
import io.linkspan.calendar.CalendarReader.Listing;
import io.linkspan.calendar.CalendarReader.SyncFailure;
import io.linkspan.calendar.CalendarReader.SyncOutcome;
import io.linkspan.calendar.CalendarReaderContract;
import io.linkspan.calendar.sync.Mirror;
import io.linkspan.connection.Account;
import io.linkspan.connection.Connector.Form;
import io.linkspan.connection.Connector.FormConnector;
import io.linkspan.connection.Connector.Verification.Verified;
import io.linkspan.connection.ConnectorContract;
import io.linkspan.platform.crypto.Secret;
import java.net.URI;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Both ports against a real server. */
abstract class PeerContract implements CalendarReaderContract, ConnectorContract {
  private static final AtomicInteger NEXT = new AtomicInteger();

  private final CalDavProvider provider =
      CalDavProvider.caldav(Egresses.toLoopback(), Clock.systemUTC());
  private Account account;
  private URI calendar;

  abstract DavPeer peer();

  @BeforeEach
  void connect() {
    calendar = peer().makeCalendar("c" + NEXT.incrementAndGet(), "Fresh", "VEVENT");
    account = account(verified(goodForm()));
  }

  private Verified verified(Form form) {
    var verification = provider.verify(form);
    assertThat(verification).isInstanceOf(Verified.class);
    return (Verified) verification;
  }

  private static Account account(Verified verified) {
    return new Account(
        new UUID(0, 1),
        new UUID(0, 2),
        "caldav",
        verified.providerUserId(),
        verified.credentials(),
        verified.attributes());
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
    return form(peer().url().toString());
  }

  private Form form(String address) {
    return new Form(address, peer().username(), Secret.of(peer().password()), null, null);
  }

  @Override
  public String secret() {
    return peer().password();
  }

  @Override
  public Account account() {
    return account;
  }

  @Override
  public String externalId() {
    return calendar.getPath();
  }

  @Override
  public int requestsWhenUnchanged() {
    return 1;
  }

  @Override
  public void putAtProvider(String uid, String summary) {
    peer().putEvent(calendar, uid + ".ics", Events.hour(uid, summary));
  }

  @Override
  public void deleteAtProvider(String uid) {
    peer().send("DELETE", calendar.resolve(uid + ".ics"), Map.of(), "");
  }

  @Test
  void aCalendarThatWasDeletedIsGoneWithAndWithoutAToken() {
    putAtProvider("a", "Lunch");
    var mirror = new Mirror();
    mirror.pass(provider, account, externalId());
    peer().send("DELETE", calendar, Map.of(), "");
    var tokens = new ArrayList<@Nullable String>();
    tokens.add(mirror.token().orElseThrow());
    tokens.add(null);
    for (var token : tokens) {
      mirror.token(token);
      assertThat(mirror.pass(provider, account, externalId()))
          .isInstanceOfSatisfying(
              SyncOutcome.Failed.class,
              failed ->
                  assertThat(failed.failure())
                      .isInstanceOfAny(
                          SyncFailure.CalendarGone.class, SyncFailure.TokenRejected.class));
    }
    assertThat(mirror.pass(provider, account, externalId()))
        .isInstanceOfSatisfying(
            SyncOutcome.Failed.class,
            failed -> assertThat(failed.failure()).isInstanceOf(SyncFailure.CalendarGone.class));
    assertThat(mirror.uids()).containsExactly("a");
  }

  @Test
  void namesThatNeedEscapingAreReadAndRemoved() {
    var names = List.of("a%20b", "%C3%BC%25", "plus+and&", "semi;colon@x", "100%25");
    for (var name : names) {
      peer().putEvent(calendar, name + ".ics", Events.hour("uid-" + names.indexOf(name), "Title"));
    }
    var mirror = new Mirror();
    assertThat(mirror.pass(provider, account, externalId()))
        .isInstanceOf(SyncOutcome.Completed.class);
    assertThat(mirror.uids()).hasSize(names.size());
    assertThat(mirror.problems()).isEmpty();
    mirror.pass(provider, account, externalId());
    assertThat(mirror.changes()).isEmpty();
    deleteAtProvider("a%20b");
    mirror.pass(provider, account, externalId());
    assertThat(mirror.uids()).hasSize(names.size() - 1);
  }

  @Test
  void anyAddressOfTheAccountLeadsToItsCalendars() {
    var root = peer().url().toString();
    var addresses =
        new String[] {
          root,
          root.substring(0, root.length() - 1),
          "  " + root + "  ",
          root + "alice/",
          root + "alice",
          root + ".well-known/caldav",
          peer().homeUrl().toString(),
          calendar.toString(),
          calendar.toString().substring(0, calendar.toString().length() - 1),
          root + "no/such/page?x=1#y"
        };
    for (var address : addresses) {
      var listing = (Listing.Listed) provider.calendars(account(verified(form(address))));
      assertThat(listing.calendars())
          .as(address)
          .filteredOn(c -> c.externalId().equals(externalId()))
          .singleElement()
          .satisfies(
              c -> {
                assertThat(c.name()).isEqualTo("Fresh");
                assertThat(c.access()).isEqualTo(CalendarReader.Access.OWNER);
              });
    }
  }
}
