package io.linkspan.platform.http;

import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import io.linkspan.platform.http.Problem.FieldError;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Says in words for people what a schema finds wrong with a value. */
final class ValidationMessages {
  private ValidationMessages() {}

  /**
   * @return empty when the value is valid; pointers are JSON Pointers into the value
   */
  static List<FieldError> of(Schema schema, JsonNode value) {
    var all = new LinkedHashSet<FieldError>();
    for (Error error : schema.validate(value)) {
      String at = pointer(error);
      String text = words(error);
      if (text != null) {
        all.add(new FieldError(at, text));
      }
    }
    return List.copyOf(all);
  }

  /** One sentence about everything that is wrong. */
  static String summary(List<FieldError> errors) {
    var sentences = new ArrayList<String>();
    for (FieldError error : errors.subList(0, Math.min(3, errors.size()))) {
      String name = error.pointer().isEmpty() ? "The body" : name(error.pointer());
      sentences.add(name + " " + error.detail().replaceFirst(";.*", ""));
    }
    String more = errors.size() > 3 ? "; and " + (errors.size() - 3) + " more." : ".";
    return String.join("; ", sentences) + more;
  }

  private static String name(String pointer) {
    String shown =
        pointer.startsWith("/") ? pointer.substring(1) : pointer.replaceFirst("^\\?", "");
    return shown.replace("/", ".").replace("~1", "/").replace("~0", "~");
  }

  private static String pointer(Error error) {
    var path = new StringBuilder();
    var location = error.getInstanceLocation();
    for (int i = 0; i < location.getNameCount(); i++) {
      path.append('/').append(escape(String.valueOf(location.getElement(i))));
    }
    String member = member(error);
    return member == null ? path.toString() : path.append('/').append(escape(member)).toString();
  }

  /** The member at fault where the error is reported at its object. */
  private static @Nullable String member(Error error) {
    return switch (error.getKeyword()) {
      case "dependentRequired" -> argument(error, 0);
      case "required", "additionalProperties", "unevaluatedProperties" -> error.getProperty();
      default -> null;
    };
  }

  static String escape(String name) {
    return name.replace("~", "~0").replace("/", "~1");
  }

  /** Null for an error that only says that others exist. */
  private static @Nullable String words(Error error) {
    JsonNode rule = error.getSchemaNode();
    return switch (error.getKeyword()) {
      case "required" -> "is required";
      case "dependentRequired" -> "is required together with " + argument(error, 1);
      case "additionalProperties", "unevaluatedProperties" -> "is not a field of this request";
      case "false" -> "does not go with the other fields";
      case "type" -> "must be " + type(rule);
      case "enum" -> "must be one of " + choices(rule);
      case "const" -> "must be " + shown(rule);
      case "format" -> format(rule.asString(""));
      case "minLength" ->
          rule.asInt() == 1 ? "must not be empty" : "must have at least " + rule + " characters";
      case "maxLength" -> "must have at most " + rule + " characters";
      case "pattern" ->
          rule.asString("").equals("\\S") ? "must not be blank" : "must match " + rule.asString("");
      case "minItems" ->
          rule.asInt() == 1 ? "must not be empty" : "must have at least " + rule + " entries";
      case "maxItems" -> "must have at most " + rule + " entries";
      case "uniqueItems" -> "must not name the same entry twice";
      case "minProperties" ->
          rule.asInt() == 1
              ? "must have at least one field"
              : "must have at least " + rule + " fields";
      case "maxProperties" -> "must have at most " + rule + " fields";
      case "minimum" -> "must be at least " + rule;
      case "maximum" -> "must be at most " + rule;
      case "exclusiveMinimum" -> "must be more than " + rule;
      case "exclusiveMaximum" -> "must be less than " + rule;
      case "contains", "minContains" -> "must contain " + shown(rule.path("const"));
      case "propertyNames" -> "has a field whose name is empty or otherwise unusable";
      case "multipleOf" -> "must be a multiple of " + rule;
      case "if", "allOf", "$ref" -> null;
      default -> error.getMessage();
    };
  }

  private static String argument(Error error, int index) {
    Object[] arguments = error.getArguments();
    return arguments == null || arguments.length <= index ? "it" : String.valueOf(arguments[index]);
  }

  private static String type(JsonNode rule) {
    if (rule.isArray()) {
      return StreamSupport.stream(rule.spliterator(), false)
          .map(ValidationMessages::type)
          .collect(Collectors.joining(" or "));
    }
    return switch (rule.asString("")) {
      case "string" -> "a text";
      case "integer" -> "a whole number";
      case "number" -> "a number";
      case "boolean" -> "true or false";
      case "array" -> "a list";
      case "object" -> "an object";
      case "null" -> "null";
      default -> rule.toString();
    };
  }

  private static String choices(JsonNode rule) {
    return StreamSupport.stream(rule.spliterator(), false)
        .map(ValidationMessages::shown)
        .collect(Collectors.joining(", "));
  }

  private static String shown(JsonNode value) {
    return value.isString() ? value.stringValue() : value.toString();
  }

  private static String format(String name) {
    return switch (name.toLowerCase(Locale.ROOT)) {
      case "date-time" ->
          "must be a time as in RFC 3339 with seconds and offset, such as 2026-03-01T10:00:00Z";
      case "date" -> "must be a date such as 2026-03-01";
      case "uuid" -> "must be an id (a UUID)";
      case "email" -> "must be an email address";
      case "uri" -> "must be a URL";
      case "duration" -> "must be a duration as in ISO 8601, such as PT5M";
      default -> "must be in the form " + name;
    };
  }
}
