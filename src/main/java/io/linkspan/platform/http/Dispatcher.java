package io.linkspan.platform.http;

import io.linkspan.platform.http.Problem.FieldError;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Takes one request through the checks of the contract to its handler. */
final class Dispatcher {
  private final Bindings bindings;
  private final Authenticator authenticator;
  private final SameOrigin sameOrigin;
  private final BodyReader bodies;
  private final Effects effects;

  Dispatcher(
      Bindings bindings,
      Authenticator authenticator,
      SameOrigin sameOrigin,
      BodyReader bodies,
      Effects effects) {
    this.bindings = bindings;
    this.authenticator = authenticator;
    this.sameOrigin = sameOrigin;
    this.bodies = bodies;
    this.effects = effects;
  }

  /**
   * @param path values of the path's parameters
   * @throws Problem for whatever is wrong with the request
   */
  Answer answer(
      Operation operation, RawRequest request, Map<String, String> path, String requestId) {
    Caller caller = operation.open() ? open(operation, request) : identified(operation, request);
    var query = parameters(operation, request);
    var raw = new byte[0];
    JsonNode body = null;
    if (!operation.safe()) {
      raw = bodies.bytes(request.servlet());
      body = body(operation, request, raw);
    }
    var sent = new HttpCall.Sent(path, query, body);
    var answer =
        effects.run(
            new Effects.Request(operation, request, sent, caller, requestId),
            bindings.handler(operation));
    return caller != null && answer instanceof Answer.Happening happening
        ? happening.whilePermitted(() -> identified(operation, request))
        : answer;
  }

  /** Signing a person in by another site's doing is an attack as well. */
  private @Nullable Caller open(Operation operation, RawRequest request) {
    if (!operation.safe()) {
      sameOrigin.require(request);
    }
    return null;
  }

  private Caller identified(Operation operation, RawRequest request) {
    var identity = authenticator.identify(request);
    if (identity.byCookie()) {
      if (operation.safe()) {
        sameOrigin.requireHost(request);
      } else {
        sameOrigin.require(request);
      }
    }
    Caller caller = identity.caller();
    String scope = operation.scope().orElse(null);
    if (scope != null && !caller.may(scope)) {
      throw lacking(scope, caller);
    }
    return caller;
  }

  private static Problem lacking(String scope, Caller caller) {
    if (scope.equals("admin") && !caller.admin()) {
      return Problem.of(403, "not_admin", "Forbidden", "Only administrators may do this.");
    }
    return Problem.of(
            403, "missing_scope", "Forbidden", "This API key lacks the scope " + scope + ".")
        .fix("Create a key with " + scope + ".");
  }

  private static Map<String, JsonNode> parameters(Operation operation, RawRequest request) {
    var errors = new ArrayList<FieldError>();
    var sent = new LinkedHashMap<>(request.query());
    var read = new HashMap<String, JsonNode>();
    for (Parameter parameter : operation.parameters()) {
      if (parameter.inQuery()) {
        List<String> values = sent.remove(parameter.name());
        if (values != null) {
          read.put(parameter.name(), parameter.read(values, errors));
        } else if (parameter.required()) {
          errors.add(new FieldError(parameter.pointer(), "is required"));
        }
      } else if (parameter.inHeader()) {
        request.header(parameter.name()).ifPresent(value -> parameter.read(List.of(value), errors));
      }
    }
    for (String unknown : sent.keySet()) {
      errors.add(
          new FieldError("?" + unknown, "is not a parameter of this request" + choices(operation)));
    }
    if (!errors.isEmpty()) {
      var problem = Problem.badRequest("invalid_parameter", ValidationMessages.summary(errors));
      for (FieldError error : errors) {
        problem = problem.field(error.pointer(), error.detail());
      }
      throw problem;
    }
    return read;
  }

  private static String choices(Operation operation) {
    var names = new ArrayList<String>();
    for (Parameter parameter : operation.parameters()) {
      if (parameter.inQuery()) {
        names.add(parameter.name());
      }
    }
    return names.isEmpty() ? "; it takes none" : "; there are: " + String.join(", ", names);
  }

  private static @Nullable JsonNode body(Operation operation, RawRequest request, byte[] raw) {
    if (raw.length == 0) {
      if (operation.body().required()) {
        throw Problem.badRequest("malformed_body", "The body is empty.")
            .fix("Send the fields of this request as JSON.");
      }
      return null;
    }
    BodyReader.requireJson(request);
    JsonNode body = BodyReader.json(raw);
    operation.body().check(body);
    return body;
  }
}
