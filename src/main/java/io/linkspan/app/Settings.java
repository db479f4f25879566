package io.linkspan.app;

import io.linkspan.platform.crypto.Secret;
import io.linkspan.platform.db.DatabaseUrl;
import io.linkspan.platform.egress.Network;
import io.linkspan.platform.http.OrganizerLimit;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Every setting there is. This list is the manual: {@code linkspan config} prints it. */
final class Settings {
  private static final List<Setting<?>> LIST = new ArrayList<>();

  static final Setting<Integer> PORT =
      open("PORT", "8080", "port of the HTTP server", Parsers.number(1, 65535));
  static final Setting<String> BIND =
      open("BIND", "127.0.0.1", "address the HTTP server listens on", Parsers.text());
  static final Setting<Path> DATA_DIR =
      open("DATA_DIR", "./data", "where the embedded database and keys live", Parsers.path());
  static final Setting<URI> PUBLIC_URL =
      open(
          "PUBLIC_URL",
          "http://localhost:PORT",
          "address under which browsers and providers reach this server",
          Parsers.address());
  static final Setting<DatabaseUrl> DATABASE_URL =
      secret(
          "DATABASE_URL",
          "postgresql://user:password@host:port/name, version 15 or newer; unset: the embedded one",
          DatabaseUrl::parse);
  static final Setting<Path> ENCRYPTION_KEYSET_FILE =
      open(
          "ENCRYPTION_KEYSET_FILE",
          null,
          "keyset that wraps the stored credentials; made in DATA_DIR with the embedded database,"
              + " required with DATABASE_URL",
          Parsers.path());

  static final Setting<String> ADMIN_EMAIL =
      open("ADMIN_EMAIL", null, "the first administrator, kept at every start", Parsers.email());
  static final Setting<Secret> ADMIN_PASSWORD =
      secret("ADMIN_PASSWORD", "the first administrator's password", Parsers.secretOfAtLeast(8));
  static final Setting<Secret> ADMIN_API_KEY =
      secret(
          "ADMIN_API_KEY",
          "a bearer token of the first administrator with every scope, 32 characters or more",
          Parsers.secretOfAtLeast(32));

  static final ProviderSettings GOOGLE =
      new ProviderSettings(
          "GOOGLE",
          List.of(
              endpoint("GOOGLE_AUTH_URL", "https://accounts.google.com/o/oauth2/v2/auth"),
              endpoint("GOOGLE_TOKEN_URL", "https://oauth2.googleapis.com/token"),
              endpoint("GOOGLE_REVOKE_URL", "https://oauth2.googleapis.com/revoke"),
              endpoint("GOOGLE_USERINFO_URL", "https://openidconnect.googleapis.com/v1/userinfo"),
              endpoint("GOOGLE_CALENDAR_URL", "https://www.googleapis.com/calendar/v3"),
              endpoint("GOOGLE_MEET_URL", "https://meet.googleapis.com/v2")));
  static final Setting<String> MICROSOFT_TENANT =
      open("MICROSOFT_TENANT", "common", "tenant whose accounts may connect", Parsers.text());
  static final ProviderSettings MICROSOFT =
      new ProviderSettings(
          "MICROSOFT",
          List.of(
              endpoint(
                  "MICROSOFT_AUTH_URL",
                  "https://login.microsoftonline.com/TENANT/oauth2/v2.0/authorize"),
              endpoint(
                  "MICROSOFT_TOKEN_URL",
                  "https://login.microsoftonline.com/TENANT/oauth2/v2.0/token"),
              endpoint("MICROSOFT_GRAPH_URL", "https://graph.microsoft.com/v1.0")));
  static final ProviderSettings ZOOM =
      new ProviderSettings(
          "ZOOM",
          List.of(
              endpoint("ZOOM_AUTH_URL", "https://zoom.us/oauth/authorize"),
              endpoint("ZOOM_TOKEN_URL", "https://zoom.us/oauth/token"),
              endpoint("ZOOM_API_URL", "https://api.zoom.us/v2")));
  static final ProviderSettings WEBEX =
      new ProviderSettings(
          "WEBEX",
          List.of(
              endpoint("WEBEX_AUTH_URL", "https://webexapis.com/v1/authorize"),
              endpoint("WEBEX_TOKEN_URL", "https://webexapis.com/v1/access_token"),
              endpoint("WEBEX_API_URL", "https://webexapis.com/v1")));

  static final Setting<List<URI>> REDIRECT_URIS =
      open(
          "REDIRECT_URIS",
          "",
          "further redirect URIs that OAuth may return to, comma-separated;"
              + " PUBLIC_URL/integrations/callback is always allowed",
          Parsers.list(Parsers.address()));
  static final Setting<List<Network>> TRUSTED_PROXIES =
      open(
          "TRUSTED_PROXIES",
          "127.0.0.0/8,::1",
          "networks (CIDR, comma-separated) of proxies whose X-Forwarded-For is believed",
          Parsers.list(text -> Network.parse(Parsers.network().parse(text))));
  static final Setting<Map<OrganizerLimit, Long>> LIMITS =
      open(
          "LIMITS",
          OrganizerLimit.text(OrganizerLimit.standard()),
          "what one organizer may have, name=number comma-separated; what is not named keeps its"
              + " default",
          Parsers.limits());
  static final Setting<List<String>> EGRESS_ALLOW =
      open(
          "EGRESS_ALLOW",
          "",
          "private networks (CIDR, comma-separated) that webhooks, CalDAV and feeds may reach",
          Parsers.list(Parsers.network()));
  static final Setting<Duration> SYNC_INTERVAL =
      open(
          "SYNC_INTERVAL",
          "PT5M",
          "time between two syncs of a calendar",
          Parsers.duration(Duration.ofSeconds(1), Duration.ofDays(1)));
  static final Setting<Integer> SYNC_DAYS_BEHIND =
      open(
          "SYNC_DAYS_BEHIND",
          "7",
          "days before today that are expanded into blocked times",
          Parsers.number(0, 730));
  static final Setting<Integer> SYNC_DAYS_AHEAD =
      open(
          "SYNC_DAYS_AHEAD",
          "365",
          "days after today that are expanded into blocked times",
          Parsers.number(1, 1830));
  static final Setting<Integer> LOG_RETENTION_DAYS =
      open(
          "LOG_RETENTION_DAYS",
          "90",
          "days that activity logs and delivery attempts are kept",
          Parsers.number(1, 3650));
  static final Setting<Boolean> SANDBOX =
      open("SANDBOX", "false", "simulated providers under /sandbox/", Parsers.flag());
  static final Setting<List<Duration>> WEBHOOK_RETRY_SCHEDULE =
      open(
          "WEBHOOK_RETRY_SCHEDULE",
          "PT5S,PT5M,PT30M,PT2H,PT5H,PT10H,PT14H,PT20H,PT24H",
          "delay before each retry of a webhook; its max_retries cuts it",
          Parsers.list(Parsers.duration(Duration.ofMillis(1), Duration.ofDays(7))));

  static final List<Setting<?>> ALL = Collections.unmodifiableList(LIST);

  private Settings() {}

  /** What the operator registered at one vendor, and where that vendor lives. */
  static final class ProviderSettings {
    final Setting<String> clientId;
    final Setting<Secret> clientSecret;
    final List<Setting<URI>> endpoints;

    private ProviderSettings(String vendor, List<Setting<URI>> endpoints) {
      this.clientId =
          open(vendor + "_CLIENT_ID", null, "the OAuth app's client id", Parsers.text());
      this.clientSecret =
          secret(
              vendor + "_CLIENT_SECRET",
              "the OAuth app's client secret",
              Parsers.secretOfAtLeast(1));
      this.endpoints = List.copyOf(endpoints);
    }
  }

  private static Setting<URI> endpoint(String name, String standard) {
    return open(name, standard, "where this provider's API lives", Parsers.address());
  }

  private static <T> Setting<T> open(
      String name, @Nullable String standard, String meaning, Setting.Parser<T> parser) {
    return listed(new Setting<>(name, standard, meaning, false, parser));
  }

  private static <T> Setting<T> secret(String name, String meaning, Setting.Parser<T> parser) {
    return listed(new Setting<>(name, null, meaning, true, parser));
  }

  private static <T> Setting<T> listed(Setting<T> setting) {
    LIST.add(setting);
    return setting;
  }
}
