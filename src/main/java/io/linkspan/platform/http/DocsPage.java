package io.linkspan.platform.http;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/**
 * The contract as a page to browse: no scripts, nothing from elsewhere, so that it works under the
 * strictest content policy and without a network.
 */
final class DocsPage {
  private static final String REF = "#/components/schemas/";

  private final JsonNode document;
  private final List<Operation> operations;
  private final Schemas schemas;

  DocsPage(Contract contract) {
    this.document = contract.document();
    this.operations = contract.operations();
    this.schemas = new Schemas(contract.document());
  }

  String html() {
    var groups = groups();
    String title = Html.escape(document.at("/info/title").asString("API"));
    var page = new StringBuilder();
    page.append("<!doctype html><html lang=en><head><meta charset=utf-8><title>")
        .append(title)
        .append(" API</title><meta name=viewport content=\"width=device-width\">")
        .append(
            "<link rel=stylesheet href=/docs/style.css></head><body><nav aria-label=Operations>")
        .append("<a href=#top>")
        .append(title)
        .append("</a>");
    groups.forEach((tag, members) -> page.append(menu(tag, members)));
    page.append("<a href=#schemas>Schemas</a></nav><main id=top><h1>")
        .append(title)
        .append(" <small>")
        .append(Html.escape(document.at("/info/version").asString("")))
        .append("</small></h1><p><a href=/openapi.json>openapi.json</a></p>")
        .append(Html.blocks(document.at("/info/description").asString("")));
    groups.forEach(
        (tag, members) -> {
          page.append("<h2>").append(Html.escape(tag)).append("</h2>");
          members.forEach(operation -> page.append(operation(operation)));
        });
    page.append("<h2 id=schemas>Schemas</h2>");
    for (var schema : document.at("/components/schemas").properties()) {
      page.append(schema(schema.getKey(), schema.getValue()));
    }
    return page.append("</main></body></html>").toString();
  }

  private JsonNode node(Operation operation) {
    return document
        .path("paths")
        .path(operation.path())
        .path(operation.method().toLowerCase(Locale.ROOT));
  }

  private Map<String, List<Operation>> groups() {
    var groups = new LinkedHashMap<String, List<Operation>>();
    for (Operation operation : operations) {
      String tag = node(operation).path("tags").path(0).asString("Operations");
      groups.computeIfAbsent(tag, _ -> new ArrayList<>()).add(operation);
    }
    return groups;
  }

  private String menu(String tag, List<Operation> members) {
    return members.stream()
        .map(
            operation ->
                "<li><a href=\"#%s\">%s</a>"
                    .formatted(operation.id(), Html.escape(summary(operation))))
        .collect(Collectors.joining("", "<h2>" + Html.escape(tag) + "</h2><ul>", "</ul>"));
  }

  private String summary(Operation operation) {
    return node(operation).path("summary").asString(operation.id());
  }

  private String operation(Operation operation) {
    JsonNode node = node(operation);
    var out = new StringBuilder();
    out.append("<section id=\"").append(operation.id()).append("\"><h3><code class=method>");
    out.append(operation.method()).append("</code> <code>").append(Html.escape(operation.path()));
    out.append("</code></h3><p class=summary>").append(Html.inline(summary(operation)));
    out.append("</p>").append(Html.blocks(node.path("description").asString("")));
    out.append("<p class=needs>").append(needs(operation)).append("</p>");
    if (!node.path("parameters").isEmpty()) {
      out.append("<h4>Parameters</h4><table>");
      for (JsonNode reference : node.path("parameters")) {
        out.append(parameter(schemas.resolve(reference)));
      }
      out.append("</table>");
    }
    JsonNode body =
        schemas.resolve(node.path("requestBody")).at("/content/application~1json/schema");
    if (!body.isMissingNode()) {
      out.append("<h4>Body</h4><p>").append(type(body)).append("</p>");
    }
    out.append("<h4>ResponseSchemas</h4><table>");
    for (var answer : node.path("responses").properties()) {
      out.append(answer(answer.getKey(), schemas.resolve(answer.getValue())));
    }
    return out.append("</table></section>").toString();
  }

  private static String needs(Operation operation) {
    if (operation.open()) {
      return "Open to anyone.";
    }
    return operation
        .scope()
        .map(scope -> "Needs the scope <code>" + Html.escape(scope) + "</code>.")
        .orElse("Needs an identity.");
  }

  private String parameter(JsonNode parameter) {
    return row(
        parameter.path("name").asString("")
            + (parameter.path("required").asBoolean(false) ? " *" : ""),
        parameter.path("in").asString("") + ", " + type(parameter.path("schema")),
        parameter.path("description").asString(""));
  }

  private String answer(String status, JsonNode answer) {
    String types =
        answer.path("content").properties().stream()
            .map(content -> type(content.getValue().path("schema")))
            .collect(Collectors.joining(", "));
    return row(status, types, answer.path("description").asString(""));
  }

  private String schema(String name, JsonNode schema) {
    var out = new StringBuilder();
    out.append("<section id=\"schema-").append(Html.escape(name)).append("\"><h3>");
    out.append(Html.escape(name)).append("</h3>");
    out.append(Html.blocks(schema.path("description").asString("")));
    var required = new ArrayList<String>();
    schema.path("required").forEach(field -> required.add(field.asString()));
    if (schema.path("properties").isEmpty()) {
      out.append("<p>").append(type(schema)).append("</p>");
    } else {
      out.append("<table>");
      for (var field : schema.path("properties").properties()) {
        String mark = required.contains(field.getKey()) ? " *" : "";
        out.append(
            row(
                field.getKey() + mark,
                type(field.getValue()),
                field.getValue().path("description").asString("")));
      }
      out.append("</table>");
    }
    for (JsonNode example : schema.path("examples")) {
      out.append("<pre>").append(Html.escape(example.toPrettyString())).append("</pre>");
    }
    return out.append("</section>").toString();
  }

  private static String row(String name, String type, String description) {
    return "<tr><th scope=row><code>%s</code><td>%s<td>%s"
        .formatted(Html.escape(name), type, Html.inline(description));
  }

  /** Words for a schema, with links to those that have a name. */
  private String type(JsonNode schema) {
    String ref = schema.path("$ref").asString("");
    if (ref.startsWith(REF)) {
      String name = Html.escape(ref.substring(REF.length()));
      return "<a href=\"#schema-" + name + "\">" + name + "</a>";
    }
    if (schema.has("enum")) {
      return list(
          schema.path("enum"), value -> "<code>" + Html.escape(value.asString()) + "</code>");
    }
    for (String choice : List.of("anyOf", "oneOf")) {
      if (schema.has(choice)) {
        return list(schema.path(choice), this::type);
      }
    }
    if (schema.path("type").asString("").equals("array")) {
      return "list of " + type(schema.path("items"));
    }
    JsonNode type = schema.path("type");
    String words = type.isArray() ? list(type, JsonNode::asString) : type.asString("anything");
    String format = schema.path("format").asString("");
    return Html.escape(format.isEmpty() ? words : words + " (" + format + ")");
  }

  private static String list(JsonNode nodes, Function<JsonNode, String> words) {
    return nodes.valueStream().map(words).collect(Collectors.joining(" or "));
  }
}
