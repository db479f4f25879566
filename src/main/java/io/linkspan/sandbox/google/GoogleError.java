package io.linkspan.sandbox.google;

import io.linkspan.platform.http.Reply;
import io.linkspan.sandbox.world.Answers;
import tools.jackson.databind.node.ObjectNode;

/**
 * A refusal of the Calendar API, in its form.
 *
 * @see <a href="https://developers.google.com/workspace/calendar/api/guides/errors">Handle API
 *     errors</a>
 */
final class GoogleError extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private final int status;
  private final String reason;

  GoogleError(int status, String reason, String message) {
    super(message, null, false, false);
    this.status = status;
    this.reason = reason;
  }

  static GoogleError badRequest(String reason, String message) {
    return new GoogleError(400, reason, message);
  }

  static GoogleError notFound() {
    return new GoogleError(404, "notFound", "Not Found");
  }

  /** What Google says with a status that somebody asked the sandbox for. */
  static GoogleError of(int status) {
    return switch (status) {
      case 400 -> badRequest("badRequest", "Bad Request");
      case 401 -> new GoogleError(401, "authError", "Invalid Credentials");
      case 403 -> new GoogleError(403, "rateLimitExceeded", "Rate Limit Exceeded");
      case 404 -> notFound();
      case 410 ->
          new GoogleError(
              410, "fullSyncRequired", "Sync token is no longer valid, a full sync is required.");
      case 429 -> new GoogleError(429, "rateLimitExceeded", "Rate Limit Exceeded");
      default -> new GoogleError(status, "backendError", "Backend Error");
    };
  }

  Reply reply() {
    ObjectNode body = Answers.object();
    ObjectNode error = body.putObject("error");
    error.put("code", status);
    error.put("message", getMessage());
    ObjectNode first = error.putArray("errors").addObject();
    first.put("message", getMessage());
    first.put("domain", reason.equals("rateLimitExceeded") ? "usageLimits" : domain());
    first.put("reason", reason);
    if (status == 401) {
      first.put("locationType", "header");
      first.put("location", "Authorization");
      error.put("status", "UNAUTHENTICATED");
    }
    Reply reply = Answers.json(status, body);
    return status == 429 || status == 503 ? reply.with("Retry-After", "1") : reply;
  }

  private String domain() {
    return status == 410 ? "calendar" : "global";
  }
}
