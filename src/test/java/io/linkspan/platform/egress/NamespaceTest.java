package io.linkspan.platform.egress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Runs {@link HostileAddresses} in a network namespace without a way out, in which all addresses,
 * public and private, are our own.
 */
@Timeout(120)
class NamespaceTest {
  private static List<String> unshare = List.of();

  @BeforeAll
  static void findAWayIntoANamespace() throws Exception {
    // root in a container may lack user namespaces, an ordinary user has no others
    for (var way : List.of(List.of("unshare", "-n"), List.of("unshare", "-rn"))) {
      if (unshare.isEmpty() && run(way, "ip link set lo up").exit == 0) {
        unshare = way;
      }
    }
    assumeTrue(!unshare.isEmpty(), "this system gives us no network namespace (unshare, ip)");
  }

  @Test
  void noSpellingNameOrRedirectReachesAForbiddenAddress() throws Exception {
    var corpus = corpus("guarded");
    assertThat(corpus.lines()).filteredOn(line -> line.startsWith("reached forbidden")).isEmpty();
    assertThat(corpus.lines())
        .as("public addresses are reached, also when DNS answers otherwise the next time")
        .filteredOn(line -> line.startsWith("answered"))
        .allMatch(line -> line.contains("public.example") || line.contains("flips"))
        .anyMatch(line -> line.contains("flips.example"))
        .anyMatch(line -> line.contains("flips6.example"));
    assertThat(corpus.lines())
        .as("what is refused is refused for its address")
        .filteredOn(line -> line.startsWith("failed"))
        .hasSizeGreaterThan(100)
        .allMatch(line -> line.matches("failed (FORBIDDEN_ADDRESS|BAD_ADDRESS|UNKNOWN_HOST) .*"));
  }

  @Test
  void withoutTheGuardTheSameCorpusReachesMany() throws Exception {
    var corpus = corpus("unguarded");
    assertThat(
            corpus.lines().stream().filter(line -> line.startsWith("reached forbidden")).distinct())
        .hasSizeGreaterThan(25)
        .contains(
            "reached forbidden 127.0.0.1",
            "reached forbidden 10.0.0.1",
            "reached forbidden 169.254.169.254",
            "reached forbidden 0:0:0:0:0:0:0:1",
            "reached forbidden fd00:ec2:0:0:0:0:0:254");
  }

  private static Output corpus(String mode) throws IOException, InterruptedException {
    String classes =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    var output =
        run(
            unshare,
            """
            ip link set lo up &&
            ip route add local 0.0.0.0/0 dev lo && ip -6 route add local ::/0 dev lo &&
            exec '%s' -Xmx128m -cp '%s' %s %s
            """
                .formatted(java, classes, HostileAddresses.class.getName(), mode));
    assertThat(output.exit).as("%s", output.lines).isZero();
    return output;
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
