package io.linkspan.webhook;

import io.linkspan.platform.http.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** The types of events that Linkspan itself publishes, with their schemas and examples. */
public final class EventTypes {
  private static final JsonNode ALL = read();

  private EventTypes() {}

  public static JsonNode all() {
    return ALL;
  }

  /** {@code data} of the type's example. */
  public static Optional<JsonNode> example(String type) {
    return ALL.valueStream()
        .filter(known -> known.path("type").asString().equals(type))
        .map(known -> known.at("/example/data"))
        .findFirst();
  }

  private static JsonNode read() {
    try (var file = EventTypes.class.getResourceAsStream("/webhook/event-types.json")) {
      return Json.mapper().readTree(Objects.requireNonNull(file).readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
