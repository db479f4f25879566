package io.linkspan.app;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

/**
 * Starts and stops everything once on a throw-away directory, so that the JVM can record what a
 * start needs (JEP 483, 514). The build calls it; it is not for people.
 */
final class RehearseCommand implements Callable<Integer> {
  private final Map<String, String> environment;

  private final Path directory;

  RehearseCommand(Map<String, String> environment, Path directory) {
    this.environment = environment;
    this.directory = directory;
  }

  @Override
  public Integer call() throws IOException {
    // the operator's settings stay out: a rehearsal must not touch their database
    Map<String, String> own = new HashMap<>(environment);
    own.keySet().removeIf(name -> name.startsWith(Setting.PREFIX));
    Files.createDirectories(directory);
    var reader =
        new ConfigReader(
            own,
            Map.of(
                Settings.DATA_DIR,
                directory.toString(),
                Settings.PORT,
                ServerOptions.anyFreePort()));
    var config = reader.config();
    var wiring = new Lifetime(config, Clock.systemUTC()).start();
    try {
      wiring.work();
      for (String path : List.of("/readyz", "/openapi.json", "/api/v1/users/me/")) {
        ask(config.port(), path);
      }
    } finally {
      wiring.close();
    }
    return 0;
  }

  /** Whatever the answer: what matters is that the way there was walked once. */
  private static void ask(int port, String path) throws IOException {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      var request = "GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      socket.getInputStream().readAllBytes();
    }
  }
}
