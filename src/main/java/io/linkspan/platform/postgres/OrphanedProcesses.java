package io.linkspan.platform.postgres;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a killed predecessor left behind. The caller holds the directory's lock, so whatever still
 * works on the cluster belongs to nobody.
 */
final class OrphanedProcesses {
  private static final Logger LOG = LoggerFactory.getLogger(OrphanedProcesses.class);
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private OrphanedProcesses() {}

  /** Stops every PostgreSQL process of {@code cluster}, and removes a pid file without owner. */
  static void clear(Path cluster) throws IOException {
    Path pidFile = cluster.resolve("postmaster.pid");
    if (!Files.exists(pidFile)) {
      return;
    }
    // the postmaster first: it stops its own backends in order, and writes what is unwritten
    var recorded = Postmaster.PidFile.read(cluster);
    if (recorded.isPresent()) {
      var orphan = ProcessHandle.of(recorded.get().pid()).filter(found -> worksIn(found, cluster));
      if (orphan.isPresent()) {
        LOG.info(
            "Stopping the database that a killed Linkspan left, process {}", orphan.get().pid());
        end(orphan.get(), List.of("INT", "QUIT", "KILL"));
      }
    }
    // backends outlive a killed postmaster until they notice
    for (ProcessHandle backend : workers(cluster)) {
      end(backend, List.of("QUIT", "KILL"));
    }
    // its number may belong to a stranger by now, or to a zombie: PostgreSQL would believe it alive
    Files.deleteIfExists(pidFile);
  }

  private static List<ProcessHandle> workers(Path cluster) {
    return ProcessHandle.allProcesses().filter(process -> worksIn(process, cluster)).toList();
  }

  /** Every process of a PostgreSQL server has its cluster as working directory. */
  private static boolean worksIn(ProcessHandle process, Path cluster) {
    try {
      return Path.of("/proc", Long.toString(process.pid()), "cwd")
          .toRealPath()
          .equals(cluster.toRealPath());
    } catch (IOException e) {
      return false;
    }
  }

  private static void end(ProcessHandle process, List<String> signals) throws IOException {
    for (String signal : signals) {
      Postmaster.signal(process.pid(), signal);
      try {
        process.onExit().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        return;
      } catch (TimeoutException e) {
        LOG.warn("Process {} did not end within {} after SIG{}", process.pid(), PATIENCE, signal);
      } catch (ExecutionException e) {
        throw new IllegalStateException(e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted while stopping process " + process.pid(), e);
      }
    }
  }
}
