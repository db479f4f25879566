package io.linkspan.sandbox.world;

import io.linkspan.platform.http.Json;
import io.linkspan.platform.http.Reply;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Answers as vendors give them. */
public final class Answers {
  private Answers() {}

  public static ObjectNode object() {
    return Json.mapper().createObjectNode();
  }

  public static Reply json(int status, JsonNode body) {
    return new Reply(
        status, new Reply.Content("application/json; charset=utf-8", Json.bytes(body)), Map.of());
  }

  public static Reply json(JsonNode body) {
    return json(200, body);
  }

  public static Reply empty(int status) {
    return new Reply(status, null, Map.of());
  }

  public static Reply text(int status, String type, String body) {
    return new Reply(
        status, new Reply.Content(type, body.getBytes(StandardCharsets.UTF_8)), Map.of());
  }

  /** Breaks the connection instead of answering. */
  public static Reply lost() {
    return Reply.download(
        "application/octet-stream",
        _ -> {
          throw new IOException("the sandbox loses this answer on request");
        });
  }
}
