package io.linkspan.app;

import io.linkspan.app.Settings.ProviderSettings;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Reads the settings from the command line, the environment and the files that it names, in that
 * order, and collects every mistake before giving up.
 */
final class ConfigReader {
  private static final String DEFAULT = "default";

  private final Map<String, String> environment;
  private final Map<Setting<?>, String> commandLine;
  private final Map<Setting<?>, Value> values = new LinkedHashMap<>();
  private final List<String> mistakes = new ArrayList<>();

  /** Where a value came from, as {@code linkspan config} shows it. */
  record Value(String text, String origin) {
    boolean isDefault() {
      return origin.equals(DEFAULT);
    }
  }

  /**
   * @param commandLine options that override the environment
   */
  ConfigReader(Map<String, String> environment, Map<Setting<?>, String> commandLine) {
    this.environment = Map.copyOf(environment);
    this.commandLine = Map.copyOf(commandLine);
    for (Setting<?> setting : Settings.ALL) {
      locate(setting).ifPresent(value -> values.put(setting, value));
    }
  }

  /** What is set or has a default, in the order of the list. */
  Map<Setting<?>, Value> values() {
    return values;
  }

  /** Names with our prefix that mean nothing, each with the one that was probably meant. */
  List<String> unknown() {
    Set<String> known =
        Settings.ALL.stream()
            .flatMap(s -> Stream.concat(Stream.of(s.variable()), s.fileVariable().stream()))
            .collect(Collectors.toSet());
    return environment.keySet().stream()
        .filter(name -> name.startsWith(Setting.PREFIX) && !known.contains(name))
        .sorted()
        .map(name -> name + " is not a setting" + suggestion(name, known))
        .toList();
  }

  private static String suggestion(String name, Set<String> known) {
    return known.stream()
        .min(Comparator.comparingInt((String other) -> distance(name, other)).thenComparing(o -> o))
        .filter(nearest -> distance(name, nearest) <= likely(name))
        .map(nearest -> "; did you mean " + nearest + "?")
        .orElse("");
  }

  /** Of a short name, three wrong letters are another name. */
  private static int likely(String name) {
    return Math.min(3, (name.length() - Setting.PREFIX.length()) / 2);
  }

  /**
   * @throws ConfigInvalid with every mistake found
   */
  Config config() {
    Optional<Config> config = build();
    if (!mistakes.isEmpty()) {
      throw new ConfigInvalid(mistakes);
    }
    return config.orElseThrow();
  }

  private Optional<Config> build() {
    var port = read(Settings.PORT);
    var bind = read(Settings.BIND);
    var dataDir = read(Settings.DATA_DIR);
    var publicUrl =
        isDefault(Settings.PUBLIC_URL)
            ? port.map(number -> URI.create("http://localhost:" + number))
            : read(Settings.PUBLIC_URL);
    var database = read(Settings.DATABASE_URL);
    boolean external = values.containsKey(Settings.DATABASE_URL);
    var keyset = read(Settings.ENCRYPTION_KEYSET_FILE);
    if (external && !values.containsKey(Settings.ENCRYPTION_KEYSET_FILE)) {
      mistakes.add(
          "LINKSPAN_ENCRYPTION_KEYSET_FILE is required when LINKSPAN_DATABASE_URL is set: stored"
              + " credentials are sealed with it, and every node needs the same one. Make"
              + " one with ./linkspan keys create FILE and give each node a copy");
    }
    var admin = admin();
    var apps = oauthApps();
    var endpoints = endpoints();
    var redirects = read(Settings.REDIRECT_URIS);
    var proxies = read(Settings.TRUSTED_PROXIES);
    var limits = read(Settings.LIMITS);
    var egress = read(Settings.EGRESS_ALLOW);
    var interval = read(Settings.SYNC_INTERVAL);
    var behind = read(Settings.SYNC_DAYS_BEHIND);
    var ahead = read(Settings.SYNC_DAYS_AHEAD);
    var retention = read(Settings.LOG_RETENTION_DAYS);
    var sandbox = read(Settings.SANDBOX);
    var retries = read(Settings.WEBHOOK_RETRY_SCHEDULE);
    if (!mistakes.isEmpty()) {
      return Optional.empty();
    }
    Path data = dataDir.orElseThrow();
    return Optional.of(
        new Config(
            port.orElseThrow(),
            bind.orElseThrow(),
            data,
            publicUrl.orElseThrow(),
            database,
            keyset.orElse(data.resolve("keyset.json")),
            !external,
            admin,
            apps,
            endpoints,
            redirects.orElseThrow(),
            proxies.orElseThrow(),
            limits.orElseThrow(),
            egress.orElseThrow(),
            new Config.Sync(
                interval.orElseThrow(),
                Duration.ofDays(behind.orElseThrow()),
                Duration.ofDays(ahead.orElseThrow())),
            Duration.ofDays(retention.orElseThrow()),
            sandbox.orElseThrow(),
            retries.orElseThrow()));
  }

  private Config.Admin admin() {
    var email = read(Settings.ADMIN_EMAIL);
    var password = read(Settings.ADMIN_PASSWORD);
    if (password.isPresent() && !values.containsKey(Settings.ADMIN_EMAIL)) {
      mistakes.add(
          "LINKSPAN_ADMIN_EMAIL is missing: LINKSPAN_ADMIN_PASSWORD belongs to the administrator"
              + " that it names");
    }
    return new Config.Admin(email, password, read(Settings.ADMIN_API_KEY));
  }

  private Map<String, Config.OAuthApp> oauthApps() {
    Map<String, Config.OAuthApp> apps = new HashMap<>();
    Map<String, ProviderSettings> vendors =
        Map.of(
            "google", Settings.GOOGLE,
            "microsoft", Settings.MICROSOFT,
            "zoom", Settings.ZOOM,
            "webex", Settings.WEBEX);
    vendors.forEach(
        (vendor, settings) -> {
          var id = read(settings.clientId);
          var secret = read(settings.clientSecret);
          if (id.isPresent() && secret.isPresent()) {
            apps.put(vendor, new Config.OAuthApp(id.get(), secret.get()));
          } else if (id.isPresent() || secret.isPresent()) {
            mistakes.add(
                settings.clientId.variable()
                    + " and "
                    + settings.clientSecret.variable()
                    + " belong together: set both or none");
          }
        });
    return Map.copyOf(apps);
  }

  private Map<String, URI> endpoints() {
    String tenant = text(Settings.MICROSOFT_TENANT).orElse("common");
    Map<String, URI> endpoints = new HashMap<>();
    Stream.of(Settings.GOOGLE, Settings.MICROSOFT, Settings.ZOOM, Settings.WEBEX)
        .flatMap(vendor -> vendor.endpoints.stream())
        .forEach(
            setting ->
                read(setting)
                    .map(uri -> URI.create(uri.toString().replace("/TENANT/", "/" + tenant + "/")))
                    .ifPresent(uri -> endpoints.put(setting.name(), uri)));
    return Map.copyOf(endpoints);
  }

  private <T> Optional<T> read(Setting<T> setting) {
    Optional<String> text = text(setting);
    if (text.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(setting.parser().parse(text.get()));
    } catch (IllegalArgumentException e) {
      mistakes.add(setting.variable() + " " + e.getMessage());
      return Optional.empty();
    }
  }

  private Optional<String> text(Setting<?> setting) {
    return Optional.ofNullable(values.get(setting)).map(Value::text);
  }

  private boolean isDefault(Setting<?> setting) {
    return Optional.ofNullable(values.get(setting)).map(Value::isDefault).orElse(true);
  }

  private Optional<Value> locate(Setting<?> setting) {
    if (commandLine.containsKey(setting)) {
      return Optional.of(new Value(commandLine.get(setting), "command line"));
    }
    String direct = environment.getOrDefault(setting.variable(), "");
    String file = setting.fileVariable().map(name -> environment.getOrDefault(name, "")).orElse("");
    if (!direct.isEmpty() && !file.isEmpty()) {
      mistakes.add(
          setting.variable() + " and " + setting.variable() + "_FILE are both set: keep one");
    }
    if (!direct.isEmpty()) {
      return Optional.of(new Value(direct.strip(), setting.variable()));
    }
    if (!file.isEmpty()) {
      return fromFile(setting, Path.of(file));
    }
    return Optional.ofNullable(setting.standard()).map(text -> new Value(text, DEFAULT));
  }

  private Optional<Value> fromFile(Setting<?> setting, Path file) {
    try {
      return Optional.of(
          new Value(Files.readString(file).strip(), setting.variable() + "_FILE " + file));
    } catch (IOException e) {
      mistakes.add(
          setting.variable()
              + "_FILE names "
              + file
              + ", which cannot be read ("
              + e.getClass().getSimpleName()
              + "): check the path and its permissions");
      return Optional.empty();
    }
  }

  /** Levenshtein, for "did you mean". */
  private static int distance(String one, String other) {
    int[] previous = new int[other.length() + 1];
    for (int j = 0; j <= other.length(); j++) {
      previous[j] = j;
    }
    for (int i = 1; i <= one.length(); i++) {
      int[] row = new int[other.length() + 1];
      row[0] = i;
      for (int j = 1; j <= other.length(); j++) {
        int change = one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1;
        row[j] = Math.min(Math.min(row[j - 1], previous[j]) + 1, previous[j - 1] + change);
      }
      previous = row;
    }
    return previous[other.length()];
  }

  /** Every mistake in the settings. */
  static final class ConfigInvalid extends RuntimeException {
    private final List<String> mistakes;

    ConfigInvalid(List<String> mistakes) {
      super(String.join("\n", mistakes));
      this.mistakes = List.copyOf(mistakes);
    }

    List<String> mistakes() {
      return mistakes;
    }
  }
}
