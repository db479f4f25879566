package io.linkspan.platform.crypto;

import java.util.UUID;

/**
 * Seals secrets for storage. What is sealed opens only for the owner, the record and the field it
 * was sealed for.
 */
public interface Sealer {
  /**
   * Where a sealed value lives: the associated data of the AEAD, so that a swapped row does not
   * open.
   */
  record Place(UUID organizerId, UUID recordId, String field) {}

  byte[] seal(Secret secret, Place place);

  /**
   * @throws SealBroken if the bytes were changed, belong to another place, or were sealed with a
   *     key that is gone
   */
  Secret open(byte[] sealed, Place place);

  /** The bytes do not open at this place. */
  final class SealBroken extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public SealBroken(String message, Throwable cause) {
      super(message, cause);
    }
  }
}
