package io.linkspan.webhook.subscription;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** How a webhook's deliveries have fared. */
public record DeliveryStats(
    @JsonProperty("delivered_24h") int delivered24h,
    @JsonProperty("failed_24h") int failed24h,
    @JsonProperty("attempts_24h") int attempts24h,
    @JsonProperty("failed_attempts_24h") int failedAttempts24h,
    int pending,
    int retrying,
    @Nullable Double successRate,
    @JsonProperty("p50_ms") @Nullable Integer p50Ms,
    @JsonProperty("p95_ms") @Nullable Integer p95Ms,
    @Nullable Instant nextRetryAt,
    @Nullable LastAttempt lastAttempt,
    List<FailureCause> failures,
    List<Hour> hours) {
  private static final int HOURS = 24;

  /**
   * What came last.
   *
   * @param status of HTTP; null when there was no answer
   * @param error null when it succeeded
   * @param attempt its number within its delivery
   * @param of how many attempts that delivery has at most
   */
  public record LastAttempt(
      Instant startedAt, @Nullable Integer status, @Nullable String error, int attempt, int of) {}

  /** Failed attempts with one cause. */
  public record FailureCause(String error, @Nullable Integer status, int count, Instant lastAt) {}

  /** What ended in one hour of the clock. */
  public record Hour(Instant start, int delivered, int failed) {}

  /** Of a webhook that was never sent anything. */
  public static DeliveryStats none(Instant now) {
    return new DeliveryStats(
        0, 0, 0, 0, 0, 0, null, null, null, null, null, List.of(), strip(List.of(), now));
  }

  /** The last 24 hours of the clock, the present one last, those without anything included. */
  public static List<Hour> strip(List<Hour> hours, Instant now) {
    var first = now.truncatedTo(ChronoUnit.HOURS).minus(Duration.ofHours(HOURS - 1));
    return IntStream.range(0, HOURS)
        .mapToObj(hour -> first.plus(Duration.ofHours(hour)))
        .map(
            start ->
                hours.stream()
                    .filter(hour -> hour.start().equals(start))
                    .findFirst()
                    .orElseGet(() -> new Hour(start, 0, 0)))
        .toList();
  }
}
