package io.linkspan.platform.http;

import jakarta.servlet.http.HttpServletRequest;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.databind.JsonNode;

/** Reads a request's body, within its limits, as JSON. */
final class BodyReader {
  /** Digits before or after the point; beyond, arithmetic on a short text takes for ever. */
  private static final int SCALE = 400;

  private final int limit;
  private final Duration deadline;

  BodyReader(Limits limits) {
    this.limit = limits.bodyBytes();
    this.deadline = limits.body();
  }

  /**
   * The bytes as sent, at most the limit.
   *
   * @throws Problem 413 when there are more, 408 when they take too long, 400 when they end early
   */
  byte[] bytes(HttpServletRequest request) {
    if (request.getContentLengthLong() > limit) {
      throw tooLarge();
    }
    long until = System.nanoTime() + deadline.toNanos();
    var bytes = new ByteArrayOutputStream(Math.max(0, request.getContentLength()));
    byte[] buffer = new byte[8192];
    try (InputStream in = request.getInputStream()) {
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        bytes.write(buffer, 0, n);
        if (bytes.size() > limit) {
          throw tooLarge();
        }
        // each piece is waited for no longer than the idle timeout; this bounds their sum
        if (System.nanoTime() - until > 0) {
          throw tooSlow();
        }
      }
    } catch (EOFException e) {
      throw Problem.badRequest("malformed_body", "The body ended before it was complete.")
          .header("Connection", "close");
    } catch (IOException e) {
      throw tooSlow();
    }
    UnreadBody.isRead(request);
    return bytes.toByteArray();
  }

  private Problem tooLarge() {
    return Problem.of(
            413, "body_too_large", "Body too large", "The body is larger than " + limit + " bytes.")
        .fix("Send less at once.")
        .header("Connection", "close");
  }

  private static Problem tooSlow() {
    return Problem.of(408, "request_timeout", "Request timeout", "The body did not arrive in time.")
        .header("Connection", "close");
  }

  /**
   * @throws Problem 415 unless the body is declared as plain JSON
   */
  static void requireJson(Visitor request) {
    String type = request.header("Content-Type").orElse("");
    String[] parts = type.toLowerCase(Locale.ROOT).split(";");
    boolean json = parts[0].strip().equals("application/json");
    boolean utf8 = true;
    for (int i = 1; i < parts.length; i++) {
      String parameter = parts[i].strip().replace("\"", "");
      utf8 &= !parameter.startsWith("charset=") || parameter.equals("charset=utf-8");
    }
    if (!json || !utf8) {
      String sent = type.isEmpty() ? "no Content-Type" : "another Content-Type";
      throw unsupported("The body must be application/json in UTF-8, but has " + sent + ".")
          .fix("Send the header Content-Type: application/json.");
    }
    Optional<String> encoding = request.header("Content-Encoding");
    if (encoding.isPresent() && !encoding.get().equalsIgnoreCase("identity")) {
      throw unsupported("The body must not be compressed.")
          .fix("Send it without Content-Encoding.");
    }
  }

  private static Problem unsupported(String detail) {
    return Problem.of(415, "unsupported_media_type", "Unsupported media type", detail);
  }

  /**
   * @throws Problem 400 {@code malformed_body} saying where and why this is not JSON
   */
  static JsonNode json(byte[] bytes) {
    String text;
    try {
      text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw malformed("The body is not valid UTF-8.");
    }
    JsonNode tree;
    try {
      tree = Json.mapper().readTree(text);
    } catch (StreamConstraintsException e) {
      throw malformed("The body is nested too deeply, or has a number or name that is too long.");
    } catch (JacksonException e) {
      throw malformed("The body is not valid JSON: " + where(e));
    } catch (ArithmeticException e) {
      throw malformed("The body has a number that is out of range.");
    }
    if (tree.isMissingNode()) {
      throw malformed("The body is empty.");
    }
    check(tree, "");
    return tree;
  }

  /** Line and cause, without the text itself: it may be a secret. */
  private static String where(JacksonException e) {
    var location = e.getLocation();
    String cause =
        e.getOriginalMessage().contains("Duplicate")
            ? "a field is there twice"
            : "it breaks off or is malformed";
    return location == null
        ? cause + "."
        : cause + " near line " + location.getLineNr() + ", column " + location.getColumnNr() + ".";
  }

  private static Problem malformed(String detail) {
    return Problem.badRequest("malformed_body", detail);
  }

  /** Refuses what JSON allows but no store takes: NUL, half a surrogate pair, endless numbers. */
  private static void check(JsonNode node, String pointer) {
    if (node.isString()) {
      checkText(node.stringValue(), pointer);
    } else if (node.isBigDecimal() && Math.abs((long) node.decimalValue().scale()) > SCALE) {
      throw unusable(pointer, "is a number out of range");
    } else if (node.isObject()) {
      for (var member : node.properties()) {
        String at = pointer + "/" + ValidationMessages.escape(member.getKey());
        checkText(member.getKey(), pointer);
        check(member.getValue(), at);
      }
    } else if (node.isArray()) {
      for (int i = 0; i < node.size(); i++) {
        check(node.get(i), pointer + "/" + i);
      }
    }
  }

  private static void checkText(String text, String pointer) {
    if (text.indexOf('\0') >= 0) {
      throw unusable(pointer, "has a NUL character in it");
    }
    if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
      throw unusable(pointer, "has half a character in it (a lone surrogate)");
    }
  }

  private static Problem unusable(String pointer, String detail) {
    String name = pointer.isEmpty() ? "The body " : pointer.substring(1).replace('/', '.') + " ";
    return Problem.badRequest("invalid_field", name + detail + ".").field(pointer, detail);
  }
}
