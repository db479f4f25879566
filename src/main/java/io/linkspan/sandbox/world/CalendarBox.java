package io.linkspan.sandbox.world;

import java.time.ZoneId;

/**
 * One calendar of an account.
 *
 * @param access what the account may do with it
 */
public record CalendarBox(
    String id,
    String name,
    ZoneId zone,
    String color,
    Access access,
    boolean primary,
    Journal journal) {

  /** In the order of what they allow. */
  public enum Access {
    FREE_BUSY,
    READER,
    WRITER,
    OWNER
  }

  public static CalendarBox of(
      String id, String name, ZoneId zone, String color, Access access, boolean primary) {
    return new CalendarBox(id, name, zone, color, access, primary, new Journal());
  }

  public boolean writable() {
    return access.compareTo(Access.WRITER) >= 0;
  }
}
