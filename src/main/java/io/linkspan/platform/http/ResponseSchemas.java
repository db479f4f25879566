package io.linkspan.platform.http;

import com.networknt.schema.Schema;
import io.linkspan.platform.http.Problem.FieldError;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;

/** What the contract says an operation answers. Tests hold every answer against it. */
public final class ResponseSchemas {
  private final Map<String, Supplier<Schema>> schemas = new LinkedHashMap<>();
  private final List<String> statuses;
  private final Set<String> tagged = new HashSet<>();

  ResponseSchemas(Schemas schemas, JsonNode responses) {
    this.statuses = List.copyOf(responses.propertyNames());
    for (var response : responses.properties()) {
      if (response.getValue().path("headers").has("ETag")) {
        tagged.add(response.getKey());
      }
      for (var content : schemas.resolve(response.getValue()).path("content").properties()) {
        if (content.getKey().matches("application/(.+\\+)?json")) {
          this.schemas.put(response.getKey(), schemas.compiled(content.getValue().path("schema")));
        }
      }
    }
  }

  /** Whether the contract says nothing at all. */
  boolean none() {
    return statuses.isEmpty();
  }

  /** Whether the contract has this status, or a default for every other. */
  boolean has(int status) {
    return statuses.contains(Integer.toString(status)) || statuses.contains("default");
  }

  /** Whether an answer of this status carries an {@code ETag}. */
  boolean tagged(int status) {
    return tagged.contains(Integer.toString(status));
  }

  /** How an answer breaks its promise; empty when it keeps it. */
  List<FieldError> broken(int status, JsonNode body) {
    var schema = schemas.getOrDefault(Integer.toString(status), schemas.get("default"));
    return schema == null ? List.of() : ValidationMessages.of(schema.get(), body);
  }
}
