package io.linkspan.webhook;

import io.linkspan.platform.crypto.Sealer;
import io.linkspan.platform.crypto.Sealer.Place;
import io.linkspan.platform.crypto.Secret;
import io.linkspan.platform.http.Json;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Seals a webhook's secrets and headers, each in its place. */
final class Seals {
  private final Sealer sealer;

  Seals(Sealer sealer) {
    this.sealer = sealer;
  }

  byte[] secret(UUID organizerId, UUID id, Secret secret) {
    return sealer.seal(secret, new Place(organizerId, id, "webhook_secret"));
  }

  byte[] headers(UUID organizerId, UUID id, Map<String, String> headers) {
    return sealer.seal(
        Secret.of(Json.text(headers)), new Place(organizerId, id, "webhook_headers"));
  }

  Map<String, String> headers(Webhook webhook) {
    String json =
        sealer
            .open(
                webhook.headers(),
                new Place(webhook.organizerId(), webhook.id(), "webhook_headers"))
            .reveal();
    var headers = new LinkedHashMap<String, String>();
    Json.mapper()
        .readTree(json)
        .properties()
        .forEach(header -> headers.put(header.getKey(), header.getValue().asString()));
    return headers;
  }

  /** Those that sign at this time, the newest first. */
  List<Secret> secrets(Webhook webhook, Instant now) {
    var place = new Place(webhook.organizerId(), webhook.id(), "webhook_secret");
    var secrets = new ArrayList<Secret>();
    secrets.add(sealer.open(webhook.secret(), place));
    byte[] old = webhook.oldSecret();
    var until = webhook.oldSecretUntil();
    if (old != null && until != null && now.isBefore(until)) {
      secrets.add(sealer.open(old, place));
    }
    return secrets;
  }
}
