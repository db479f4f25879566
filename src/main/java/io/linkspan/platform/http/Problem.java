package io.linkspan.platform.http;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An answer that is an error (RFC 9457): what happened, which field, and what to do about it. */
public final class Problem extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * @param pointer JSON Pointer (RFC 6901) into the body, or {@code ?name} for a query parameter
   */
  public record FieldError(String pointer, String detail) {}

  private final int status;
  private final String code;
  private final String title;
  private final @Nullable String fix;
  private final transient List<FieldError> errors;
  private final transient Map<String, String> headers;

  private Problem(
      int status,
      String code,
      String title,
      String detail,
      @Nullable String fix,
      List<FieldError> errors,
      Map<String, String> headers) {
    super(detail, null, false, false);
    this.status = status;
    this.code = code;
    this.title = title;
    this.fix = fix;
    this.errors = List.copyOf(errors);
    this.headers = Map.copyOf(headers);
  }

  /**
   * @param code stable, {@code snake_case}; clients decide by it
   * @param detail a sentence for a person about this very case
   */
  public static Problem of(int status, String code, String title, String detail) {
    return new Problem(status, code, title, detail, null, List.of(), Map.of());
  }

  public static Problem badRequest(String code, String detail) {
    return of(400, code, "Bad request", detail);
  }

  public static Problem badField(String pointer, String detail) {
    return badRequest("invalid_field", detail).field(pointer, detail);
  }

  /** Another organizer's record and one that never was look the same. */
  public static Problem notFound(String what) {
    return of(404, "not_found", "Not found", "There is no such " + what + ".");
  }

  public static Problem conflict(String code, String detail) {
    return of(409, code, "Conflict", detail);
  }

  public Problem fix(String whatToDo) {
    return new Problem(status, code, title, getMessage(), whatToDo, errors, headers);
  }

  public Problem field(String pointer, String detail) {
    var all = new ArrayList<>(errors);
    all.add(new FieldError(pointer, detail));
    return new Problem(status, code, title, getMessage(), fix, all, headers);
  }

  public Problem header(String name, String value) {
    var all = new LinkedHashMap<>(headers);
    all.put(name, value);
    return new Problem(status, code, title, getMessage(), fix, errors, all);
  }

  /** Says when to try again, rounded up to whole seconds. */
  public Problem retryAfter(Duration wait) {
    long seconds = Math.max(1, wait.plusMillis(999).toSeconds());
    return header("Retry-After", Long.toString(seconds));
  }

  public int status() {
    return status;
  }

  public String code() {
    return code;
  }

  public String title() {
    return title;
  }

  public @Nullable String fix() {
    return fix;
  }

  public List<FieldError> errors() {
    return errors;
  }

  public Map<String, String> headers() {
    return headers;
  }

  @Override
  public String getMessage() {
    return String.valueOf(super.getMessage());
  }
}
