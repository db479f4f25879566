package io.linkspan.platform.egress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A network namespace without a way out, in which all addresses, public and private, are our own.
 */
public final class Namespace {
  private final List<String> unshare;

  private Namespace(List<String> unshare) {
    this.unshare = unshare;
  }

  /** Skips the test where the system gives us none. */
  public static Namespace make() throws IOException, InterruptedException {
    // root in a container may lack user namespaces, an ordinary user has no others
    for (var way : List.of(List.of("unshare", "-n"), List.of("unshare", "-rn"))) {
      if (run(way, "ip link set lo up").exit == 0) {
        return new Namespace(way);
      }
    }
    assumeTrue(false, "this system gives us no network namespace (unshare, ip)");
    throw new IllegalStateException();
  }

  /**
   * Runs a program of the tests' class path inside.
   *
   * @return what it printed
   */
  public List<String> run(String program, String argument)
      throws IOException, InterruptedException {
    String classes =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    var output =
        run(
            unshare,
            """
            ip link set lo up &&
            ip route add local 0.0.0.0/0 dev lo && ip -6 route add local ::/0 dev lo &&
            exec '%s' -Xmx256m -Dbasedir='%s' -cp '%s' %s %s
            """
                .formatted(java, System.getProperty("basedir", ""), classes, program, argument));
    assertThat(output.exit).as("%s", output.lines).isZero();
    return output.lines;
  }

  private static Output run(List<String> way, String script)
      throws IOException, InterruptedException {
    var command = new ArrayList<>(way);
    command.addAll(List.of("/bin/sh", "-c", script));
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      var text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return new Output(process.waitFor(), text.lines().toList());
    } catch (IOException e) {
      return new Output(-1, List.of("" + e.getMessage()));
    }
  }

  private record Output(int exit, List<String> lines) {}
}
