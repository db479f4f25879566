package io.linkspan.app;

/** The server cannot start: what happened and why; {@link #fix} says what to do. */
final class StartFailed extends RuntimeException {
  private final String fix;

  StartFailed(String what, String fix, Throwable cause) {
    super(what, cause);
    this.fix = fix;
  }

  String fix() {
    return fix;
  }
}
