package io.linkspan.event;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one event says: a master, or an override of one occurrence.
 *
 * @param summary the title, if any
 * @param transparent true if TRANSP says that it takes no time
 * @param busyStatus what the vendor's own free/busy property says
 * @param participants attendees, in the order given
 * @param organizerEmail lower case, without {@code mailto:}
 * @param sequence revision number, 0 if not stated
 */
public record EventDetails(
    EventTime start,
    EventEnd end,
    @Nullable String summary,
    Status status,
    boolean transparent,
    BusyStatus busyStatus,
    List<Participant> participants,
    @Nullable String organizerEmail,
    int sequence,
    Classification classification) {

  public EventDetails {
    participants = List.copyOf(participants);
  }

  /** A confirmed, opaque event without anything else. */
  public static EventDetails of(EventTime start, EventEnd end, @Nullable String summary) {
    return new EventDetails(
        start,
        end,
        summary,
        Status.CONFIRMED,
        false,
        BusyStatus.UNSTATED,
        List.of(),
        null,
        0,
        Classification.PUBLIC);
  }

  /** Whether the person is away, as Outlook and Google mark it. */
  public boolean outOfOffice() {
    return busyStatus == BusyStatus.OUT_OF_OFFICE;
  }

  /** STATUS; confirmed if absent. */
  public enum Status {
    CONFIRMED,
    TENTATIVE,
    CANCELLED
  }

  /** X-MICROSOFT-CDO-BUSYSTATUS and its kin. */
  public enum BusyStatus {
    UNSTATED,
    FREE,
    TENTATIVE,
    BUSY,
    OUT_OF_OFFICE,
    WORKING_ELSEWHERE
  }

  /** CLASS; public if absent. */
  public enum Classification {
    PUBLIC,
    PRIVATE,
    CONFIDENTIAL
  }

  /** PARTSTAT of an attendee. */
  public enum Answer {
    NEEDS_ACTION,
    ACCEPTED,
    DECLINED,
    TENTATIVE,
    DELEGATED,
    /** Anything else that was stated. */
    OTHER
  }

  /**
   * An attendee.
   *
   * @param email lower case, without {@code mailto:}
   */
  public record Participant(String email, Answer answer) {}
}
