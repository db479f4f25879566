package io.linkspan.app;

import io.linkspan.platform.crypto.KeysetFile;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The keys that seal stored credentials. */
@Command(
    name = "keys",
    description = "Makes the keys that seal stored credentials.",
    synopsisSubcommandLabel = "COMMAND",
    mixinStandardHelpOptions = true)
final class KeysCommand {
  @Spec private @Nullable CommandSpec spec;

  @Command(
      name = "create",
      description = "Makes a new keyset file, readable by you only; replaces nothing.",
      mixinStandardHelpOptions = true)
  int create(
      @Parameters(paramLabel = "FILE", description = "Where LINKSPAN_ENCRYPTION_KEYSET_FILE looks.")
          Path file) {
    var line = Objects.requireNonNull(spec).commandLine();
    if (!new KeysetFile(file, true).create()) {
      line.getErr().println(file + " exists and was left as it is; name another file");
      return 1;
    }
    line.getOut()
        .println(
            "Made " + file + ". Back it up: credentials stored with it cannot be read without it.");
    return 0;
  }
}
