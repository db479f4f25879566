package io.linkspan.app;

import java.io.IOException;
import java.net.ServerSocket;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options that override the environment. */
final class ServerOptions {
  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Data directory (LINKSPAN_DATA_DIR, ./data).")
  @Nullable String data;

  ConfigReader read(Map<String, String> environment, Map<Setting<?>, String> more) {
    Map<Setting<?>, String> overrides = new HashMap<>(more);
    if (data != null) {
      overrides.put(Settings.DATA_DIR, data);
    }
    return new ConfigReader(environment, overrides);
  }

  /** Links to the server need its port before it listens. */
  static String anyFreePort() {
    try (var socket = new ServerSocket(0)) {
      return Integer.toString(socket.getLocalPort());
    } catch (IOException e) {
      throw new StartFailed("No port is free", "Choose one with --port", e);
    }
  }
}
