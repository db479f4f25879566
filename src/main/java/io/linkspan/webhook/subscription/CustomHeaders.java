package io.linkspan.webhook.subscription;

import io.linkspan.platform.egress.OutboundRequest;
import io.linkspan.platform.http.Problem;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Headers that a person adds to deliveries. They may be credentials, which are never shown. */
public final class CustomHeaders {
  static final String REDACTED = "[redacted]";

  private static final Pattern CREDENTIAL =
      Pattern.compile(
          "auth|cookie|token|key|secret|pass|pwd|pin$|credential|session|signature|jwt|bearer|hmac");
  private static final Set<String> OURS =
      Set.of("user-agent", "content-type", "content-encoding", "accept", "accept-encoding");

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

  private static boolean isCredential(String name) {
    return CREDENTIAL.matcher(name.toLowerCase(Locale.ROOT)).find();
  }
}
