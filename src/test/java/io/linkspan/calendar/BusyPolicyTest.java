package io.linkspan.calendar;

import static org.assertj.core.api.Assertions.assertThat;

import io.linkspan.calendar.BusyPolicy.Verdict;
import io.linkspan.event.EventDetails;
import io.linkspan.event.EventDetails.Answer;
import io.linkspan.event.EventDetails.BusyStatus;
import io.linkspan.event.EventDetails.Classification;
import io.linkspan.event.EventDetails.Participant;
import io.linkspan.event.EventDetails.Status;
import io.linkspan.event.EventEnd;
import io.linkspan.event.EventTime;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class BusyPolicyTest {
  private static final Set<String> OWN = Set.of("ada@example.org");
  private static final BusyPolicy ALL_BUSY =
      new BusyPolicy(
          Verdict.BUSY, Verdict.BUSY, Verdict.BUSY, Verdict.BUSY, Verdict.BUSY, Verdict.BUSY);
  private static final BusyPolicy ALL_FREE =
      new BusyPolicy(
          Verdict.FREE, Verdict.FREE, Verdict.FREE, Verdict.FREE, Verdict.FREE, Verdict.FREE);

  @Test
  void anOrdinaryEventBlocksWhateverThePolicy() {
    assertThat(busy(ALL_FREE, event(Status.CONFIRMED, false, BusyStatus.BUSY), false)).isTrue();
  }

  @Test
  void aCancelledEventNeverBlocks() {
    assertThat(busy(ALL_BUSY, event(Status.CANCELLED, false, BusyStatus.BUSY), false)).isFalse();
  }

  @Test
  void byDefaultTransparentAndDeclinedEventsAreFreeAndTheRestIsBusy() {
    assertThat(busy(BusyPolicy.DEFAULT, event(Status.CONFIRMED, true, BusyStatus.UNSTATED), false))
        .isFalse();
    assertThat(busy(BusyPolicy.DEFAULT, invitation(Answer.DECLINED), false)).isFalse();
    assertThat(busy(BusyPolicy.DEFAULT, invitation(Answer.NEEDS_ACTION), false)).isTrue();
    assertThat(busy(BusyPolicy.DEFAULT, invitation(Answer.TENTATIVE), false)).isTrue();
    assertThat(busy(BusyPolicy.DEFAULT, event(Status.TENTATIVE, false, BusyStatus.UNSTATED), false))
        .isTrue();
    assertThat(busy(BusyPolicy.DEFAULT, event(Status.CONFIRMED, false, BusyStatus.UNSTATED), true))
        .isTrue();
  }

  @Test
  void anotherGuestsAnswerDoesNotCount() {
    var declinedByOther =
        details(
            Status.CONFIRMED,
            false,
            BusyStatus.UNSTATED,
            List.of(new Participant("bob@example.org", Answer.DECLINED)),
            null);
    assertThat(busy(BusyPolicy.DEFAULT, declinedByOther, false)).isTrue();
  }

  @Test
  void theOrganizersOwnEventIsNotAnUnansweredInvitation() {
    var own =
        details(
            Status.CONFIRMED,
            false,
            BusyStatus.UNSTATED,
            List.of(new Participant("ada@example.org", Answer.NEEDS_ACTION)),
            "ada@example.org");
    assertThat(busy(ALL_FREE, own, false)).isTrue();
  }

  @Test
  void absenceBlocksThoughWholeDaysDoNot() {
    var policy =
        new BusyPolicy(
            Verdict.BUSY, Verdict.BUSY, Verdict.FREE, Verdict.FREE, Verdict.BUSY, Verdict.FREE);
    assertThat(busy(policy, event(Status.CONFIRMED, false, BusyStatus.OUT_OF_OFFICE), true))
        .isTrue();
    assertThat(busy(policy, event(Status.CONFIRMED, false, BusyStatus.BUSY), true)).isFalse();
  }

  private static boolean busy(BusyPolicy policy, EventDetails event, boolean wholeDay) {
    return policy.isBusy(event, wholeDay, OWN);
  }

  private static EventDetails invitation(Answer answer) {
    return details(
        Status.CONFIRMED,
        false,
        BusyStatus.UNSTATED,
        List.of(new Participant("ada@example.org", answer)),
        "boss@example.org");
  }

  private static EventDetails event(Status status, boolean transparent, BusyStatus busyStatus) {
    return details(status, transparent, busyStatus, List.of(), null);
  }

  private static EventDetails details(
      Status status,
      boolean transparent,
      BusyStatus busyStatus,
      List<Participant> participants,
      @Nullable String organizer) {
    var start = new EventTime.Utc(Instant.parse("2026-03-02T09:00:00Z"));
    return new EventDetails(
        start,
        new EventEnd.Unstated(),
        "Lunch",
        status,
        transparent,
        busyStatus,
        participants,
        organizer,
        0,
        Classification.PUBLIC);
  }
}
