package io.linkspan.webhook.delivery;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One request and what came back.
 *
 * @param requestHeaders credentials redacted
 * @param made whether a connection could be had for it; where not, nothing is said of the receiver
 * @param error why it failed; null when it did not
 * @param retryAfter when the receiver asked to be tried again
 */
record Attempt(
    Instant startedAt,
    int durationMs,
    Map<String, String> requestHeaders,
    boolean made,
    @Nullable Answer answer,
    @Nullable String error,
    Optional<Instant> retryAfter) {

  /**
   * What the receiver said.
   *
   * @param body the first 16 KiB
   */
  record Answer(int status, Map<String, String> headers, String body, boolean cut) {}

  /** The same without anything that the receiver said but its status. */
  Attempt withoutResponse() {
    var bare = answer == null ? null : new Answer(answer.status(), Map.of(), "", true);
    return new Attempt(startedAt, durationMs, requestHeaders, made, bare, error, retryAfter);
  }

  boolean succeeded() {
    return error == null;
  }

  /** Whether the receiver says that nobody will ever listen there again. */
  boolean gone() {
    return answer != null && answer.status() == 410;
  }

  boolean unanswered() {
    return answer == null;
  }
}
