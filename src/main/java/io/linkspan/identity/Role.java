package io.linkspan.identity;

import java.util.Locale;

/** What a person may do beyond their own calendars. */
public enum Role {
  /** Also manages users and acts for other organizers. */
  ADMIN,
  ORGANIZER;

  /** As the contract and the database spell it. */
  public String wire() {
    return name().toLowerCase(Locale.ROOT);
  }

  static Role of(String wire) {
    return valueOf(wire.toUpperCase(Locale.ROOT));
  }
}
