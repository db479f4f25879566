package io.linkspan.platform.http;

import io.linkspan.platform.http.Problem.FieldError;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What goes out: either bytes, or a stream that is made while it is sent. */
sealed interface Answer {
  int status();

  Map<String, String> headers();

  /**
   * @param type null where there is no body
   */
  record Whole(int status, Map<String, String> headers, @Nullable String type, byte[] bytes)
      implements Answer {
    Whole with(String header, String value) {
      var all = new LinkedHashMap<>(headers);
      all.put(header, value);
      return new Whole(status, all, type, bytes);
    }
  }

  record Flowing(int status, Map<String, String> headers, Reply.Download download)
      implements Answer {}

  /**
   * @param permission throws a {@link Problem} when the caller may not listen any more
   */
  record Happening(int status, Map<String, String> headers, EventSource source, Runnable permission)
      implements Answer {
    Happening whilePermitted(Runnable by) {
      return new Happening(status, headers, source, by);
    }
  }

  static Answer of(Reply reply) {
    return switch (reply.body()) {
      case null -> new Whole(reply.status(), reply.headers(), null, new byte[0]);
      case Reply.Content content ->
          new Whole(reply.status(), reply.headers(), content.type(), content.bytes());
      case Reply.Download download -> new Flowing(reply.status(), reply.headers(), download);
      case Reply.Events events ->
          new Happening(reply.status(), reply.headers(), events.source(), () -> {});
      case Object body -> json(reply, Json.bytes(body));
    };
  }

  private static Whole json(Reply reply, byte[] body) {
    var headers = ETags.completed(reply.headers(), body);
    return new Whole(reply.status(), headers, "application/json", body);
  }

  static Answer of(Problem problem, String requestId) {
    return new Whole(
        problem.status(),
        problem.headers(),
        "application/problem+json",
        Json.bytes(body(problem, requestId)));
  }

  private static Map<String, Object> body(Problem problem, String requestId) {
    var body = new LinkedHashMap<String, Object>();
    body.put("type", "about:blank");
    body.put("title", problem.title());
    body.put("status", problem.status());
    body.put("detail", problem.getMessage());
    body.put("code", problem.code());
    body.put("request_id", requestId);
    String fix = problem.fix();
    if (fix != null) {
      body.put("fix", fix);
    }
    List<FieldError> errors = problem.errors();
    if (!errors.isEmpty()) {
      body.put("errors", errors);
    }
    return body;
  }
}
