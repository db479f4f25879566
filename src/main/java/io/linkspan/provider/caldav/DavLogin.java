package io.linkspan.provider.caldav;

import io.linkspan.connection.Credentials;
import io.linkspan.platform.egress.DigestAuthentication;
import io.linkspan.platform.egress.Exchange;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * How one account proves who it is: with its password in every request (Basic, RFC 7617; iCloud and
 * others never ask for it), or in answer to a challenge, without it (Digest, RFC 7616). A server
 * that was found to want Digest is not sent the password again.
 */
final class DavLogin {
  private static final String ATTRIBUTE = "authentication";
  private static final String DIGEST = "digest";

  private final String basic;
  private final DigestAuthentication digest;
  private volatile boolean byDigest;

  private DavLogin(Credentials.Password credentials, boolean byDigest) {
    var pair = credentials.username() + ":" + credentials.password().reveal();
    this.basic =
        "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
    this.digest = new DigestAuthentication(credentials.username(), credentials.password());
    this.byDigest = byDigest;
  }

  /**
   * @param attributes as {@link #attributes} told them before; empty for a server that is not known
   */
  static DavLogin of(Credentials.Password credentials, Map<String, String> attributes) {
    return new DavLogin(credentials, DIGEST.equals(attributes.get(ATTRIBUTE)));
  }

  /** What is remembered with the account. */
  Map<String, String> attributes() {
    return byDigest ? Map.of(ATTRIBUTE, DIGEST) : Map.of();
  }

  /** The value of {@code Authorization}; empty until a server that wants Digest has challenged. */
  Optional<String> authorization(String method, URI target) {
    return byDigest ? digest.authorization(method, target) : Optional.of(basic);
  }

  /** Whether a request that was refused (401) is worth repeating, with what the answer asks for. */
  boolean learns(Exchange.Answered refused, URI target) {
    var challenges = refused.headers().getOrDefault("www-authenticate", List.of());
    if (digest.challenged(challenges)) {
      byDigest = true;
      return true;
    }
    // a server that changed to Basic; in clear text that may be somebody else who asks for it
    if (byDigest && "https".equalsIgnoreCase(target.getScheme()) && offersOnlyBasic(challenges)) {
      byDigest = false;
      return true;
    }
    return false;
  }

  private static boolean offersOnlyBasic(List<String> challenges) {
    var offered = challenges.toString().toLowerCase(Locale.ROOT);
    return offered.contains("basic") && !offered.contains(DIGEST);
  }
}
