package io.linkspan.identity;

import io.linkspan.platform.db.Database;
import io.linkspan.platform.http.Authenticator;
import io.linkspan.platform.http.OrganizerLimits;
import io.linkspan.platform.http.Routes;
import io.linkspan.platform.time.Ids;
import java.time.Clock;
import java.util.List;
import java.util.Optional;

/** Who may call: organizers, their sessions and keys, and how the first of them comes to be. */
public final class Identity implements AutoCloseable {
  private final IdentitySettings settings;
  private final Organizers organizers;
  private final Passwords passwords;
  private final FirstAdmin firstAdmin;
  private final Callers callers;
  private final List<Routes> routes;

  /**
   * @throws IllegalArgumentException for settings that are not safe, such as a short key
   */
  public Identity(
      Database database, OrganizerLimits limits, Clock clock, Ids ids, IdentitySettings settings) {
    this(database, limits, clock, ids, settings, Argon2.Cost.SMALL_SERVER);
  }

  Identity(
      Database database,
      OrganizerLimits limits,
      Clock clock,
      Ids ids,
      IdentitySettings settings,
      Argon2.Cost passwordCost) {
    this.settings = settings;
    this.organizers = new Organizers(database);
    this.passwords = new Passwords(passwordCost);
    var operatorKey = new OperatorKey(settings.adminApiKey());
    var cookie = TokenCookie.ofSession(settings.publicUrl());
    var sessions = new Sessions(database, clock);
    var keys = new ApiKeys(database, clock);
    var accounts = new Accounts(organizers, ids, clock);
    var devices = new KnownDevices(database, settings.publicUrl(), clock);
    var signIn = new SignIn(database, passwords, new SignInThrottle(database, clock), devices);
    var invitations = new Invitations(database, accounts, sessions, passwords, clock);
    this.firstAdmin = new FirstAdmin(database, accounts, sessions, passwords, invitations, clock);
    this.callers = new Callers(organizers, sessions, cookie, keys, operatorKey, firstAdmin, clock);
    this.routes =
        List.of(
            new SignInRoutes(database, signIn, sessions, cookie, devices, firstAdmin, invitations),
            new MeRoutes(organizers, accounts, signIn, sessions, cookie, passwords),
            new UserRoutes(
                organizers,
                accounts,
                signIn,
                sessions,
                passwords,
                invitations,
                settings.publicUrl()),
            new ApiKeyRoutes(keys, callers, organizers, limits, ids, clock));
  }

  /**
   * Makes or keeps the administrator of the settings. Call once, before the server answers.
   *
   * @return the one-time link to print, while nobody can sign in as administrator
   */
  public Optional<FirstLink> start() {
    firstAdmin.applySettings(settings);
    return firstAdmin.makeLink(settings);
  }

  public Organizers organizers() {
    return organizers;
  }

  public Authenticator authenticator() {
    return callers;
  }

  public List<Routes> routes() {
    return routes;
  }

  @Override
  public void close() {
    passwords.close();
  }
}
