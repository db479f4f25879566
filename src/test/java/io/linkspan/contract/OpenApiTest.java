package io.linkspan.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.linkspan.contract.Contract.Operation;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class OpenApiTest {
  private static final JsonNode SCHEMAS = Contract.document().at("/components/schemas");
  private static final Set<String> OPERATORS_PATHS =
      Set.of("/livez", "/readyz", "/metrics", "/openapi.json");

  @Test
  void everyReferenceLeadsSomewhere() {
    var dangling = new ArrayList<String>();
    Contract.visit(
        (pointer, node) -> {
          if (node.path("$ref").isString() && Contract.resolve(node).isMissingNode()) {
            dangling.add(pointer + " -> " + node.path("$ref").asString());
          }
        });

    assertThat(dangling).isEmpty();
  }

  @Test
  void everyComponentIsUsed() {
    var used = new HashSet<String>();
    Contract.visit((_, node) -> used.add(node.path("$ref").asString("")));
    var unused = new ArrayList<String>();
    for (var kind : List.of("schemas", "parameters", "responses", "headers")) {
      for (var name : Contract.document().path("components").path(kind).propertyNames()) {
        var reference = "#/components/" + kind + "/" + name;
        if (!used.contains(reference)) {
          unused.add(reference);
        }
      }
    }

    assertThat(unused).isEmpty();
  }

  @Test
  void operationIdsAreUnique() {
    assertThat(Contract.operations()).extracting(Operation::id).doesNotHaveDuplicates();
  }

  @Test
  void everyOperationSaysWhoMayCallIt() {
    var scopes = SCHEMAS.at("/Scope/enum").valueStream().map(JsonNode::asString).toList();
    for (var operation : Contract.operations()) {
      if (operation.needsIdentity()) {
        assertThat(operation.node().path("x-linkspan-scope").asString(""))
            .as("scope of %s", operation)
            .isIn(scopes)
            .isNotEqualTo("*");
      } else {
        assertThat(operation.node().path("security").isEmpty())
            .as("security of %s is []", operation)
            .isTrue();
        assertThat(operation.node().has("x-linkspan-scope")).as("%s", operation).isFalse();
      }
    }
  }

  @Test
  void pathsEndInASlash() {
    assertThat(Contract.operations())
        .extracting(Operation::path)
        .allMatch(path -> path.endsWith("/") || OPERATORS_PATHS.contains(path));
  }

  @Test
  void everyPlaceholderOfAPathIsAParameter() {
    for (var operation : Contract.operations()) {
      var placeholders =
          Stream.of(operation.path().split("/"))
              .filter(part -> part.startsWith("{"))
              .map(part -> part.substring(1, part.length() - 1));
      assertThat(parameters(operation, "path"))
          .as("path parameters of %s", operation)
          .containsExactlyElementsOf(placeholders.toList());
    }
  }

  @Test
  void callsWithAnIdentityCanBeMadeForAnOrganizer() {
    for (var operation : Contract.operations()) {
      assertThat(parameters(operation, "header").contains("Linkspan-Organizer"))
          .as("%s", operation)
          .isEqualTo(operation.needsIdentity());
    }
  }

  @Test
  void postsWithAnIdentityCanBeRepeated() {
    for (var operation : Contract.operations()) {
      boolean repeatable = operation.method().equals("post") && operation.needsIdentity();
      assertThat(parameters(operation, "header").contains("Idempotency-Key"))
          .as("Idempotency-Key of %s", operation)
          .isEqualTo(repeatable);
      assertThat(operation.node().path("responses").has("422"))
          .as("422 of %s", operation)
          .isEqualTo(repeatable);
    }
  }

  @Test
  void listsTakeLimitAndCursor() {
    for (var operation : Contract.operations()) {
      var schema = answer(operation);
      boolean list =
          schema.path("type").asString("").equals("array")
              || schema.path("properties").has("next_cursor");
      if (list) {
        assertThat(parameters(operation, "query"))
            .as("parameters of %s", operation)
            .contains("limit", "cursor");
      }
    }
  }

  /** Every answer that a test sees is held against this: {@code AnswerCheck}. */
  @Test
  void singleResourcesCarryAnETag() {
    for (var operation : Contract.operations()) {
      if (operation.method().equals("get") && operation.path().endsWith("}/")) {
        assertThat(operation.node().at("/responses/200/headers").has("ETag"))
            .as("ETag of %s", operation)
            .isTrue();
      }
    }
  }

  @Test
  void whatHasAnIdCanBeChangedOnTheConditionThatNobodyElseDid() {
    for (var operation : Contract.operations()) {
      if (operation.path().endsWith("}/")
          && Set.of("patch", "delete").contains(operation.method())) {
        assertThat(parameters(operation, "header").contains("If-Match"))
            .as("If-Match of %s", operation)
            .isTrue();
        assertThat(operation.node().path("responses").has("412"))
            .as("412 of %s", operation)
            .isTrue();
      }
    }
  }

  @Test
  void everyExampleFitsItsSchema() {
    var wrong = new ArrayList<String>();
    BiConsumer<JsonPointer, JsonNode> check =
        (schema, example) -> {
          for (var fault : Contract.violations(schema, example)) {
            wrong.add(schema + ": " + fault);
          }
        };
    Contract.visit(
        (pointer, node) -> {
          if (node.has("example") && node.has("schema")) {
            check.accept(pointer.appendProperty("schema"), node.path("example"));
          }
          if (node.path("examples").isArray()) {
            node.path("examples").forEach(example -> check.accept(pointer, example));
          }
        });

    assertThat(wrong).isEmpty();
  }

  @Test
  void everyBodyAndEveryJsonAnswerHasAnExample() {
    var bare = new ArrayList<String>();
    for (var operation : Contract.operations()) {
      if (operation.node().has("requestBody") && body(operation).path("examples").isEmpty()) {
        bare.add(operation + ": body");
      }
      var answer = answer(operation);
      var shown = answer.has("items") ? Contract.resolve(answer.path("items")) : answer;
      if (!answer.isMissingNode() && shown.path("examples").isEmpty()) {
        bare.add(operation + ": answer");
      }
    }

    assertThat(bare).isEmpty();
  }

  @Test
  void everyPropertyIsDescribed() {
    var silent = new ArrayList<String>();
    Contract.visit(
        (pointer, node) -> {
          // what stands below `if` and `then` restricts properties described elsewhere
          boolean definition = node.path("properties").isObject() && node.has("type");
          if (definition) {
            node.path("properties")
                .properties()
                .forEach(
                    property -> {
                      if (!property.getValue().has("description")
                          && !property.getValue().has("$ref")) {
                        silent.add(pointer + " " + property.getKey());
                      }
                    });
          }
        });
    for (var schema : SCHEMAS.properties()) {
      if (!schema.getValue().has("description")) {
        silent.add(schema.getKey());
      }
    }

    assertThat(silent).isEmpty();
  }

  @Test
  void bodiesRefuseWhatTheyDoNotKnow() {
    for (var operation : Contract.operations()) {
      if (operation.node().has("requestBody")) {
        assertThat(open(body(operation))).as("body of %s", operation).isEmpty();
      }
    }
  }

  /** With {@code default} a generated type takes what may be left out for always there. */
  @Test
  void whatABodyMayLeaveOutHasItsDefaultInWords() {
    for (var operation : Contract.operations()) {
      eachObject(
          body(operation),
          object ->
              object
                  .path("properties")
                  .forEach(
                      property ->
                          assertThat(property.has("default"))
                              .as("default in the body of %s: %s", operation, property)
                              .isFalse()));
    }
  }

  @Test
  void answersPromiseEveryFieldThatTheyHave() {
    var optional = new ArrayList<String>();
    for (var operation : Contract.operations()) {
      eachObject(
          answer(operation),
          object -> {
            var required = object.path("required").valueStream().map(JsonNode::asString).toList();
            if (!required.containsAll(object.path("properties").propertyNames())) {
              optional.add(operation + ": " + object.path("description").asString());
            }
          });
    }

    assertThat(optional).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"provider\":\"caldav\",\"username\":\"ada\",\"password\":\"x\"} | server_url",
        "{\"provider\":\"caldav\",\"server_url\":\"https://a.example\",\"password\":\"x\"} | username",
        "{\"provider\":\"apple\",\"username\":\"ada\"} | password",
        "{\"provider\":\"ics\",\"name\":\"Holidays\"} | url",
        "{\"username\":\"ada\",\"password\":\"x\"} | provider",
        "{\"provider\":\"google\"} | provider",
        "{\"provider\":\"ics\",\"url\":\"https://a.example/x.ics\",\"password\":\"x\"} | password",
        "{\"provider\":\"ics\",\"url\":\"https://a.example/x.ics\",\"colour\":\"red\"} | colour",
      })
  void connectingNamesTheFieldAtFaultAndNoOther(String body, String field) {
    var schema = JsonPointer.compile("/components/schemas/ConnectCalendarRequest");

    assertThat(Contract.violations(schema, JsonMapper.shared().readTree(body)))
        .singleElement()
        .asString()
        .contains(field);
  }

  @Test
  void everyCodeOfAnExampleIsExplained() {
    var introduction = Contract.document().at("/info/description").asString();
    Contract.visit(
        (pointer, node) -> {
          var code = node.at("/example/code").asString("");
          if (!code.isEmpty()) {
            assertThat(introduction).as("%s", pointer).contains("`" + code + "`");
          }
        });
  }

  private static List<String> parameters(Operation operation, String in) {
    return operation
        .node()
        .path("parameters")
        .valueStream()
        .map(Contract::resolve)
        .filter(parameter -> parameter.path("in").asString().equals(in))
        .map(parameter -> parameter.path("name").asString())
        .toList();
  }

  private static JsonNode body(Operation operation) {
    return Contract.resolve(operation.node().at("/requestBody/content/application~1json/schema"));
  }

  /** The JSON of success; missing where there is none. */
  private static JsonNode answer(Operation operation) {
    return operation.node().path("responses").properties().stream()
        .filter(response -> response.getKey().startsWith("2"))
        .map(response -> response.getValue().at("/content/application~1json/schema"))
        .map(Contract::resolve)
        .filter(schema -> !schema.isMissingNode())
        .findFirst()
        .orElse(SCHEMAS.path("none"));
  }

  private static List<String> open(JsonNode schema) {
    var open = new ArrayList<String>();
    eachObject(
        schema,
        object -> {
          if (object.path("additionalProperties").asBoolean(true)) {
            open.add(object.path("description").asString());
          }
        });
    return open;
  }

  /** Visits the object schemas that a schema consists of; free-form ones are none. */
  private static void eachObject(JsonNode schema, Consumer<JsonNode> visitor) {
    var node = Contract.resolve(schema);
    if (node.path("properties").isObject() && node.has("type")) {
      visitor.accept(node);
      node.path("properties").forEach(property -> eachObject(property, visitor));
    }
    for (var part : List.of("items", "anyOf")) {
      if (node.path(part).isArray()) {
        node.path(part).forEach(option -> eachObject(option, visitor));
      } else if (node.has(part)) {
        eachObject(node.path(part), visitor);
      }
    }
  }
}
