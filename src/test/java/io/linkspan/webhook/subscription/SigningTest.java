package io.linkspan.webhook.subscription;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.standardwebhooks.exceptions.WebhookVerificationException;
import io.linkspan.webhook.Receiver.Received;
import io.linkspan.webhook.WebhookTestCase;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.bouncycastle.crypto.params.Ed25519PublicKeyParameters;
import org.bouncycastle.crypto.signers.Ed25519Signer;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class SigningTest extends WebhookTestCase {
  @Test
  void withItsPublicKeyAnyoneVerifiesWhoCannotSign() throws Exception {
    var made = create(Map.of("signatures", List.of("v1", "v1a")));
    assertThat(made.at("/signatures").toString()).isEqualTo("[\"v1\",\"v1a\"]");
    String key = made.at("/public_key").asString();
    assertThat(ada.get(path(made)).json().at("/public_key").asString()).isEqualTo(key);
    publish("a", Map.of("amount", 100));
    var got = receiver.next();
    verify(made.at("/secret_key").asString(), got);
    assertThat(verifies(key, got)).isTrue();
    assertThat(verifies(key, new Received(got.headers(), got.body().replace("100", "999"))))
        .isFalse();
  }

  @Test
  void publicKeysAreForThoseWhoAskAndStayTheSame() {
    var made = create(Map.of());
    assertThat(made.at("/signatures").toString()).isEqualTo("[\"v1\"]");
    assertThat(made.at("/public_key").isNull()).isTrue();
    publish("a", Map.of());
    assertThat(receiver.next().header("webhook-signature")).doesNotContain("v1a");

    var both = ada.patch(path(made), Map.of("signatures", List.of("v1", "v1a"))).json();
    publish("a", Map.of());
    assertThat(verifies(both.at("/public_key").asString(), receiver.next())).isTrue();
    var off = ada.patch(path(made), Map.of("signatures", List.of("v1"))).json();
    assertThat(off.at("/public_key").isNull()).isTrue();
    publish("a", Map.of());
    assertThat(receiver.next().header("webhook-signature")).doesNotContain("v1a");
    var again = ada.patch(path(made), Map.of("signatures", List.of("v1", "v1a"))).json();
    assertThat(again.at("/public_key")).isEqualTo(both.at("/public_key"));
    assertThat(ada.patch(path(made), Map.of("signatures", List.of("v1a"))).status()).isEqualTo(400);
  }

  @Test
  void bothPublicKeysVerifyUntilTheOverlapEnds() {
    var made = create(Map.of("signatures", List.of("v1", "v1a")));
    var rotated = rotate(made, 1);
    publish("a", Map.of());
    var got = receiver.next();
    assertThat(verifies(made.at("/public_key").asString(), got)).isTrue();
    assertThat(verifies(rotated.at("/public_key").asString(), got)).isTrue();
    CLOCK.advance(Duration.ofHours(1));
    publish("a", Map.of());
    var after = receiver.next();
    assertThat(verifies(made.at("/public_key").asString(), after)).isFalse();
    assertThat(verifies(rotated.at("/public_key").asString(), after)).isTrue();
    CLOCK.advance(Duration.ofHours(-1));
  }

  @Test
  void everySecretSignsUntilItsOwnOverlapEnds() throws Exception {
    var made = create(Map.of());
    var secrets = new ArrayList<String>();
    secrets.add(made.at("/secret_key").asString());
    for (int hours = 4; hours >= 1; hours--) {
      secrets.add(rotate(made, hours).at("/secret_key").asString());
    }
    publish("a", Map.of());
    var got = receiver.next();
    for (String secret : secrets) {
      verify(secret, got);
    }
    var shown = ada.get(path(made)).json();
    assertThat(Instant.parse(shown.at("/secret_overlap_until").asString()))
        .isBetween(
            CLOCK.instant().plusSeconds(4 * 3600 - 60), CLOCK.instant().plusSeconds(4 * 3600));

    var full = ada.post(path(made) + "rotate-secret/", Map.of("overlap_hours", 1));
    assertThat(full.code()).isEqualTo("too_many_secrets");
    publish("a", Map.of());
    verify(secrets.getFirst(), receiver.next());

    String last = rotate(made, 0).at("/secret_key").asString();
    publish("a", Map.of());
    var after = receiver.next();
    verify(last, after);
    for (String secret : secrets) {
      assertThatThrownBy(() -> verify(secret, after))
          .isInstanceOf(WebhookVerificationException.class);
    }
    assertThat(ada.get(path(made)).json().at("/secret_overlap_until").isNull()).isTrue();
  }

  @Test
  void whoHasSeenAnotherVersionDoesNotRotate() {
    var made = create(Map.of());
    ada.patch(path(made), Map.of("name", "Other"));
    var stale =
        ada.with("If-Match", "\"1\"")
            .post(path(made) + "rotate-secret/", Map.of("overlap_hours", 1));
    assertThat(stale.status()).isEqualTo(412);
  }

  private JsonNode rotate(JsonNode webhook, int hours) {
    var answer = ada.post(path(webhook) + "rotate-secret/", Map.of("overlap_hours", hours));
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    return answer.json();
  }

  /** By another implementation than the one that signed. */
  private static boolean verifies(String publicKey, Received got) {
    byte[] key = Base64.getDecoder().decode(publicKey.substring("whpk_".length()));
    byte[] signed =
        (got.header("webhook-id") + "." + got.header("webhook-timestamp") + "." + got.body())
            .getBytes(StandardCharsets.UTF_8);
    return Arrays.stream(got.header("webhook-signature").split(" "))
        .filter(signature -> signature.startsWith("v1a,"))
        .map(signature -> Base64.getDecoder().decode(signature.substring("v1a,".length())))
        .anyMatch(
            signature -> {
              var verifier = new Ed25519Signer();
              verifier.init(false, new Ed25519PublicKeyParameters(key));
              verifier.update(signed, 0, signed.length);
              return verifier.verifySignature(signature);
            });
  }
}
