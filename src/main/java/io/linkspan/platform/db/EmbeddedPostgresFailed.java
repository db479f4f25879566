package io.linkspan.platform.db;

import java.io.IOException;
import java.nio.file.AccessDeniedException;

/** The embedded PostgreSQL cannot run: what happened, why, and what to do. */
public final class EmbeddedPostgresFailed extends RuntimeException {
  private final String fix;

  EmbeddedPostgresFailed(String what, String fix) {
    super(what);
    this.fix = fix;
  }

  private EmbeddedPostgresFailed(String what, String fix, Throwable cause) {
    super(what, cause);
    this.fix = fix;
  }

  static EmbeddedPostgresFailed during(String doing, IOException cause) {
    String message = String.valueOf(cause.getMessage());
    if (message.contains("No space left")) {
      return new EmbeddedPostgresFailed(
          "The disk is full: " + doing + " failed",
          "Free some space (the database needs about 150 MB to begin with) and start again",
          cause);
    }
    if (cause instanceof AccessDeniedException || message.contains("Read-only file system")) {
      return new EmbeddedPostgresFailed(
          "No permission for " + doing + ": " + message,
          "Make the directory writable for this user, or choose another with LINKSPAN_DATA_DIR",
          cause);
    }
    return new EmbeddedPostgresFailed(
        doing + " failed: " + message, "See the cause above; then start again", cause);
  }

  /** What the operator can do about it. */
  public String fix() {
    return fix;
  }
}
