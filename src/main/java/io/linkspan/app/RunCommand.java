package io.linkspan.app;

import java.time.Clock;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

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
      description = "Port of the HTTP server (LINKSPAN_PORT, 8080).")
  private @Nullable String port;

  @Spec private @Nullable CommandSpec spec;

  RunCommand(Map<String, String> environment) {
    this.environment = environment;
  }

  @Override
  public Integer call() throws InterruptedException {
    var reader = options.read(environment, port == null ? Map.of() : Map.of(Settings.PORT, port));
    reader.unknown().forEach(warning -> System.err.println("Warning: " + warning));
    var wiring = Wiring.start(reader.config(), Clock.systemUTC());
    var stopped = new CountDownLatch(1);
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  wiring.close();
                  stopped.countDown();
                },
                "stop"));
    System.out.println("Linkspan answers on " + wiring.address());
    stopped.await();
    return 0;
  }
}
