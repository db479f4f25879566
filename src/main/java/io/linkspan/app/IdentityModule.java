package io.linkspan.app;

import io.linkspan.activity.Changes.Change;
import io.linkspan.identity.FirstLink;
import io.linkspan.identity.Identity;
import io.linkspan.identity.IdentitySettings;
import io.linkspan.identity.Organizers;
import io.linkspan.platform.http.Authenticator;
import io.linkspan.platform.http.Routes;
import java.util.List;
import java.util.Optional;

/** Who may call: organizers, sessions, API keys. */
final class IdentityModule implements Module {
  private final Identity identity;

  IdentityModule(Platform platform, ActivityModule activity) {
    this.identity =
        new Identity(
            platform.database(),
            platform.limits(),
            platform.clock(),
            platform.ids(),
            settings(platform));
    identity
        .organizers()
        .onChange(
            (tx, organizer) ->
                activity.changes().changed(tx, organizer, "user", organizer, Change.UPDATED));
  }

  private static IdentitySettings settings(Platform platform) {
    var config = platform.config();
    var admin = config.admin();
    return new IdentitySettings(
        config.publicUrl(), admin.email(), admin.password(), admin.apiKey());
  }

  /**
   * Makes or keeps the administrator of the settings.
   *
   * @return a link to print, while nobody can sign in as administrator
   */
  Optional<FirstLink> start() {
    return identity.start();
  }

  Organizers organizers() {
    return identity.organizers();
  }

  Authenticator authenticator() {
    return identity.authenticator();
  }

  @Override
  public List<Routes> routes() {
    return identity.routes();
  }

  @Override
  public void close() {
    identity.close();
  }
}
