package io.linkspan.provider.caldav;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** A real CalDAV server as a child process on a loopback port, with one user and one calendar. */
public abstract class DavPeer implements AutoCloseable {
  private final HttpClient http = HttpClient.newHttpClient();
  private final Path directory;
  private final ServerProcess process;

  /** How a server is started once its port is known. */
  interface Command {
    List<String> on(int port, Path directory) throws IOException;
  }

  DavPeer(String name, String readyLine, Command command) {
    try {
      directory = Files.createTempDirectory(Files.createDirectories(Path.of("target", name)), "");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    process =
        new ServerProcess(name, readyLine, port -> command.on(port, directory.toAbsolutePath()));
  }

  final int port() {
    return process.port();
  }

  final Path directory() {
    return directory;
  }

  /** The server's root. */
  public URI url() {
    return URI.create("http://127.0.0.1:" + port() + "/");
  }

  /** Where the test itself finds what others find at {@code uri}. */
  URI directly(URI uri) {
    return uri;
  }

  /** Headers by which the test itself is let in. */
  Map<String, String> directCredentials() {
    var pair = (username() + ":" + password()).getBytes(StandardCharsets.UTF_8);
    return Map.of("Authorization", "Basic " + Base64.getEncoder().encodeToString(pair));
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
        HttpRequest.newBuilder(directly(uri))
            .method(method, HttpRequest.BodyPublishers.ofString(body));
    directCredentials().forEach(request::header);
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

  private static void expect(HttpResponse<String> answer, int... statuses) {
    for (var status : statuses) {
      if (answer.statusCode() == status) {
        return;
      }
    }
    throw new AssertionError(answer + ": " + answer.body());
  }

  /** CPU time that the server has used so far. */
  public final Duration serverCpu() {
    return process.cpu();
  }

  @Override
  public void close() {
    process.close();
    try (var files = Files.walk(directory)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      http.close();
    }
  }
}
