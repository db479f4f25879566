package io.linkspan.calendar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.linkspan.calendar.CalendarReader.Change;
import io.linkspan.calendar.CalendarReader.Listing;
import io.linkspan.calendar.CalendarReader.RemoteCalendar;
import io.linkspan.calendar.CalendarReader.SyncFailure;
import io.linkspan.calendar.CalendarReader.SyncOutcome;
import io.linkspan.calendar.CalendarReader.SyncOutcome.Completed;
import io.linkspan.calendar.CalendarReader.SyncOutcome.Failed;
import io.linkspan.calendar.sync.Mirror;
import io.linkspan.connection.Account;
import org.junit.jupiter.api.Test;

/** What every calendar provider keeps to, whatever its protocol. */
public interface CalendarReaderContract {
  CalendarReader provider();

  /** An account that works, with one calendar that is empty when a test begins. */
  Account account();

  String externalId();

  /** Creates or replaces an event of an hour, at a time that the title decides. */
  void putAtProvider(String uid, String summary);

  void deleteAtProvider(String uid);

  /** The most requests that an unchanged calendar may cost. */
  default int requestsWhenUnchanged() {
    return 2;
  }

  @Test
  default void listsTheCalendarWithANameAndExactlyOnePrimary() {
    var listing = (Listing.Listed) provider().calendars(account());
    assertThat(listing.calendars()).extracting(RemoteCalendar::externalId).contains(externalId());
    assertThat(listing.calendars()).allSatisfy(c -> assertThat(c.name()).isNotBlank());
    assertThat(listing.calendars()).filteredOn(RemoteCalendar::primary).hasSizeLessThanOrEqualTo(1);
  }

  @Test
  default void aFirstPassIsFullAndHandsEverything() {
    putAtProvider("a", "Lunch");
    putAtProvider("b", "Dinner");
    var mirror = new Mirror();
    var completed = (Completed) pass(mirror);
    assertThat(completed.full()).isTrue();
    assertThat(completed.requests()).isPositive();
    assertThat(mirror.summaries()).containsExactly("Dinner", "Lunch");
    assertThat(mirror.uids()).containsExactly("a", "b");
    assertThat(mirror.problems()).isEmpty();
  }

  @Test
  default void anUnchangedCalendarHandsNothingAndCostsNextToNothing() {
    putAtProvider("a", "Lunch");
    var mirror = new Mirror();
    pass(mirror);
    var completed = (Completed) pass(mirror);
    assertThat(mirror.changes()).isEmpty();
    assertThat(completed.requests()).isLessThanOrEqualTo(requestsWhenUnchanged());
  }

  @Test
  default void aChangedEventIsHandedAlone() {
    for (var uid : new String[] {"a", "b", "c", "d", "e"}) {
      putAtProvider(uid, "Before " + uid);
    }
    var mirror = new Mirror();
    pass(mirror);
    putAtProvider("b", "After");
    pass(mirror);
    assertThat(mirror.changes()).singleElement().isInstanceOf(Change.Upsert.class);
    assertThat(mirror.summaries())
        .containsExactly("After", "Before a", "Before c", "Before d", "Before e");
  }

  @Test
  default void aDeletedEventIsRemovedAndTheRestStays() {
    putAtProvider("a", "Lunch");
    putAtProvider("b", "Dinner");
    var mirror = new Mirror();
    pass(mirror);
    deleteAtProvider("a");
    pass(mirror);
    assertThat(mirror.uids()).containsExactly("b");
  }

  @Test
  default void aFullPassOverWhatIsKnownChangesNothingAndSweepsWhatIsGone() {
    putAtProvider("a", "Lunch");
    putAtProvider("b", "Dinner");
    var mirror = new Mirror();
    pass(mirror);
    deleteAtProvider("b");
    mirror.token(null);
    var completed = (Completed) pass(mirror);
    assertThat(completed.full()).isTrue();
    assertThat(mirror.changes()).isEmpty();
    assertThat(mirror.uids()).containsExactly("a");
  }

  @Test
  default void aTokenThatNobodyKnowsNeverLeavesTheCalendarWrong() {
    putAtProvider("a", "Lunch");
    putAtProvider("b", "Dinner");
    var mirror = new Mirror();
    pass(mirror);
    deleteAtProvider("a");
    for (var token :
        new String[] {"nonsense", "sync:nonsense", "sync:http://x/ns/sync/" + "0".repeat(64)}) {
      mirror.token(token);
      var outcome = pass(mirror);
      if (outcome instanceof Failed(SyncFailure.TokenRejected _, int _)) {
        mirror.token(null);
        outcome = pass(mirror);
      }
      assertThat(outcome).isInstanceOf(Completed.class);
      assertThat(mirror.uids()).containsExactly("b");
    }
  }

  @Test
  default void whatTheStoreThrowsPassesThrough() {
    putAtProvider("a", "Lunch");
    var taken = new IllegalStateException("the work was taken away");
    assertThatThrownBy(
            () ->
                provider()
                    .sync(
                        new Mirror().request(account(), externalId()),
                        page -> {
                          throw taken;
                        }))
        .isSameAs(taken);
  }

  private SyncOutcome pass(Mirror mirror) {
    return mirror.pass(provider(), account(), externalId());
  }
}
