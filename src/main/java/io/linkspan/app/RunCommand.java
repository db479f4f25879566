package io.linkspan.app;

import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The server, until Ctrl-C or SIGTERM. */
@Command(
    name = "run",
    description = "Starts the server and, without LINKSPAN_DATABASE_URL, its own PostgreSQL.",
    mixinStandardHelpOptions = true)
final class RunCommand implements Callable<Integer> {
  private final Map<String, String> environment;

  @Mixin private ServerOptions options = new ServerOptions();

  @Option(
      names = "--port",
      paramLabel = "N",
      description = "Port of the HTTP server; 0 for any free one (LINKSPAN_PORT, 8080).")
  private @Nullable String port;

  RunCommand(Map<String, String> environment) {
    this.environment = environment;
  }

  /** Understands {@code run [--port N] [--data DIR]}, and leaves everything else to picocli. */
  static Optional<Callable<Integer>> plain(Map<String, String> environment, String... args) {
    if (args.length % 2 == 0 || !args[0].equals("run")) {
      return Optional.empty();
    }
    var command = new RunCommand(environment);
    for (int i = 1; i < args.length; i += 2) {
      String value = args[i + 1];
      switch (args[i]) {
        case "--port" -> command.port = value;
        case "--data" -> command.options.data = value;
        default -> {
          return Optional.empty();
        }
      }
    }
    return Optional.of(command);
  }

  @Override
  public Integer call() throws InterruptedException {
    Map<Setting<?>, String> more = new HashMap<>();
    if (port != null) {
      more.put(Settings.PORT, port.equals("0") ? ServerOptions.anyFreePort() : port);
    }
    var reader = options.read(environment, more);
    reader.unknown().forEach(warning -> System.err.println("Warning: " + warning));
    // the database keeps microseconds: an answer must not change between being written and read
    var clock = Clock.tick(Clock.systemUTC(), Duration.ofNanos(1_000));
    var lifetime = new Lifetime(reader.config(), clock);
    var wiring = lifetime.start();
    if (lifetime.ends()) {
      lifetime.awaitEnd();
      return 0;
    }
    wiring.work();
    System.out.println("Linkspan answers on " + wiring.address());
    wiring
        .firstLink()
        .ifPresent(link -> System.out.println(link.purpose() + ": " + link.address()));
    lifetime.awaitEnd();
    return 0;
  }
}
