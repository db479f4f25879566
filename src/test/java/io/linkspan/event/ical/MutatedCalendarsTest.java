package io.linkspan.event.ical;

import static org.assertj.core.api.Assertions.assertThat;

import io.linkspan.Soak;
import io.linkspan.event.EventSeries;
import io.linkspan.event.SeriesCodec;
import io.linkspan.event.recurrence.Expansion;
import io.linkspan.event.recurrence.Occurrence;
import io.linkspan.event.recurrence.SeriesExpander;
import io.linkspan.event.recurrence.Window;
import io.linkspan.event.recurrence.WorkBudget;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Real calendars, damaged at random: read, stored and expanded all the same, within the budget. */
class MutatedCalendarsTest {
  private static final int ROUNDS = Soak.size("linkspan.mutated.calendars", 500, 1_500);
  private static final long SEED = 5545;
  private static final Window WINDOW =
      new Window(Instant.parse("2026-01-01T00:00:00Z"), Instant.parse("2027-01-01T00:00:00Z"));
  private static final List<String> TOKENS =
      List.of(
          "\r\n",
          "\n ",
          ":",
          ";",
          ",",
          "\"",
          "=",
          "BEGIN:VEVENT\r\n",
          "END:VEVENT\r\n",
          "BEGIN:X\r\n",
          "RRULE:FREQ=SECONDLY\r\n",
          ";INTERVAL=0",
          ";COUNT=999999999999",
          ";BYSETPOS=-366",
          ";BYMONTHDAY=31",
          ";BYSECOND=60",
          ";UNTIL=00010101",
          "99999999",
          "-",
          "Z",
          "T",
          "\0",
          "\uFEFF",
          "EXDATE:",
          "RDATE;VALUE=PERIOD:20260101T000000Z/P9999W\r\n",
          "DURATION:-P1D\r\n",
          "DTSTART:00000101T000000\r\n",
          "DTSTART:99991231T235959Z\r\n",
          "DTEND:99991231\r\n",
          "RECURRENCE-ID;RANGE=THISANDFUTURE:20260101T090000Z\r\n",
          "TZOFFSETTO:+9999\r\n",
          "TZID=",
          "FREQ=YEARLY",
          "STATUS:CANCELLED\r\n",
          "X-MICROSOFT-CDO-ALLDAYEVENT:TRUE\r\n");

  private final Random random = new Random(SEED);

  @Test
  void nothingThrowsAndNothingGoesBeyondTheBudget() throws IOException {
    List<byte[]> originals = new ArrayList<>();
    for (String name : RealCalendarsTest.names()) {
      originals.add(RealCalendarsTest.bytes(name));
    }
    var reader = new ICalendarReader();
    var expander = new SeriesExpander();
    var share = new WorkBudget.Share(100_000, 2_000, Duration.ofSeconds(1));
    var run = new WorkBudget.Share(Long.MAX_VALUE, Long.MAX_VALUE, Duration.ofDays(1));
    int read = 0;
    for (int i = 0; i < ROUNDS; i++) {
      byte[] mutated = originals.get(random.nextInt(originals.size()));
      for (int n = 1 + random.nextInt(6); n > 0; n--) {
        mutated = mutate(mutated, originals);
      }
      if (reader.read(mutated, ReadLimits.STANDARD) instanceof ParsedCalendar.Calendar calendar) {
        var budget = WorkBudget.of(run, share, () -> 0);
        for (EventSeries series : calendar.series()) {
          assertThat(SeriesCodec.decode(SeriesCodec.encode(series))).isEqualTo(series);
          check(expander.expand(series, WINDOW, ZoneId.of("Europe/Berlin"), budget));
          read++;
        }
      }
    }
    assertThat(read).isGreaterThan(ROUNDS / 2);
  }

  private static void check(Expansion expansion) {
    assertThat(expansion.occurrences().size()).isLessThan(3_000);
    Instant last = Instant.MIN;
    for (Occurrence occurrence : expansion.occurrences()) {
      if (occurrence.end().isBefore(occurrence.start())
          || occurrence.start().isBefore(last)
          || !occurrence.start().isBefore(WINDOW.toExclusive())
          || occurrence.end().isBefore(WINDOW.fromInclusive())) {
        throw new AssertionError(occurrence);
      }
      last = occurrence.start();
    }
    expansion
        .nextStartAtOrAfter()
        .ifPresent(next -> assertThat(next).isAfterOrEqualTo(WINDOW.toExclusive()));
  }

  private byte[] mutate(byte[] text, List<byte[]> others) {
    int at = text.length == 0 ? 0 : random.nextInt(text.length);
    return switch (random.nextInt(6)) {
      case 0 -> {
        byte[] changed = text.clone();
        if (changed.length > 0) {
          changed[at] = (byte) random.nextInt(256);
        }
        yield changed;
      }
      case 1 -> Arrays.copyOf(text, at);
      case 2 -> replaced(text, at, Math.min(text.length, at + random.nextInt(40)), new byte[0]);
      case 3 -> {
        byte[] other = others.get(random.nextInt(others.size()));
        int from = random.nextInt(other.length);
        yield replaced(
            text,
            at,
            at,
            Arrays.copyOfRange(other, from, Math.min(other.length, from + random.nextInt(300))));
      }
      default -> {
        byte[] token = TOKENS.get(random.nextInt(TOKENS.size())).getBytes(StandardCharsets.UTF_8);
        yield replaced(
            text, at, random.nextBoolean() ? at : Math.min(text.length, at + token.length), token);
      }
    };
  }

  private static byte[] replaced(byte[] text, int from, int to, byte[] by) {
    byte[] result = new byte[text.length - (to - from) + by.length];
    System.arraycopy(text, 0, result, 0, from);
    System.arraycopy(by, 0, result, from, by.length);
    System.arraycopy(text, to, result, from + by.length, text.length - to);
    return result;
  }
}
