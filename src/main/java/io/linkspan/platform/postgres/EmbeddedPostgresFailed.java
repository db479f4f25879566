package io.linkspan.platform.postgres;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The embedded PostgreSQL cannot run: what happened, why, and what to do. */
public final class EmbeddedPostgresFailed extends RuntimeException {
  private static final int LINES_SHOWN = 12;

  private final String fix;

  EmbeddedPostgresFailed(String what, String fix) {
    this(what, fix, null);
  }

  private EmbeddedPostgresFailed(String what, String fix, @Nullable Throwable cause) {
    super(what, cause);
    this.fix = fix;
  }

  static EmbeddedPostgresFailed during(String doing, IOException cause) {
    String message = String.valueOf(cause.getMessage());
    if (message.contains("No space left")) {
      return new EmbeddedPostgresFailed(
          "The disk is full: " + doing + " failed", FREE_SPACE, cause);
    }
    if (cause instanceof AccessDeniedException
        || message.contains("Permission denied")
        || message.contains("Read-only file system")) {
      return new EmbeddedPostgresFailed(
          "No permission for " + doing + ": " + message, CHOOSE, cause);
    }
    return new EmbeddedPostgresFailed(
        doing + " failed: " + cause, "Remove the cause, then start again", cause);
  }

  private static final String FREE_SPACE =
      "Free some space (an empty database needs about 150 MB) and start again; nothing that was"
          + " acknowledged is lost";
  private static final String CHOOSE =
      "Make the directory writable for this user, or choose another with --data or"
          + " LINKSPAN_DATA_DIR";

  /** What PostgreSQL's own words mean. */
  static EmbeddedPostgresFailed saying(String what, String words, Path log) {
    if (words.contains("No space left on device")) {
      return new EmbeddedPostgresFailed("The disk is full: " + what, FREE_SPACE);
    }
    if (words.contains("not compatible with this version")
        || words.contains("database files are incompatible with server")) {
      return new EmbeddedPostgresFailed(
          what + ": the data was written by another major version of PostgreSQL",
          "Restore a backup into an empty data directory, or run the Linkspan that wrote it");
    }
    if (words.contains("could not open shared object") || words.contains("GLIBC")) {
      return new EmbeddedPostgresFailed(
          what + ": the packaged PostgreSQL does not run on this system's C library",
          "Use a system with glibc, or set LINKSPAN_DATABASE_URL");
    }
    return new EmbeddedPostgresFailed(
        what + "; the end of its log:\n" + tail(words), "The whole log is " + log);
  }

  private static String tail(String words) {
    List<String> lines = words.strip().lines().toList();
    return String.join("\n", lines.subList(Math.max(0, lines.size() - LINES_SHOWN), lines.size()));
  }

  /** What the operator can do about it. */
  public String fix() {
    return fix;
  }
}
