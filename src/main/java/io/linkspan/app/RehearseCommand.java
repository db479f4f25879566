package io.linkspan.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/**
 * Starts and stops everything once on a throw-away directory, so that the JVM can record what a
 * start needs (JEP 483, 514). The build calls it; it is not for people.
 */
@Command(name = "rehearse", hidden = true)
final class RehearseCommand implements Callable<Integer> {
  private final Map<String, String> environment;

  @Parameters(paramLabel = "DIR")
  private Path directory = Path.of("");

  RehearseCommand(Map<String, String> environment) {
    this.environment = environment;
  }

  @Override
  public Integer call() throws IOException {
    // the operator's settings stay out: a rehearsal must not touch their database
    Map<String, String> own = new HashMap<>(environment);
    own.keySet().removeIf(name -> name.startsWith(Setting.PREFIX));
    Files.createDirectories(directory);
    var reader =
        new ConfigReader(own, Map.of(Settings.DATA_DIR, directory.toString(), Settings.PORT, "0"));
    Wiring.start(reader.config(), Clock.systemUTC()).close();
    return 0;
  }
}
