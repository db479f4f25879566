package io.linkspan.app;

import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/** What is right, what is wrong, and the fix. */
@Command(
    name = "doctor",
    description = "Checks settings, database, keys, clock, public URL and providers.",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:nothing is wrong", "1:something has to be repaired"},
    mixinStandardHelpOptions = true)
final class DoctorCommand implements Callable<Integer> {
  private final Map<String, String> environment;

  @Mixin private ServerOptions options = new ServerOptions();

  @Option(names = "--json", description = "One JSON document instead of lines.")
  private boolean json;

  @Spec private @Nullable CommandSpec spec;

  DoctorCommand(Map<String, String> environment) {
    this.environment = environment;
  }

  @Override
  public Integer call() {
    var findings =
        new Diagnostics(options.read(environment, Map.of()), Clock.systemUTC()).findings();
    boolean healthy = findings.stream().noneMatch(found -> found.level() == Finding.Level.FAIL);
    var out = Objects.requireNonNull(spec).commandLine().getOut();
    out.println(json ? document(findings, healthy) : lines(findings));
    return healthy ? 0 : 1;
  }

  private static String document(List<Finding> findings, boolean healthy) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("healthy", healthy);
    document.put(
        "checks",
        findings.stream()
            .map(
                found -> {
                  Map<String, @Nullable Object> entry = new LinkedHashMap<>();
                  entry.put("check", found.check());
                  entry.put("level", found.level().name().toLowerCase(Locale.ROOT));
                  entry.put("message", found.message());
                  entry.put("fix", found.fix());
                  return entry;
                })
            .toList());
    return JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValueAsString(document);
  }

  private static String lines(List<Finding> findings) {
    var lines = new StringBuilder();
    for (Finding found : findings) {
      lines.append(
          "%-5s %-14s %s%n"
              .formatted(
                  found.level().name().toLowerCase(Locale.ROOT), found.check(), found.message()));
      if (found.fix() != null) {
        lines.append("%-20s -> %s%n".formatted("", found.fix()));
      }
    }
    return lines.toString().stripTrailing();
  }
}
