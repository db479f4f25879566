package io.linkspan.contract;

import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiConsumer;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** {@code openapi.yaml} as tests see it. Safe to share. */
public final class Contract {
  private static final String DOCUMENT = "urn:linkspan:openapi";
  private static final JsonNode ROOT = read();
  private static final SchemaRegistry SCHEMAS =
      SchemaRegistry.withDefaultDialect(
          SpecificationVersion.DRAFT_2020_12,
          registry ->
              registry
                  .schemas(Map.of(DOCUMENT, closed(ROOT.deepCopy()).toString()))
                  .schemaRegistryConfig(
                      SchemaRegistryConfig.builder().formatAssertionsEnabled(true).build()));

  private Contract() {}

  /** An operation, where it is, and the method and path that it answers. */
  public record Operation(String path, String method, JsonPointer pointer, JsonNode node) {
    /** What code binds to. */
    public String id() {
      return node.path("operationId").asString();
    }

    /** Whether a caller must say who they are. */
    public boolean needsIdentity() {
      return !node.path("x-linkspan-identity").asString("").equals("none");
    }

    @Override
    public String toString() {
      return id();
    }
  }

  /** The whole document. */
  public static JsonNode document() {
    return ROOT;
  }

  /** In the order of the document. */
  public static List<Operation> operations() {
    var all = new ArrayList<Operation>();
    for (var path : ROOT.path("paths").properties()) {
      for (var method : path.getValue().properties()) {
        var pointer =
            JsonPointer.empty()
                .appendProperty("paths")
                .appendProperty(path.getKey())
                .appendProperty(method.getKey());
        all.add(new Operation(path.getKey(), method.getKey(), pointer, method.getValue()));
      }
    }
    return all;
  }

  /**
   * The operation of that id.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static Operation operation(String operationId) {
    return operations().stream()
        .filter(operation -> operation.id().equals(operationId))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no operation " + operationId));
  }

  /**
   * What is wrong with an answer's JSON body, a sentence each; empty if it is as promised.
   *
   * @param status as answered; one that the operation does not list is checked as {@code default}
   */
  public static List<String> faults(String operationId, int status, JsonNode body) {
    var operation = operation(operationId);
    var responses = operation.node().path("responses");
    var listed = responses.has(String.valueOf(status)) ? String.valueOf(status) : "default";
    var response = operation.pointer().appendProperty("responses").appendProperty(listed);
    for (var mediaType : resolve(ROOT.at(response)).path("content").properties()) {
      if (mediaType.getKey().endsWith("json")) {
        var reference = ROOT.at(response).path("$ref").asString("");
        var base = reference.isEmpty() ? response : JsonPointer.compile(reference.substring(1));
        return violations(
            base.appendProperty("content")
                .appendProperty(mediaType.getKey())
                .appendProperty("schema"),
            body);
      }
    }
    return List.of(operationId + " promises no JSON for " + status);
  }

  /** What of {@code value} the schema at the pointer forbids, formats included. */
  public static List<String> violations(JsonPointer schema, JsonNode value) {
    return SCHEMAS.getSchema(SchemaLocation.of(DOCUMENT + "#" + schema)).validate(value).stream()
        .map(error -> error.getInstanceLocation() + ": " + error.getMessage())
        .toList();
  }

  /** The node itself, or what its {@code $ref} names; missing if that leads nowhere. */
  public static JsonNode resolve(JsonNode node) {
    var reference = node.path("$ref").asString("");
    return reference.startsWith("#/") ? resolve(ROOT.at(reference.substring(1))) : node;
  }

  /** Visits every object and array of the document, but nothing inside examples. */
  public static void visit(BiConsumer<JsonPointer, JsonNode> visitor) {
    visit(JsonPointer.empty(), ROOT, visitor);
  }

  private static void visit(
      JsonPointer pointer, JsonNode node, BiConsumer<JsonPointer, JsonNode> visitor) {
    visitor.accept(pointer, node);
    for (var member : node.properties()) {
      if (!member.getKey().equals("example") && !member.getKey().equals("examples")) {
        visit(pointer.appendProperty(member.getKey()), member.getValue(), visitor);
      }
    }
    for (int i = 0; node.isArray() && i < node.size(); i++) {
      visit(pointer.appendIndex(i), node.get(i), visitor);
    }
  }

  /**
   * The document as strictly as this version keeps to it: answers are open, so that clients live
   * with what comes later, but hold nothing that is not described.
   */
  private static JsonNode closed(JsonNode node) {
    if (node instanceof ObjectNode object) {
      object.properties().forEach(member -> closed(member.getValue()));
      if (object.has("x-extensible-enum")) {
        object.set("enum", object.get("x-extensible-enum"));
      }
      if (object.path("properties").isObject()
          && object.path("type").asString("").equals("object")
          && !object.has("additionalProperties")
          && !object.has("allOf")) {
        object.put("additionalProperties", false);
      }
    } else {
      node.forEach(Contract::closed);
    }
    return node;
  }

  private static JsonNode read() {
    try (var yaml = Objects.requireNonNull(Contract.class.getResourceAsStream("/openapi.yaml"))) {
      return new YAMLMapper().readTree(yaml);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
