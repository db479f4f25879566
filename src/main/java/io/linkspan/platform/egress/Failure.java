package io.linkspan.platform.egress;

import io.linkspan.platform.egress.Exchange.Reason;

/** Carries a reason out of the depth of an exchange; becomes an {@link Exchange.Failed}. */
final class Failure extends Exception {
  private static final long serialVersionUID = 1L;

  private final Reason reason;

  /**
   * @param detail a sentence for a person: the host, never path, query or headers
   */
  Failure(Reason reason, String detail) {
    // no stack trace: what the other side does is no fault of this program
    super(detail, null, false, false);
    this.reason = reason;
  }

  Reason reason() {
    return reason;
  }

  String detail() {
    return String.valueOf(getMessage());
  }
}
