package io.linkspan.webhook;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.linkspan.activity.ActivityLog;
import io.linkspan.activity.Changes;
import io.linkspan.activity.Changes.Change;
import io.linkspan.webhook.QueueStore.Claim;
import io.linkspan.webhook.QueueStore.Lane;
import io.linkspan.webhook.QueueStore.Outcome;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** Writes down how deliveries ended, and what follows for their webhooks. */
final class Outcomes {
  /** A receiver that has only failed for so long is switched off. */
  private static final Duration PATIENCE = Duration.ofDays(5);

  private static final Duration BETWEEN_HINTS = Duration.ofSeconds(1);

  private final QueueStore queue;
  private final WebhookStore webhooks;
  private final Outbox outbox;
  private final ActivityLog log;
  private final Changes changes;
  private final Clock clock;
  private final Cache<UUID, Instant> told =
      Caffeine.newBuilder().maximumSize(10_000).expireAfterWrite(BETWEEN_HINTS).build();

  Outcomes(
      QueueStore queue,
      WebhookStore webhooks,
      Outbox outbox,
      ActivityLog log,
      Changes changes,
      Clock clock) {
    this.queue = queue;
    this.webhooks = webhooks;
    this.outbox = outbox;
    this.log = log;
    this.changes = changes;
    this.clock = clock;
  }

  /** An outcome and the webhook as it was when it was sent to; a test changes nothing of it. */
  record Ended(Outcome outcome, Webhook webhook, boolean test) {
    Ended withoutWords() {
      return new Ended(outcome.withoutWords(), webhook, test);
    }

    Ended under(Claim claim) {
      return new Ended(new Outcome(claim, outcome.attempt(), outcome.retryAt()), webhook, test);
    }
  }

  /**
   * @return the deliveries whose claim still held
   */
  Set<UUID> write(Handle tx, List<Ended> batch) {
    var now = clock.instant();
    var held = queue.finish(tx, batch.stream().map(Ended::outcome).toList(), now);
    // in the order of their ids, so that two nodes never wait for each other
    var byWebhook = new TreeMap<UUID, List<Ended>>();
    for (var ended : batch) {
      if (held.contains(ended.outcome().claim().id())) {
        byWebhook.computeIfAbsent(ended.webhook().id(), _ -> new ArrayList<>()).add(ended);
        if (ended.outcome().retryAt() == null) {
          note(tx, ended);
        }
      }
    }
    var organizers = new HashMap<UUID, Boolean>();
    byWebhook
        .values()
        .forEach(
            endings -> {
              organizers.put(endings.getFirst().webhook().organizerId(), true);
              judge(tx, endings.stream().filter(ended -> !ended.test()).toList(), now);
            });
    organizers.keySet().forEach(organizer -> hint(tx, organizer, now));
    return held;
  }

  /** What the outcomes say about the webhook itself. */
  private void judge(Handle tx, List<Ended> endings, Instant now) {
    var tried = endings.stream().filter(ended -> ended.outcome().attempt() != null).toList();
    if (tried.isEmpty()) {
      return;
    }
    var webhook = tried.getFirst().webhook();
    if (tried.stream().anyMatch(ended -> ended.outcome().delivered())) {
      if (webhook.failingSince() != null) {
        webhooks.failingSince(tx, webhook.organizerId(), webhook.id(), null);
      }
      return;
    }
    var since = webhook.failingSince();
    if (tried.stream()
        .map(ended -> ended.outcome().attempt())
        .anyMatch(attempt -> attempt != null && attempt.gone())) {
      disable(tx, webhook, Webhook.GONE, now);
    } else if (since == null) {
      webhooks.failingSince(tx, webhook.organizerId(), webhook.id(), now);
    } else if (!now.isBefore(since.plus(PATIENCE))) {
      disable(tx, webhook, Webhook.FAILING, now);
    }
  }

  private void disable(Handle tx, Webhook webhook, String reason, Instant now) {
    if (!webhooks.disable(tx, webhook.organizerId(), webhook.id(), reason, now)) {
      return;
    }
    int abandoned = queue.abandon(tx, webhook.organizerId(), webhook.id(), now);
    var details = new LinkedHashMap<String, Object>();
    details.put("webhook_id", webhook.id());
    details.put("name", webhook.name());
    details.put("webhook_url", webhook.url());
    details.put("reason", reason);
    details.put("abandoned", abandoned);
    String cause =
        reason.equals(Webhook.GONE)
            ? "its receiver answered 410 Gone"
            : "every attempt of the last five days failed";
    log.record(
        tx,
        new ActivityLog.Entry(
            webhook.organizerId(),
            "error",
            "webhook",
            webhook.id(),
            "Switched off the webhook "
                + webhook.name()
                + ": "
                + cause
                + ". Switch it on again and replay what it missed.",
            details,
            false,
            null));
    outbox.publish(tx, webhook.organizerId(), "webhook_disabled", details);
    changes.changed(tx, webhook.organizerId(), "webhook", webhook.id(), Change.UPDATED);
  }

  /** Failures and tests are news; that a delivery arrived is in the list of deliveries. */
  private void note(Handle tx, Ended ended) {
    var outcome = ended.outcome();
    if (outcome.delivered() && !ended.test()) {
      return;
    }
    var webhook = ended.webhook();
    var claim = outcome.claim();
    var attempt = outcome.attempt();
    String what = claim.eventType() + " to " + webhook.name();
    log.record(
        tx,
        new ActivityLog.Entry(
            webhook.organizerId(),
            "webhook_sent",
            "webhook",
            webhook.id(),
            outcome.delivered()
                ? "Sent " + what + "."
                : "Could not send "
                    + what
                    + ". "
                    + (attempt == null ? "The webhook is switched off." : attempt.error()),
            Map.of(
                "delivery_id", claim.id(), "event_id", claim.eventId(), "event", claim.eventType()),
            outcome.delivered(),
            null));
  }

  /** Once a second is often enough for a screen. */
  private void hint(Handle tx, UUID organizerId, Instant now) {
    var last = told.getIfPresent(organizerId);
    if (last == null || !now.isBefore(last.plus(BETWEEN_HINTS))) {
      told.put(organizerId, now);
      changes.changed(tx, organizerId, "deliveries", null, Change.UPDATED);
    }
  }

  /** Removes what waits for a webhook that is no more. */
  void clear(Handle tx, Lane lane) {
    queue.clear(tx, lane);
  }
}
