package io.linkspan.provider.caldav;

import io.linkspan.platform.egress.Egress;
import io.linkspan.platform.egress.HttpEgress;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;

/** The gateway as the tests configure it. */
public final class Egresses {
  // one for all tests: it holds only idle connections, which it closes by itself
  private static final HttpEgress TO_LOOPBACK =
      HttpEgress.to(List.of("127.0.0.0/8"), new SimpleMeterRegistry());

  private static final HttpEgress TO_PUBLIC = HttpEgress.to(List.of(), new SimpleMeterRegistry());

  private Egresses() {}

  /** May reach this machine and nothing else of the private networks. */
  public static Egress toLoopback() {
    return TO_LOOPBACK;
  }

  /** May reach no private network, as an operator has it who allows none. */
  public static Egress toPublicOnly() {
    return TO_PUBLIC;
  }
}
