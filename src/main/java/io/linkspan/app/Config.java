package io.linkspan.app;

import io.linkspan.platform.crypto.Secret;
import io.linkspan.platform.db.DatabaseUrl;
import io.linkspan.platform.egress.Network;
import io.linkspan.platform.http.OrganizerLimit;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the operator decided, checked and typed. Only this class's reader looks at the environment.
 *
 * @param database empty for the embedded one
 * @param keysetFile wraps the stored credentials
 * @param keysetMayBeMade with the embedded database, the first start makes the keyset
 * @param endpoints where each provider lives, by setting name such as {@code GOOGLE_TOKEN_URL}
 */
public record Config(
    int port,
    String bind,
    Path dataDir,
    URI publicUrl,
    Optional<DatabaseUrl> database,
    Path keysetFile,
    boolean keysetMayBeMade,
    Admin admin,
    Map<String, OAuthApp> oauthApps,
    Map<String, URI> endpoints,
    List<URI> redirectUris,
    List<Network> trustedProxies,
    Map<OrganizerLimit, Long> limits,
    List<String> egressAllow,
    Sync sync,
    Duration logRetention,
    boolean sandbox,
    List<Duration> webhookRetrySchedule) {

  /**
   * The administrator that is created or kept without the set-up page.
   *
   * @param apiKey a bearer token with every scope
   */
  public record Admin(Optional<String> email, Optional<Secret> password, Optional<Secret> apiKey) {}

  /** An OAuth app that the operator registered at a vendor. */
  public record OAuthApp(String clientId, Secret clientSecret) {}

  /**
   * How calendars are read.
   *
   * @param interval between two syncs of one calendar
   * @param behind and {@code ahead} of now: the window that is expanded into blocked times
   */
  public record Sync(Duration interval, Duration behind, Duration ahead) {}

  /** Directory of the embedded database. */
  public Path postgresHome() {
    return dataDir.resolve("postgres");
  }
}
