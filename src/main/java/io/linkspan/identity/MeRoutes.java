package io.linkspan.identity;

import io.linkspan.identity.Accounts.Profile;
import io.linkspan.platform.crypto.Secret;
import io.linkspan.platform.http.Call;
import io.linkspan.platform.http.Operations;
import io.linkspan.platform.http.Problem;
import io.linkspan.platform.http.Reply;
import io.linkspan.platform.http.Routes;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** What people see and change of themselves. */
final class MeRoutes implements Routes {
  private final Organizers organizers;
  private final Accounts accounts;
  private final SignIn signIn;
  private final Sessions sessions;
  private final TokenCookie cookie;
  private final Passwords passwords;
  private final OrganizerStore store = new OrganizerStore();
  private final LinkStore links = new LinkStore();

  MeRoutes(
      Organizers organizers,
      Accounts accounts,
      SignIn signIn,
      Sessions sessions,
      TokenCookie cookie,
      Passwords passwords) {
    this.organizers = organizers;
    this.accounts = accounts;
    this.signIn = signIn;
    this.sessions = sessions;
    this.cookie = cookie;
    this.passwords = passwords;
  }

  /** Absent members are null and stay as they are. */
  record UpdateMe(
      @Nullable String name,
      @Nullable String timeZone,
      @Nullable String email,
      @Nullable String password,
      @Nullable String currentPassword) {}

  @Override
  public void register(Operations operations) {
    operations.on("getMe", this::get);
    operations.on("updateMe", this::update);
  }

  private Reply get(Call call) {
    var me = find(call.organizerId());
    return Reply.ok(Views.User.of(me)).version(me.version());
  }

  private Reply update(Call call) {
    var request = call.body(UpdateMe.class);
    var me = find(call.organizerId());
    var wanted = profile(me, request);
    if (request.email() != null || request.password() != null) {
      requireOneself(call, request);
      signIn.confirm(me, Optional.ofNullable(request.currentPassword()), call);
    }
    Optional<String> hash =
        Optional.ofNullable(request.password())
            .map(
                password ->
                    PasswordRules.check(
                        password, "/password", List.of(wanted.email(), wanted.name())))
            .map(passwords::hash);
    return call.transact(
        tx -> {
          var before = store.lock(tx, me.id()).orElseThrow(MeRoutes::gone).organizer();
          call.requireMatch(before.version());
          var after = accounts.change(tx, before, profile(before, request));
          hash.ifPresent(changed -> setPassword(tx, call, me.id(), changed));
          return Reply.ok(Views.User.of(after)).version(after.version());
        });
  }

  private void setPassword(Handle tx, Call call, UUID id, String hash) {
    store.setPassword(tx, id, hash);
    links.deleteInvitation(tx, id);
    Optional<Secret> here = cookie.read(call);
    if (here.isPresent()) {
      sessions.endOthers(tx, id, here.get());
    } else {
      sessions.endAll(tx, id);
    }
  }

  private static Profile profile(Organizer before, UpdateMe request) {
    String email = request.email();
    String name = request.name();
    String zone = request.timeZone();
    return new Profile(
        email == null ? before.email() : Emails.check(email, "/email"),
        name == null ? before.name() : Names.check(name, "/name"),
        zone == null ? before.timeZone() : TimeZones.check(zone, "/time_zone"),
        before.role());
  }

  private static void requireOneself(Call call, UpdateMe request) {
    var caller = call.caller();
    if (!caller.userId().equals(caller.organizerId())) {
      String pointer = request.email() == null ? "/password" : "/email";
      throw Problem.badField(
              pointer, "While acting for another organizer, this cannot be changed here.")
          .fix("Change it with PATCH /api/v1/users/{id}/.");
    }
  }

  private Organizer find(UUID id) {
    return organizers.find(id).orElseThrow(MeRoutes::gone);
  }

  private static Problem gone() {
    return Problem.notFound("user");
  }
}
