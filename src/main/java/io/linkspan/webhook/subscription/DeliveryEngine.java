package io.linkspan.webhook.subscription;

import io.linkspan.webhook.EndpointQueue;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** What subscriptions ask of whoever delivers. */
public interface DeliveryEngine {
  /** By webhook; one that was never sent anything may be missing. */
  Map<UUID, DeliveryStats> stats(Handle handle, UUID organizerId, List<UUID> webhooks, Instant now);

  /** Gives up what waits for a webhook that was switched off; returns at once. */
  void discardPending(EndpointQueue queue);

  /** Queues what the webhook missed from {@code since} until {@code now}. */
  void replayMissed(Handle tx, Webhook webhook, Instant since, Instant now);
}
