package io.linkspan.conflict;

import static org.assertj.core.api.Assertions.assertThat;

import io.linkspan.availability.BlockChangeStore;
import io.linkspan.availability.BlockedTimeRows;
import io.linkspan.availability.CalendarFreshness.SourceCalendar;
import io.linkspan.conflict.Conflict.Status;
import io.linkspan.platform.postgres.TestDatabase;
import io.linkspan.platform.time.TimeRange;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ConflictReconcilerTest {
  private static TestDatabase postgres;

  private ConflictFixture fixture;
  private SourceCalendar work;

  @BeforeAll
  static void start() {
    postgres = TestDatabase.fresh();
  }

  @AfterAll
  static void stop() {
    postgres.close();
  }

  @BeforeEach
  void begin() {
    fixture = new ConflictFixture(postgres);
    work = fixture.calendars.add(fixture.organizer, "Work");
  }

  @Test
  void anEventAndAManualBlockThatOverlapAreInConflict() {
    var event = fixture.event(work, "Review", "2026-03-02T09:00:00Z", "2026-03-02T10:00:00Z");
    var block = fixture.manual("Focus", "2026-03-02T09:30:00Z", "2026-03-02T11:00:00Z");
    var conflict = fixture.only();
    assertThat(conflict.status()).isEqualTo(Status.OPEN);
    assertThat(conflict.first().id()).isEqualTo(event);
    assertThat(conflict.first().calendar()).isEqualTo("Work");
    assertThat(conflict.second().id()).isEqualTo(block);
    assertThat(conflict.overlap().minutes()).isEqualTo(30);
    assertThat(fixture.events()).containsExactly("conflict_detected");
    assertThat(fixture.messages("conflict_detected"))
        .containsExactly("Conflict: “Review” and “Focus” overlap for 30 minutes.");
    assertThat(fixture.history(conflict))
        .singleElement()
        .satisfies(
            entry -> {
              assertThat(entry.status()).isEqualTo(Status.OPEN);
              assertThat(entry.action()).isNull();
              assertThat(entry.by()).isNull();
            });
  }

  @Test
  void touchingIsNoConflict() {
    fixture.event(work, "Review", "2026-03-02T09:00:00Z", "2026-03-02T10:00:00Z");
    fixture.manual("Focus", "2026-03-02T10:00:00Z", "2026-03-02T11:00:00Z");
    assertThat(fixture.conflicts()).isEmpty();
  }

  @Test
  void manualBlocksDoNotConflictWithEachOther() {
    fixture.manual("Focus", "2026-03-02T09:00:00Z", "2026-03-02T11:00:00Z");
    fixture.manual("Gym", "2026-03-02T10:00:00Z", "2026-03-02T12:00:00Z");
    assertThat(fixture.conflicts()).isEmpty();
  }

  @Test
  void twoEventsConflictOfOneCalendarAndOfTwo() {
    var home = fixture.calendars.add(fixture.organizer, "Home");
    fixture.event(work, "Review", "2026-03-02T09:00:00Z", "2026-03-02T10:00:00Z");
    fixture.event(work, "Call", "2026-03-02T09:30:00Z", "2026-03-02T10:30:00Z");
    fixture.event(home, "Dentist", "2026-03-02T10:15:00Z", "2026-03-02T11:00:00Z");
    assertThat(fixture.conflicts())
        .extracting(conflict -> conflict.first().title() + "/" + conflict.second().title())
        .containsExactly("Review/Call", "Call/Dentist");
  }

  @Test
  void occurrencesOfOneSeriesDoNotConflictWithEachOther() {
    series("Overlong", "a@x", "series.ics", "1", "2026-03-02T09:00:00Z", "2026-03-03T10:00:00Z");
    series("Overlong", "a@x", "series.ics", "2", "2026-03-03T09:00:00Z", "2026-03-04T10:00:00Z");
    assertThat(fixture.conflicts()).isEmpty();
  }

  @Test
  void theSameEventSeenInTwoCalendarsIsNoConflict() {
    var home = fixture.calendars.add(fixture.organizer, "Home");
    var start = Instant.parse("2026-03-02T09:00:00Z");
    var end = Instant.parse("2026-03-02T10:00:00Z");
    fixture.database.useTransaction(
        tx -> {
          BlockedTimeRows.synced(
              tx, fixture.organizer, work, "Board", start, end, "board@x", "1.ics", "1");
          BlockedTimeRows.synced(
              tx, fixture.organizer, home, "Board", start, end, "board@x", "9.ics", "1");
        });
    assertThat(fixture.conflicts()).isEmpty();
  }

  @Test
  void theSameEventAtDifferentTimesInTwoCalendarsIsAConflict() {
    var home = fixture.calendars.add(fixture.organizer, "Home");
    fixture.database.useTransaction(
        tx -> {
          BlockedTimeRows.synced(
              tx,
              fixture.organizer,
              work,
              "Board",
              Instant.parse("2026-03-02T09:00:00Z"),
              Instant.parse("2026-03-02T10:00:00Z"),
              "board@x",
              "1.ics",
              "1");
          BlockedTimeRows.synced(
              tx,
              fixture.organizer,
              home,
              "Board",
              Instant.parse("2026-03-02T09:30:00Z"),
              Instant.parse("2026-03-02T10:30:00Z"),
              "board@x",
              "9.ics",
              "1");
        });
    assertThat(fixture.conflicts()).hasSize(1);
  }

  @Test
  void aConflictKeepsItsIdThroughChangesAndComesBackWithIt() {
    var event = fixture.event(work, "Review", "2026-03-02T09:00:00Z", "2026-03-02T10:00:00Z");
    fixture.manual("Focus", "2026-03-02T09:30:00Z", "2026-03-02T11:00:00Z");
    var first = fixture.only();

    fixture.move(event, "2026-03-02T09:15:00Z", "2026-03-02T10:15:00Z");
    var grown = fixture.only();
    assertThat(grown.id()).isEqualTo(first.id());
    assertThat(grown.version()).isGreaterThan(first.version());
    assertThat(grown.overlap().minutes()).isEqualTo(45);

    fixture.move(event, "2026-03-05T09:15:00Z", "2026-03-05T10:15:00Z");
    var gone = fixture.only();
    assertThat(gone.id()).isEqualTo(first.id());
    assertThat(gone.status()).isEqualTo(Status.RESOLVED);
    assertThat(fixture.messages("conflict_resolved")).hasSize(1);

    fixture.move(event, "2026-03-02T10:30:00Z", "2026-03-02T11:30:00Z");
    var back = fixture.only();
    assertThat(back.id()).isEqualTo(first.id());
    assertThat(back.status()).isEqualTo(Status.OPEN);
    assertThat(fixture.events()).containsExactly("conflict_detected", "conflict_detected");
    assertThat(fixture.history(back))
        .extracting(Conflict.Event::status)
        .containsExactly(Status.OPEN, Status.RESOLVED, Status.OPEN);
  }

  @Test
  void whatWasDismissedStaysSoWhileNoMoreOverlaps() {
    var event = fixture.event(work, "Review", "2026-03-02T09:00:00Z", "2026-03-02T10:00:00Z");
    fixture.manual("Focus", "2026-03-02T09:30:00Z", "2026-03-02T11:00:00Z");
    dismiss(fixture.only());

    fixture.move(event, "2026-03-02T09:00:00Z", "2026-03-02T09:45:00Z");
    assertThat(fixture.only().status()).as("less overlaps").isEqualTo(Status.DISMISSED);

    fixture.move(event, "2026-03-02T09:00:00Z", "2026-03-02T10:00:00Z");
    assertThat(fixture.only().status()).as("as dismissed").isEqualTo(Status.DISMISSED);

    fixture.move(event, "2026-03-02T09:00:00Z", "2026-03-02T10:15:00Z");
    assertThat(fixture.only().status()).as("more overlaps").isEqualTo(Status.OPEN);
  }

  @Test
  void blocksOfACalendarThatIsSwitchedOffDoNotConflict() {
    fixture.event(work, "Review", "2026-03-02T09:00:00Z", "2026-03-02T10:00:00Z");
    fixture.manual("Focus", "2026-03-02T09:30:00Z", "2026-03-02T11:00:00Z");
    assertThat(fixture.only().status()).isEqualTo(Status.OPEN);
    fixture.calendars.switchedOff(fixture.organizer, work);
    fixture.database.useTransaction(tx -> fixture.notes.note(tx, fixture.organizer, TimeRange.ALL));
    assertThat(fixture.only().status()).isEqualTo(Status.RESOLVED);
  }

  @Test
  void whatIsOverIsResolvedWithoutNews() {
    var event = fixture.event(work, "Review", "2026-03-02T09:00:00Z", "2026-03-02T10:00:00Z");
    fixture.manual("Focus", "2026-03-02T09:30:00Z", "2026-03-02T11:00:00Z");
    fixture.only();
    fixture.clock.advance(Duration.ofDays(10));
    fixture.remove(event);
    assertThat(fixture.only().status()).isEqualTo(Status.RESOLVED);
    assertThat(fixture.messages("conflict_resolved")).isEmpty();
  }

  @Test
  void whatWasResolvedLongAgoIsForgottenButNothingElse() {
    var event = fixture.event(work, "Review", "2026-03-02T09:00:00Z", "2026-03-02T10:00:00Z");
    fixture.manual("Focus", "2026-03-02T09:30:00Z", "2026-03-02T11:00:00Z");
    fixture.only();
    fixture.clock.advance(Duration.ofHours(1));
    fixture.reconciler.forgetResolvedBefore(fixture.clock.instant());
    assertThat(fixture.conflicts()).as("open ones stay").hasSize(1);
    fixture.remove(event);
    var resolved = fixture.only();
    fixture.reconciler.forgetResolvedBefore(fixture.clock.instant());
    assertThat(fixture.conflicts()).as("not long ago").hasSize(1);
    fixture.clock.advance(Duration.ofHours(1));
    fixture.reconciler.forgetResolvedBefore(fixture.clock.instant());
    assertThat(fixture.conflicts()).isEmpty();
    assertThat(fixture.history(resolved)).isEmpty();
  }

  @Test
  void manyAtOnceAreOneEntryOfTheLogButAnEventEach() {
    fixture.manual("Holiday", "2026-03-02T00:00:00Z", "2026-03-07T00:00:00Z");
    fixture.database.useTransaction(
        tx -> {
          for (int hour = 0; hour < 30; hour++) {
            var start = Instant.parse("2026-03-02T00:00:00Z").plus(Duration.ofHours(hour));
            BlockedTimeRows.synced(
                tx, fixture.organizer, work, "Call " + hour, start, start.plusSeconds(1_800));
          }
        });
    assertThat(fixture.conflicts()).hasSize(30);
    assertThat(fixture.messages("conflict_detected")).containsExactly("30 conflicts found.");
    assertThat(fixture.events()).hasSize(30);
  }

  @Test
  void moreThanAreKeptIsSaidAndCatchesUpWhenThereIsRoom() {
    fixture = new ConflictFixture(postgres, 300);
    work = fixture.calendars.add(fixture.organizer, "Work");
    // 30 events that all overlap: 435 pairs
    var events = new ArrayList<UUID>();
    fixture.database.useTransaction(
        tx -> {
          for (int i = 0; i < 30; i++) {
            var start = Instant.parse("2026-03-02T09:00:00Z").plusSeconds(i);
            events.add(
                BlockedTimeRows.synced(
                    tx, fixture.organizer, work, "E" + i, start, start.plusSeconds(3_600)));
          }
        });
    assertThat(fixture.conflicts()).hasSize(300);
    assertThat(truncated()).isTrue();
    assertThat(fixture.messages("conflict_detected")).hasSize(1);

    for (var event : events.subList(0, 10)) {
      fixture.remove(event);
    }
    var standing = fixture.conflicts().stream().filter(Conflict::standing).toList();
    assertThat(standing).hasSize(20 * 19 / 2);
    assertThat(truncated()).isFalse();
  }

  @Test
  void whateverChangesTheStoredConflictsAreThoseOfTheBlocks() {
    var random = new Random(42);
    var home = fixture.calendars.add(fixture.organizer, "Home");
    var present = new ArrayList<UUID>();
    for (int round = 0; round < 60; round++) {
      for (int step = 0; step < 1 + random.nextInt(4); step++) {
        change(random, present, List.of(work, home));
      }
      var standing =
          fixture.conflicts().stream()
              .filter(Conflict::standing)
              .map(conflict -> Set.of(conflict.first().id(), conflict.second().id()))
              .collect(Collectors.toSet());
      assertThat(standing).as("round %d", round).isEqualTo(expected());
    }
  }

  @Test
  void whatSeveralNodesFindAtOnceIsStoredOnce() throws Exception {
    fixture.manual("Focus", "2026-03-02T00:00:00Z", "2026-03-03T00:00:00Z");
    try (var nodes = Executors.newVirtualThreadPerTaskExecutor()) {
      var tasks = new ArrayList<Callable<Void>>();
      for (int node = 0; node < 6; node++) {
        int offset = node;
        tasks.add(
            () -> {
              for (int i = 0; i < 10; i++) {
                var start =
                    Instant.parse("2026-03-02T00:00:00Z")
                        .plus(Duration.ofMinutes((i * 6 + offset) * 20L));
                fixture.database.useTransaction(
                    tx ->
                        BlockedTimeRows.synced(
                            tx, fixture.organizer, work, "E", start, start.plusSeconds(600)));
                fixture.reconciler.reconcile(fixture.organizer);
              }
              return null;
            });
      }
      for (var done : nodes.invokeAll(tasks)) {
        done.get();
      }
    }
    assertThat(fixture.conflicts()).hasSize(60);
    assertThat(fixture.events()).hasSize(60);
    assertThat(noted()).isEmpty();
  }

  @Test
  void whatIsNotedWhileOthersReconcileStaysNoted() {
    fixture.event(work, "Review", "2026-03-02T09:00:00Z", "2026-03-02T10:00:00Z");
    var read = noted();
    // the same range again: only its version tells that more has changed
    fixture.event(work, "Call", "2026-03-02T09:00:00Z", "2026-03-02T10:00:00Z");
    fixture.database.useTransaction(
        tx -> fixture.notes.settle(tx, fixture.organizer, read.orElseThrow()));
    assertThat(noted()).isPresent();
    assertThat(fixture.conflicts()).hasSize(1);
  }

  private void change(Random random, List<UUID> present, List<SourceCalendar> calendars) {
    var start =
        Instant.parse("2026-03-02T00:00:00Z").plus(Duration.ofMinutes(random.nextInt(60) * 15L));
    var end = start.plus(Duration.ofMinutes((1 + random.nextInt(12)) * 15L));
    int what = random.nextInt(10);
    if (what < 4 || present.isEmpty()) {
      present.add(
          fixture.event(
              calendars.get(random.nextInt(calendars.size())),
              "E",
              start.toString(),
              end.toString()));
    } else if (what < 6) {
      present.add(fixture.manual("M", start.toString(), end.toString()));
    } else if (what < 8) {
      fixture.move(present.get(random.nextInt(present.size())), start.toString(), end.toString());
    } else {
      fixture.remove(present.remove(random.nextInt(present.size())));
    }
  }

  /** Each with each, as the rules say. */
  private Set<Set<UUID>> expected() {
    var blocks =
        fixture.database.query(
            handle ->
                fixture.blockedTimes.counting(
                    handle,
                    fixture.organizer,
                    fixture.calendars.calendars(handle, fixture.organizer),
                    TimeRange.ALL));
    var pairs = new HashSet<Set<UUID>>();
    for (var a : blocks) {
      for (var b : blocks) {
        if (!a.id().equals(b.id())
            && !(a.manual() && b.manual())
            && a.start().isBefore(b.end())
            && b.start().isBefore(a.end())) {
          pairs.add(Set.of(a.id(), b.id()));
        }
      }
    }
    return pairs;
  }

  private void series(
      String title, String uid, String resource, String occurrence, String start, String end) {
    fixture.database.useTransaction(
        tx ->
            BlockedTimeRows.synced(
                tx,
                fixture.organizer,
                work,
                title,
                Instant.parse(start),
                Instant.parse(end),
                uid,
                resource,
                occurrence));
  }

  private void dismiss(Conflict conflict) {
    fixture.database.useTransaction(
        tx ->
            fixture.store.update(
                tx, fixture.organizer, List.of(conflict.dismissedNow()), fixture.clock.instant()));
  }

  private Optional<BlockChangeStore.Note> noted() {
    return fixture.database.query(handle -> fixture.notes.noted(handle, fixture.organizer));
  }

  private boolean truncated() {
    return fixture.database.query(handle -> fixture.store.truncated(handle, fixture.organizer));
  }
}
