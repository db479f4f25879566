package io.linkspan.identity;

import io.linkspan.identity.Accounts.Profile;
import io.linkspan.platform.http.Call;
import io.linkspan.platform.http.Operations;
import io.linkspan.platform.http.Problem;
import io.linkspan.platform.http.Reply;
import io.linkspan.platform.http.Routes;
import java.net.URI;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What administrators do with users. */
final class UserRoutes implements Routes {
  private static final Logger LOG = LoggerFactory.getLogger(UserRoutes.class);

  private final Organizers organizers;
  private final Accounts accounts;
  private final SignIn signIn;
  private final Sessions sessions;
  private final Passwords passwords;
  private final Invitations invitations;
  private final URI publicUrl;
  private final OrganizerStore store = new OrganizerStore();
  private final LinkStore links = new LinkStore();

  UserRoutes(
      Organizers organizers,
      Accounts accounts,
      SignIn signIn,
      Sessions sessions,
      Passwords passwords,
      Invitations invitations,
      URI publicUrl) {
    this.organizers = organizers;
    this.accounts = accounts;
    this.signIn = signIn;
    this.sessions = sessions;
    this.passwords = passwords;
    this.invitations = invitations;
    this.publicUrl = publicUrl;
  }

  record CreateUser(
      String email,
      String name,
      String role,
      @Nullable String password,
      @Nullable String timeZone) {}

  /** Absent members are null and stay as they are. */
  record UpdateUser(
      @Nullable String email,
      @Nullable String name,
      @Nullable String role,
      @Nullable String password,
      @Nullable String currentPassword,
      @Nullable String timeZone) {}

  @Override
  public void register(Operations operations) {
    operations.on(
        "listUsers", _ -> Reply.ok(organizers.list().stream().map(Views.User::of).toList()));
    operations.on("createUser", this::create);
    operations.on("getUser", this::get);
    operations.on("updateUser", this::update);
    operations.on("deleteUser", this::delete);
  }

  private Reply create(Call call) {
    var request = call.body(CreateUser.class);
    String zone = request.timeZone();
    var profile =
        new Profile(
            Emails.check(request.email(), "/email"),
            Names.check(request.name(), "/name"),
            zone == null ? ZoneId.of("UTC") : TimeZones.check(zone, "/time_zone"),
            Role.of(request.role()));
    Optional<String> hash = hash(request.password(), profile);
    return call.transact(
        tx -> {
          var created = accounts.create(tx, profile, hash.orElse(null));
          LOG.info("{} created user {}, request {}", caller(call), created.id(), call.requestId());
          if (hash.isPresent()) {
            return Reply.created(Views.CreatedUser.of(created, null, null))
                .version(created.version());
          }
          var invitation = invitations.invite(tx, created.id(), publicUrl);
          return Reply.created(
                  Views.CreatedUser.of(created, invitation.url(), invitation.expiresAt()))
              .version(created.version());
        });
  }

  private Reply get(Call call) {
    var user = organizers.find(call.id("id")).orElseThrow(UserRoutes::unknown);
    return Reply.ok(Views.User.of(user)).version(user.version());
  }

  private Reply update(Call call) {
    var request = call.body(UpdateUser.class);
    UUID id = call.id("id");
    var user = organizers.find(id).orElseThrow(UserRoutes::unknown);
    requireOwnPassword(call, user, request);
    Optional<String> hash = hash(request.password(), profile(user, request));
    return call.transact(
        tx -> {
          if (request.role() != null) {
            accounts.lockAdmins(tx);
          }
          var before = lock(tx, id);
          call.requireMatch(before.version());
          var after = accounts.change(tx, before, profile(before, request));
          hash.ifPresent(changed -> setPassword(tx, id, changed));
          LOG.info("{} changed user {}, request {}", caller(call), id, call.requestId());
          return Reply.ok(Views.User.of(after)).version(after.version());
        });
  }

  /**
   * What a stolen session must not do to its own account under {@code /users/me/}, it must not do
   * here. The operator's key acts for whoever reads the settings, who can set a password there too.
   */
  private void requireOwnPassword(Call call, Organizer user, UpdateUser request) {
    boolean guarded = request.email() != null || request.password() != null;
    boolean own = user.id().equals(caller(call));
    if (guarded && own && !call.caller().credential().equals(Callers.OPERATOR)) {
      signIn.confirm(user, Optional.ofNullable(request.currentPassword()), call);
    }
  }

  private Reply delete(Call call) {
    UUID id = call.id("id");
    return call.transact(
        tx -> {
          accounts.lockAdmins(tx);
          var user = lock(tx, id);
          call.requireMatch(user.version());
          accounts.delete(tx, user);
          // after the question whether anyone would be left, which is the better answer to both
          if (id.equals(caller(call))) {
            throw Problem.conflict("own_account", "Nobody deletes their own account.")
                .fix("Let another administrator do it.");
          }
          LOG.info("{} deleted user {}, request {}", caller(call), id, call.requestId());
          return Reply.noContent();
        });
  }

  private void setPassword(Handle tx, UUID id, String hash) {
    store.setPassword(tx, id, hash);
    links.deleteInvitation(tx, id);
    sessions.endAll(tx, id);
  }

  private Optional<String> hash(@Nullable String password, Profile profile) {
    return Optional.ofNullable(password)
        .map(
            given ->
                PasswordRules.check(given, "/password", List.of(profile.email(), profile.name())))
        .map(passwords::hash);
  }

  private static Profile profile(Organizer before, UpdateUser request) {
    String email = request.email();
    String name = request.name();
    String zone = request.timeZone();
    String role = request.role();
    return new Profile(
        email == null ? before.email() : Emails.check(email, "/email"),
        name == null ? before.name() : Names.check(name, "/name"),
        zone == null ? before.timeZone() : TimeZones.check(zone, "/time_zone"),
        role == null ? before.role() : Role.of(role));
  }

  private Organizer lock(Handle tx, UUID id) {
    return store.lock(tx, id).orElseThrow(UserRoutes::unknown).organizer();
  }

  private static UUID caller(Call call) {
    return call.caller().userId();
  }

  private static Problem unknown() {
    return Problem.notFound("user");
  }
}
