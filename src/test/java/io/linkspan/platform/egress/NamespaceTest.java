package io.linkspan.platform.egress;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Runs {@link HostileAddresses} in a {@link Namespace}. */
@Timeout(120)
class NamespaceTest {
  private static Namespace namespace;

  @BeforeAll
  static void findAWayIntoANamespace() throws Exception {
    namespace = Namespace.make();
  }

  @Test
  void noSpellingNameOrRedirectReachesAForbiddenAddress() throws Exception {
    var corpus = corpus("guarded");
    assertThat(corpus).filteredOn(line -> line.startsWith("reached forbidden")).isEmpty();
    assertThat(corpus)
        .as("public addresses are reached, also when DNS answers otherwise the next time")
        .filteredOn(line -> line.startsWith("answered"))
        .allMatch(line -> line.contains("public.example") || line.contains("flips"))
        .anyMatch(line -> line.contains("flips.example"))
        .anyMatch(line -> line.contains("flips6.example"));
    assertThat(corpus)
        .as("what is refused is refused for its address")
        .filteredOn(line -> line.startsWith("failed"))
        .hasSizeGreaterThan(100)
        .allMatch(line -> line.matches("failed (FORBIDDEN_ADDRESS|BAD_ADDRESS|UNKNOWN_HOST) .*"));
  }

  @Test
  void withoutTheGuardTheSameCorpusReachesMany() throws Exception {
    var corpus = corpus("unguarded");
    assertThat(corpus.stream().filter(line -> line.startsWith("reached forbidden")).distinct())
        .hasSizeGreaterThan(25)
        .contains(
            "reached forbidden 127.0.0.1",
            "reached forbidden 10.0.0.1",
            "reached forbidden 169.254.169.254",
            "reached forbidden 0:0:0:0:0:0:0:1",
            "reached forbidden fd00:ec2:0:0:0:0:0:254");
  }

  private static List<String> corpus(String mode) throws Exception {
    return namespace.run(HostileAddresses.class.getName(), mode);
  }
}
