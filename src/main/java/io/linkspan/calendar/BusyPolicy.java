package io.linkspan.calendar;

import io.linkspan.event.EventDetails;
import io.linkspan.event.EventDetails.Answer;
import io.linkspan.event.EventDetails.BusyStatus;
import io.linkspan.event.EventDetails.Status;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which events of a calendar block time. Cancelled ones never do.
 *
 * @param tentative events not confirmed, and invitations answered with "maybe"
 * @param unanswered invitations without an answer
 * @param declined invitations answered with "no"
 * @param allDay events without a time of day
 * @param outOfOffice events that say so
 * @param free events that say that they do not block
 */
public record BusyPolicy(
    Verdict tentative,
    Verdict unanswered,
    Verdict declined,
    Verdict allDay,
    Verdict outOfOffice,
    Verdict free) {

  /** What an event counts as. */
  public enum Verdict {
    BUSY,
    FREE
  }

  public static final BusyPolicy DEFAULT =
      new BusyPolicy(
          Verdict.BUSY, Verdict.BUSY, Verdict.FREE, Verdict.BUSY, Verdict.BUSY, Verdict.FREE);

  /**
   * Whether an event blocks. Absence and a declined invitation decide alone, since they say most;
   * of the rest one reason to be free suffices.
   *
   * @param ownAddresses whose answer counts, in lower case
   */
  public boolean isBusy(EventDetails event, boolean wholeDay, Set<String> ownAddresses) {
    if (event.status() == Status.CANCELLED) {
      return false;
    }
    var answer = answer(event, ownAddresses);
    if (answer == Answer.DECLINED) {
      return declined == Verdict.BUSY;
    }
    if (event.outOfOffice()) {
      return outOfOffice == Verdict.BUSY;
    }
    boolean isFree = event.transparent() || event.busyStatus() == BusyStatus.FREE;
    boolean isTentative =
        event.status() == Status.TENTATIVE
            || event.busyStatus() == BusyStatus.TENTATIVE
            || answer == Answer.TENTATIVE;
    boolean isUnanswered = answer == Answer.NEEDS_ACTION;
    return !(isFree && free == Verdict.FREE
        || isTentative && tentative == Verdict.FREE
        || isUnanswered && unanswered == Verdict.FREE
        || wholeDay && allDay == Verdict.FREE);
  }

  private static @Nullable Answer answer(EventDetails event, Set<String> ownAddresses) {
    // an organizer who is listed among the guests has not been invited by anyone
    if (event.organizerEmail() != null && ownAddresses.contains(event.organizerEmail())) {
      return null;
    }
    for (var participant : event.participants()) {
      if (ownAddresses.contains(participant.email())) {
        return participant.answer();
      }
    }
    return null;
  }
}
