package io.linkspan.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.linkspan.event.CustomZone.Observance;
import io.linkspan.event.EventDetails.Answer;
import io.linkspan.event.EventDetails.BusyStatus;
import io.linkspan.event.EventDetails.Classification;
import io.linkspan.event.EventDetails.Participant;
import io.linkspan.event.EventDetails.Status;
import io.linkspan.event.EventSeries.ExtraDate;
import io.linkspan.event.EventSeries.Override;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class SeriesCodecTest {
  private final Random random = new Random(20260329);

  @Test
  void whatIsDecodedIsWhatWasEncoded() {
    for (int i = 0; i < 500; i++) {
      EventSeries series = series();
      String json = SeriesCodec.encode(series);
      assertThat(SeriesCodec.decode(json)).isEqualTo(series);
      // as jsonb gives it back: other order and spacing
      String reformatted =
          JsonMapper.shared()
              .writerWithDefaultPrettyPrinter()
              .writeValueAsString(JsonMapper.shared().readTree(json));
      assertThat(SeriesCodec.decode(reformatted)).isEqualTo(series);
    }
  }

  @Test
  void severalSeriesStayInOrder() {
    List<EventSeries> all = List.of(series(), series(), series());
    assertThat(SeriesCodec.decodeAll(SeriesCodec.encodeAll(all))).isEqualTo(all);
    assertThat(SeriesCodec.decodeAll("[]")).isEmpty();
  }

  @Test
  void whatPostgresCannotHoldIsReplaced() {
    var details =
        EventDetails.of(
            new EventTime.Date(LocalDate.of(2026, 3, 29)), new EventEnd.Unstated(), "a\0b\uD800c");
    String json = SeriesCodec.encode(EventSeries.single("u\0id", details));
    assertThat(json).doesNotContain("\\u0000").doesNotContain("\0");
    assertThat(SeriesCodec.decode(json).master().summary()).isEqualTo("a\uFFFDb\uFFFDc");
  }

  @Test
  void aNewerVersionIsRefusedWithTheReason() {
    assertThatThrownBy(() -> SeriesCodec.decode("{\"v\":99,\"uid\":\"x\"}"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("version 99");
    for (String not :
        List.of("", "[]", "nonsense", "{\"v\":1}", "{\"v\":1,\"uid\":\"x\",\"master\":{}}")) {
      assertThatThrownBy(() -> SeriesCodec.decode(not))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  private EventSeries series() {
    return new EventSeries(
        text(),
        random.nextInt(5) == 0 ? null : details(),
        some(this::text),
        some(this::text),
        some(() -> new ExtraDate(time(), end())),
        some(this::time),
        some(() -> new Override(time(), random.nextBoolean(), details())),
        some(
            () ->
                new CustomZone(
                    text(),
                    some(
                        () ->
                            new Observance(
                                random.nextBoolean(),
                                local(),
                                random.nextInt(36_000),
                                random.nextInt(36_000),
                                random.nextBoolean() ? null : text(),
                                some(this::local))))));
  }

  private EventDetails details() {
    return new EventDetails(
        time(),
        end(),
        random.nextBoolean() ? null : text(),
        any(Status.values()),
        random.nextBoolean(),
        any(BusyStatus.values()),
        some(() -> new Participant(text(), any(Answer.values()))),
        random.nextBoolean() ? null : text(),
        random.nextInt(1_000),
        any(Classification.values()));
  }

  private EventTime time() {
    return switch (random.nextInt(4)) {
      case 0 -> new EventTime.Date(local().toLocalDate());
      case 1 -> new EventTime.Floating(local());
      case 2 -> new EventTime.Zoned(local(), text());
      default ->
          new EventTime.Utc(
              Instant.ofEpochSecond(random.nextLong(-9_000_000_000L, 20_000_000_000L)));
    };
  }

  private EventEnd end() {
    return switch (random.nextInt(3)) {
      case 0 -> new EventEnd.Unstated();
      case 1 -> new EventEnd.At(time());
      default ->
          new EventEnd.Lasting(
              random.nextInt(-10, 1_000), Duration.ofSeconds(random.nextInt(90_000)));
    };
  }

  private LocalDateTime local() {
    return LocalDateTime.of(
        random.nextInt(1, 10_000),
        random.nextInt(1, 13),
        random.nextInt(1, 29),
        random.nextInt(24),
        random.nextInt(60),
        random.nextInt(4) == 0 ? random.nextInt(60) : 0);
  }

  private <T> List<T> some(Supplier<T> item) {
    return Stream.generate(item).limit(random.nextInt(4)).toList();
  }

  private <T> T any(T[] values) {
    return values[random.nextInt(values.length)];
  }

  private String text() {
    String letters = "abcXYZ09 /:;,\\\"'[]{}\n\t+-ü漢😀";
    int[] points = letters.codePoints().toArray();
    var out = new StringBuilder();
    for (int i = random.nextInt(12); i >= 0; i--) {
      out.appendCodePoint(points[random.nextInt(points.length)]);
    }
    return out.toString();
  }
}
