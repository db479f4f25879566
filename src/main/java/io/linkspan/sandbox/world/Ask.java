package io.linkspan.sandbox.world;

import io.linkspan.platform.http.Json;
import io.linkspan.platform.http.Mount;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.node.ObjectNode;

/** A request as a simulated service sees it. */
public final class Ask {
  private static final int LARGEST = 4 << 20;

  private final Mount.Request request;
  private final List<String> path;
  private final String root;
  private final Map<String, List<String>> query;
  private Optional<Map<String, List<String>>> form = Optional.empty();

  /**
   * @param path decoded segments below the service's root
   * @param root the service's address as this client reaches it, without a slash at its end
   */
  public Ask(Mount.Request request, List<String> path, String root) {
    this.request = request;
    this.path = List.copyOf(path);
    this.root = root;
    this.query = request.query();
  }

  /** Google's client has no other way to say PATCH where its transport cannot. */
  public String method() {
    return request.method().equals("POST")
        ? header("X-HTTP-Method-Override").orElse("POST")
        : request.method();
  }

  public List<String> path() {
    return path;
  }

  /** The path below the service's root, decoded, such as {@code /v1.0/me}. */
  public String pathText() {
    return "/" + String.join("/", path);
  }

  /** An address of the service. */
  public String address(String pathAndQuery) {
    return root + pathAndQuery;
  }

  public Optional<String> query(String name) {
    return queryAll(name).stream().findFirst();
  }

  public List<String> queryAll(String name) {
    return query.getOrDefault(name, List.of());
  }

  public Map<String, List<String>> query() {
    return query;
  }

  public Optional<String> header(String name) {
    return request.header(name);
  }

  /** First value of a field of an HTML form; empty text counts as absent. */
  public Optional<String> form(String name) {
    return formAll(name).stream().findFirst().filter(value -> !value.isEmpty());
  }

  public List<String> formAll(String name) {
    if (form.isEmpty()) {
      form = Optional.of(readForm(new String(body(), StandardCharsets.UTF_8)));
    }
    return form.get().getOrDefault(name, List.of());
  }

  private static Map<String, List<String>> readForm(String body) {
    var fields = new LinkedHashMap<String, List<String>>();
    for (String pair : body.split("&")) {
      int equals = pair.indexOf('=');
      String name = equals < 0 ? pair : pair.substring(0, equals);
      String value = equals < 0 ? "" : pair.substring(equals + 1);
      try {
        fields.computeIfAbsent(decode(name), _ -> new ArrayList<>()).add(decode(value));
      } catch (IllegalArgumentException notEncoded) {
        throw new Unreadable("a form field is not percent-encoded");
      }
    }
    return fields;
  }

  private static String decode(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }

  /**
   * The body as a JSON object; an empty one for none.
   *
   * @throws Unreadable if it is something else
   */
  public ObjectNode json() {
    byte[] body = body();
    if (body.length == 0) {
      return Json.mapper().createObjectNode();
    }
    try {
      if (Json.mapper().readTree(body) instanceof ObjectNode object) {
        return object;
      }
    } catch (JacksonException broken) {
      throw new Unreadable("the body is not valid JSON");
    }
    throw new Unreadable("the body is not a JSON object");
  }

  /** The body's bytes; both vendors' clients compress them. */
  public byte[] body() {
    byte[] body = request.body();
    if (!header("Content-Encoding").orElse("").equalsIgnoreCase("gzip")) {
      return body;
    }
    try (var in = new GZIPInputStream(new ByteArrayInputStream(body))) {
      byte[] plain = in.readNBytes(LARGEST + 1);
      if (plain.length > LARGEST) {
        throw new Unreadable("the body is larger than " + LARGEST + " bytes");
      }
      return plain;
    } catch (IOException e) {
      throw new Unreadable("the body is not compressed as it says");
    }
  }

  public Optional<String> bearer() {
    return header("Authorization")
        .filter(value -> value.regionMatches(true, 0, "Bearer ", 0, 7))
        .map(value -> value.substring(7).strip());
  }

  /** Thrown for a body that says nothing; each vendor words it in its own way. */
  public static final class Unreadable extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Unreadable(String message) {
      super(message, null, false, false);
    }
  }
}
