package io.linkspan.platform.db;

/** The database is there, and is not one that this program can work with. */
public final class DatabaseUnusable extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String fix;

  DatabaseUnusable(String message, String fix) {
    super(message);
    this.fix = fix;
  }

  /** What to do. */
  public String fix() {
    return fix;
  }
}
