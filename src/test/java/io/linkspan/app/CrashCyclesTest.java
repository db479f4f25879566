package io.linkspan.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.linkspan.Soak;
import io.linkspan.app.DeliveryLedger.Entry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
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
  private static final int CYCLES = Soak.size("linkspan.crash.cycles", 10, 30);
  private static final long SEED = Long.getLong("linkspan.crash.seed", 20_261_124);

  /** As many as one node has under way to one receiver, {@code Pace.CAP}. */
  private static final int IN_FLIGHT = 10;

  /** From the end of a request's sending to its arrival in the ledger, on a loaded machine. */
  private static final long LATE = Duration.ofSeconds(3).toNanos();

  @TempDir Path directory;

  private final Random random = new Random(SEED);
  // deliveries that the database says are done, and when it said so first
  private final Map<Entry, Long> done = new HashMap<>();
  private TwoNodes two;

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
    two = new TwoNodes(directory);
  }

  @AfterEach
  void stop() {
    two.close();
  }

  @Test
  void nothingAcknowledgedIsLostNothingUncommittedArrivesAndOnlyWhatWasInFlightComesTwice()
      throws Exception {
    var publishers = new Publishers(two.nodes, 2);
    try (publishers) {
      for (int cycle = 0; cycle < CYCLES; cycle++) {
        int enough = two.ledger.requests() + 20 + random.nextInt(200);
        ServerProcess.until(() -> two.ledger.requests() > enough);
        noteDone();
        kill(Kill.of(cycle));
      }
    }
    two.nodes.forEach(ServerProcess::awaitReadyStartedAgain);
    two.awaitNothingPending();
    two.compare(publishers);
    assertThat(done).isNotEmpty();
    done.forEach(
        (entry, since) ->
            assertThat(two.ledger.arrivals().get(entry))
                .as("%s was done and is not sent again", entry)
                .allMatch(arrival -> arrival.at() - since < LATE));
    assertThat(two.ledger.duplicates())
        .as("no more come twice than were under way")
        .isLessThanOrEqualTo(
            (long) CYCLES * two.nodes.size() * TwoNodes.RECEIVERS.size() * IN_FLIGHT);
    System.out.printf(
        "%d cycles (seed %d): %d events acknowledged, %d arrivals, %d of them twice%n",
        CYCLES,
        SEED,
        publishers.acknowledged.size(),
        two.ledger.requests(),
        two.ledger.duplicates());
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
        for (var node : two.nodes) {
          restart(node);
        }
      }
    }
  }

  private ServerProcess ready() {
    var node = two.nodes.get(random.nextInt(two.nodes.size()));
    node.awaitReadyStartedAgain();
    return node;
  }

  private static void restart(ServerProcess node) throws InterruptedException {
    node.kill();
    node.start();
  }

  private void killPostgres() throws IOException, InterruptedException {
    ServerProcess.signal(two.postmaster(), "KILL");
  }

  /** The postmaster then ends all others, and recovers. */
  private void killBackend() throws IOException, InterruptedException {
    var pids =
        List.copyOf(two.texts("SELECT pid::text FROM pg_stat_activity WHERE datname = 'linkspan'"));
    ServerProcess.signal(Long.parseLong(pids.get(random.nextInt(pids.size()))), "KILL");
  }

  private void noteDone() {
    var finished =
        two.texts(
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
}
