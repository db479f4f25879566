package io.linkspan.provider.caldav;

import static org.assertj.core.api.Assertions.assertThat;

import io.linkspan.calendar.CalendarReader.Listing;
import io.linkspan.calendar.CalendarReader.SyncOutcome.Completed;
import io.linkspan.calendar.sync.Mirror;
import io.linkspan.connection.Connector.Form;
import io.linkspan.connection.Connector.Verification.Refused;
import io.linkspan.platform.crypto.Secret;
import io.linkspan.platform.egress.Egress;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** All of the contract, behind a server that asks for Digest. */
abstract class DigestContract extends PeerContract {
  /** The challenge costs one, once a pass. */
  @Override
  public int requestsWhenUnchanged() {
    return super.requestsWhenUnchanged() + 1;
  }

  @Test
  void aWrongPasswordIsSaidToBeWrong() {
    var good = goodForm();
    var wrong = new Form(good.serverUrl(), good.username(), Secret.of("wrong"), null, null);
    assertThat(connector().verify(wrong))
        .isInstanceOfSatisfying(
            Refused.class, refused -> assertThat(refused.code()).isEqualTo("wrong_password"));
  }

  @Test
  void onceItIsKnownThePasswordIsNotSentAndOneNonceServesAllRequestsOfAPass() {
    putAtProvider("a", "Lunch");
    var sent = new CopyOnWriteArrayList<String>();
    Egress watched =
        (request, room) -> {
          request.headers().getOrDefault("authorization", List.of("none")).forEach(sent::add);
          return Egresses.toLoopback().send(request, room);
        };
    var provider = CalDavProvider.caldav(watched, Clock.systemUTC());
    assertThat(provider.calendars(account())).isInstanceOf(Listing.Listed.class);
    sent.clear();
    assertThat(new Mirror().pass(provider, account(), externalId())).isInstanceOf(Completed.class);
    assertThat(sent).hasSizeGreaterThanOrEqualTo(3).noneMatch(value -> value.startsWith("Basic"));
    assertThat(sent.getFirst()).isEqualTo("none");
    for (var i = 1; i < sent.size(); i++) {
      assertThat(sent.get(i)).startsWith("Digest").contains("nc=%08x".formatted(i));
    }
  }
}
