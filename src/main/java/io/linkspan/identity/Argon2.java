package io.linkspan.identity;

import io.linkspan.platform.crypto.Secret;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.text.Normalizer;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Pattern;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;

/** Argon2id (RFC 9106), with its parameters in the hash, as PHC strings have them. */
final class Argon2 {
  /**
   * What one hash costs.
   *
   * @param memoryKib memory, in KiB
   * @param passes over the memory
   */
  record Cost(int memoryKib, int passes) {
    /**
     * RFC 9106 section 4 recommends 64 MiB with three passes where memory is short; half of it, one
     * lane, keeps two hashes at once within an eighth of a heap of 512 MB, and takes about 90 ms.
     */
    static final Cost SMALL_SERVER = new Cost(32 * 1024, 3);
  }

  private record Parsed(Cost cost, int lanes, byte[] salt, byte[] hash) {}

  private static final SecureRandom RANDOM = new SecureRandom();
  private static final int SALT_BYTES = 16;
  private static final int HASH_BYTES = 32;
  private static final Pattern PHC =
      Pattern.compile(
          "\\$argon2id\\$v=19\\$m=(\\d{1,7}),t=(\\d{1,3}),p=(\\d{1,2})\\$([A-Za-z0-9+/]+)\\$([A-Za-z0-9+/]+)");

  private Argon2() {}

  static String hash(Secret password, Cost cost) {
    byte[] salt = new byte[SALT_BYTES];
    RANDOM.nextBytes(salt);
    byte[] hash = derive(password, cost, 1, salt, HASH_BYTES);
    var base64 = Base64.getEncoder().withoutPadding();
    return "$argon2id$v=19$m=%d,t=%d,p=1$%s$%s"
        .formatted(
            cost.memoryKib(),
            cost.passes(),
            base64.encodeToString(salt),
            base64.encodeToString(hash));
  }

  /** False also for a hash that is not one of these. */
  static boolean matches(Secret password, String stored) {
    return parse(stored)
        .map(
            parsed ->
                MessageDigest.isEqual(
                    parsed.hash(),
                    derive(
                        password,
                        parsed.cost(),
                        parsed.lanes(),
                        parsed.salt(),
                        parsed.hash().length)))
        .orElse(false);
  }

  /** Whether the hash was made at another cost and should be made anew. */
  static boolean outdated(String stored, Cost cost) {
    return parse(stored).map(parsed -> !parsed.cost().equals(cost)).orElse(true);
  }

  private static Optional<Parsed> parse(String stored) {
    var match = PHC.matcher(stored);
    if (!match.matches()) {
      return Optional.empty();
    }
    var base64 = Base64.getDecoder();
    return Optional.of(
        new Parsed(
            new Cost(Integer.parseInt(match.group(1)), Integer.parseInt(match.group(2))),
            Integer.parseInt(match.group(3)),
            base64.decode(match.group(4)),
            base64.decode(match.group(5))));
  }

  private static byte[] derive(Secret password, Cost cost, int lanes, byte[] salt, int length) {
    var generator = new Argon2BytesGenerator();
    generator.init(
        new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
            .withVersion(Argon2Parameters.ARGON2_VERSION_13)
            .withMemoryAsKB(cost.memoryKib())
            .withIterations(cost.passes())
            .withParallelism(lanes)
            .withSalt(salt)
            .build());
    byte[] out = new byte[length];
    generator.generateBytes(bytes(password), out);
    return out;
  }

  // one person's keyboard composes letters, another's does not: NIST SP 800-63B 3.1.1.2
  private static byte[] bytes(Secret password) {
    return Normalizer.normalize(password.reveal(), Normalizer.Form.NFKC)
        .getBytes(StandardCharsets.UTF_8);
  }
}
