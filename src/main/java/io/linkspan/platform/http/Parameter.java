package io.linkspan.platform.http;

import com.networknt.schema.Schema;
import io.linkspan.platform.http.Problem.FieldError;
import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** A parameter of an operation, in its query, path or headers. */
public final class Parameter {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final Pattern INTEGER = Pattern.compile("-?\\d{1,18}");
  private static final Pattern NUMBER = Pattern.compile("-?\\d{1,18}(\\.\\d{1,18})?");

  /** An offset whose plus sign was not written as %2B, and so arrived as a space. */
  private static final Pattern LOST_PLUS = Pattern.compile("(\\d{4}-.*T.*) (\\d{2}:\\d{2})");

  /** Where a parameter stands. */
  enum Place {
    QUERY,
    PATH,
    HEADER
  }

  private final String name;
  private final Place place;
  private final boolean required;
  private final String type;
  private final String itemType;
  private final JsonNode schema;
  private final Supplier<Schema> compiled;

  private Parameter(
      String name,
      Place place,
      boolean required,
      String type,
      String itemType,
      JsonNode schema,
      Supplier<Schema> compiled) {
    this.name = name;
    this.place = place;
    this.required = required;
    this.type = type;
    this.itemType = itemType;
    this.schema = schema;
    this.compiled = compiled;
  }

  static Parameter of(Schemas schemas, JsonNode node) {
    JsonNode schema = schemas.resolve(node.path("schema"));
    return new Parameter(
        node.path("name").stringValue(),
        Place.valueOf(node.path("in").stringValue().toUpperCase(Locale.ROOT)),
        node.path("required").asBoolean(false),
        schema.path("type").asString(""),
        schemas.resolve(schema.path("items")).path("type").asString(""),
        schema,
        schemas.compiled(schema));
  }

  public String name() {
    return name;
  }

  boolean inQuery() {
    return place == Place.QUERY;
  }

  boolean inHeader() {
    return place == Place.HEADER;
  }

  boolean required() {
    return required;
  }

  /** The default that the contract names; missing when there is none. */
  JsonNode fallback() {
    return schema.path("default");
  }

  /** As {@code errors} names it: {@code ?name} in the query, the bare name elsewhere. */
  String pointer() {
    return inQuery() ? "?" + name : name;
  }

  /**
   * Reads the values that were sent and reports what is wrong with them.
   *
   * @param sent at least one
   */
  JsonNode read(List<String> sent, List<FieldError> errors) {
    if (!type.equals("array") && sent.size() > 1) {
      errors.add(new FieldError(pointer(), "is given more than once"));
      return NODES.missingNode();
    }
    JsonNode value = type.equals("array") ? list(sent) : single(type, sent.getFirst());
    for (FieldError error : ValidationMessages.of(compiled.get(), value)) {
      errors.add(new FieldError(pointer(), error.detail()));
    }
    return value;
  }

  private JsonNode list(List<String> sent) {
    var list = NODES.arrayNode();
    for (String part : sent) {
      for (String entry : part.split(",", -1)) {
        if (!entry.isEmpty()) {
          list.add(single(itemType, entry));
        }
      }
    }
    return list;
  }

  /** What is not of the type stays text, for the schema to refuse in words. */
  private JsonNode single(String type, String text) {
    if (type.equals("integer") && INTEGER.matcher(text).matches()) {
      return NODES.numberNode(Long.parseLong(text));
    }
    if (type.equals("number") && NUMBER.matcher(text).matches()) {
      return NODES.numberNode(new BigDecimal(text));
    }
    if (type.equals("boolean") && (text.equals("true") || text.equals("false"))) {
      return NODES.booleanNode(text.equals("true"));
    }
    boolean time = schema.path("format").asString("").equals("date-time");
    return NODES.stringNode(time ? LOST_PLUS.matcher(text).replaceFirst("$1+$2") : text);
  }
}
