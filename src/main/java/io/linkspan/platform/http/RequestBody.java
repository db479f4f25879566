package io.linkspan.platform.http;

import com.networknt.schema.Schema;
import com.networknt.schema.ValidationLimitExceededException;
import io.linkspan.platform.http.Problem.FieldError;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** What an operation takes as its body: JSON of one schema, or nothing. */
public final class RequestBody {
  private final @Nullable Supplier<Schema> schema;
  private final boolean required;
  private final List<String> fields;

  private RequestBody(@Nullable Supplier<Schema> schema, boolean required, List<String> fields) {
    this.schema = schema;
    this.required = required;
    this.fields = fields;
  }

  /**
   * @param node of {@code requestBody}; missing when the operation takes none
   */
  static RequestBody of(Schemas schemas, JsonNode node) {
    JsonNode schema = node.path("content").path("application/json").path("schema");
    if (schema.isMissingNode()) {
      return new RequestBody(null, false, List.of());
    }
    return new RequestBody(
        schemas.compiled(schema),
        node.path("required").asBoolean(false),
        List.copyOf(schemas.resolve(schema).path("properties").propertyNames()));
  }

  boolean taken() {
    return schema != null;
  }

  boolean required() {
    return required;
  }

  /**
   * Checks a body against the schema.
   *
   * @throws Problem 400 {@code invalid_field} naming every field that is wrong
   */
  void check(JsonNode body) {
    if (schema == null) {
      refuseAnything(body);
      return;
    }
    var errors = new ArrayList<FieldError>();
    try {
      for (FieldError error : ValidationMessages.of(schema.get(), body)) {
        errors.add(withChoices(error));
      }
    } catch (ValidationLimitExceededException e) {
      throw Problem.badRequest("invalid_field", "The body is too large to be checked.");
    }
    refuse(errors);
  }

  private static void refuseAnything(JsonNode body) {
    var errors = new ArrayList<FieldError>();
    for (String name : body.propertyNames()) {
      errors.add(
          new FieldError(
              "/" + ValidationMessages.escape(name),
              "is not a field of this request; it takes none"));
    }
    refuse(errors);
  }

  /** Names the fields there are beside one there is not. */
  private FieldError withChoices(FieldError error) {
    boolean top = error.pointer().lastIndexOf('/') == 0;
    boolean unknown = error.detail().equals("is not a field of this request");
    return top && unknown && !fields.isEmpty()
        ? new FieldError(
            error.pointer(), error.detail() + "; there are: " + String.join(", ", fields))
        : error;
  }

  private static void refuse(List<FieldError> errors) {
    if (errors.isEmpty()) {
      return;
    }
    var problem = Problem.badRequest("invalid_field", ValidationMessages.summary(errors));
    for (FieldError error : errors.subList(0, Math.min(100, errors.size()))) {
      problem = problem.field(error.pointer(), error.detail());
    }
    throw problem;
  }
}
