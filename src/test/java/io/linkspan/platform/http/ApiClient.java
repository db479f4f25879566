package io.linkspan.platform.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** Calls a server over real HTTP. Immutable: {@link #with} makes another client. */
public final class ApiClient {
  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private final URI server;
  private final Map<String, String> headers;
  private final Observer observer;

  public ApiClient(URI server) {
    this(server, Map.of(), (_, _, _) -> {});
  }

  ApiClient(URI server, Map<String, String> headers, Observer observer) {
    this.server = server;
    this.headers = headers;
    this.observer = observer;
  }

  /** Sees every answer. */
  interface Observer {
    void saw(String method, URI address, Response response);
  }

  /** An answer with its whole body. */
  public record Response(int status, Map<String, java.util.List<String>> headers, String body) {
    public JsonNode json() {
      return Json.mapper().readTree(body);
    }

    public Optional<String> header(String name) {
      return headers.entrySet().stream()
          .filter(entry -> entry.getKey().equalsIgnoreCase(name))
          .map(entry -> entry.getValue().getFirst())
          .findFirst();
    }

    /** {@code code} of a problem. */
    public String code() {
      return json().path("code").asString("");
    }
  }

  /** The same client with one more header. */
  public ApiClient with(String header, String value) {
    var all = new LinkedHashMap<>(headers);
    all.put(header, value);
    return new ApiClient(server, all, observer);
  }

  public Response get(String path) {
    return send("GET", path, null);
  }

  /**
   * @param body written as JSON; text is sent as it is; null for none
   */
  public Response post(String path, Object body) {
    return send("POST", path, body);
  }

  public Response post(String path) {
    return send("POST", path, null);
  }

  public Response put(String path, Object body) {
    return send("PUT", path, body);
  }

  public Response patch(String path, Object body) {
    return send("PATCH", path, body);
  }

  public Response delete(String path) {
    return send("DELETE", path, null);
  }

  /** An answer that is read while it is sent. */
  public HttpResponse<InputStream> open(String path) {
    var request = HttpRequest.newBuilder(URI.create(server + path));
    headers.forEach(request::setHeader);
    try {
      return HTTP.send(request.build(), BodyHandlers.ofInputStream());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  public Response send(String method, String path, Object body) {
    var request = HttpRequest.newBuilder(URI.create(server + path));
    if (body == null) {
      request.method(method, BodyPublishers.noBody());
    } else {
      String json = body instanceof String text ? text : Json.text(body);
      request.method(method, BodyPublishers.ofString(json));
      request.setHeader("Content-Type", "application/json");
    }
    headers.forEach(request::setHeader);
    try {
      HttpResponse<String> response = HTTP.send(request.build(), BodyHandlers.ofString());
      var answer = new Response(response.statusCode(), response.headers().map(), response.body());
      observer.saw(method, response.uri(), answer);
      return answer;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
