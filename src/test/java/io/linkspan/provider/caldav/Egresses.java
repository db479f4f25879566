package io.linkspan.provider.caldav;

import io.linkspan.platform.egress.Egress;

/** The gateway as the tests configure it. */
public final class Egresses {
  private Egresses() {}

  /** May reach this machine and nothing else of the private networks. */
  public static Egress toLoopback() {
    return new PlainEgress();
  }
}
