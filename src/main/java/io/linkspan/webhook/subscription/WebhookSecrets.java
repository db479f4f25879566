package io.linkspan.webhook.subscription;

import io.linkspan.platform.crypto.Sealer;
import io.linkspan.platform.crypto.Sealer.Place;
import io.linkspan.platform.crypto.Secret;
import io.linkspan.platform.http.Json;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;

/** Seals a webhook's keys and headers, each in its place. */
public final class WebhookSecrets {
  private final Sealer sealer;

  public WebhookSecrets(Sealer sealer) {
    this.sealer = sealer;
  }

  byte[] keys(UUID organizerId, UUID id, Keyring keys) {
    return sealer.seal(keys.text(), new Place(organizerId, id, "webhook_keys"));
  }

  public Keyring keys(Webhook webhook) {
    return Keyring.read(
        sealer.open(
            webhook.keys(), new Place(webhook.organizerId(), webhook.id(), "webhook_keys")));
  }

  byte[] headers(UUID organizerId, UUID id, Map<String, String> headers) {
    return sealer.seal(
        Secret.of(Json.text(headers)), new Place(organizerId, id, "webhook_headers"));
  }

  public Map<String, String> headers(Webhook webhook) {
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
}
