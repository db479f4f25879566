package io.linkspan.provider;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * An HTTP server on a loopback port that answers as the test says, and remembers what it was asked.
 */
public final class ScriptedServer implements AutoCloseable {
  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final List<Request> requests = new CopyOnWriteArrayList<>();

  /**
   * @param path as sent, with its query
   * @param headers names in lower case
   */
  public record Request(String method, String path, Map<String, String> headers, String body) {
    public Optional<String> header(String name) {
      return Optional.ofNullable(headers.get(name));
    }
  }

  public record Answer(int status, Map<String, String> headers, byte[] body) {
    public static Answer of(int status, String body) {
      return new Answer(status, Map.of(), body.getBytes(StandardCharsets.UTF_8));
    }

    public static Answer of(int status) {
      return of(status, "");
    }

    public static Answer redirect(int status, String location) {
      return of(status).with("Location", location);
    }

    public static Answer xml(String body) {
      return of(207, body).with("Content-Type", "application/xml; charset=utf-8");
    }

    public static Answer html(int status) {
      return of(status, "<!DOCTYPE html><html><body><form>Sign in</form></body></html>")
          .with("Content-Type", "text/html");
    }

    public Answer with(String name, String value) {
      var all = new HashMap<>(headers);
      all.put(name, value);
      return new Answer(status, Map.copyOf(all), body);
    }
  }

  /** What to answer. */
  @FunctionalInterface
  public interface Script {
    Answer answer(Request request);
  }

  public ScriptedServer(Script script) {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(threads);
    server.createContext("/", exchange -> answer(exchange, script));
    server.start();
  }

  private void answer(HttpExchange exchange, Script script) throws IOException {
    try (exchange) {
      var headers = new HashMap<String, String>();
      exchange
          .getRequestHeaders()
          .forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), values.getFirst()));
      var body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      var uri = exchange.getRequestURI();
      var request =
          new Request(exchange.getRequestMethod(), uri.toString(), Map.copyOf(headers), body);
      requests.add(request);
      var answer = script.answer(request);
      answer.headers().forEach((name, value) -> exchange.getResponseHeaders().set(name, value));
      var length = answer.body().length == 0 ? -1 : answer.body().length;
      exchange.sendResponseHeaders(answer.status(), length);
      if (length > 0) {
        exchange.getResponseBody().write(answer.body());
      }
    }
  }

  public URI url(String path) {
    return URI.create("http://127.0.0.1:" + port() + path);
  }

  public int port() {
    return server.getAddress().getPort();
  }

  public List<Request> requests() {
    return requests;
  }

  @Override
  public void close() {
    server.stop(0);
    threads.close();
  }
}
