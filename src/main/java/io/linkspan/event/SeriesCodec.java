package io.linkspan.event;

import io.linkspan.event.CustomZone.Observance;
import io.linkspan.event.EventDetails.Answer;
import io.linkspan.event.EventDetails.BusyStatus;
import io.linkspan.event.EventDetails.Classification;
import io.linkspan.event.EventDetails.Participant;
import io.linkspan.event.EventDetails.Status;
import io.linkspan.event.EventSeries.ExtraDate;
import io.linkspan.event.EventSeries.Override;
import java.io.StringWriter;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A series as JSON, for a {@code jsonb} column. The form carries a version; older ones stay
 * readable. What PostgreSQL cannot hold in text (NUL, halves of surrogate pairs) becomes U+FFFD.
 */
public final class SeriesCodec {
  private static final int VERSION = 1;
  private static final JsonFactory FACTORY = new JsonFactory();
  private static final JsonMapper MAPPER = JsonMapper.shared();
  private static final DateTimeFormatter LOCAL =
      new DateTimeFormatterBuilder().appendPattern("uuuu-MM-dd'T'HH:mm:ss").toFormatter();

  private SeriesCodec() {}

  /** The same series always gives the same text. */
  public static String encode(EventSeries series) {
    var text = new StringWriter(512);
    try (var out = FACTORY.createGenerator(ObjectWriteContext.empty(), text)) {
      out.writeStartObject();
      out.writeNumberProperty("v", VERSION);
      string(out, "uid", series.uid());
      if (series.master() != null) {
        out.writeName("master");
        details(out, series.master());
      }
      array(out, "rrules", series.rrules(), (o, rule) -> o.writeString(storable(rule)));
      array(out, "exrules", series.exrules(), (o, rule) -> o.writeString(storable(rule)));
      array(out, "rdates", series.rdates(), SeriesCodec::extraDate);
      array(out, "exdates", series.exdates(), (o, time) -> o.writeString(time(time)));
      array(out, "overrides", series.overrides(), SeriesCodec::override);
      array(out, "zones", series.zones(), SeriesCodec::zone);
      out.writeEndObject();
    }
    return text.toString();
  }

  /** Several series as one JSON array. */
  public static String encodeAll(List<EventSeries> series) {
    return series.stream().map(SeriesCodec::encode).collect(Collectors.joining(",", "[", "]"));
  }

  /**
   * Reads what {@link #encode} wrote.
   *
   * @throws IllegalArgumentException if it is not a series, or of a newer version than this one
   *     reads
   */
  public static EventSeries decode(String json) {
    try {
      return decode(MAPPER.readTree(json));
    } catch (JacksonException e) {
      throw new IllegalArgumentException("this is not a stored series", e);
    }
  }

  /**
   * Reads what {@link #encodeAll} wrote.
   *
   * @throws IllegalArgumentException as {@link #decode(String)}
   */
  public static List<EventSeries> decodeAll(String json) {
    try {
      JsonNode array = MAPPER.readTree(json);
      if (!array.isArray()) {
        throw new IllegalArgumentException("these are not stored series: not an array");
      }
      return array.valueStream().map(SeriesCodec::decode).toList();
    } catch (JacksonException e) {
      throw new IllegalArgumentException("these are not stored series", e);
    }
  }

  private static EventSeries decode(JsonNode node) {
    try {
      int version = node.path("v").asInt(0);
      if (version < 1 || version > VERSION) {
        throw new IllegalArgumentException(
            "a stored series has version "
                + version
                + "; this program reads up to "
                + VERSION
                + ": was it stored by a newer one?");
      }
      JsonNode master = node.get("master");
      return new EventSeries(
          node.get("uid").asString(),
          master == null ? null : details(master),
          list(node, "rrules", JsonNode::asString),
          list(node, "exrules", JsonNode::asString),
          list(node, "rdates", n -> new ExtraDate(time(n.get("at")), end(n))),
          list(node, "exdates", SeriesCodec::time),
          list(
              node,
              "overrides",
              n ->
                  new Override(
                      time(n.get("id")),
                      n.path("later").asBoolean(false),
                      details(n.get("event")))),
          list(node, "zones", SeriesCodec::zone));
    } catch (JacksonException | DateTimeException | NullPointerException e) { // a part is missing
      throw new IllegalArgumentException("this is not a stored series", e);
    }
  }

  private static void details(JsonGenerator out, EventDetails details) {
    out.writeStartObject();
    out.writeStringProperty("start", time(details.start()));
    end(out, details.end());
    if (details.summary() != null) {
      string(out, "summary", details.summary());
    }
    if (details.status() != Status.CONFIRMED) {
      out.writeStringProperty("status", details.status().name());
    }
    if (details.transparent()) {
      out.writeBooleanProperty("transparent", true);
    }
    if (details.busyStatus() != BusyStatus.UNSTATED) {
      out.writeStringProperty("busy", details.busyStatus().name());
    }
    array(out, "participants", details.participants(), SeriesCodec::participant);
    if (details.organizerEmail() != null) {
      string(out, "organizer", details.organizerEmail());
    }
    if (details.sequence() != 0) {
      out.writeNumberProperty("sequence", details.sequence());
    }
    if (details.classification() != Classification.PUBLIC) {
      out.writeStringProperty("class", details.classification().name());
    }
    out.writeEndObject();
  }

  private static EventDetails details(JsonNode node) {
    return new EventDetails(
        time(node.get("start")),
        end(node),
        text(node, "summary"),
        Status.valueOf(node.path("status").asString("CONFIRMED")),
        node.path("transparent").asBoolean(false),
        BusyStatus.valueOf(node.path("busy").asString("UNSTATED")),
        list(
            node,
            "participants",
            n ->
                new Participant(
                    n.get("email").asString(), Answer.valueOf(n.get("answer").asString()))),
        text(node, "organizer"),
        node.path("sequence").asInt(0),
        Classification.valueOf(node.path("class").asString("PUBLIC")));
  }

  private static void participant(JsonGenerator out, Participant participant) {
    out.writeStartObject();
    string(out, "email", participant.email());
    out.writeStringProperty("answer", participant.answer().name());
    out.writeEndObject();
  }

  private static void extraDate(JsonGenerator out, ExtraDate extra) {
    out.writeStartObject();
    out.writeStringProperty("at", time(extra.start()));
    end(out, extra.end());
    out.writeEndObject();
  }

  private static void override(JsonGenerator out, Override override) {
    out.writeStartObject();
    out.writeStringProperty("id", time(override.recurrenceId()));
    if (override.thisAndFuture()) {
      out.writeBooleanProperty("later", true);
    }
    out.writeName("event");
    details(out, override.details());
    out.writeEndObject();
  }

  private static void zone(JsonGenerator out, CustomZone zone) {
    out.writeStartObject();
    string(out, "tzid", zone.tzid());
    array(out, "parts", zone.observances(), SeriesCodec::observance);
    out.writeEndObject();
  }

  private static void observance(JsonGenerator out, Observance part) {
    out.writeStartObject();
    out.writeBooleanProperty("daylight", part.daylight());
    out.writeStringProperty("start", LOCAL.format(part.start()));
    out.writeNumberProperty("from", part.offsetFrom());
    out.writeNumberProperty("to", part.offsetTo());
    if (part.rrule() != null) {
      string(out, "rrule", part.rrule());
    }
    array(out, "rdates", part.rdates(), (o, rdate) -> o.writeString(LOCAL.format(rdate)));
    out.writeEndObject();
  }

  private static CustomZone zone(JsonNode node) {
    return new CustomZone(
        node.get("tzid").asString(),
        list(
            node,
            "parts",
            n ->
                new Observance(
                    n.get("daylight").asBoolean(),
                    LocalDateTime.parse(n.get("start").asString()),
                    n.get("from").asInt(),
                    n.get("to").asInt(),
                    text(n, "rrule"),
                    list(n, "rdates", r -> LocalDateTime.parse(r.asString())))));
  }

  private static void end(JsonGenerator out, EventEnd end) {
    switch (end) {
      case EventEnd.At at -> out.writeStringProperty("end", time(at.end()));
      case EventEnd.Lasting lasting -> {
        out.writeNumberProperty("days", lasting.days());
        out.writeStringProperty("exact", lasting.exact().toString());
      }
      case EventEnd.Unstated _ -> {}
    }
  }

  private static EventEnd end(JsonNode node) {
    if (node.has("end")) {
      return new EventEnd.At(time(node.get("end")));
    }
    return node.has("exact")
        ? new EventEnd.Lasting(
            node.path("days").asInt(0), Duration.parse(node.get("exact").asString()))
        : new EventEnd.Unstated();
  }

  /** {@code 2026-03-29}, {@code …T09:00:00}, {@code …T09:00:00Z}, {@code …T09:00:00[Zone]}. */
  private static String time(EventTime time) {
    return switch (time) {
      case EventTime.Date date -> date.date().toString();
      case EventTime.Floating floating -> LOCAL.format(floating.local());
      case EventTime.Utc utc -> utc.instant().toString();
      case EventTime.Zoned zoned ->
          LOCAL.format(zoned.local()) + '[' + storable(zoned.tzid()) + ']';
    };
  }

  private static EventTime time(JsonNode node) {
    String text = node.asString();
    int bracket = text.indexOf('[');
    if (bracket > 0 && text.endsWith("]")) {
      return new EventTime.Zoned(
          LocalDateTime.parse(text.substring(0, bracket)),
          text.substring(bracket + 1, text.length() - 1));
    }
    if (text.endsWith("Z")) {
      return new EventTime.Utc(Instant.parse(text));
    }
    return text.indexOf('T') < 0
        ? new EventTime.Date(LocalDate.parse(text))
        : new EventTime.Floating(LocalDateTime.parse(text));
  }

  private static <T> void array(
      JsonGenerator out, String name, List<T> items, BiConsumer<JsonGenerator, T> write) {
    if (!items.isEmpty()) {
      out.writeArrayPropertyStart(name);
      items.forEach(item -> write.accept(out, item));
      out.writeEndArray();
    }
  }

  private static <T> List<T> list(JsonNode node, String name, Function<JsonNode, T> read) {
    JsonNode array = node.get(name);
    if (array == null) {
      return List.of();
    }
    List<T> items = new ArrayList<>(array.size());
    array.forEach(item -> items.add(read.apply(item)));
    return items;
  }

  private static @Nullable String text(JsonNode node, String name) {
    JsonNode value = node.get(name);
    return value == null ? null : value.asString();
  }

  private static void string(JsonGenerator out, String name, String value) {
    out.writeStringProperty(name, storable(value));
  }

  private static String storable(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == 0 || Character.isSurrogate(c)) {
        return replaced(text);
      }
    }
    return text;
  }

  private static String replaced(String text) {
    var out = new StringBuilder(text.length());
    text.codePoints()
        .map(
            c ->
                c == 0 || c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE ? 0xFFFD : c)
        .forEach(out::appendCodePoint);
    return out.toString();
  }
}
