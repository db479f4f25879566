package io.linkspan.app;

import io.linkspan.app.ConfigReader.ConfigInvalid;
import io.linkspan.platform.crypto.KeysetRefused;
import io.linkspan.platform.db.DatabaseUnusable;
import io.linkspan.platform.db.Migrations;
import io.linkspan.platform.postgres.DirectoryLock;
import io.linkspan.platform.postgres.EmbeddedPostgresFailed;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Entry point: finds the command, and turns what goes wrong into one message and an exit code. */
@Command(
    name = "linkspan",
    description = "The integrations hub of a scheduling product.",
    subcommands = {RunCommand.class, ConfigCommand.class, DoctorCommand.class, KeysCommand.class},
    synopsisSubcommandLabel = "COMMAND",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class)
public final class Main {
  private Main() {}

  public static void main(String[] args) {
    Logging.choose(System.getenv());
    int exit = exit(System.getenv(), args);
    if (exit != 0) {
      System.exit(exit);
    }
  }

  /**
   * The two commands that start the server go past picocli: its class files are too old for the
   * start cache (JEP 483), and reading one option with it costs a tenth of a start.
   */
  private static int exit(Map<String, String> environment, String... args) {
    var direct =
        args.length == 2 && args[0].equals("rehearse")
            ? Optional.<Callable<Integer>>of(new RehearseCommand(environment, Path.of(args[1])))
            : RunCommand.plain(environment, args);
    if (direct.isEmpty()) {
      return line(environment).execute(args);
    }
    try {
      return direct.get().call();
    } catch (Exception failure) {
      return explain(failure, new PrintWriter(System.err, true));
    }
  }

  private static int explain(Exception failure, PrintWriter err) {
    switch (failure) {
      case ConfigInvalid invalid -> invalid.mistakes().forEach(err::println);
      case EmbeddedPostgresFailed postgres -> tell(err, postgres, postgres.fix());
      case DatabaseUnusable unusable -> tell(err, unusable, unusable.fix());
      case KeysetRefused refused -> tell(err, refused, refused.fix());
      case StartFailed start -> tell(err, start, start.fix());
      case DirectoryLock.InUse _, Migrations.SchemaTooNew _ -> err.println(failure.getMessage());
      default -> failure.printStackTrace(err);
    }
    return 1;
  }

  private static void tell(PrintWriter err, Exception failure, String fix) {
    err.println(failure.getMessage());
    err.println(fix);
  }

  static CommandLine line(Map<String, String> environment) {
    var line = new CommandLine(new Main(), new Commands(environment));
    line.setExecutionExceptionHandler(
        (failure, command, parsed) -> explain(failure, command.getErr()));
    return line;
  }

  /** Gives each command the environment; nothing else reads it. */
  private record Commands(Map<String, String> environment) implements CommandLine.IFactory {
    @Override
    public <K> K create(Class<K> type) throws Exception {
      Map<Class<?>, Supplier<Object>> commands =
          Map.of(
              RunCommand.class, () -> new RunCommand(environment),
              ConfigCommand.class, () -> new ConfigCommand(environment),
              DoctorCommand.class, () -> new DoctorCommand(environment));
      var command = commands.get(type);
      if (command != null) {
        return type.cast(command.get());
      }
      return CommandLine.defaultFactory().create(type);
    }
  }

  /** From the jar's manifest. */
  static final class Version implements CommandLine.IVersionProvider {
    static String text() {
      String version = Main.class.getPackage().getImplementationVersion();
      return version == null ? "development" : version;
    }

    @Override
    public String[] getVersion() {
      return new String[] {"linkspan " + text()};
    }
  }
}
