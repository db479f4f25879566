package io.linkspan.provider.caldav;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A real CalDAV server as a child process on a loopback port, with one user and one calendar. */
public abstract class DavPeer implements AutoCloseable {
  private final HttpClient http = HttpClient.newHttpClient();
  private final Path directory;
  private final Process process;
  private final int port;

  /** How a server is started once its port is known. */
  interface Command {
    List<String> on(int port, Path directory) throws IOException;
  }

  DavPeer(String name, String readyLine, Command command) {
    try {
      directory = Files.createTempDirectory(Files.createDirectories(Path.of("target", name)), "");
      port = freePort();
      var builder =
          new ProcessBuilder(command.on(port, directory.toAbsolutePath()))
              .redirectErrorStream(true);
      builder.environment().put("PYTHONUNBUFFERED", "1");
      process = builder.start();
      awaitLine(readyLine);
    } catch (IOException e) {
      throw new UncheckedIOException(name + " does not start; is its Debian package installed?", e);
    }
  }

  final Path directory() {
    return directory;
  }

  /** The server's root. */
  public final URI url() {
    return URI.create("http://127.0.0.1:" + port + "/");
  }

  public final String username() {
    return "alice";
  }

  public final String password() {
    return "correct horse 7";
  }

  /** The collection that calendars are in. */
  public abstract URI homeUrl();

  /** The calendar that {@link #putEvent} writes to unless told otherwise. */
  public abstract URI calendarUrl();

  /** Stores one resource, such as {@code lunch.ics}; creates or replaces. */
  public final void putEvent(String resource, String iCalendar) {
    putEvent(calendarUrl(), resource, iCalendar);
  }

  public final void putEvent(URI calendar, String resource, String iCalendar) {
    var answer =
        send(
            "PUT",
            calendar.resolve(resource),
            Map.of("Content-Type", "text/calendar; charset=utf-8"),
            iCalendar);
    expect(answer, 200, 201, 204);
  }

  public final void deleteEvent(String resource) {
    expect(send("DELETE", calendarUrl().resolve(resource), Map.of(), ""), 200, 204);
  }

  /** Makes a further calendar and answers its address. */
  public final URI makeCalendar(String path, String displayName, String component) {
    var uri = homeUrl().resolve(path + "/");
    expect(
        send(
            "MKCALENDAR",
            uri,
            Map.of("Content-Type", "application/xml; charset=utf-8"),
            """
            <?xml version="1.0" encoding="utf-8"?>
            <C:mkcalendar xmlns="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><set><prop>
              <displayname>%s</displayname>
              <C:supported-calendar-component-set><C:comp name="%s"/></C:supported-calendar-component-set>
            </prop></set></C:mkcalendar>
            """
                .formatted(displayName, component)),
        201);
    return uri;
  }

  /** Sends anything with this server's credentials. */
  public final HttpResponse<String> send(
      String method, URI uri, Map<String, String> headers, String body) {
    return send(method, uri, headers, body, 1);
  }

  private HttpResponse<String> send(
      String method, URI uri, Map<String, String> headers, String body, int attempt) {
    var request =
        HttpRequest.newBuilder(uri)
            .header("Authorization", basic())
            .method(method, HttpRequest.BodyPublishers.ofString(body));
    headers.forEach(request::header);
    try {
      return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      // a server of HTTP/1.0 closes connections that the client takes for kept alive
      if (attempt < 5) {
        return send(method, uri, headers, body, attempt + 1);
      }
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private String basic() {
    var pair = (username() + ":" + password()).getBytes(StandardCharsets.UTF_8);
    return "Basic " + Base64.getEncoder().encodeToString(pair);
  }

  private static void expect(HttpResponse<String> answer, int... statuses) {
    for (var status : statuses) {
      if (answer.statusCode() == status) {
        return;
      }
    }
    throw new AssertionError(answer + ": " + answer.body());
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /** Waits for the line, and reads on afterwards so that the server never blocks on its output. */
  private void awaitLine(String wanted) {
    var ready = new CompletableFuture<Boolean>();
    var seen = new ArrayList<String>();
    var output =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    Thread.ofVirtual()
        .start(
            () -> {
              try (output) {
                for (var line = output.readLine(); line != null; line = output.readLine()) {
                  if (!ready.isDone()) {
                    seen.add(line);
                  }
                  if (line.contains(wanted)) {
                    ready.complete(true);
                  }
                }
              } catch (IOException e) {
                ready.completeExceptionally(e);
              }
              ready.completeExceptionally(new IllegalStateException(String.join("\n", seen)));
            });
    try {
      ready.get(60, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      process.destroyForcibly();
      throw new IllegalStateException("the server did not become ready", e);
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** CPU time that the server has used so far. */
  public final Duration serverCpu() {
    return process.info().totalCpuDuration().orElse(Duration.ZERO);
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
      try (var files = Files.walk(directory)) {
        for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.deleteIfExists(file);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      http.close();
    }
  }
}
