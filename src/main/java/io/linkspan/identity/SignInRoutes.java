package io.linkspan.identity;

import io.linkspan.identity.Accounts.Profile;
import io.linkspan.platform.crypto.Secret;
import io.linkspan.platform.db.Database;
import io.linkspan.platform.http.Call;
import io.linkspan.platform.http.Operations;
import io.linkspan.platform.http.Problem;
import io.linkspan.platform.http.Reply;
import io.linkspan.platform.http.Routes;
import java.time.ZoneId;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Signing in and out, the first administrator, and accepting an invitation. */
final class SignInRoutes implements Routes {
  private static final Logger LOG = LoggerFactory.getLogger(SignInRoutes.class);

  private final Database database;
  private final SignIn signIn;
  private final Sessions sessions;
  private final TokenCookie cookie;
  private final KnownDevices devices;
  private final FirstAdmin firstAdmin;
  private final Invitations invitations;

  SignInRoutes(
      Database database,
      SignIn signIn,
      Sessions sessions,
      TokenCookie cookie,
      KnownDevices devices,
      FirstAdmin firstAdmin,
      Invitations invitations) {
    this.database = database;
    this.signIn = signIn;
    this.sessions = sessions;
    this.cookie = cookie;
    this.devices = devices;
    this.firstAdmin = firstAdmin;
    this.invitations = invitations;
  }

  record LoginRequest(String email, String password) {}

  record SetupRequest(
      String token, String email, String password, String name, @Nullable String timeZone) {}

  record AcceptRequest(String token, String password, @Nullable String name) {}

  record SetupState(boolean needed) {}

  @Override
  public void register(Operations operations) {
    operations.on("getSetupState", _ -> Reply.ok(new SetupState(firstAdmin.missing())));
    operations.on("completeSetup", this::completeSetup);
    operations.on("acceptInvitation", this::acceptInvitation);
    operations.on("login", this::login);
    operations.on("logout", this::logout);
  }

  private Reply login(Call call) {
    var request = call.body(LoginRequest.class);
    var organizer = signIn.check(request.email(), Secret.of(request.password()), call);
    Secret token =
        database.inTransaction(
            tx -> {
              // whatever the browser brought is worth nothing from here on: no fixation
              cookie.read(call).ifPresent(before -> sessions.end(tx, before));
              return sessions.begin(tx, organizer.id());
            });
    sessions.sweep();
    LOG.info("{} signed in, request {}", organizer.id(), call.requestId());
    return signedIn(call, organizer, Reply.ok(Views.User.of(organizer)), token);
  }

  private Reply logout(Call call) {
    cookie.read(call).ifPresent(token -> database.useTransaction(tx -> sessions.end(tx, token)));
    return Reply.noContent().cookie(cookie.take());
  }

  private Reply completeSetup(Call call) {
    var request = call.body(SetupRequest.class);
    String email = Emails.check(request.email(), "/email");
    String name = Names.check(request.name(), "/name");
    String zone = request.timeZone();
    var profile =
        new Profile(
            email,
            name,
            zone == null ? ZoneId.of("UTC") : TimeZones.check(zone, "/time_zone"),
            Role.ADMIN);
    Secret password = PasswordRules.check(request.password(), "/password", List.of(email, name));
    var done = firstAdmin.complete(Secret.of(request.token()), profile, password);
    return signedIn(
        call, done.organizer(), Reply.created(Views.User.of(done.organizer())), done.session());
  }

  private Reply acceptInvitation(Call call) {
    var request = call.body(AcceptRequest.class);
    var token = Secret.of(request.token());
    var invited =
        invitations
            .find(token)
            .orElseThrow(
                () ->
                    Problem.conflict(
                            "invalid_token", "This invitation was used, has expired, or never was.")
                        .fix("Sign in, or ask an administrator for a new invitation."));
    String name = request.name() == null ? invited.name() : Names.check(request.name(), "/name");
    Secret password =
        PasswordRules.check(request.password(), "/password", List.of(invited.email(), name));
    var done = invitations.accept(token, name, password);
    return signedIn(
        call, done.organizer(), Reply.ok(Views.User.of(done.organizer())), done.session());
  }

  private Reply signedIn(Call call, Organizer organizer, Reply reply, Secret token) {
    String device = database.inTransaction(tx -> devices.remember(tx, call, organizer.id()));
    return reply.cookie(cookie.give(token)).cookie(device).with("Cache-Control", "no-store");
  }
}
