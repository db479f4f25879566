package io.linkspan.platform.http;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.EnumMap;
import java.util.Map;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/**
 * Holds every organizer to what one may have at most. Calls that race do not pass a limit together:
 * each limit of an organizer has a row that is locked until the transaction ends.
 *
 * <p>The row comes after accounts, integrations and calendars in the order of locks, and before
 * what is counted.
 */
public final class OrganizerLimits {
  private final Map<OrganizerLimit, Long> numbers;
  private final OrganizerLimitStore store = new OrganizerLimitStore();
  private final Clock clock;

  /** How many there are, as the transaction sees it. */
  @FunctionalInterface
  public interface Count {
    long of(Handle tx, UUID organizerId);
  }

  /**
   * @param numbers of the setting; for those that it lacks the standard ones hold
   */
  public OrganizerLimits(Map<OrganizerLimit, Long> numbers, Clock clock) {
    this.numbers = new EnumMap<>(OrganizerLimit.standard());
    this.numbers.putAll(numbers);
    this.clock = clock;
  }

  public long most(OrganizerLimit limit) {
    return numbers.getOrDefault(limit, 0L);
  }

  /**
   * Before one more is stored, in the same transaction.
   *
   * @throws Problem 409 {@code limit_reached}
   */
  public void requireRoom(Handle tx, UUID organizerId, OrganizerLimit limit, Count count) {
    if (room(tx, organizerId, limit, count) < 1) {
      throw Problem.conflict("limit_reached", sentence(limit))
          .fix(
              "Delete what is not used any more, or ask the operator to raise "
                  + limit.wire()
                  + " in LINKSPAN_LIMITS.");
    }
  }

  /** How many more there may be; nobody else stores one until this transaction ends. */
  public long room(Handle tx, UUID organizerId, OrganizerLimit limit, Count count) {
    store.lock(tx, organizerId, limit.wire());
    return Math.max(0, most(limit) - count.of(tx, organizerId));
  }

  /**
   * Uses some of what there is for a day (UTC). Where many calls of one organizer run at once, give
   * it a short transaction before theirs.
   *
   * @param limit one that is counted by the day
   * @throws Problem 429 {@code limit_reached} with the time until the next day; nothing is used
   */
  public void take(Handle tx, UUID organizerId, OrganizerLimit limit, long amount) {
    Instant now = clock.instant();
    LocalDate today = LocalDate.ofInstant(now, ZoneOffset.UTC);
    long most = most(limit);
    if (amount > most || !store.take(tx, organizerId, limit.wire(), today, amount, most)) {
      Instant tomorrow = today.plusDays(1).atStartOfDay(ZoneOffset.UTC).toInstant();
      throw Problem.of(429, "limit_reached", "Too many requests", sentence(limit))
          .fix(
              "Try again tomorrow (UTC), or ask the operator to raise "
                  + limit.wire()
                  + " in LINKSPAN_LIMITS.")
          .retryAfter(Duration.between(now, tomorrow));
    }
  }

  /** What the limit is, as a sentence for people. */
  public String sentence(OrganizerLimit limit) {
    return "An organizer may have at most %d %s, the limit %s in LINKSPAN_LIMITS."
        .formatted(most(limit), limit.things(), limit.wire());
  }
}
