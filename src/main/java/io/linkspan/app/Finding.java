package io.linkspan.app;

import org.jspecify.annotations.Nullable;

/**
 * One thing that {@code linkspan doctor} looked at.
 *
 * @param check what was looked at: configuration, database, keys, clock …
 * @param fix what to do; null when nothing needs doing
 */
record Finding(String check, Level level, String message, @Nullable String fix) {
  enum Level {
    OK,
    WARN,
    FAIL
  }

  static Finding ok(String check, String message) {
    return new Finding(check, Level.OK, message, null);
  }

  static Finding warn(String check, String message, String fix) {
    return new Finding(check, Level.WARN, message, fix);
  }

  static Finding fail(String check, String message, String fix) {
    return new Finding(check, Level.FAIL, message, fix);
  }
}
