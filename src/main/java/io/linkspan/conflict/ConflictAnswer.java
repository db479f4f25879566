package io.linkspan.conflict;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.linkspan.conflict.Conflict.Status;
import io.linkspan.conflict.ConflictAdvice.Recommendation;
import io.linkspan.conflict.Overlap.Severity;
import io.linkspan.conflict.Overlap.Type;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A conflict as it is answered.
 *
 * @param withinAvailability whether it lies in the organizer's weekly hours; null: there are none
 * @param manualBlock null between two events
 */
record ConflictAnswer(
    UUID id,
    String kind,
    @Nullable Boolean withinAvailability,
    Event externalEvent,
    @Nullable Block manualBlock,
    List<Party> parties,
    Type overlapType,
    long overlapMinutes,
    Severity severity,
    Status status,
    Instant detectedAt,
    @Nullable Recommendation recommendation,
    List<String> actions) {

  /** The external event, of two the one that begins first. */
  record Event(
      UUID id,
      String summary,
      Instant start,
      Instant end,
      String calendar,
      @Nullable UUID calendarId,
      @Nullable UUID integrationId) {}

  /** The manual block. */
  record Block(UUID id, String reason, Instant start, Instant end) {}

  /** Either of the two. */
  record Party(
      String type,
      UUID id,
      String title,
      Instant start,
      Instant end,
      @Nullable String calendar,
      @Nullable UUID calendarId,
      @Nullable UUID integrationId,
      boolean markedFree) {}

  static ConflictAnswer of(Conflict conflict) {
    var overlap = conflict.overlap();
    var first = conflict.first();
    var second = conflict.second();
    return new ConflictAnswer(
        conflict.id(),
        overlap.kind(),
        null,
        new Event(
            first.id(),
            first.title(),
            first.start(),
            first.end(),
            first.calendar() == null ? "" : first.calendar(),
            first.calendarId(),
            first.integrationId()),
        second.manual()
            ? new Block(second.id(), second.title(), second.start(), second.end())
            : null,
        List.of(party(conflict, first), party(conflict, second)),
        overlap.type(),
        overlap.minutes(),
        overlap.severity(),
        conflict.status(),
        conflict.detectedAt(),
        ConflictAdvice.recommendation(conflict).orElse(null),
        ConflictAdvice.actions(conflict).stream().map(ConflictAction::text).toList());
  }

  private static Party party(Conflict conflict, ConflictParty party) {
    return new Party(
        party.type(),
        party.id(),
        party.title(),
        party.start(),
        party.end(),
        party.calendar(),
        party.calendarId(),
        party.integrationId(),
        conflict.markedFree(party));
  }

  /** With what became of it, oldest first. */
  record Detail(@JsonUnwrapped ConflictAnswer conflict, List<Conflict.Event> history) {}
}
