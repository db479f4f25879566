package io.linkspan.webhook.subscription;

import io.linkspan.platform.crypto.Secret;
import io.linkspan.platform.http.Problem;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Secrets and signatures as in Standard Webhooks 1.0: HMAC-SHA256 over {@code id.timestamp.body}.
 */
final class SigningSecret {
  private static final String PREFIX = "whsec_";
  private static final int MIN_BYTES = 24;
  private static final int MAX_BYTES = 64;
  private static final SecureRandom RANDOM = new SecureRandom();

  private SigningSecret() {}

  static Secret make() {
    byte[] bytes = new byte[32];
    RANDOM.nextBytes(bytes);
    return Secret.of(PREFIX + Base64.getEncoder().encodeToString(bytes));
  }

  /**
   * @throws Problem unless it is {@code whsec_} and 24 to 64 bytes in base64
   */
  static Secret parse(String text) {
    if (text.startsWith(PREFIX)) {
      try {
        int length = Base64.getDecoder().decode(text.substring(PREFIX.length())).length;
        if (length >= MIN_BYTES && length <= MAX_BYTES) {
          return Secret.of(text);
        }
      } catch (IllegalArgumentException e) {
        // not base64: answered below
      }
    }
    throw Problem.badField("/secret_key", "A secret must be whsec_ and 24 to 64 bytes in base64.")
        .fix("Leave it out and a secret is made.");
  }

  /** How it ends, to recognise it by. */
  static String hint(Secret secret) {
    String text = secret.reveal();
    return "…" + text.substring(text.length() - 4);
  }

  /** In base64. */
  static String sign(Secret secret, byte[] head, byte[] body) {
    byte[] key = Base64.getDecoder().decode(secret.reveal().substring(PREFIX.length()));
    try {
      var mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      mac.update(head);
      return Base64.getEncoder().encodeToString(mac.doFinal(body));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has HMAC-SHA256", e);
    }
  }
}
