package io.linkspan.app;

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
  private @Nullable String data;

  ConfigReader read(Map<String, String> environment, Map<Setting<?>, String> more) {
    Map<Setting<?>, String> overrides = new HashMap<>(more);
    if (data != null) {
      overrides.put(Settings.DATA_DIR, data);
    }
    return new ConfigReader(environment, overrides);
  }
}
