package io.linkspan.platform.http;

import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A request as it came, decoded strictly. */
final class RawRequest implements Visitor {
  private final HttpServletRequest request;
  private final ClientAddress clients;

  RawRequest(HttpServletRequest request, ClientAddress clients) {
    this.request = request;
    this.clients = clients;
  }

  HttpServletRequest servlet() {
    return request;
  }

  String method() {
    return request.getMethod();
  }

  /**
   * Decoded segments of the path.
   *
   * @throws Problem 400 when the path is not UTF-8
   */
  List<String> path() {
    var segments = new ArrayList<String>();
    for (String segment : PathTemplate.split(request.getRequestURI())) {
      segments.add(decode(segment, "path"));
    }
    return segments;
  }

  /**
   * Values of each query parameter, in their order.
   *
   * @throws Problem 400 when the query is not percent-encoded UTF-8
   */
  Map<String, List<String>> query() {
    var all = new LinkedHashMap<String, List<String>>();
    String query = request.getQueryString();
    if (query == null) {
      return all;
    }
    for (String pair : query.split("&")) {
      if (!pair.isEmpty()) {
        int equals = pair.indexOf('=');
        String name = equals < 0 ? pair : pair.substring(0, equals);
        String value = equals < 0 ? "" : pair.substring(equals + 1);
        all.computeIfAbsent(decode(name.replace('+', ' '), "query"), _ -> new ArrayList<>())
            .add(decode(value.replace('+', ' '), "query"));
      }
    }
    return all;
  }

  private static String decode(String text, String where) {
    if (text.indexOf('%') < 0 && text.chars().allMatch(c -> c >= ' ' && c < 127)) {
      return text;
    }
    byte[] raw = text.getBytes(StandardCharsets.UTF_8);
    var bytes = ByteBuffer.allocate(raw.length);
    for (int i = 0; i < raw.length; i++) {
      if (raw[i] == '%') {
        if (i + 2 >= raw.length) {
          throw badEncoding(where);
        }
        int high = Character.digit(raw[i + 1], 16);
        int low = Character.digit(raw[i + 2], 16);
        if (high < 0 || low < 0) {
          throw badEncoding(where);
        }
        bytes.put((byte) (high << 4 | low));
        i += 2;
      } else {
        bytes.put(raw[i]);
      }
    }
    try {
      String decoded = StandardCharsets.UTF_8.newDecoder().decode(bytes.flip()).toString();
      if (decoded.indexOf('\0') >= 0) {
        throw Problem.badRequest(
            "invalid_parameter", "The " + where + " has a NUL character in it.");
      }
      return decoded;
    } catch (CharacterCodingException e) {
      throw badEncoding(where);
    }
  }

  private static Problem badEncoding(String where) {
    return Problem.badRequest(
            "invalid_parameter", "The " + where + " is not percent-encoded UTF-8.")
        .fix("Write a percent sign as %25, and other characters as their UTF-8 bytes.");
  }

  @Override
  public Optional<String> header(String name) {
    return Optional.ofNullable(request.getHeader(name));
  }

  @Override
  public Optional<String> cookie(String name) {
    Cookie @Nullable [] cookies = request.getCookies();
    if (cookies != null) {
      for (Cookie cookie : cookies) {
        if (cookie.getName().equals(name)) {
          return Optional.of(cookie.getValue());
        }
      }
    }
    return Optional.empty();
  }

  @Override
  public String remoteAddress() {
    return clients.of(
        request.getRemoteAddr(), Collections.list(request.getHeaders("X-Forwarded-For")));
  }
}
