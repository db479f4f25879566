package io.linkspan.sandbox.world;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Something that goes wrong on request.
 *
 * @param provider as in {@link Vendor#id}
 * @param path below the provider's root; {@code *} stands for any text. Of a notification it is the
 *     path of what is watched
 * @param status the answer's, in place of any effect
 * @param body of that answer; without one it is the vendor's own for that status
 * @param times how often; null for as long as the fault is set
 * @param loseAnswer the effect happens, and the connection breaks before the answer
 */
public record Fault(
    String provider,
    String path,
    @Nullable Integer status,
    @Nullable JsonNode body,
    @Nullable Integer delayMs,
    @Nullable Integer times,
    @Nullable Boolean loseAnswer,
    @Nullable Boolean loseNotification,
    @Nullable Boolean doubleNotification) {

  boolean concerns(Vendor vendor, String requestPath) {
    return provider.equals(vendor.id()) && pattern().matcher(requestPath).matches();
  }

  private Pattern pattern() {
    var pattern = new StringBuilder();
    for (String literal : path.split("\\*", -1)) {
      pattern.append(pattern.isEmpty() ? "" : ".*").append(Pattern.quote(literal));
    }
    return Pattern.compile(pattern.toString(), Pattern.DOTALL);
  }

  boolean ofNotifications() {
    return losesNotification() || doublesNotification();
  }

  public boolean losesAnswer() {
    return Boolean.TRUE.equals(loseAnswer);
  }

  public boolean losesNotification() {
    return Boolean.TRUE.equals(loseNotification);
  }

  public boolean doublesNotification() {
    return Boolean.TRUE.equals(doubleNotification);
  }

  public Duration delay() {
    return Duration.ofMillis(delayMs == null ? 0 : delayMs);
  }

  public Optional<Integer> failing() {
    return Optional.ofNullable(status);
  }

  Fault once() {
    return times == null
        ? this
        : new Fault(
            provider,
            path,
            status,
            body,
            delayMs,
            times - 1,
            loseAnswer,
            loseNotification,
            doubleNotification);
  }

  boolean isSpent() {
    return times != null && times <= 0;
  }
}
