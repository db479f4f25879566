package io.linkspan.platform.crypto;

import com.google.crypto.tink.Aead;
import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.TinkProtoKeysetFormat;
import io.linkspan.platform.db.Database;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;

/**
 * Seals with Google Tink. Two layers: the operator's {@link KeysetFile} wraps a data keyset, the
 * data keyset seals values. The data keyset is in the database, so that a new key reaches every
 * node; it may hold several keys: the primary one seals, all of them open.
 */
public final class TinkSealer implements Sealer {
  private static final String NAME = "credentials";
  private static final byte[] KEYSET_PLACE =
      ("linkspan keyset " + NAME).getBytes(StandardCharsets.UTF_8);

  /** Raised should the layout of the associated data ever change. */
  private static final byte PLACE_VERSION = 1;

  private final Aead aead;

  private TinkSealer(Aead aead) {
    this.aead = aead;
  }

  /**
   * Opens the data keyset, and makes one if the database has none. Nodes that start together end up
   * with the same one.
   *
   * @throws KeysetRefused if the file is missing, unreadable or another database's; nothing was
   *     changed then
   */
  public static TinkSealer open(Database database, KeysetFile file) {
    var store = new KeysetStore();
    var stored = database.query(db -> store.find(db, NAME));
    if (file.isMissing()) {
      if (stored.isPresent()) {
        throw file.lost();
      }
      file.makeForFirstStart();
    }
    Aead wrapping = file.open();
    byte[] wrapped =
        stored.orElseGet(
            () -> {
              byte[] fresh = wrap(Keysets.generate(), wrapping);
              return database.query(
                  db -> {
                    store.insertIfAbsent(db, NAME, fresh);
                    return store.find(db, NAME).orElseThrow();
                  });
            });
    try {
      return new TinkSealer(
          Keysets.aead(
              TinkProtoKeysetFormat.parseEncryptedKeyset(
                  wrapped, wrapping, KEYSET_PLACE, Keysets.CONFIGURATION)));
    } catch (GeneralSecurityException e) {
      throw file.isAnother(e);
    }
  }

  static byte[] wrap(KeysetHandle keyset, Aead wrapping) {
    try {
      return TinkProtoKeysetFormat.serializeEncryptedKeyset(
          keyset, wrapping, KEYSET_PLACE, Keysets.CONFIGURATION);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("a keyset cannot be wrapped", e);
    }
  }

  @Override
  public byte[] seal(Secret secret, Place place) {
    try {
      return aead.encrypt(secret.reveal().getBytes(StandardCharsets.UTF_8), encode(place));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("cannot seal " + place.field(), e);
    }
  }

  @Override
  public Secret open(byte[] sealed, Place place) {
    try {
      return Secret.of(new String(aead.decrypt(sealed, encode(place)), StandardCharsets.UTF_8));
    } catch (GeneralSecurityException e) {
      throw new SealBroken(
          "The stored "
              + place.field()
              + " of "
              + place.recordId()
              + " does not open: it was changed, moved from another record, or sealed with a key"
              + " that is gone",
          e);
    }
  }

  /** Two places never encode alike: every part but the last has a fixed length. */
  private static byte[] encode(Place place) {
    byte[] field = place.field().getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(1 + 16 + 16 + field.length)
        .put(PLACE_VERSION)
        .putLong(place.organizerId().getMostSignificantBits())
        .putLong(place.organizerId().getLeastSignificantBits())
        .putLong(place.recordId().getMostSignificantBits())
        .putLong(place.recordId().getLeastSignificantBits())
        .put(field)
        .array();
  }
}
