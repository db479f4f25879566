package io.linkspan.identity;

import inet.ipaddr.IPAddress;
import inet.ipaddr.IPAddressString;
import io.linkspan.identity.SignInThrottle.Place;
import io.linkspan.platform.crypto.Secret;
import io.linkspan.platform.db.Database;
import io.linkspan.platform.http.Problem;
import io.linkspan.platform.http.Visitor;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Checks passwords. An unknown address and a wrong password get the same answer after the same
 * work.
 */
final class SignIn {
  /** A home or a phone has a /64 of its own (RFC 6177), so single addresses of it count as one. */
  private static final int IPV6_NETWORK_BITS = 64;

  private final Database database;
  private final Passwords passwords;
  private final SignInThrottle throttle;
  private final KnownDevices devices;
  private final OrganizerStore store = new OrganizerStore();

  SignIn(Database database, Passwords passwords, SignInThrottle throttle, KnownDevices devices) {
    this.database = database;
    this.passwords = passwords;
    this.throttle = throttle;
    this.devices = devices;
  }

  /**
   * @param visitor where they try
   * @throws Problem 401 when they do not match, 429 when it is too early for another attempt
   */
  Organizer check(String email, Secret password, Visitor visitor) {
    String normal = Emails.normal(email);
    var from = place(visitor, normal);
    throttle.attempt(normal, from);
    var login = database.query(handle -> store.loginByEmail(handle, normal));
    @Nullable String stored = login.map(OrganizerStore.Login::passwordHash).orElse(null);
    boolean right = passwords.matches(password, stored);
    if (!right || login.isEmpty() || stored == null) {
      throw Problem.of(
              401, "invalid_credentials", "Unauthorized", "Email and password do not match.")
          .fix("Check both; an administrator can set a new password.");
    }
    throttle.succeeded(normal, from);
    var organizer = login.get().organizer();
    if (passwords.outdated(stored)) {
      String anew = passwords.hash(password);
      database.useTransaction(tx -> store.rehash(tx, organizer.id(), stored, anew));
    }
    return organizer;
  }

  /**
   * Asks for the present password again, before something that a stolen session must not do.
   *
   * @throws Problem 400 when it is not this organizer's, 429 when it is too early
   */
  void confirm(Organizer organizer, Optional<String> password, Visitor visitor) {
    if (password.isEmpty()) {
      throw Problem.badField("/current_password", "Give your present password as well.");
    }
    var from = place(visitor, organizer.email());
    throttle.attempt(organizer.email(), from);
    var login = database.query(handle -> store.login(handle, organizer.id()));
    @Nullable String stored = login.map(OrganizerStore.Login::passwordHash).orElse(null);
    if (!passwords.matches(Secret.of(password.get()), stored)) {
      throw Problem.badField("/current_password", "This is not your present password.");
    }
    throttle.succeeded(organizer.email(), from);
  }

  private Place place(Visitor visitor, String email) {
    return new Place(network(visitor.remoteAddress()), devices.find(visitor, email));
  }

  static String network(String address) {
    IPAddress parsed = new IPAddressString(address).getAddress();
    return parsed != null && parsed.isIPv6() && !parsed.toIPv6().isIPv4Mapped()
        ? parsed.toPrefixBlock(IPV6_NETWORK_BITS).toCanonicalString()
        : address;
  }
}
