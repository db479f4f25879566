package io.linkspan.app;

import io.linkspan.app.ConfigReader.ConfigInvalid;
import io.linkspan.platform.crypto.KeysetFile;
import io.linkspan.platform.crypto.KeysetRefused;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.time.zone.ZoneRulesProvider;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Looks at everything that has to be right before {@code linkspan run} can serve people. */
final class Diagnostics {
  private static final long LEAST_FREE_BYTES = 1L << 30;
  private static final int ZONES_GROW_OLD_YEARS = 2;

  private final ConfigReader reader;
  private final Clock clock;

  Diagnostics(ConfigReader reader, Clock clock) {
    this.reader = reader;
    this.clock = clock;
  }

  List<Finding> findings() {
    List<Finding> findings = new ArrayList<>();
    reader
        .unknown()
        .forEach(
            warning ->
                findings.add(
                    Finding.warn(
                        "configuration", warning, "Remove it; linkspan config lists all")));
    Optional<Config> config = configuration(findings);
    findings.add(java());
    findings.add(zones());
    findings.add(clock());
    config.ifPresent(
        known -> {
          findings.add(dataDirectory(known.dataDir()));
          findings.addAll(new DatabaseDiagnostics(known, clock).findings());
          findings.add(keys(known));
          findings.add(publicUrl(known));
          findings.addAll(egress(known));
          findings.addAll(providers(known));
        });
    return findings;
  }

  private Optional<Config> configuration(List<Finding> findings) {
    try {
      var config = reader.config();
      long set = reader.values().values().stream().filter(value -> !value.isDefault()).count();
      findings.add(Finding.ok("configuration", set + " settings differ from their defaults"));
      return Optional.of(config);
    } catch (ConfigInvalid invalid) {
      invalid
          .mistakes()
          .forEach(
              mistake ->
                  findings.add(
                      Finding.fail(
                          "configuration", mistake, "linkspan config shows where it comes from")));
      return Optional.empty();
    }
  }

  private static Finding java() {
    return Finding.ok("java", Runtime.version() + " in " + System.getProperty("java.home"));
  }

  /** Meetings move when a country changes its clocks; the JDK brings the rules. */
  private Finding zones() {
    String version = zoneRules();
    int year = Integer.parseInt(version.substring(0, 4));
    String said = "time zone rules " + version;
    return year + ZONES_GROW_OLD_YEARS <= LocalDate.now(clock.withZone(ZoneOffset.UTC)).getYear()
        ? Finding.warn("zones", said + " are old", "Update the JDK, or run its tzupdater")
        : Finding.ok("zones", said);
  }

  /** How the database's clock compares to it, is looked at where there is one. */
  private Finding clock() {
    var now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
    String said = "this machine's clock says " + now;
    int rulesOf = Integer.parseInt(zoneRules().substring(0, 4));
    return now.atOffset(ZoneOffset.UTC).getYear() < rulesOf
        ? Finding.fail(
            "clock",
            said + ", but this program's time zone rules are of " + rulesOf,
            "Set the clock, and let the machine keep time by NTP")
        : Finding.ok("clock", said);
  }

  private static String zoneRules() {
    return ZoneRulesProvider.getVersions("UTC").lastKey();
  }

  private static Finding dataDirectory(Path directory) {
    Path existing = directory;
    while (!Files.exists(existing) && existing.getParent() != null) {
      existing = existing.getParent();
    }
    if (!Files.isWritable(existing)) {
      return Finding.fail(
          "data",
          directory + " cannot be written",
          "Make it writable for this user, or choose another with --data or LINKSPAN_DATA_DIR");
    }
    try {
      long free = Files.getFileStore(existing).getUsableSpace();
      String said = directory + ", " + (free >> 20) + " MB free";
      return free < LEAST_FREE_BYTES
          ? Finding.warn("data", said, "Free some space: a full disk stops the database")
          : Finding.ok("data", said);
    } catch (IOException e) {
      return Finding.warn("data", directory + ": " + e.getMessage(), "Check the file system");
    }
  }

  private static Finding keys(Config config) {
    Path file = config.keysetFile();
    if (!Files.exists(file)) {
      if (config.keysetMayBeMade() && Files.exists(config.postgresHome().resolve("cluster"))) {
        return Finding.fail(
            "keys",
            file + " is missing, and what is stored in " + config.postgresHome() + " needs it",
            "Put it back from a backup; without it every account has to be connected again");
      }
      return config.keysetMayBeMade()
          ? Finding.ok("keys", file + " is made at the first start")
          : Finding.fail(
              "keys",
              file + " does not exist",
              "Make it with `./linkspan keys create " + file + "`");
    }
    if (!Files.isReadable(file)) {
      return Finding.fail("keys", file + " cannot be read", "chown it to this user");
    }
    try {
      new KeysetFile(file, false).check();
    } catch (KeysetRefused refused) {
      return Finding.fail("keys", String.valueOf(refused.getMessage()), refused.fix());
    }
    try {
      var open = Files.getPosixFilePermissions(file);
      open.retainAll(Set.of(PosixFilePermission.GROUP_READ, PosixFilePermission.OTHERS_READ));
      return open.isEmpty()
          ? Finding.ok("keys", file.toString())
          : Finding.warn("keys", file + " can be read by others", "chmod 600 " + file);
    } catch (IOException | UnsupportedOperationException e) {
      return Finding.ok("keys", file.toString());
    }
  }

  private static Finding publicUrl(Config config) {
    URI url = config.publicUrl();
    String host = String.valueOf(url.getHost());
    if (isLoopback(host)) {
      return Finding.warn(
          "public url",
          url
              + " is reachable from this machine only: others cannot sign in, and providers can"
              + " neither return from consent nor notify",
          "Set LINKSPAN_PUBLIC_URL to the address that people use");
    }
    if (!"https".equals(url.getScheme())) {
      return Finding.warn(
          "public url",
          url + " is not encrypted: passwords and session cookies travel in clear",
          "Put a TLS proxy before Linkspan and set LINKSPAN_PUBLIC_URL to its https address");
    }
    try {
      InetAddress.getByName(host);
      return Finding.ok("public url", url.toString());
    } catch (UnknownHostException e) {
      return Finding.fail(
          "public url", host + " has no address", "Add it to the DNS, or correct the name");
    }
  }

  private static boolean isLoopback(String host) {
    return host.equals("localhost")
        || host.endsWith(".localhost")
        || host.startsWith("127.")
        || host.equals("[::1]");
  }

  private static List<Finding> egress(Config config) {
    return config.egressAllow().stream()
        .filter(network -> network.endsWith("/0"))
        .map(
            network ->
                Finding.warn(
                    "egress",
                    "EGRESS_ALLOW opens every private network (" + network + ")",
                    "Name only the networks of your own calendar servers"))
        .toList();
  }

  private static List<Finding> providers(Config config) {
    String callback = config.publicUrl() + "/integrations/callback";
    Map<String, String> uses =
        Map.of(
            "google", "Google Calendar and Meet",
            "microsoft", "Outlook and Teams",
            "webex", "Webex",
            "zoom", "Zoom");
    List<Finding> findings = new ArrayList<>();
    findings.add(Finding.ok("providers", "CalDAV, Apple and ICS feeds need no settings"));
    uses.entrySet().stream()
        .sorted(Map.Entry.comparingByValue())
        .forEach(
            entry -> {
              String settings = Setting.PREFIX + entry.getKey().toUpperCase(Locale.ROOT);
              findings.add(
                  Finding.ok(
                      "providers",
                      config.oauthApps().containsKey(entry.getKey())
                          ? entry.getValue() + " configured; its redirect URI is " + callback
                          : "%s not configured (set %s_CLIENT_ID and %s_CLIENT_SECRET)"
                              .formatted(entry.getValue(), settings, settings)));
            });
    return findings;
  }
}
