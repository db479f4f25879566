package io.linkspan.app;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What a command answered. */
record CommandRun(int exit, String out, String err) {
  static CommandRun of(Map<String, String> environment, String... args) {
    var out = new StringWriter();
    var err = new StringWriter();
    int exit =
        Main.line(environment)
            .setOut(new PrintWriter(out, true))
            .setErr(new PrintWriter(err, true))
            .execute(args);
    return new CommandRun(exit, out.toString(), err.toString());
  }

  JsonNode json() {
    return JsonMapper.shared().readTree(out);
  }
}
