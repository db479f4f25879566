package io.linkspan.webhook.subscription;

import io.linkspan.platform.crypto.Secret;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Random;

/** Deliveries that somebody tampered with, or that are not meant for this receiver, or not now. */
final class Mutants {
  private final List<Letter> genuine;
  private final Random random;

  /** What a receiver verifies. */
  record Letter(String secret, String id, String timestamp, String signature, byte[] body) {
    String text() {
      return new String(body, StandardCharsets.UTF_8);
    }
  }

  private interface Mutation {
    Letter of(Letter letter, Letter other);
  }

  /**
   * @param genuine different ones, each with one signature
   */
  Mutants(List<Letter> genuine, long seed) {
    this.genuine = List.copyOf(genuine);
    this.random = new Random(seed);
  }

  /** As many of each kind. */
  List<Letter> make(int count) {
    var kinds =
        List.<Mutation>of(
            (l, o) -> with(l, flip(l.id), l.timestamp, l.signature, l.body),
            (l, o) -> with(l, cut(l.id), l.timestamp, l.signature, l.body),
            (l, o) -> with(l, o.id, l.timestamp, l.signature, l.body),
            (l, o) -> with(l, l.id, flip(l.timestamp), l.signature, l.body),
            (l, o) -> with(l, l.id, cut(l.timestamp), l.signature, l.body),
            (l, o) -> with(l, l.id, seconds(l, 1 + random.nextInt(60)), l.signature, l.body),
            (l, o) -> with(l, l.id, seconds(l, -1 - random.nextInt(60)), l.signature, l.body),
            (l, o) -> with(l, l.id, l.timestamp, flip(l.signature), l.body),
            (l, o) -> with(l, l.id, l.timestamp, cut(l.signature), l.body),
            (l, o) -> with(l, l.id, l.timestamp, o.signature, l.body),
            (l, o) -> with(l, l.id, l.timestamp, l.signature.replace("v1,", "v1a,"), l.body),
            (l, o) -> with(l, l.id, l.timestamp, l.signature, flip(l.body)),
            (l, o) -> with(l, l.id, l.timestamp, l.signature, cut(l.body)),
            (l, o) -> with(l, l.id, l.timestamp, l.signature, grown(l.body)),
            (l, o) -> with(l, l.id, l.timestamp, l.signature, o.body),
            (l, o) -> with(l, l.id, l.timestamp, l.signature, respelt(l.body)),
            // whole and genuine, but of somebody else
            (l, o) -> new Letter(secret(), l.id, l.timestamp, l.signature, l.body),
            (l, o) -> signed(l, secret(), l.timestamp),
            // whole and genuine, but not of now
            (l, o) -> signed(l, l.secret, seconds(l, -600 - random.nextInt(1_000_000))),
            (l, o) -> signed(l, l.secret, seconds(l, 600 + random.nextInt(1_000_000))));
    var mutants = new ArrayList<Letter>(count);
    for (int i = 0; i < count; i++) {
      var letter = genuine.get(random.nextInt(genuine.size()));
      mutants.add(kinds.get(i % kinds.size()).of(letter, other(letter)));
    }
    return mutants;
  }

  private Letter other(Letter letter) {
    while (true) {
      var other = genuine.get(random.nextInt(genuine.size()));
      if (!other.id.equals(letter.id)) {
        return other;
      }
    }
  }

  private static Letter with(
      Letter letter, String id, String timestamp, String signature, byte[] body) {
    return new Letter(letter.secret, id, timestamp, signature, body);
  }

  /** Signed by {@code secret}, verified with the letter's own. */
  private static Letter signed(Letter letter, String secret, String timestamp) {
    String signature =
        "v1,"
            + SigningSecret.sign(
                Secret.of(secret),
                (letter.id + "." + timestamp + ".").getBytes(StandardCharsets.UTF_8),
                letter.body);
    return with(letter, letter.id, timestamp, signature, letter.body);
  }

  private String secret() {
    var bytes = new byte[32];
    random.nextBytes(bytes);
    return "whsec_" + Base64.getEncoder().encodeToString(bytes);
  }

  private static String seconds(Letter letter, int more) {
    return Long.toString(Long.parseLong(letter.timestamp) + more);
  }

  private byte[] flip(byte[] bytes) {
    var flipped = bytes.clone();
    flipped[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
    return flipped;
  }

  private String flip(String ascii) {
    var chars = ascii.toCharArray();
    chars[random.nextInt(chars.length)] ^= (char) (1 << random.nextInt(7));
    return new String(chars);
  }

  private byte[] cut(byte[] bytes) {
    return Arrays.copyOf(bytes, random.nextInt(bytes.length));
  }

  private String cut(String text) {
    return text.substring(0, random.nextInt(text.length()));
  }

  private byte[] grown(byte[] bytes) {
    var grown = Arrays.copyOf(bytes, bytes.length + 1);
    grown[bytes.length] = (byte) " \n\0}".charAt(random.nextInt(4));
    return grown;
  }

  /** The same JSON in other bytes, as a receiver gets it that serialises again. */
  private static byte[] respelt(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8)
        .replaceFirst(",", ", ")
        .getBytes(StandardCharsets.UTF_8);
  }
}
