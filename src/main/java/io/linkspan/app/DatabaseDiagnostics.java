package io.linkspan.app;

import io.linkspan.platform.db.DatabaseFacts;
import io.linkspan.platform.db.DatabaseUrl;
import io.linkspan.platform.db.Pool;
import io.linkspan.platform.postgres.DirectoryLock;
import io.linkspan.platform.postgres.EmbeddedPostgres;
import io.linkspan.platform.postgres.EmbeddedPostgresFailed;
import java.nio.file.Files;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Whether the configured database will do. */
final class DatabaseDiagnostics {
  private static final String CHECK = "database";
  private static final int OLDEST = 15;
  private static final int FEWEST_CONNECTIONS = 30;
  private static final Duration CLOCK_NOTICED = Duration.ofSeconds(2);
  private static final Duration CLOCK_HARMFUL = Duration.ofMinutes(1);

  private final Config config;
  private final Clock clock;

  DatabaseDiagnostics(Config config, Clock clock) {
    this.config = config;
    this.clock = clock;
  }

  List<Finding> findings() {
    if (config.database().isPresent()) {
      return at(config.database().get());
    }
    var running = EmbeddedPostgres.runningIn(config.postgresHome());
    if (running.isPresent()) {
      return at(running.get());
    }
    if (!Files.exists(config.postgresHome().resolve("cluster"))) {
      return List.of(
          Finding.ok(CHECK, "embedded, made in " + config.postgresHome() + " at the first start"));
    }
    try (var server = EmbeddedPostgres.start(config.postgresHome())) {
      return at(server.url());
    } catch (EmbeddedPostgresFailed e) {
      return List.of(Finding.fail(CHECK, String.valueOf(e.getMessage()), e.fix()));
    } catch (DirectoryLock.InUse e) {
      return List.of(
          Finding.fail(
              CHECK,
              "a Linkspan holds " + config.postgresHome() + " but its database does not answer",
              "Look at " + config.postgresHome().resolve("postgres.log")));
    }
  }

  private List<Finding> at(DatabaseUrl url) {
    var source = Pool.single(url);
    try (var probe = source.getConnection()) {
      probe.isValid(1);
      return judge(url, DatabaseFacts.of(source, clock));
    } catch (SQLException e) {
      return List.of(
          Finding.fail(
              CHECK,
              url + " cannot be used: " + rootMessage(e),
              "Check LINKSPAN_DATABASE_URL, and that the server runs and lets this machine in"));
    }
  }

  private static String rootMessage(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return String.valueOf(root.getMessage());
  }

  private static List<Finding> judge(DatabaseUrl url, DatabaseFacts facts) {
    List<Finding> findings = new ArrayList<>();
    findings.add(
        facts.version() >= OLDEST
            ? Finding.ok(CHECK, "PostgreSQL " + facts.fullVersion() + " at " + url)
            : Finding.fail(
                CHECK,
                "PostgreSQL " + facts.fullVersion() + " at " + url + " is too old",
                "Use version " + OLDEST + " or newer"));
    findings.add(
        facts.btreeGist()
            ? Finding.ok(CHECK, "extension btree_gist is available")
            : Finding.fail(
                CHECK,
                "extension btree_gist is missing",
                "Install PostgreSQL's contrib package on the database server"));
    for (String durable : List.of("fsync", "synchronous_commit", "full_page_writes")) {
      if ("off".equals(facts.settings().get(durable))) {
        findings.add(
            Finding.fail(
                CHECK,
                durable + " is off: acknowledged changes can be lost",
                "ALTER SYSTEM SET " + durable + " = on; SELECT pg_reload_conf()"));
      }
    }
    if (!"UTF8".equals(facts.settings().get("server_encoding"))) {
      findings.add(
          Finding.fail(
              CHECK,
              "its encoding is " + facts.settings().get("server_encoding"),
              "CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0"));
    }
    int connections = Integer.parseInt(facts.settings().getOrDefault("max_connections", "100"));
    if (connections < FEWEST_CONNECTIONS) {
      findings.add(
          Finding.warn(
              CHECK,
              "max_connections is " + connections + ", and each node takes up to 20",
              "Raise max_connections"));
    }
    findings.add(schema(facts));
    findings.add(clock(facts));
    return findings;
  }

  private static Finding schema(DatabaseFacts facts) {
    var schema = facts.schema();
    if (schema.tooNew()) {
      return Finding.fail(
          CHECK,
          "its schema is version "
              + schema.applied().orElse("none")
              + ", this program knows up to "
              + schema.known(),
          "Start the newer Linkspan again, or restore a backup made before its upgrade");
    }
    if (schema.pending() > 0) {
      return Finding.ok(
          CHECK,
          "schema version "
              + schema.applied().orElse("none")
              + "; the next start brings it to "
              + schema.known());
    }
    return Finding.ok(CHECK, "schema version " + schema.known());
  }

  private static Finding clock(DatabaseFacts facts) {
    Duration distance = facts.ahead().abs();
    String said =
        "the database's clock is "
            + distance.toMillis()
            + " ms "
            + (facts.ahead().isNegative() ? "behind" : "ahead of")
            + " this machine's";
    String fix = "Let both machines keep time by NTP";
    if (distance.compareTo(CLOCK_HARMFUL) > 0) {
      return Finding.fail("clock", said, fix);
    }
    return distance.compareTo(CLOCK_NOTICED) > 0
        ? Finding.warn("clock", said, fix)
        : Finding.ok("clock", said);
  }
}
