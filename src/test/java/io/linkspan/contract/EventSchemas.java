package io.linkspan.contract;

import com.networknt.schema.Error;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.dialect.Dialects;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Objects;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What receivers are promised of the events that Linkspan publishes by itself. */
public final class EventSchemas {
  private static final SchemaRegistry REGISTRY =
      SchemaRegistry.withDialect(Dialects.getDraft202012(), _ -> {});

  private EventSchemas() {}

  /** Every type with its schema and example. */
  public static JsonNode types() {
    try (var file = EventSchemas.class.getResourceAsStream("/webhook/event-types.json")) {
      return JsonMapper.shared().readTree(Objects.requireNonNull(file).readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Where {@code data} is not as the type's schema says. */
  public static List<String> faults(String type, JsonNode data) {
    var known =
        types()
            .valueStream()
            .filter(each -> each.path("type").asString().equals(type))
            .findFirst()
            .orElseThrow(() -> new AssertionError(type + " is not among the listed types"));
    return REGISTRY.getSchema(known.path("schema")).validate(data).stream()
        .map(Error::toString)
        .toList();
  }
}
