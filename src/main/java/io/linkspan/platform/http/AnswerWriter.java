package io.linkspan.platform.http;

import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.util.Locale;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/** Puts answers on the wire: security headers, 304, gzip, streams. */
final class AnswerWriter {
  /** Shorter bodies fit one packet anyway. */
  private static final int WORTH_COMPRESSING = 1_400;

  private static final String NOTHING = "default-src 'none'; frame-ancestors 'none'";
  private static final String OWN_FILES =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
          + "font-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src 'self'; "
          + "form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

  private final EventStreams streams;

  /** RFC 6797; a year. Other hosts of the domain are not ours to decide about. */
  private static final String HTTPS_ONLY = "max-age=31536000";

  private final boolean https;

  /**
   * @param publicUrl where it is https, browsers are told to use nothing else
   */
  AnswerWriter(EventStreams streams, URI publicUrl) {
    this.https = "https".equalsIgnoreCase(publicUrl.getScheme());
    this.streams = streams;
  }

  /**
   * @throws IOException when the client is gone, or a stream broke off; the connection is then of
   *     no use
   */
  void write(Answer answer, RawRequest request, HttpServletResponse response) throws IOException {
    response.setStatus(answer.status());
    headers(answer, response);
    switch (answer) {
      case Answer.Whole whole -> whole(whole, request, response);
      case Answer.Flowing flowing -> flowing(flowing, request, response);
      case Answer.Happening happening -> streams.serve(happening, request, response);
    }
  }

  private void headers(Answer answer, HttpServletResponse response) {
    boolean page = answer instanceof Answer.Whole whole && isPage(whole.type());
    response.setHeader("Content-Security-Policy", page ? OWN_FILES : NOTHING);
    response.setHeader("X-Content-Type-Options", "nosniff");
    response.setHeader("X-Frame-Options", "DENY");
    response.setHeader("Referrer-Policy", "no-referrer");
    response.setHeader("Cross-Origin-Opener-Policy", "same-origin");
    response.setHeader("Cross-Origin-Resource-Policy", "same-origin");
    response.setHeader("Cache-Control", "no-store");
    if (https) {
      response.setHeader("Strict-Transport-Security", HTTPS_ONLY);
    }
    answer.headers().forEach((name, value) -> header(response, name, value));
  }

  private static void header(HttpServletResponse response, String name, String value) {
    if (name.equals("Set-Cookie")) {
      value.lines().forEach(cookie -> response.addHeader(name, cookie));
    } else {
      response.setHeader(name, value);
    }
  }

  private static boolean isPage(@Nullable String type) {
    return type != null && type.startsWith("text/html");
  }

  private static void whole(Answer.Whole answer, RawRequest request, HttpServletResponse response)
      throws IOException {
    if (answer.status() == 200 && unchanged(answer, request)) {
      response.setStatus(304);
      return;
    }
    if (answer.type() == null) {
      return;
    }
    response.setContentType(answer.type());
    byte[] bytes = answer.bytes();
    boolean encoded = answer.headers().containsKey("Content-Encoding");
    if (!encoded && compressible(answer.type()) && bytes.length >= WORTH_COMPRESSING) {
      response.setHeader("Vary", "Accept-Encoding");
      if (accepts(request, "gzip")) {
        response.setHeader("Content-Encoding", "gzip");
        bytes = gzip(bytes);
      }
    }
    response.setContentLength(bytes.length);
    if (!request.method().equals("HEAD")) {
      response.getOutputStream().write(bytes);
    }
  }

  /** {@code If-None-Match} of a safe request (RFC 9110 13.1.2, weak comparison). */
  private static boolean unchanged(Answer.Whole answer, RawRequest request) {
    String tag = answer.headers().get("ETag");
    boolean safe = request.method().equals("GET") || request.method().equals("HEAD");
    return tag != null
        && safe
        && request.header("If-None-Match").filter(h -> ETags.in(h, tag)).isPresent();
  }

  private static void flowing(
      Answer.Flowing answer, RawRequest request, HttpServletResponse response) throws IOException {
    response.setContentType(answer.download().type());
    response.setHeader("Vary", "Accept-Encoding");
    if (request.method().equals("HEAD")) {
      // else the length would be given as that of nothing (RFC 9110 8.6)
      response.flushBuffer();
      return;
    }
    if (accepts(request, "gzip") && compressible(answer.download().type())) {
      response.setHeader("Content-Encoding", "gzip");
      try (OutputStream out = new GZIPOutputStream(response.getOutputStream(), 8192)) {
        answer.download().writer().writeTo(out);
      }
    } else {
      answer.download().writer().writeTo(response.getOutputStream());
    }
  }

  static boolean accepts(RawRequest request, String encoding) {
    Optional<String> accepted = request.header("Accept-Encoding");
    if (accepted.isEmpty()) {
      return false;
    }
    for (String part : accepted.get().toLowerCase(Locale.ROOT).split(",")) {
      String[] pieces = part.strip().split("\\s*;\\s*");
      if (pieces[0].equals(encoding)) {
        return pieces.length == 1 || !pieces[1].matches("q=0(\\.0*)?");
      }
    }
    return false;
  }

  private static boolean compressible(String type) {
    return type.startsWith("text/")
        || type.contains("json")
        || type.contains("javascript")
        || type.contains("svg");
  }

  private static byte[] gzip(byte[] bytes) throws IOException {
    var out = new ByteArrayOutputStream(bytes.length / 3 + 64);
    try (var gzip = new GZIPOutputStream(out)) {
      gzip.write(bytes);
    }
    return out.toByteArray();
  }
}
