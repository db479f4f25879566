package io.linkspan.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.linkspan.app.DeliveryLedger.Entry;
import io.linkspan.platform.crypto.KeysetFile;
import io.linkspan.platform.db.DatabaseUrl;
import io.linkspan.platform.db.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two nodes on one PostgreSQL, all of them processes, killed again and again at random points while
 * events are published and delivered. Three ledgers are compared at the end: what was acknowledged,
 * what arrived, and what the database says.
 *
 * <p>{@code -Dlinkspan.crash.cycles=300} for a long night; {@code -Dlinkspan.crash.seed} for the
 * same kills again.
 */
class CrashCyclesTest {
  private static final int CYCLES = Integer.getInteger("linkspan.crash.cycles", 30);
  private static final long SEED = Long.getLong("linkspan.crash.seed", 20_261_124);
  private static final List<String> RECEIVERS = List.of("/a", "/b", "/c");

  /** As many as one node has under way to one receiver, {@code Pace.CAP}. */
  private static final int IN_FLIGHT = 10;

  /** From the end of a request's sending to its arrival in the ledger, on a loaded machine. */
  private static final long LATE = Duration.ofSeconds(3).toNanos();

  @TempDir Path directory;

  private final Random random = new Random(SEED);
  private final List<ServerProcess> nodes = new ArrayList<>();
  // deliveries that the database says are done, and when it said so first
  private final Map<Entry, Long> done = new HashMap<>();
  private EmbeddedPostgres postgres;
  private DeliveryLedger ledger;

  private enum Kill {
    POSTGRES,
    BACKEND,
    NODE,
    POSTGRES_AND_NODE,
    EVERYTHING;

    /** A start of a node takes longer than all the rest, so that fewer kills want one. */
    static Kill of(int cycle) {
      return switch (cycle % 10) {
        case 2, 6 -> NODE;
        case 4, 8 -> POSTGRES_AND_NODE;
        case 9 -> EVERYTHING;
        case 1, 5 -> BACKEND;
        default -> POSTGRES;
      };
    }
  }

  @BeforeEach
  void start() throws Exception {
    ledger = new DeliveryLedger();
    postgres = EmbeddedPostgres.start(directory.resolve("postgres"));
    var keyset = directory.resolve("keyset");
    new KeysetFile(keyset, true).create();
    for (String name : List.of("one", "two")) {
      var node =
          new ServerProcess(
              Files.createDirectory(directory.resolve(name)),
              Map.of(
                  "LINKSPAN_DATABASE_URL",
                  setting(postgres.url()),
                  "LINKSPAN_ENCRYPTION_KEYSET_FILE",
                  keyset.toString()));
      nodes.add(node);
      node.start();
      node.awaitReady();
    }
    for (String path : RECEIVERS) {
      var made =
          nodes
              .getFirst()
              .client()
              .post(
                  "/api/v1/integrations/webhooks/",
                  Map.of(
                      "name",
                      path,
                      "webhook_url",
                      ledger.url(path),
                      "events",
                      List.of("crash.test")));
      assertThat(made.status()).as(made.body()).isEqualTo(201);
    }
  }

  @AfterEach
  void stop() {
    nodes.forEach(ServerProcess::close);
    postgres.close();
    ledger.close();
  }

  @Test
  void nothingAcknowledgedIsLostNothingUncommittedArrivesAndOnlyWhatWasInFlightComesTwice()
      throws Exception {
    var publishers = new Publishers(nodes, 2);
    try (publishers) {
      for (int cycle = 0; cycle < CYCLES; cycle++) {
        int enough = ledger.requests() + 20 + random.nextInt(200);
        ServerProcess.until(() -> ledger.requests() > enough);
        noteDone();
        kill(Kill.of(cycle));
      }
    }
    nodes.forEach(ServerProcess::awaitReadyStartedAgain);
    ServerProcess.until(() -> count("SELECT count(*) FROM pending_deliveries") == 0);
    assertThat(done).isNotEmpty();
    compare(publishers);
  }

  private void compare(Publishers publishers) {
    var committed = texts("SELECT id FROM events WHERE type = 'crash.test'");
    assertThat(publishers.acknowledged).hasSizeGreaterThan(50);
    assertThat(committed).as("acknowledged").containsAll(publishers.acknowledged);
    var expected = new HashSet<Entry>();
    committed.forEach(id -> RECEIVERS.forEach(path -> expected.add(new Entry(path, id))));
    assertThat(ledger.arrivals().keySet()).as("arrived").isEqualTo(expected);
    assertThat(texts("SELECT DISTINCT status FROM finished_deliveries"))
        .containsExactly("delivered");

    assertThat(
            count(
                """
                SELECT count(*) FROM (SELECT FROM delivery_attempts WHERE succeeded
                                      GROUP BY webhook_id, delivery_id HAVING count(*) > 1) twice
                """))
        .as("deliveries that were written down as done twice")
        .isZero();
    assertThat(ledger.arrivals())
        .as("the same id has the same body")
        .allSatisfy(
            (entry, times) ->
                assertThat(times.stream().map(DeliveryLedger.Arrival::body).distinct())
                    .singleElement()
                    .asString()
                    .contains("\"id\":\"" + entry.id() + "\""));
    done.forEach(
        (entry, since) ->
            assertThat(ledger.arrivals().get(entry))
                .as("%s was done and is not sent again", entry)
                .allMatch(arrival -> arrival.at() - since < LATE));
    assertThat(ledger.duplicates())
        .as("no more come twice than were under way")
        .isLessThanOrEqualTo((long) CYCLES * nodes.size() * RECEIVERS.size() * IN_FLIGHT);
    assertThat(publishers.refusals.keySet())
        .as("%s", publishers.refusals)
        .isSubsetOf("503 application/problem+json");
    System.out.printf(
        "%d cycles (seed %d): %d events acknowledged, %d committed, %d arrivals, %d of them twice%n",
        CYCLES,
        SEED,
        publishers.acknowledged.size(),
        committed.size(),
        ledger.requests(),
        ledger.duplicates());
  }

  private void kill(Kill kill) throws Exception {
    switch (kill) {
      case POSTGRES -> killPostgres();
      case BACKEND -> killBackend();
      case NODE -> restart(ready());
      case POSTGRES_AND_NODE -> {
        var node = ready();
        killPostgres();
        restart(node);
      }
      case EVERYTHING -> {
        ready();
        killPostgres();
        for (var node : nodes) {
          restart(node);
        }
      }
    }
  }

  private ServerProcess ready() {
    var node = nodes.get(random.nextInt(nodes.size()));
    node.awaitReadyStartedAgain();
    return node;
  }

  private static void restart(ServerProcess node) throws InterruptedException {
    node.kill();
    node.start();
  }

  private void killPostgres() throws IOException, InterruptedException {
    Path file = directory.resolve("postgres/cluster/postmaster.pid");
    // it may be starting again from the kill before
    ServerProcess.until(() -> Files.exists(file));
    long pid = Long.parseLong(Files.readAllLines(file).getFirst().strip());
    ServerProcess.signal(pid, "KILL");
  }

  /** The postmaster then ends all others, and recovers. */
  private void killBackend() throws IOException, InterruptedException {
    var pids =
        List.copyOf(texts("SELECT pid::text FROM pg_stat_activity WHERE datname = 'linkspan'"));
    ServerProcess.signal(Long.parseLong(pids.get(random.nextInt(pids.size()))), "KILL");
  }

  private void noteDone() {
    var finished =
        texts(
            """
            SELECT w.name || ' ' || f.event_id FROM finished_deliveries f JOIN webhooks w ON w.id = f.webhook_id
            WHERE f.status = 'delivered'
            """);
    long now = System.nanoTime();
    finished.forEach(
        text -> {
          int space = text.indexOf(' ');
          done.putIfAbsent(new Entry(text.substring(0, space), text.substring(space + 1)), now);
        });
  }

  private long count(String sql) {
    return Long.parseLong(texts("SELECT (" + sql + ")::text").iterator().next());
  }

  /** Asked again while the database is away. */
  private Set<String> texts(String sql) {
    var texts = new HashSet<String>();
    ServerProcess.until(
        () -> {
          texts.clear();
          var url = postgres.url();
          try (var connection =
                  DriverManager.getConnection(url.jdbcUrl(), url.user(), url.password());
              var rows = connection.createStatement().executeQuery(sql)) {
            while (rows.next()) {
              texts.add(rows.getString(1));
            }
            return true;
          } catch (SQLException away) {
            return false;
          }
        });
    return texts;
  }

  private static String setting(DatabaseUrl url) {
    return url.jdbcUrl()
        .replace("jdbc:postgresql://", "postgresql://" + url.user() + ":" + url.password() + "@");
  }
}
