package io.linkspan.identity;

import java.time.Instant;
import java.time.ZoneId;
import java.util.UUID;

/**
 * A person who can sign in, and whose calendars these are.
 *
 * @param email in lower case
 * @param timeZone where all-day events without a zone of their own are
 * @param version grows with every change
 */
public record Organizer(
    UUID id,
    String email,
    String name,
    ZoneId timeZone,
    Role role,
    long version,
    Instant createdAt,
    Instant updatedAt) {
  public boolean admin() {
    return role == Role.ADMIN;
  }
}
