package io.linkspan.platform.http;

import io.linkspan.platform.crypto.Sealer;
import io.linkspan.platform.crypto.Secret;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** Seals with a key that dies with the test. */
final class TestSealer implements Sealer {
  private static final SecureRandom RANDOM = new SecureRandom();

  private final byte[] key = random(16);

  @Override
  public byte[] seal(Secret secret, Place place) {
    byte[] nonce = random(12);
    byte[] text = secret.reveal().getBytes(StandardCharsets.UTF_8);
    byte[] sealed = crypt(Cipher.ENCRYPT_MODE, nonce, text, place);
    return ByteBuffer.allocate(12 + sealed.length).put(nonce).put(sealed).array();
  }

  @Override
  public Secret open(byte[] sealed, Place place) {
    var bytes = ByteBuffer.wrap(sealed);
    byte[] nonce = new byte[12];
    bytes.get(nonce);
    byte[] rest = new byte[bytes.remaining()];
    bytes.get(rest);
    return Secret.of(
        new String(crypt(Cipher.DECRYPT_MODE, nonce, rest, place), StandardCharsets.UTF_8));
  }

  private byte[] crypt(int mode, byte[] nonce, byte[] bytes, Place place) {
    try {
      var cipher = Cipher.getInstance("AES/GCM/NoPadding");
      cipher.init(mode, new SecretKeySpec(key, "AES"), new GCMParameterSpec(128, nonce));
      cipher.updateAAD(place.toString().getBytes(StandardCharsets.UTF_8));
      return cipher.doFinal(bytes);
    } catch (GeneralSecurityException e) {
      throw new SealBroken("these bytes do not open here", e);
    }
  }

  private static byte[] random(int length) {
    byte[] bytes = new byte[length];
    RANDOM.nextBytes(bytes);
    return bytes;
  }
}
