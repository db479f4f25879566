package io.linkspan.platform.time;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicReference;

/** A clock that stands still until a test moves it. */
public final class SteeredClock extends Clock {
  private final AtomicReference<Instant> now;
  private final ZoneId zone;

  private SteeredClock(AtomicReference<Instant> now, ZoneId zone) {
    this.now = now;
    this.zone = zone;
  }

  public static SteeredClock at(Instant now) {
    return new SteeredClock(new AtomicReference<>(now), ZoneOffset.UTC);
  }

  /**
   * @param now such as {@code 2026-03-02T09:00:00Z}
   */
  public static SteeredClock at(String now) {
    return at(Instant.parse(now));
  }

  public void advance(Duration by) {
    now.updateAndGet(instant -> instant.plus(by));
  }

  public void set(Instant instant) {
    now.set(instant);
  }

  @Override
  public Instant instant() {
    return now.get();
  }

  @Override
  public ZoneId getZone() {
    return zone;
  }

  @Override
  public Clock withZone(ZoneId other) {
    return new SteeredClock(now, other);
  }
}
