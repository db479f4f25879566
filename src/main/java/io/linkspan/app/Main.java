package io.linkspan.app;

import io.linkspan.app.ConfigReader.ConfigInvalid;
import io.linkspan.platform.crypto.KeysetRefused;
import io.linkspan.platform.db.DirectoryLock;
import io.linkspan.platform.db.EmbeddedPostgresFailed;
import io.linkspan.platform.db.Migrations;
import java.util.Map;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Entry point: finds the command, and turns what goes wrong into one message and an exit code. */
@Command(
    name = "linkspan",
    description = "The integrations hub of a scheduling product.",
    subcommands = {
      RunCommand.class,
      ConfigCommand.class,
      DoctorCommand.class,
      KeysCommand.class,
      RehearseCommand.class
    },
    synopsisSubcommandLabel = "COMMAND",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class)
public final class Main {
  private Main() {}

  public static void main(String[] args) {
    Logging.choose(System.getenv());
    int exit = line(System.getenv()).execute(args);
    if (exit != 0) {
      System.exit(exit);
    }
  }

  static CommandLine line(Map<String, String> environment) {
    var line = new CommandLine(new Main(), new Commands(environment));
    line.setExecutionExceptionHandler(
        (failure, command, parsed) -> {
          var err = command.getErr();
          switch (failure) {
            case ConfigInvalid invalid -> invalid.mistakes().forEach(err::println);
            case EmbeddedPostgresFailed postgres -> {
              err.println(postgres.getMessage());
              err.println(postgres.fix());
            }
            case KeysetRefused refused -> {
              err.println(refused.getMessage());
              err.println(refused.fix());
            }
            case StartFailed start -> {
              err.println(start.getMessage());
              err.println(start.fix());
            }
            case DirectoryLock.InUse _, Migrations.SchemaTooNew _ ->
                err.println(failure.getMessage());
            default -> failure.printStackTrace(err);
          }
          return 1;
        });
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
              DoctorCommand.class, () -> new DoctorCommand(environment),
              RehearseCommand.class, () -> new RehearseCommand(environment));
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
