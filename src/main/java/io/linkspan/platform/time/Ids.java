package io.linkspan.platform.time;

import com.github.f4b6a3.uuid.UuidCreator;
import java.time.Clock;
import java.util.UUID;

/** Makes UUIDv7 (RFC 9562): unique without asking anyone, and in the order of their making. */
public final class Ids {
  private final Clock clock;

  public Ids(Clock clock) {
    this.clock = clock;
  }

  public UUID next() {
    return UuidCreator.getTimeOrderedEpoch(clock.instant());
  }
}
