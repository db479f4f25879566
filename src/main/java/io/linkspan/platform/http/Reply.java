package io.linkspan.platform.http;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An answer.
 *
 * @param body written as JSON with {@code snake_case} names, unless it is a {@link Content}, a
 *     {@link Download} or {@link Events}; null for none
 */
public record Reply(int status, @Nullable Object body, Map<String, String> headers) {
  /** Bytes that are sent as they are. */
  public record Content(String type, byte[] bytes) {}

  /**
   * An answer of any length, sent while it is made.
   *
   * @param type media type
   */
  public record Download(String type, Writer writer) {}

  /** Makes the bytes of a {@link Download}. */
  @FunctionalInterface
  public interface Writer {
    /**
     * @throws IOException when the client is gone; let it pass
     */
    void writeTo(OutputStream out) throws IOException;
  }

  /** Server-sent events; the answer ends when {@code source} returns or the client is gone. */
  public record Events(EventSource source) {}

  public static Reply ok(Object body) {
    return new Reply(200, body, Map.of());
  }

  public static Reply created(Object body) {
    return new Reply(201, body, Map.of());
  }

  public static Reply accepted(Object body) {
    return new Reply(202, body, Map.of());
  }

  public static Reply noContent() {
    return new Reply(204, null, Map.of());
  }

  public static Reply html(String page) {
    return content("text/html; charset=utf-8", page.getBytes(StandardCharsets.UTF_8));
  }

  public static Reply content(String type, byte[] bytes) {
    return ok(new Content(type, bytes));
  }

  public static Reply download(String type, Writer writer) {
    return ok(new Download(type, writer));
  }

  public static Reply events(EventSource source) {
    return ok(new Events(source));
  }

  public Reply with(String header, String value) {
    var all = new LinkedHashMap<>(headers);
    all.put(header, value);
    return new Reply(status, body, Map.copyOf(all));
  }

  /** With one more cookie: each has a {@code Set-Cookie} of its own (RFC 6265 3). */
  public Reply cookie(String setCookie) {
    String before = headers.get("Set-Cookie");
    return with("Set-Cookie", before == null ? setCookie : before + "\n" + setCookie);
  }

  /**
   * Carries an {@code ETag} of the version of a single resource and of what is shown of it.
   *
   * @param version grows with every edit; what {@link Call#requireMatch} is asked about
   */
  public Reply version(long version) {
    return with("ETag", "\"" + version + "\"");
  }
}
