package io.linkspan.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import io.linkspan.platform.egress.Namespace;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Webhooks to every address that nobody may reach, in every spelling, through the whole engine, in
 * a network in which each of them would answer.
 */
@Timeout(180)
class HostileWebhooksTest {
  private static Namespace namespace;

  @BeforeAll
  static void findAWayIntoANamespace() throws Exception {
    namespace = Namespace.make();
  }

  @Test
  void noWebhookReachesAForbiddenAddress() throws Exception {
    var lines = deliveries("guarded");
    assertThat(lines).filteredOn(line -> line.startsWith("reached forbidden")).isEmpty();
    assertThat(lines)
        .filteredOn(line -> line.startsWith("delivered"))
        .as("names that lead outside, as long as they do")
        .allMatch(line -> line.contains("public.example") || line.contains("flips"))
        .anyMatch(line -> line.contains("flips.example"));
    assertThat(lines)
        .filteredOn(line -> line.startsWith("failed"))
        .hasSizeGreaterThan(10)
        .as("a person is told why")
        .allMatch(
            line ->
                line.contains("which is not allowed")
                    || line.contains("There is no host")
                    || line.contains("redirects are not followed"));
    assertThat(lines).filteredOn(line -> line.contains("flips.example")).hasSize(2);
    assertThat(lines).filteredOn(line -> line.startsWith("refused")).hasSizeGreaterThan(50);
  }

  @Test
  void withoutTheGuardTheSameWebhooksReachMany() throws Exception {
    assertThat(deliveries("unguarded"))
        .filteredOn(line -> line.startsWith("reached forbidden"))
        .contains(
            "reached forbidden 127.0.0.1",
            "reached forbidden 10.0.0.1",
            "reached forbidden 169.254.169.254",
            "reached forbidden 0:0:0:0:0:0:0:1",
            "reached forbidden fd00:ec2:0:0:0:0:0:254");
  }

  private static List<String> deliveries(String mode) throws Exception {
    return namespace.run(HostileWebhooks.class.getName(), mode);
  }
}
