package io.linkspan.platform.http;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** A call over HTTP, after every check that the contract asks for. */
final class HttpCall implements Call {
  private static final int USUAL_LIMIT = 50;

  /** What was sent, by the names of the contract. */
  record Sent(Map<String, String> path, Map<String, JsonNode> query, @Nullable JsonNode body) {}

  private final RawRequest request;
  private final Operation operation;
  private final Sent sent;
  private final @Nullable Caller caller;
  private final String requestId;
  private final Effect effect;
  private boolean transacted;

  HttpCall(
      RawRequest request,
      Operation operation,
      Sent sent,
      @Nullable Caller caller,
      String requestId,
      Effect effect) {
    this.request = request;
    this.operation = operation;
    this.sent = sent;
    this.caller = caller;
    this.requestId = requestId;
    this.effect = effect;
  }

  /** How the effect of a call is committed. */
  @FunctionalInterface
  interface Effect {
    Reply commit(Function<Handle, Reply> effect);
  }

  @Override
  public Caller caller() {
    if (caller == null) {
      throw new IllegalStateException(operation.id() + " is open to anyone and has no caller");
    }
    return caller;
  }

  @Override
  public UUID id(String name) {
    String text = pathParameter(name);
    if (!StrictFormats.isUuid(text)) {
      throw Problem.notFound("resource");
    }
    return UUID.fromString(text);
  }

  @Override
  public String pathParameter(String name) {
    String value = sent.path().get(name);
    if (value == null) {
      throw new IllegalStateException(operation.id() + " has no path parameter " + name);
    }
    return value;
  }

  private Optional<JsonNode> query(String name) {
    JsonNode value = sent.query().get(name);
    if (value != null) {
      return Optional.of(value);
    }
    for (Parameter parameter : operation.parameters()) {
      if (parameter.inQuery() && parameter.name().equals(name)) {
        JsonNode fallback = parameter.fallback();
        return fallback.isMissingNode() ? Optional.empty() : Optional.of(fallback);
      }
    }
    throw new IllegalStateException(operation.id() + " has no query parameter " + name);
  }

  @Override
  public Optional<String> text(String queryParameter) {
    return query(queryParameter).map(JsonNode::asString);
  }

  @Override
  public Optional<Boolean> flag(String queryParameter) {
    return query(queryParameter).map(JsonNode::asBoolean);
  }

  @Override
  public Optional<Instant> instant(String queryParameter) {
    return text(queryParameter).map(text -> OffsetDateTime.parse(text).toInstant());
  }

  @Override
  public Optional<Integer> number(String queryParameter) {
    return query(queryParameter).map(JsonNode::asInt);
  }

  @Override
  public List<UUID> ids(String queryParameter) {
    var ids = new ArrayList<UUID>();
    query(queryParameter)
        .ifPresent(list -> list.forEach(id -> ids.add(UUID.fromString(id.asString()))));
    return ids;
  }

  @Override
  public int limit() {
    return query("limit")
        .filter(JsonNode::isIntegralNumber)
        .map(JsonNode::asInt)
        .orElse(USUAL_LIMIT);
  }

  @Override
  public Optional<Cursor> cursor() {
    return text("cursor").map(text -> Cursor.decode(operation.id(), text));
  }

  @Override
  public String cursorText(Cursor cursor) {
    return cursor.encode(operation.id());
  }

  @Override
  public <T> T body(Class<T> type) {
    try {
      return Json.mapper().treeToValue(sent.body() == null ? body() : sent.body(), type);
    } catch (JacksonException e) {
      var pointer = new StringBuilder();
      for (var step : e.getPath()) {
        String name = step.getPropertyName();
        pointer
            .append('/')
            .append(name == null ? step.getIndex() : ValidationMessages.escape(name));
      }
      throw Problem.badField(pointer.toString(), "This value cannot be used here.");
    }
  }

  @Override
  public ObjectNode body() {
    if (sent.body() instanceof ObjectNode object) {
      return object;
    }
    return Json.mapper().createObjectNode();
  }

  @Override
  public Optional<String> header(String name) {
    return request.header(name);
  }

  @Override
  public Optional<String> cookie(String name) {
    return request.cookie(name);
  }

  @Override
  public String remoteAddress() {
    return request.remoteAddress();
  }

  @Override
  public String requestId() {
    return requestId;
  }

  @Override
  public Reply transact(Function<Handle, Reply> work) {
    if (transacted) {
      throw new IllegalStateException(operation.id() + " has two effects; make them one");
    }
    transacted = true;
    return effect.commit(work);
  }

  @Override
  public void requireMatch(long version) {
    var expected = header("If-Match");
    if (expected.isPresent() && !ETags.name(expected.get(), version)) {
      throw Problem.of(
              412,
              "precondition_failed",
              "Precondition failed",
              "The resource is at version " + version + " now, not the one that If-Match names.")
          .fix("Read it again, then make the change on what it is now.");
    }
  }
}
