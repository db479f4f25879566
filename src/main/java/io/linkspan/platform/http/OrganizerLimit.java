package io.linkspan.platform.http;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** What one organizer may have at most; the setting {@code LIMITS} changes the numbers. */
public enum OrganizerLimit {
  INTEGRATIONS(100, "connected accounts"),
  BLOCKS(250_000, "blocked times"),
  WEBHOOKS(200, "webhooks"),
  API_KEYS(500, "API keys"),
  BOOKINGS(100_000, "bookings"),
  EVENTS_PER_DAY(500_000, "events published in a day"),
  EVENT_BYTES_PER_DAY(1L << 28, "bytes of events published in a day"),
  IDEMPOTENCY_KEYS_PER_DAY(250_000, "idempotency keys used in a day");

  private final long standard;
  private final String things;

  OrganizerLimit(long standard, String things) {
    this.standard = standard;
    this.things = things;
  }

  /** As the setting spells it. */
  public String wire() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** What is counted, for people. */
  String things() {
    return things;
  }

  public static Optional<OrganizerLimit> of(String wire) {
    return Arrays.stream(values()).filter(limit -> limit.wire().equals(wire)).findFirst();
  }

  /** The numbers that hold where the operator sets none. */
  public static Map<OrganizerLimit, Long> standard() {
    var all = new EnumMap<OrganizerLimit, Long>(OrganizerLimit.class);
    for (OrganizerLimit limit : values()) {
      all.put(limit, limit.standard);
    }
    return all;
  }

  /** The numbers as the setting spells them, such as {@code integrations=100,blocks=250000}. */
  public static String text(Map<OrganizerLimit, Long> numbers) {
    return Arrays.stream(values())
        .map(limit -> limit.wire() + "=" + numbers.get(limit))
        .collect(Collectors.joining(","));
  }
}
