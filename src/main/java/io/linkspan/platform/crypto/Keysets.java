package io.linkspan.platform.crypto;

import com.google.crypto.tink.Aead;
import com.google.crypto.tink.Configuration;
import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.aead.AeadConfig2026;
import com.google.crypto.tink.aead.PredefinedAeadParameters;
import java.security.GeneralSecurityException;

/**
 * The kind of key that both the file and the database hold.
 *
 * <p>XChaCha20-Poly1305 rather than AES256-GCM: its nonce has 192 bits instead of 96, so that any
 * number of nodes may draw nonces at random for the life of a key. With GCM the count of values
 * sealed by one key would have to be watched (2^32), and a repeated nonce would give the
 * authentication key away. What is sealed is short, so that AES hardware would gain nothing.
 */
final class Keysets {
  static final Configuration CONFIGURATION = AeadConfig2026.get();

  private Keysets() {}

  static KeysetHandle generate() {
    try {
      return KeysetHandle.generateNew(PredefinedAeadParameters.XCHACHA20_POLY1305, CONFIGURATION);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java runtime cannot make an XChaCha20 key", e);
    }
  }

  /** Seals with the primary key, opens with any enabled one. */
  static Aead aead(KeysetHandle keyset) throws GeneralSecurityException {
    return keyset.getPrimitive(CONFIGURATION, Aead.class);
  }
}
