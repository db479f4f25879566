package io.linkspan.identity;

import io.linkspan.platform.crypto.Secret;
import java.security.MessageDigest;
import java.util.Optional;

/** The operator's {@code ADMIN_API_KEY}: a bearer token with every scope, kept as a hash. */
final class OperatorKey {
  static final int SHORTEST = 32;

  private final Optional<byte[]> hash;

  /**
   * @throws IllegalArgumentException for a key that is too short to be safe
   */
  OperatorKey(Optional<Secret> key) {
    if (key.filter(secret -> secret.reveal().strip().length() < SHORTEST).isPresent()) {
      throw new IllegalArgumentException(
          "ADMIN_API_KEY is too short to be safe: it needs at least %d random characters"
              .formatted(SHORTEST));
    }
    this.hash = key.map(Token::hash);
  }

  boolean matches(Secret presented) {
    byte[] other = Token.hash(presented);
    return hash.filter(own -> MessageDigest.isEqual(own, other)).isPresent();
  }

  boolean present() {
    return hash.isPresent();
  }
}
