package io.linkspan.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.linkspan.platform.crypto.KeysetFile;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is said about a start that cannot be. */
@Timeout(60)
class StartTest {
  @TempDir Path temp;

  @Test
  void aDatabaseThatWasNeverThereIsNotSaidToHaveGoneAway() throws Exception {
    var keyset = new KeysetFile(temp.resolve("keyset"), true);
    keyset.create();
    var failure = new AtomicReference<Throwable>();
    Thread starting;
    try (var noDatabase = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
      String url = "postgresql://ada:pw@127.0.0.1:" + noDatabase.getLocalPort() + "/linkspan";
      var settings =
          Map.of(
              "LINKSPAN_DATABASE_URL",
              url,
              "LINKSPAN_ENCRYPTION_KEYSET_FILE",
              temp.resolve("keyset").toString());
      starting = Thread.ofPlatform().start(() -> failure.set(failureOf(settings)));
      noDatabase.accept().close();
    }
    // as a person does who has seen enough
    starting.interrupt();
    starting.join();
    assertThat(failure.get())
        .isInstanceOf(StartFailed.class)
        .hasMessage("Stopped while waiting for the database");
  }

  @Test
  void anAddressOfAnotherMachineIsNotBlamedOnAProgramThatUsesThePort() {
    assertThat(failureOf(Map.of("LINKSPAN_BIND", "192.0.2.1")))
        .isInstanceOfSatisfying(
            StartFailed.class,
            failed -> {
              assertThat(failed).hasMessageContaining("Cannot listen on 192.0.2.1");
              assertThat(failed.fix()).contains("LINKSPAN_BIND").doesNotContain("Stop");
            });
  }

  private Throwable failureOf(Map<String, String> settings) {
    var all = new HashMap<>(settings);
    all.put("LINKSPAN_DATA_DIR", temp.resolve("data").toString());
    return catchThrowable(
        () -> {
          all.put("LINKSPAN_PORT", Integer.toString(freePort()));
          Wiring.answering(new ConfigReader(all, Map.of()).config(), Clock.systemUTC());
        });
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
