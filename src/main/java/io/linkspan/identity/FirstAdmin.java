package io.linkspan.identity;

import io.linkspan.identity.Accounts.Profile;
import io.linkspan.platform.crypto.Secret;
import io.linkspan.platform.db.Database;
import io.linkspan.platform.http.Problem;
import java.net.URI;
import java.time.Clock;
import java.time.ZoneId;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How the first administrator comes to be: by the operator's settings, or by the one-time link that
 * is printed while there is none.
 */
final class FirstAdmin {
  private static final Logger LOG = LoggerFactory.getLogger(FirstAdmin.class);
  private static final String PLACEHOLDER = "admin@localhost";

  private final Database database;
  private final Accounts accounts;
  private final Sessions sessions;
  private final Passwords passwords;
  private final Invitations invitations;
  private final Clock clock;
  private final OrganizerStore organizers = new OrganizerStore();
  private final AdminSettingsStore settings = new AdminSettingsStore();
  private final LinkStore links = new LinkStore();
  private final AtomicReference<@Nullable UUID> named = new AtomicReference<>();

  FirstAdmin(
      Database database,
      Accounts accounts,
      Sessions sessions,
      Passwords passwords,
      Invitations invitations,
      Clock clock) {
    this.database = database;
    this.accounts = accounts;
    this.sessions = sessions;
    this.passwords = passwords;
    this.invitations = invitations;
    this.clock = clock;
  }

  /** Whether there is no administrator yet. */
  boolean missing() {
    return database.query(handle -> !organizers.anyAdmin(handle));
  }

  /**
   * Who the operator's key acts as: the administrator that the settings name, else the first.
   *
   * @throws IllegalStateException before {@link #applySettings} made one
   */
  Organizer acting() {
    UUID id = named.get();
    return database.query(
        handle ->
            Optional.ofNullable(id)
                .flatMap(known -> organizers.find(handle, known))
                .filter(Organizer::admin)
                .or(() -> organizers.firstAdmin(handle))
                .orElseThrow(() -> new IllegalStateException("there is no administrator")));
  }

  /**
   * Makes or keeps the administrator of the settings. The password is applied when it is new or
   * differs from the one applied last, so that a password that the person changed since survives a
   * restart, and the operator can still set another.
   */
  void applySettings(IdentitySettings wanted) {
    if (wanted.adminEmail().isEmpty() && wanted.adminApiKey().isEmpty()) {
      return;
    }
    String email =
        wanted.adminEmail().map(address -> Emails.check(address, "/email")).orElse(PLACEHOLDER);
    var applied = database.query(handle -> settings.find(handle, email));
    Optional<String> newHash =
        wanted
            .adminPassword()
            .filter(
                password ->
                    applied
                        .map(before -> !passwords.matches(password, before.passwordHash()))
                        .orElse(true))
            .map(passwords::hash);
    UUID id =
        database.inTransaction(
            tx -> {
              organizers.lockFirstAdmin(tx);
              if (wanted.adminEmail().isEmpty()) {
                return organizers
                    .firstAdmin(tx)
                    .or(() -> organizers.findByEmail(tx, email).map(found -> promote(tx, found)))
                    .orElseGet(() -> create(tx, email, null))
                    .id();
              }
              return keep(tx, email, newHash);
            });
    named.set(id);
  }

  private UUID keep(Handle tx, String email, Optional<String> newHash) {
    var applied = settings.find(tx, email);
    // the person may have another address by now and is still the one meant
    var existing =
        applied
            .flatMap(before -> organizers.find(tx, before.organizerId()))
            .or(() -> organizers.findByEmail(tx, email));
    var admin =
        existing
            .map(found -> promote(tx, found))
            .orElseGet(() -> create(tx, email, newHash.orElse(null)));
    if (existing.isPresent() && newHash.isPresent()) {
      organizers.setPassword(tx, admin.id(), newHash.get());
      links.deleteInvitation(tx, admin.id());
      sessions.endAll(tx, admin.id());
      LOG.info("Set the password of administrator {} from ADMIN_PASSWORD", admin.id());
    }
    String hash =
        newHash.orElse(applied.map(AdminSettingsStore.Applied::passwordHash).orElse(null));
    settings.put(tx, email, admin.id(), hash);
    return admin.id();
  }

  private Organizer create(Handle tx, String email, @Nullable String hash) {
    String name = email.substring(0, email.indexOf('@'));
    var made = accounts.create(tx, new Profile(email, name, ZoneId.of("UTC"), Role.ADMIN), hash);
    links.deleteSetup(tx);
    LOG.info("Made administrator {} from the settings", made.id());
    return made;
  }

  private Organizer promote(Handle tx, Organizer organizer) {
    if (organizer.admin()) {
      return organizer;
    }
    LOG.info("Made {} administrator again, as the settings say", organizer.id());
    return accounts.change(
        tx,
        organizer,
        new Profile(organizer.email(), organizer.name(), organizer.timeZone(), Role.ADMIN));
  }

  /**
   * A new one-time link while nobody can sign in as administrator: one that makes the first, or one
   * that lets the person whom the settings name set their password. Earlier ones stop working.
   */
  Optional<FirstLink> makeLink(IdentitySettings wanted) {
    Secret token = Token.make("");
    return database.inTransaction(
        tx -> {
          organizers.lockFirstAdmin(tx);
          if (!organizers.anyAdmin(tx)) {
            links.putSetup(tx, Token.hash(token), clock.instant());
            return Optional.of(
                new FirstLink(
                    "Make the first administrator here", Links.setup(wanted.publicUrl(), token)));
          }
          links.deleteSetup(tx);
          return wanted.adminApiKey().isPresent()
              ? Optional.<FirstLink>empty()
              : Optional.ofNullable(named.get())
                  .flatMap(id -> organizers.lock(tx, id))
                  .filter(login -> login.passwordHash() == null)
                  .map(login -> invite(tx, login.organizer(), wanted.publicUrl()));
        });
  }

  private FirstLink invite(Handle tx, Organizer admin, URI publicUrl) {
    return new FirstLink(
        "Set the password of " + admin.email() + " here",
        invitations.invite(tx, admin.id(), publicUrl).url());
  }

  /** Whether the link still makes an administrator. */
  boolean open(Secret token) {
    return database.query(
        handle -> !organizers.anyAdmin(handle) && links.isSetup(handle, Token.hash(token)));
  }

  /** The organizer that {@link #complete} made, signed in. */
  record SignedIn(Organizer organizer, Secret session) {}

  /**
   * Makes the first administrator; of several at once, one succeeds.
   *
   * @throws Problem 409 when there is one, or the link is not the one printed last
   */
  SignedIn complete(Secret token, Profile profile, Secret password) {
    requireOpen(database.query(organizers::anyAdmin), open(token));
    String hash = passwords.hash(password);
    return database.inTransaction(
        tx -> {
          organizers.lockFirstAdmin(tx);
          requireOpen(organizers.anyAdmin(tx), links.isSetup(tx, Token.hash(token)));
          var admin = accounts.create(tx, profile, hash);
          links.deleteSetup(tx);
          LOG.info("Made administrator {} by the set-up link", admin.id());
          return new SignedIn(admin, sessions.begin(tx, admin.id()));
        });
  }

  private static void requireOpen(boolean done, boolean valid) {
    if (done) {
      throw Problem.conflict("setup_done", "The first administrator exists already.")
          .fix("Sign in, or ask an administrator for an invitation.");
    }
    if (!valid) {
      throw Problem.conflict("invalid_token", "This is not the set-up link that was printed last.")
          .fix("Use the link from the server's output; a restart prints a new one.");
    }
  }
}
