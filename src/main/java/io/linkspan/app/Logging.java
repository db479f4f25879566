package io.linkspan.app;

import java.util.Map;

/** Lines for a person at a terminal, JSON for everything else. */
final class Logging {
  private Logging() {}

  /** Must run before the first logger is made. */
  static void choose(Map<String, String> environment) {
    if (System.getProperty("logback.configurationFile") == null) {
      boolean person = System.console() != null && !"dumb".equals(environment.get("TERM"));
      System.setProperty(
          "logback.configurationFile", person ? "logback-terminal.xml" : "logback.xml");
    }
  }
}
