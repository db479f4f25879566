package io.linkspan;

/**
 * How much a test of random input or random kills does: enough to notice what broke in every run,
 * all of it with {@code ./linkspan test --long}.
 */
public final class Soak {
  private Soak() {}

  /**
   * @param property sets another size, such as {@code linkspan.crash.cycles}
   */
  public static int size(String property, int always, int whole) {
    return Integer.getInteger(property, Boolean.getBoolean("linkspan.long") ? whole : always);
  }
}
