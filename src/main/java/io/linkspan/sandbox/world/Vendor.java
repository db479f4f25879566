package io.linkspan.sandbox.world;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** Whose services are simulated. */
public enum Vendor {
  GOOGLE("Google"),
  MICROSOFT("Microsoft");

  private final String displayName;

  Vendor(String displayName) {
    this.displayName = displayName;
  }

  public String displayName() {
    return displayName;
  }

  /** As it stands in paths and in the sandbox's own API, such as {@code google}. */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }

  public static Optional<Vendor> of(String id) {
    return Arrays.stream(values()).filter(vendor -> vendor.id().equals(id)).findFirst();
  }
}
