package io.linkspan.platform.postgres;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One running PostgreSQL server process. */
final class Postmaster {
  private static final Logger LOG = LoggerFactory.getLogger(Postmaster.class);

  /** Recovery after a crash replays at most {@code max_wal_size}; slow disks need minutes. */
  private static final Duration START_LIMIT = Duration.ofMinutes(10);

  private static final Duration FAST_LIMIT = Duration.ofSeconds(30);
  private static final Duration POLL = Duration.ofMillis(5);

  private final Process process;

  private Postmaster(Process process) {
    this.process = process;
  }

  /**
   * Starts the server and returns when it takes connections.
   *
   * @param settings as in {@code postgresql.conf}
   * @throws EmbeddedPostgresFailed with what its log says
   */
  static Postmaster start(PostgresHome home, Map<String, String> settings) throws IOException {
    if (Files.exists(home.log())) {
      Files.move(
          home.log(),
          home.directory().resolve("postgres.log.1"),
          StandardCopyOption.REPLACE_EXISTING);
    }
    List<String> command = new ArrayList<>();
    command.addAll(
        home.user().command(home.program("postgres").toString(), "-D", home.cluster().toString()));
    settings.forEach((name, value) -> command.addAll(List.of("-c", name + "=" + value)));
    var postmaster = new Postmaster(PostgresHome.builder(command, home.log()).start());
    postmaster.awaitReady(home);
    return postmaster;
  }

  private void awaitReady(PostgresHome home) throws IOException {
    long deadline = System.nanoTime() + START_LIMIT.toNanos();
    while (!isReady(home.cluster())) {
      if (ended(POLL)) {
        throw EmbeddedPostgresFailed.saying(
            "PostgreSQL stopped while starting", Files.readString(home.log()), home.log());
      }
      if (System.nanoTime() > deadline) {
        stop();
        throw EmbeddedPostgresFailed.saying(
            "PostgreSQL was not ready within " + START_LIMIT.toMinutes() + " minutes",
            Files.readString(home.log()),
            home.log());
      }
    }
  }

  private boolean isReady(Path cluster) throws IOException {
    return PidFile.read(cluster)
        .filter(file -> file.pid() == process.pid())
        .filter(PidFile::ready)
        .isPresent();
  }

  long pid() {
    return process.pid();
  }

  /** Completes when the process has ended, for whatever reason. */
  CompletableFuture<Process> onExit() {
    return process.onExit();
  }

  /**
   * Shuts down: transactions that run are rolled back, everything else is written. After 30 s it is
   * cut off; the next start then recovers from the log.
   */
  void stop() {
    try {
      for (String signal : List.of("INT", "QUIT", "KILL")) {
        signal(process.pid(), signal);
        if (ended(FAST_LIMIT)) {
          return;
        }
        LOG.warn("PostgreSQL did not end within {} after SIG{}", FAST_LIMIT, signal);
      }
    } catch (IOException e) {
      process.destroy();
    }
  }

  private boolean ended(Duration within) {
    try {
      return process.waitFor(within.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      process.destroy();
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for PostgreSQL", e);
    }
  }

  /** Java itself sends only TERM and KILL; {@code kill} is a builtin of every shell. */
  static void signal(long pid, String name) throws IOException {
    try {
      new ProcessBuilder("sh", "-c", "kill -s " + name + " " + pid)
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start()
          .waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** {@code postmaster.pid}: line 1 is the process, line 4 its port, line 8 what it does. */
  record PidFile(long pid, int port, boolean ready) {
    static Optional<PidFile> read(Path cluster) throws IOException {
      try {
        var lines = Files.readAllLines(cluster.resolve("postmaster.pid"));
        if (lines.isEmpty()) {
          return Optional.empty();
        }
        long pid = Long.parseLong(lines.getFirst().strip());
        int port = lines.size() > 3 ? Integer.parseInt(lines.get(3).strip()) : 0;
        return Optional.of(
            new PidFile(pid, port, lines.size() > 7 && lines.get(7).strip().equals("ready")));
      } catch (NoSuchFileException | NumberFormatException absentOrHalfWritten) {
        return Optional.empty();
      }
    }
  }
}
