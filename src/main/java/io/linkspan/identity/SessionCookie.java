package io.linkspan.identity;

import io.linkspan.platform.crypto.Secret;
import io.linkspan.platform.http.Visitor;
import java.net.URI;
import java.util.Optional;

/**
 * The cookie that carries a session's token. Where the public URL is https it has the {@code
 * __Host-} prefix (RFC 6265bis 4.1.3.2): only this very host can have set it.
 */
final class SessionCookie {
  private static final int LONGEST_TOKEN = 200;

  private final String name;
  private final String attributes;

  SessionCookie(URI publicUrl) {
    boolean https = "https".equalsIgnoreCase(publicUrl.getScheme());
    this.name = https ? "__Host-linkspan" : "linkspan";
    this.attributes = "; Path=/; HttpOnly; SameSite=Lax" + (https ? "; Secure" : "");
  }

  /** The value of {@code Set-Cookie} that hands the token to the browser. */
  String give(Secret token) {
    return name + "=" + token.reveal() + attributes + "; Max-Age=" + Sessions.LONGEST.toSeconds();
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
