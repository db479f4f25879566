package io.linkspan.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.linkspan.platform.http.ApiClient;
import io.linkspan.provider.caldav.RadicaleServer;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program as a process of its own with its own PostgreSQL, killed in the middle of a pass. */
class CrashTest {
  private static final String KEY = "a key of more than thirty-two characters";
  private static final String CALENDARS = "/api/v1/integrations/calendar/";
  private static final int EVENTS = 400;
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  @TempDir Path directory;

  @Test
  void killedInTheMiddleOfAPassItGoesOnWhereItWasAndNothingIsTwice() throws Exception {
    try (var radicale = new RadicaleServer()) {
      fill(radicale);
      int port = freePort();
      var client =
          new ApiClient(URI.create("http://127.0.0.1:" + port))
              .with("Authorization", "Bearer " + KEY);
      var first = start(port);
      try {
        awaitReady(client, first);
        var connected =
            client.post(
                CALENDARS,
                Map.of(
                    "provider", "caldav",
                    "server_url", radicale.url().toString(),
                    "username", radicale.username(),
                    "password", radicale.password()));
        assertThat(connected.status()).as(connected.body()).isEqualTo(201);
        // the first page is stored: the pass is under way
        until(() -> blocks(client) > 0);
      } finally {
        first.destroyForcibly().waitFor();
      }
      var second = start(port);
      try {
        awaitReady(client, second);
        until(() -> status(client).equals("connected"));
        assertThat(blocks(client)).isEqualTo(EVENTS);
      } finally {
        second.destroy();
        assertThat(second.waitFor(60, TimeUnit.SECONDS)).isTrue();
      }
    }
  }

  /** At most two lists long, so that a test that counts too many does not count forever. */
  private static int blocks(ApiClient client) {
    int count = 0;
    var cursor = "";
    do {
      var page = client.get("/api/v1/availability/blocked-times/?limit=200" + cursor).json();
      count += page.at("/results").size();
      cursor =
          page.at("/next_cursor").isNull() ? "" : "&cursor=" + page.at("/next_cursor").asString();
    } while (!cursor.isEmpty() && count <= 2 * EVENTS);
    return count;
  }

  private static String status(ApiClient client) {
    return client.get(CALENDARS).json().at("/0/status").asString();
  }

  private interface Condition {
    boolean holds();
  }

  private static void until(Condition condition) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.holds()) {
      assertThat(System.nanoTime()).as("it took too long").isLessThan(deadline);
    }
  }

  private void awaitReady(ApiClient client, Process process) {
    until(
        () -> {
          assertThat(process.isAlive()).as(log()).isTrue();
          try {
            return client.get("/readyz").status() == 200;
          } catch (RuntimeException e) {
            return false;
          }
        });
  }

  private Process start(int port) throws IOException {
    var builder =
        new ProcessBuilder(
                List.of(
                    ProcessHandle.current().info().command().orElse("java"),
                    "-Xmx256m",
                    "--enable-native-access=ALL-UNNAMED",
                    "-cp",
                    System.getProperty("java.class.path"),
                    Main.class.getName(),
                    "run",
                    "--port",
                    String.valueOf(port),
                    "--data",
                    directory.resolve("data").toString()))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(directory.resolve("log").toFile()));
    builder
        .environment()
        .putAll(Map.of("LINKSPAN_ADMIN_API_KEY", KEY, "LINKSPAN_EGRESS_ALLOW", "127.0.0.0/8"));
    return builder.start();
  }

  private String log() {
    try {
      return Files.readString(directory.resolve("log"));
    } catch (IOException e) {
      return e.toString();
    }
  }

  private static void fill(RadicaleServer radicale) throws IOException {
    var tomorrow = LocalDate.now(Clock.systemUTC()).plusDays(1);
    for (int i = 0; i < EVENTS; i++) {
      var date = tomorrow.plusDays(i % 300).toString().replace("-", "");
      Files.writeString(
          radicale.storageOf("work").resolve(i + ".ics"),
          """
          BEGIN:VCALENDAR
          VERSION:2.0
          PRODID:-//test//EN
          BEGIN:VEVENT
          UID:%1$d
          DTSTAMP:20260101T000000Z
          DTSTART:%2$sT100000Z
          DTEND:%2$sT110000Z
          SUMMARY:Meeting %1$d
          END:VEVENT
          END:VCALENDAR
          """
              .formatted(i, date)
              .replace("\n", "\r\n"));
    }
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
