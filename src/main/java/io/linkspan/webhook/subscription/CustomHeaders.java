package io.linkspan.webhook.subscription;

import io.linkspan.platform.egress.OutboundRequest;
import io.linkspan.platform.http.Json;
import io.linkspan.platform.http.Problem;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Headers that a person adds to deliveries. They may be credentials, which are never shown. */
public final class CustomHeaders {
  public static final String REDACTED = "[redacted]";

  private static final Pattern CREDENTIAL =
      Pattern.compile(
          "auth|cookie|token|key|secret|pass|pwd|pin$|credential|session|signature|jwt|bearer|hmac");
  private static final Set<String> OURS =
      Set.of("user-agent", "content-type", "content-encoding", "accept", "accept-encoding");

  /** A shorter value is no secret, and would be found in any text. */
  private static final int MIN_HIDDEN = 4;

  private CustomHeaders() {}

  /**
   * Checks what was given.
   *
   * @param stored whose values {@link #REDACTED} stands for
   * @throws Problem when a header cannot be sent, or would replace one of ours
   */
  static Map<String, String> checked(Map<String, String> given, Map<String, String> stored) {
    var names = new HashSet<String>();
    var known = new TreeMap<String, String>(String.CASE_INSENSITIVE_ORDER);
    known.putAll(stored);
    var headers = new LinkedHashMap<String, String>();
    given.forEach(
        (name, value) -> {
          String lower = name.toLowerCase(Locale.ROOT);
          String pointer = "/headers/" + name.replace("~", "~0").replace("/", "~1");
          if (OURS.contains(lower) || lower.startsWith("webhook-")) {
            throw Problem.badField(
                pointer, name + " is a header that deliveries have of their own.");
          }
          String kept = value.equals(REDACTED) ? known.get(name) : value;
          if (kept == null) {
            throw Problem.badField(
                pointer, name + " says " + REDACTED + ", and no value is stored for it.");
          }
          if (!OutboundRequest.isHeader(name, List.of(kept))) {
            throw Problem.badField(
                pointer,
                name + " cannot be sent: a header of the connection, or characters that none has.");
          }
          if (!names.add(lower)) {
            throw Problem.badField(pointer, name + " is there twice.");
          }
          headers.put(name, kept);
        });
    return headers;
  }

  /** As they may be shown. */
  public static Map<String, String> shown(Map<String, String> headers) {
    var shown = new LinkedHashMap<String, String>();
    headers.forEach((name, value) -> shown.put(name, isCredential(name) ? REDACTED : value));
    return shown;
  }

  /**
   * What must not be seen where a receiver repeats it: values that are not shown and, of those with
   * a scheme ({@code Bearer …}), what follows it; the longest first, also as JSON writes them.
   */
  public static List<String> hidden(Map<String, String> headers) {
    return headers.entrySet().stream()
        .filter(header -> isCredential(header.getKey()))
        .map(header -> header.getValue().strip())
        .flatMap(value -> Stream.of(value, value.substring(value.indexOf(' ') + 1).strip()))
        .flatMap(value -> Stream.of(value, inJson(value)))
        .filter(value -> value.length() >= MIN_HIDDEN)
        .distinct()
        .sorted(Comparator.comparingInt(String::length).reversed())
        .toList();
  }

  private static String inJson(String value) {
    String quoted = Json.text(value);
    return quoted.substring(1, quoted.length() - 1);
  }

  /** Headers whose stored values stand for {@link #REDACTED} or were not given anew. */
  static List<String> keptCredentials(
      @Nullable Map<String, String> given, Map<String, String> stored) {
    return (given == null ? stored.entrySet().stream() : given.entrySet().stream())
        .filter(header -> given == null || header.getValue().equals(REDACTED))
        .map(Map.Entry::getKey)
        .filter(CustomHeaders::isCredential)
        .toList();
  }

  private static boolean isCredential(String name) {
    return CREDENTIAL.matcher(name.toLowerCase(Locale.ROOT)).find();
  }
}
