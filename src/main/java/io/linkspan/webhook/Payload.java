package io.linkspan.webhook;

import io.linkspan.platform.http.Json;
import java.time.Instant;

/** What a receiver gets. */
public final class Payload {
  private Payload() {}

  /**
   * The body, the same bytes on every attempt.
   *
   * @param data JSON text
   */
  public static String body(String id, String type, Instant at, String data) {
    return "{\"id\":"
        + Json.text(id)
        + ",\"type\":"
        + Json.text(type)
        + ",\"timestamp\":"
        + Json.text(at)
        + ",\"data\":"
        + data
        + "}";
  }
}
