package io.linkspan.app;

import io.linkspan.platform.db.DatabaseUrl;
import io.linkspan.platform.http.OrganizerLimit;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
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

/** Every setting with its value and where it came from; secrets stay hidden. */
@Command(
    name = "config",
    description = "Prints every setting, its value and where it came from.",
    mixinStandardHelpOptions = true)
final class ConfigCommand implements Callable<Integer> {
  private final Map<String, String> environment;

  @Mixin private ServerOptions options = new ServerOptions();

  @Option(names = "--json", description = "One JSON document instead of a table.")
  private boolean json;

  @Spec private @Nullable CommandSpec spec;

  ConfigCommand(Map<String, String> environment) {
    this.environment = environment;
  }

  @Override
  public Integer call() {
    var reader = options.read(environment, Map.of());
    List<String> mistakes = mistakes(reader);
    mistakes.forEach(mistake -> err().println(mistake));
    if (json) {
      out().println(document(reader, mistakes));
    } else {
      table(reader);
    }
    reader.unknown().forEach(warning -> err().println("Warning: " + warning));
    return mistakes.isEmpty() ? 0 : 1;
  }

  private static List<String> mistakes(ConfigReader reader) {
    try {
      reader.config();
      return List.of();
    } catch (ConfigReader.ConfigInvalid invalid) {
      return invalid.mistakes();
    }
  }

  private void table(ConfigReader reader) {
    int width =
        Settings.ALL.stream().mapToInt(setting -> setting.variable().length()).max().orElse(0);
    for (Setting<?> setting : Settings.ALL) {
      var value = reader.values().get(setting);
      out()
          .printf(
              "%-" + width + "s  %s  [%s]%n%" + width + "s  # %s%n",
              setting.variable(),
              value == null ? "" : shown(setting, value.text()),
              value == null ? "not set" : value.origin(),
              "",
              setting.meaning());
    }
    out().flush();
  }

  private static String document(ConfigReader reader, List<String> mistakes) {
    Map<String, Object> settings = new LinkedHashMap<>();
    for (Setting<?> setting : Settings.ALL) {
      var value = reader.values().get(setting);
      Map<String, @Nullable Object> entry = new LinkedHashMap<>();
      entry.put("value", value == null ? null : shown(setting, value.text()));
      entry.put("origin", value == null ? "not set" : value.origin());
      entry.put("default", setting.standard());
      entry.put("secret", setting.secret());
      entry.put("meaning", setting.meaning());
      settings.put(setting.variable(), entry);
    }
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("settings", settings);
    document.put("unknown", reader.unknown());
    document.put("mistakes", mistakes);
    return JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValueAsString(document);
  }

  /** A database URL without its password is no secret, and tells which database is meant. */
  private static String shown(Setting<?> setting, String text) {
    if (setting == Settings.LIMITS) {
      return inForce(text);
    }
    if (!setting.secret()) {
      return text;
    }
    if (setting == Settings.DATABASE_URL) {
      try {
        return DatabaseUrl.parse(text).toString();
      } catch (IllegalArgumentException malformed) {
        return "(redacted)";
      }
    }
    return "(redacted)";
  }

  /** All limits, those that keep their default included. */
  private static String inForce(String limits) {
    try {
      return OrganizerLimit.text(Settings.LIMITS.parser().parse(limits));
    } catch (IllegalArgumentException malformed) {
      return limits;
    }
  }

  private PrintWriter out() {
    return Objects.requireNonNull(spec).commandLine().getOut();
  }

  private PrintWriter err() {
    return Objects.requireNonNull(spec).commandLine().getErr();
  }
}
