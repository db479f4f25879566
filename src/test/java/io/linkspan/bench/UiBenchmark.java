package io.linkspan.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What {@code npm run measure} finds in Chromium, with the real server behind the pages. */
final class UiBenchmark implements Benchmark {
  private final Path home = Path.of(System.getProperty("linkspan.home", "")).toAbsolutePath();

  @Override
  public String name() {
    return "ui";
  }

  @Override
  public String question() {
    return "the overview with a fourth of the processor over slow 4G, and the longest frame while"
        + " 10,000 log rows scroll";
  }

  @Override
  public Report run(List<String> arguments) throws IOException, InterruptedException {
    var process =
        new ProcessBuilder("npm", "run", "--silent", "measure")
            .directory(home.resolve("ui").toFile())
            .redirectErrorStream(true)
            .start();
    var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    int code = process.waitFor();
    JsonNode figures =
        output
            .lines()
            .filter(line -> line.startsWith("{\"figures\""))
            .map(line -> JsonMapper.shared().readTree(line).get("figures"))
            .findFirst()
            .orElseThrow(
                () ->
                    new IllegalStateException(
                        "npm run measure ended with " + code + ": " + output));
    var report = new Report();
    for (var figure : figures.properties()) {
      JsonNode budget = figure.getValue().get("budget");
      report.figure(
          figure.getKey(),
          figure.getValue().get("value").asDouble(),
          figure.getValue().get("unit").asString(),
          budget == null ? Double.NaN : budget.asDouble());
    }
    return report;
  }
}
