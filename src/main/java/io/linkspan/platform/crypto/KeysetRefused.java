package io.linkspan.platform.crypto;

/** The stored credentials cannot be sealed or opened: what happened, why, and what to do. */
public final class KeysetRefused extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String fix;

  KeysetRefused(String what, String fix) {
    super(what);
    this.fix = fix;
  }

  KeysetRefused(String what, String fix, Throwable cause) {
    super(what, cause);
    this.fix = fix;
  }

  /** What the operator can do about it. */
  public String fix() {
    return fix;
  }
}
