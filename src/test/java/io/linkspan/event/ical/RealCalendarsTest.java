package io.linkspan.event.ical;

import static org.assertj.core.api.Assertions.assertThat;

import io.linkspan.event.EventSeries;
import io.linkspan.event.recurrence.Expansion;
import io.linkspan.event.recurrence.Occurrence;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Calendars with the habits of those who write them: made after what Outlook, Google, Apple,
 * Exchange, Cyrus, Zimbra, Notes and Mozilla export. The occurrences were worked out by hand.
 */
class RealCalendarsTest {
  static List<String> names() {
    return List.of(
        "outlook-custom-zone",
        "google-overrides",
        "apple-floating",
        "exchange-midnight-days",
        "fastmail-duration",
        "zimbra-offset-names",
        "lotus-periods",
        "yahoo-vendor-zones",
        "thunderbird-this-and-future");
  }

  static byte[] bytes(String name) throws IOException {
    try (var in = RealCalendarsTest.class.getResourceAsStream("/ical/" + name + ".ics")) {
      return in.readAllBytes();
    }
  }

  @Test
  void outlookWritesCustomZonesAndQuotesThem() throws IOException {
    var found = expand("outlook-custom-zone", "Europe/Berlin");
    assertThat(found.spans)
        .containsExactly(
            "New York call 2026-03-06T14:00:00Z/2026-03-06T14:30:00Z",
            "New York call 2026-03-13T13:00:00Z/2026-03-13T13:30:00Z",
            "New York call 2026-03-20T13:00:00Z/2026-03-20T13:30:00Z",
            "Team sync 2026-03-25T08:00:00Z/2026-03-25T09:00:00Z",
            "Team sync 2026-04-01T07:00:00Z/2026-04-01T08:00:00Z",
            "Team sync 2026-04-08T07:00:00Z/2026-04-08T08:00:00Z",
            "Away 2026-04-12T22:00:00Z/2026-04-17T22:00:00Z");
    assertThat(found.degraded).isEmpty();
    Occurrence away = found.occurrences.getLast();
    assertThat(away.allDay()).isTrue();
    assertThat(away.details().outOfOffice()).isTrue();
  }

  @Test
  void googleMovesOccurrencesAndEndsRulesInUtc() throws IOException {
    var found = expand("google-overrides", "America/New_York");
    assertThat(found.spans)
        .containsExactly(
            "Planning 2026-03-02T14:30:00Z/2026-03-02T15:00:00Z",
            "Planning 2026-03-09T13:30:00Z/2026-03-09T14:00:00Z",
            "Late call 2026-03-10T23:00:00Z/2026-03-11T00:30:00Z",
            "Planning (moved) 2026-03-24T18:00:00Z/2026-03-24T19:00:00Z",
            "Planning 2026-03-30T13:30:00Z/2026-03-30T14:00:00Z",
            "Birthday 2026-04-04T04:00:00Z/2026-04-05T04:00:00Z");
    assertThat(found.degraded).isEmpty();
  }

  @Test
  void appleWritesFloatingTimesAndNightsAcrossTheChange() throws IOException {
    var found = expand("apple-floating", "Europe/Berlin");
    assertThat(found.spans)
        .containsExactly(
            "Nachtschicht 2026-03-27T22:00:00Z/2026-03-28T00:30:00Z",
            "Tabletten 2026-03-28T07:00:00Z/2026-03-28T07:15:00Z",
            "Nachtschicht 2026-03-28T22:00:00Z/2026-03-29T00:30:00Z",
            "Tabletten 2026-03-29T06:00:00Z/2026-03-29T06:15:00Z",
            "Nachtschicht 2026-03-29T21:00:00Z/2026-03-29T23:30:00Z",
            "Tabletten 2026-03-30T06:00:00Z/2026-03-30T06:15:00Z",
            "Ostern 2026-04-02T22:00:00Z/2026-04-06T22:00:00Z");
  }

  @Test
  void exchangeWritesWholeDaysAsMidnights() throws IOException {
    var found = expand("exchange-midnight-days", "Europe/Berlin");
    assertThat(found.spans)
        .containsExactly(
            "Urlaub 2026-05-31T22:00:00Z/2026-06-02T22:00:00Z",
            "Jour fixe 2026-06-04T12:00:00Z/2026-06-04T13:00:00Z",
            "Jour fixe 2026-08-06T12:00:00Z/2026-08-06T13:00:00Z");
    assertThat(found.occurrences.getFirst().allDay()).isTrue();
    assertThat(found.degraded).isEmpty();
  }

  @Test
  void cyrusWritesDurationsAndPeriods() throws IOException {
    assertThat(expand("fastmail-duration", "Australia/Sydney").spans)
        .containsExactly(
            "Training 2026-04-02T23:00:00Z/2026-04-03T00:30:00Z",
            "Training 2026-04-05T00:00:00Z/2026-04-05T01:30:00Z",
            "Training 2026-04-06T00:00:00Z/2026-04-06T01:30:00Z",
            "Training 2026-04-10T08:00:00Z/2026-04-10T11:00:00Z",
            "Training 2026-04-11T08:00:00Z/2026-04-11T09:00:00Z");
  }

  @Test
  void zimbraNamesZonesByTheirOffset() throws IOException {
    var found = expand("zimbra-offset-names", "Asia/Tokyo");
    assertThat(found.spans)
        .containsExactly(
            "Point hebdo 2026-03-24T08:00:00Z/2026-03-24T08:30:00Z",
            "Point hebdo 2026-04-07T07:00:00Z/2026-04-07T07:30:00Z");
    assertThat(found.degraded).isEmpty();
  }

  @Test
  void notesListsEveryOccurrenceAndIsNotUtf8() throws IOException {
    assertThat(expand("lotus-periods", "Europe/Paris").spans)
        .containsExactly(
            "Réunion 2026-03-05T15:00:00Z/2026-03-05T16:00:00Z",
            "Réunion 2026-03-12T14:00:00Z/2026-03-12T15:00:00Z",
            "Réunion 2026-03-19T14:00:00Z/2026-03-19T16:00:00Z");
  }

  @Test
  void vendorsPrefixesAreReadAndUnknownZonesSaid() throws IOException {
    var found = expand("yahoo-vendor-zones", "Asia/Kolkata");
    assertThat(found.spans)
        .containsExactly(
            "Call 2026-01-10T13:00:00Z/2026-01-10T14:00:00Z",
            "Unknown zone 2026-01-20T03:30:00Z/2026-01-20T04:30:00Z",
            "Backwards 2026-01-25T12:00:00Z/2026-01-25T13:00:00Z",
            "Call 2026-01-31T13:00:00Z/2026-01-31T14:00:00Z",
            "Call 2026-02-10T13:00:00Z/2026-02-10T14:00:00Z",
            "Call 2026-02-28T13:00:00Z/2026-02-28T14:00:00Z");
    assertThat(found.degraded)
        .satisfiesExactly(
            zone -> assertThat(zone).contains("Atlantis/Capital").contains("Asia/Kolkata"),
            end -> assertThat(end).contains("ends before it starts"));
  }

  @Test
  void mozillaChangesThisAndAllFuture() throws IOException {
    assertThat(expand("thunderbird-this-and-future", "Europe/London").spans)
        .containsExactly(
            "Standup 2026-03-27T09:00:00Z/2026-03-27T09:15:00Z",
            "Standup 2026-03-28T09:00:00Z/2026-03-28T09:15:00Z",
            "Standup, later 2026-03-29T09:00:00Z/2026-03-29T09:30:00Z",
            "Standup, later 2026-03-30T09:00:00Z/2026-03-30T09:30:00Z",
            "Standup, later 2026-03-31T09:00:00Z/2026-03-31T09:30:00Z",
            "One meeting of a series 2026-04-01T10:00:00Z/2026-04-01T11:00:00Z");
  }

  private record Found(List<String> spans, List<Occurrence> occurrences, List<String> degraded) {}

  private static Found expand(String name, String zone) throws IOException {
    var parsed = new ICalendarReader().read(bytes(name), ReadLimits.STANDARD);
    assertThat(parsed).isInstanceOf(ParsedCalendar.Calendar.class);
    var calendar = (ParsedCalendar.Calendar) parsed;
    assertThat(calendar.problems()).isEmpty();
    List<Occurrence> occurrences = new ArrayList<>();
    List<String> degraded = new ArrayList<>();
    for (EventSeries series : calendar.series()) {
      Expansion expansion =
          Ics.expand(series, "2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z", zone);
      occurrences.addAll(expansion.occurrences());
      degraded.addAll(expansion.degraded());
    }
    occurrences.sort(Comparator.comparing(Occurrence::start));
    return new Found(
        occurrences.stream()
            .map(o -> o.details().summary() + " " + o.start() + "/" + o.end())
            .toList(),
        occurrences,
        degraded);
  }
}
