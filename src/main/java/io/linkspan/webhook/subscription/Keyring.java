package io.linkspan.webhook.subscription;

import io.linkspan.platform.crypto.Secret;
import io.linkspan.platform.http.Json;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a webhook signs with, the newest first. Older keys sign beside it until their overlap ends.
 */
public record Keyring(List<Keys> keys) {
  /** How many may sign side by side. */
  static final int MAX_KEYS = 5;

  public Keyring {
    keys = List.copyOf(keys);
  }

  /**
   * Keys made together.
   *
   * @param secret for HMAC
   * @param key for Ed25519; null until it was asked for
   * @param until when it signs no more; null: the one in use
   */
  public record Keys(Secret secret, @Nullable Secret key, @Nullable Instant until) {
    boolean signs(Instant now) {
      return until == null || now.isBefore(until);
    }
  }

  static Keyring of(Secret secret, boolean asymmetric) {
    return new Keyring(List.of(new Keys(secret, asymmetric ? SigningKey.make() : null, null)));
  }

  Keys current() {
    return keys.getFirst();
  }

  /** With an Ed25519 key, the one there is or a new one. */
  Keyring withKey() {
    if (current().key() != null) {
      return this;
    }
    var all = new ArrayList<>(keys);
    all.set(0, new Keys(current().secret(), SigningKey.make(), null));
    return new Keyring(all);
  }

  /**
   * With a new secret, and a new key where there is one.
   *
   * @param until when those that sign now end at the latest that were not ended yet; {@code now}
   *     ends all of them
   */
  Keyring rotated(Secret secret, Instant until, Instant now) {
    var all = new ArrayList<Keys>();
    all.add(new Keys(secret, current().key() == null ? null : SigningKey.make(), null));
    if (until.isAfter(now)) {
      all.add(new Keys(current().secret(), current().key(), until));
      keys.stream().skip(1).filter(old -> old.signs(now)).forEach(all::add);
    }
    return new Keyring(all);
  }

  /** When the last of the older keys ends; null when none signs any more. */
  @Nullable Instant overlapUntil(Instant now) {
    return older(now).max(Comparator.naturalOrder()).orElse(null);
  }

  /** When the first of the older keys ends; null when none signs any more. */
  @Nullable Instant roomAt(Instant now) {
    return older(now).min(Comparator.naturalOrder()).orElse(null);
  }

  private Stream<Instant> older(Instant now) {
    return keys.stream().filter(key -> key.signs(now)).map(Keys::until).filter(Objects::nonNull);
  }

  @Nullable String publicKey() {
    var key = current().key();
    return key == null ? null : SigningKey.publicKey(key);
  }

  /**
   * The value of {@code webhook-signature}: a signature by each key, divided by spaces.
   *
   * @param asymmetric whether to sign by Ed25519 too
   */
  public String sign(boolean asymmetric, Instant now, String id, byte[] body) {
    byte[] head = (id + "." + now.getEpochSecond() + ".").getBytes(StandardCharsets.UTF_8);
    var signatures = new ArrayList<String>();
    for (var pair : keys) {
      if (!pair.signs(now)) {
        continue;
      }
      signatures.add("v1," + SigningSecret.sign(pair.secret(), head, body));
      if (asymmetric && pair.key() != null) {
        signatures.add("v1a," + SigningKey.sign(pair.key(), head, body));
      }
    }
    return String.join(" ", signatures);
  }

  private record Stored(List<StoredKeys> keys) {}

  private record StoredKeys(String secret, @Nullable String key, @Nullable Instant until) {}

  /** As it is sealed. */
  Secret text() {
    return Secret.of(
        Json.text(
            new Stored(
                keys.stream()
                    .map(
                        pair ->
                            new StoredKeys(
                                pair.secret().reveal(),
                                pair.key() == null ? null : pair.key().reveal(),
                                pair.until()))
                    .toList())));
  }

  static Keyring read(Secret text) {
    return new Keyring(
        Json.read(text.reveal(), Stored.class).keys().stream()
            .map(
                pair ->
                    new Keys(
                        Secret.of(pair.secret()),
                        pair.key() == null ? null : Secret.of(pair.key()),
                        pair.until()))
            .toList());
  }
}
