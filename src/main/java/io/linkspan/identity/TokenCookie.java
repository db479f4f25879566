package io.linkspan.identity;

import io.linkspan.platform.crypto.Secret;
import io.linkspan.platform.http.Visitor;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/**
 * A cookie that carries a token. Where the public URL is https it has the {@code __Host-} prefix
 * (RFC 6265bis 4.1.3.2): only this very host can have set it.
 */
final class TokenCookie {
  private static final int LONGEST_TOKEN = 200;

  private final String name;
  private final String attributes;
  private final Duration keptFor;

  /**
   * @param keptFor how long the browser keeps it
   */
  TokenCookie(String name, URI publicUrl, Duration keptFor) {
    boolean https = "https".equalsIgnoreCase(publicUrl.getScheme());
    this.name = (https ? "__Host-" : "") + name;
    this.attributes = "; Path=/; HttpOnly; SameSite=Lax" + (https ? "; Secure" : "");
    this.keptFor = keptFor;
  }

  /** The cookie of a session. */
  static TokenCookie ofSession(URI publicUrl) {
    return new TokenCookie("linkspan", publicUrl, Sessions.LONGEST);
  }

  /** The value of {@code Set-Cookie} that hands the token to the browser. */
  String give(Secret token) {
    return name + "=" + token.reveal() + attributes + "; Max-Age=" + keptFor.toSeconds();
  }

  /** The value of {@code Set-Cookie} that takes it away. */
  String take() {
    return name + "=" + attributes + "; Max-Age=0";
  }

  /** The token that the browser sent, if any. */
  Optional<Secret> read(Visitor visitor) {
    return visitor
        .cookie(name)
        .filter(value -> !value.isEmpty() && value.length() <= LONGEST_TOKEN)
        .map(Secret::of);
  }
}
