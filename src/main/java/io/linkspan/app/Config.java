package io.linkspan.app;

import io.linkspan.platform.db.DatabaseUrl;
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
 * @param keysetMayBeMade the embedded database came with no keyset: one is made on first start
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
    Optional<Admin> admin,
    Map<String, OAuthApp> oauthApps,
    Map<String, URI> endpoints,
    List<URI> redirectUris,
    List<String> egressAllow,
    Sync sync,
    Duration logRetention,
    boolean sandbox,
    List<Duration> webhookRetrySchedule) {

  /** The administrator that is created or kept without the set-up page. */
  public record Admin(String email, Optional<String> password, Optional<String> apiKey) {
    @Override
    public String toString() {
      return "Admin[" + email + "]";
    }
  }

  /** An OAuth app that the operator registered at a vendor. */
  public record OAuthApp(String clientId, String clientSecret) {
    @Override
    public String toString() {
      return "OAuthApp[" + clientId + "]";
    }
  }

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
