package io.linkspan.platform.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The operations that {@code openapi.yaml} promises (OpenAPI 3.1). */
public final class Contract {
  private static final Set<String> METHODS = Set.of("get", "post", "put", "patch", "delete");

  private final ObjectNode document;
  private final Map<String, Operation> operations;

  private Contract(ObjectNode document) {
    this.document = document;
    this.operations = read(document);
  }

  /** The contract that this program was built with. */
  public static Contract ofClasspath() {
    try (InputStream json = Contract.class.getResourceAsStream("/openapi.json")) {
      if (json == null) {
        throw new IllegalStateException("openapi.json is missing from the program");
      }
      return of(Json.read(json.readAllBytes(), ObjectNode.class));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * @throws IllegalStateException if an operation has no id, or shares it with another
   */
  public static Contract of(ObjectNode document) {
    return new Contract(document);
  }

  /** The whole document. Not to be changed. */
  ObjectNode document() {
    return document;
  }

  /** In the order of the document. */
  public List<Operation> operations() {
    return List.copyOf(operations.values());
  }

  public Optional<Operation> operation(String id) {
    return Optional.ofNullable(operations.get(id));
  }

  private static Map<String, Operation> read(ObjectNode document) {
    var all = new LinkedHashMap<String, Operation>();
    var schemas = new Schemas(document);
    for (var path : document.path("paths").properties()) {
      for (var method : path.getValue().properties()) {
        if (METHODS.contains(method.getKey())) {
          var operation =
              operation(
                  schemas, path.getKey(), method.getKey(), path.getValue(), method.getValue());
          if (all.put(operation.id(), operation) != null) {
            throw new IllegalStateException("openapi.yaml names two operations " + operation.id());
          }
        }
      }
    }
    return all;
  }

  private static Operation operation(
      Schemas schemas, String path, String method, JsonNode item, JsonNode node) {
    if (!node.path("operationId").isString()) {
      throw new IllegalStateException(
          "openapi.yaml: " + method + " " + path + " has no operationId");
    }
    var parameters = new ArrayList<Parameter>();
    for (var shared : List.of(item.path("parameters"), node.path("parameters"))) {
      for (var parameter : shared) {
        parameters.add(Parameter.of(schemas, schemas.resolve(parameter)));
      }
    }
    return new Operation(
        node.path("operationId").stringValue(),
        method.toUpperCase(Locale.ROOT),
        path,
        Optional.ofNullable(node.path("x-linkspan-scope").stringValue(null)),
        "none".equals(node.path("x-linkspan-identity").stringValue("")),
        parameters,
        RequestBody.of(schemas, schemas.resolve(node.path("requestBody"))),
        new ResponseSchemas(schemas, node.path("responses")));
  }
}
