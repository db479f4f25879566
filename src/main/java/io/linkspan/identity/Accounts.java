package io.linkspan.identity;

import io.linkspan.platform.http.Problem;
import io.linkspan.platform.time.Ids;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Makes, changes and deletes organizers: one address each, and never without an administrator. */
final class Accounts {
  private final OrganizerStore store = new OrganizerStore();
  private final Organizers organizers;
  private final Ids ids;
  private final Clock clock;

  Accounts(Organizers organizers, Ids ids, Clock clock) {
    this.organizers = organizers;
    this.ids = ids;
    this.clock = clock;
  }

  /** Who an organizer is, as far as it can change. */
  record Profile(String email, String name, ZoneId timeZone, Role role) {
    static Profile of(Organizer organizer) {
      return new Profile(
          organizer.email(), organizer.name(), organizer.timeZone(), organizer.role());
    }
  }

  /**
   * @param passwordHash null until an invitation is accepted
   * @throws Problem 409 when the address is taken
   */
  Organizer create(Handle tx, Profile profile, @Nullable String passwordHash) {
    Instant now = now();
    var organizer =
        new Organizer(
            ids.next(),
            profile.email(),
            profile.name(),
            profile.timeZone(),
            profile.role(),
            1,
            now,
            now);
    if (!store.insert(tx, organizer, passwordHash)) {
      throw taken();
    }
    return organizer;
  }

  /**
   * Stores what differs.
   *
   * @param before as locked by this transaction; for a new role, after {@link #lockAdmins}
   * @throws Problem 409 when the address is taken, or nobody would be administrator
   */
  Organizer change(Handle tx, Organizer before, Profile profile) {
    if (before.admin() && profile.role() != Role.ADMIN) {
      requireAnotherAdmin(tx, before.id());
    }
    var after =
        new Organizer(
            before.id(),
            profile.email(),
            profile.name(),
            profile.timeZone(),
            profile.role(),
            before.version() + 1,
            before.createdAt(),
            now());
    if (!after.email().equals(before.email()) && !store.moveEmail(tx, after.id(), after.email())) {
      throw taken();
    }
    store.update(tx, after);
    if (!after.timeZone().equals(before.timeZone())) {
      organizers.zoneChanged(tx, after.id(), after.timeZone());
    }
    organizers.changed(tx, after.id());
    return after;
  }

  /**
   * Deletes the organizer and everything of theirs.
   *
   * @throws Problem 409 when nobody would be administrator
   */
  void delete(Handle tx, Organizer organizer) {
    if (organizer.admin()) {
      requireAnotherAdmin(tx, organizer.id());
    }
    store.delete(tx, organizer.id());
  }

  /** Before locking one organizer whose role may go: two who do so at once cannot deadlock. */
  void lockAdmins(Handle tx) {
    store.lockAdmins(tx);
  }

  private void requireAnotherAdmin(Handle tx, UUID id) {
    if (store.lockAdmins(tx).stream().allMatch(id::equals)) {
      throw Problem.conflict("last_admin", "This is the last administrator.")
          .fix("Make another user administrator first.");
    }
  }

  private static Problem taken() {
    return Problem.conflict("email_taken", "Another user has this email address.")
        .field("/email", "Another user has this email address.");
  }

  // what the database keeps, so that the answer to a change and a later reading agree
  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MICROS);
  }
}
