package io.linkspan.availability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.linkspan.platform.time.TimeRange;
import java.time.Instant;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;

class BlockedTimesTest {
  @Test
  void wholeDaysGoFromTheFirstTouchedToTheLast() {
    assertThat(days("2026-03-02T10:00:00Z", "2026-03-03T00:30:00Z", "Europe/Berlin"))
        .isEqualTo(range("2026-03-01T23:00:00Z", "2026-03-03T23:00:00Z"));
  }

  @Test
  void daysThatAreWholeAlreadyStay() {
    assertThat(days("2026-03-01T23:00:00Z", "2026-03-02T23:00:00Z", "Europe/Berlin"))
        .isEqualTo(range("2026-03-01T23:00:00Z", "2026-03-02T23:00:00Z"));
  }

  @Test
  void aDayThatBeginsAtOneOClockIsWhole() {
    // Beirut, 2026-03-29: midnight falls into the gap, the day begins at 01:00
    assertThat(days("2026-03-28T22:00:00Z", "2026-03-29T05:00:00Z", "Asia/Beirut"))
        .isEqualTo(range("2026-03-28T22:00:00Z", "2026-03-29T21:00:00Z"));
    assertThat(days("2026-03-27T22:00:00Z", "2026-03-28T22:00:00Z", "Asia/Beirut"))
        .as("a day that ends where the next begins at 01:00")
        .isEqualTo(range("2026-03-27T22:00:00Z", "2026-03-28T22:00:00Z"));
  }

  @Test
  void aRangeEndsAfterItStarts() {
    var at = Instant.parse("2026-03-02T10:00:00Z");
    assertThatThrownBy(() -> new TimeRange(at, at)).isInstanceOf(IllegalArgumentException.class);
  }

  private static TimeRange days(String start, String end, String zone) {
    return BlockedTimes.wholeDays(range(start, end), ZoneId.of(zone));
  }

  private static TimeRange range(String start, String end) {
    return new TimeRange(Instant.parse(start), Instant.parse(end));
  }
}
