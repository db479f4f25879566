package io.linkspan.platform.time;

import com.github.f4b6a3.uuid.factory.standard.TimeOrderedEpochFactory;
import java.time.Clock;
import java.util.UUID;

/**
 * Makes UUIDv7 (RFC 9562): unique without asking anyone, and in the order of their making, those of
 * one millisecond included.
 */
public final class Ids {
  private final TimeOrderedEpochFactory factory;

  public Ids(Clock clock) {
    this.factory = new TimeOrderedEpochFactory(clock);
  }

  public UUID next() {
    return factory.create();
  }
}
