package io.linkspan.app;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One documented setting.
 *
 * @param name without the prefix {@code LINKSPAN_}
 * @param standard what holds when nothing is set, as text; null when that means "not set"
 * @param meaning one line for the operator, with units
 * @param secret never printed, and also read from the file named by {@code …_FILE}
 * @param parser turns the text into the value
 */
record Setting<T>(
    String name, @Nullable String standard, String meaning, boolean secret, Parser<T> parser) {
  static final String PREFIX = "LINKSPAN_";

  /** The environment variable. */
  String variable() {
    return PREFIX + name;
  }

  Optional<String> fileVariable() {
    return secret ? Optional.of(variable() + "_FILE") : Optional.empty();
  }

  /** Reads a value, or says what a good one looks like. */
  @FunctionalInterface
  interface Parser<T> {
    /**
     * @throws IllegalArgumentException whose message completes "LINKSPAN_X …"
     */
    T parse(String text);
  }
}
