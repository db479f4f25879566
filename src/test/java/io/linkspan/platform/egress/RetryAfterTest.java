package io.linkspan.platform.egress;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The forms of {@code Retry-After}. */
class RetryAfterTest {
  private static final Instant NOW = Instant.parse("1994-11-06T08:48:37Z");
  private static final Duration MAX = Duration.ofHours(1);

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "60 | PT1M",
        "' 60 ' | PT1M",
        "Sun, 06 Nov 1994 08:49:37 GMT | PT1M",
        "Sunday, 06-Nov-94 08:49:37 GMT | PT1M",
        "Sun Nov  6 08:49:37 1994 | PT1M",
        "Sun, 06 Nov 1994 08:40:00 GMT | PT0S",
        "Sun, 06 Nov 2044 08:49:37 GMT | PT1H",
        "999999999 | PT1H",
      })
  void everyFormIsReadWithinBounds(String header, Duration wait) {
    assertThat(RetryAfter.read(header, NOW, MAX)).contains(wait);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "soon", "-5", "12345678901234567890", "2026-11-23T00:00:00Z"})
  void whatMakesNoSenseIsNoWait(String header) {
    assertThat(RetryAfter.read(header, NOW, MAX)).isEmpty();
  }
}
