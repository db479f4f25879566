package io.linkspan.webhook.subscription;

import io.linkspan.platform.crypto.Secret;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;

/**
 * Ed25519 keys (RFC 8032) and signatures as in Standard Webhooks 1.0: who verifies holds no secret.
 * A private key is {@code whsk_} and the base64 of its seed and its public key, 32 bytes each; a
 * public key is {@code whpk_} and the base64 of 32 bytes.
 */
final class SigningKey {
  private static final String PRIVATE = "whsk_";
  private static final String PUBLIC = "whpk_";
  private static final String ALGORITHM = "Ed25519";
  private static final int LENGTH = 32;

  /** What precedes the seed in PKCS #8 (RFC 8410, 7). */
  private static final byte[] PKCS8 = HexFormat.of().parseHex("302e020100300506032b657004220420");

  private SigningKey() {}

  static Secret make() {
    try {
      var pair = KeyPairGenerator.getInstance(ALGORITHM).generateKeyPair();
      return Secret.of(
          PRIVATE
              + base64(
                  join(tail(pair.getPrivate().getEncoded()), tail(pair.getPublic().getEncoded()))));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has Ed25519", e);
    }
  }

  static String publicKey(Secret key) {
    return PUBLIC + base64(tail(bytes(key)));
  }

  /** In base64. */
  static String sign(Secret key, byte[] head, byte[] body) {
    try {
      byte[] seed = Arrays.copyOf(bytes(key), LENGTH);
      var signature = Signature.getInstance(ALGORITHM);
      signature.initSign(
          KeyFactory.getInstance(ALGORITHM)
              .generatePrivate(new PKCS8EncodedKeySpec(join(PKCS8, seed))));
      signature.update(head);
      signature.update(body);
      return base64(signature.sign());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has Ed25519", e);
    }
  }

  private static byte[] bytes(Secret key) {
    return Base64.getDecoder().decode(key.reveal().substring(PRIVATE.length()));
  }

  private static byte[] tail(byte[] bytes) {
    return Arrays.copyOfRange(bytes, bytes.length - LENGTH, bytes.length);
  }

  private static byte[] join(byte[] first, byte[] second) {
    byte[] joined = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, joined, first.length, second.length);
    return joined;
  }

  private static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }
}
