package io.linkspan.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.linkspan.platform.http.ApiClient.Response;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The program with its own PostgreSQL on a file system of 200 MB in memory, which fills up. The
 * file system is mounted in a mount namespace of the program's own and goes with it.
 */
@Timeout(300)
class DiskFullTest {
  private static final int REFUSALS = 10;

  @TempDir Path directory;

  private final Random random = new Random(1);
  private final List<Response> refusals = new ArrayList<>();
  private final HashSet<String> acknowledged = new HashSet<>();

  @Test
  void aFullDiskRefusesLosesNothingThatWasAcknowledgedAndIsOverWhenThereIsRoom() throws Exception {
    Path data = Files.createDirectory(directory.resolve("data"));
    try (var ledger = new DeliveryLedger();
        var server = new ServerProcess(directory, Map.of(), onItsOwnDisk(data))) {
      server.start();
      server.awaitReady();
      subscribe(server, ledger);
      publish(server, "before");
      assertThat(refusals).isEmpty();

      Path ballast = Path.of("/proc/" + server.pid() + "/root" + data + "/ballast");
      fill(ballast);
      for (int i = 0; refusals.size() < REFUSALS; i++) {
        publish(server, "full-" + i);
      }
      assertThat(server.client().get("/livez").status()).isEqualTo(200);
      assertThat(refusals)
          .allSatisfy(
              refusal -> {
                assertThat(refusal.status()).as(refusal.body()).isEqualTo(503);
                assertThat(refusal.header("content-type")).hasValue("application/problem+json");
                assertThat(refusal.json().at("/fix").asString()).isNotEmpty();
              });
      assertThat(refusals)
          .as("it is said what is missing")
          .anyMatch(refusal -> refusal.body().contains("disk is full"));

      Files.delete(ballast);
      server.awaitReady();
      String last = "after";
      ServerProcess.until(
          () -> {
            publish(server, last);
            return acknowledged.contains(last);
          });
      ServerProcess.until(() -> acknowledged.stream().allMatch(id -> ledger.has("/a", id)));
      server.stop();
    }
  }

  private static String[] onItsOwnDisk(Path data) {
    String mount = "mount -t tmpfs -o size=200m tmpfs '" + data + "' && exec \"$@\"";
    String way = "root".equals(System.getProperty("user.name")) ? "-m" : "-rm";
    return new String[] {"unshare", way, "sh", "-c", mount, "sh"};
  }

  private static void fill(Path ballast) {
    var block = new byte[1 << 16];
    try (OutputStream out = Files.newOutputStream(ballast)) {
      while (true) {
        out.write(block);
      }
    } catch (IOException full) {
      assertThat(ballast).isNotEmptyFile();
    }
  }

  /** Large and not to be compressed, so that the room that is left is used up soon. */
  private void publish(ServerProcess server, String id) {
    var noise = new byte[100_000];
    random.nextBytes(noise);
    var answer =
        server
            .client()
            .post(
                "/api/v1/events/",
                Map.of(
                    "type",
                    "disk.test",
                    "id",
                    id,
                    "data",
                    Map.of("noise", Base64.getEncoder().encodeToString(noise))));
    if (answer.status() == 202) {
      acknowledged.add(id);
    } else {
      refusals.add(answer);
    }
  }

  private static void subscribe(ServerProcess server, DeliveryLedger ledger) {
    var made =
        server
            .client()
            .post(
                "/api/v1/integrations/webhooks/",
                Map.of(
                    "name", "a", "webhook_url", ledger.url("/a"), "events", List.of("disk.test")));
    assertThat(made.status()).as(made.body()).isEqualTo(201);
  }
}
