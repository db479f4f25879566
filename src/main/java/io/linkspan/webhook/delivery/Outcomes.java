package io.linkspan.webhook.delivery;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.linkspan.activity.ActivityLog;
import io.linkspan.activity.Changes;
import io.linkspan.activity.Changes.Change;
import io.linkspan.webhook.EndpointQueue;
import io.linkspan.webhook.Outbox;
import io.linkspan.webhook.delivery.QueueStore.Claim;
import io.linkspan.webhook.delivery.QueueStore.Outcome;
import io.linkspan.webhook.subscription.Webhook;
import io.linkspan.webhook.subscription.WebhookStore;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Writes down how deliveries ended, and what follows for their webhooks. */
final class Outcomes {
  /** A receiver that has only failed for so long is switched off. */
  private static final Duration DISABLE_AFTER = Duration.ofDays(5);

  /** Entries of the log for what arrives at one webhook, of one node. */
  private static final int MAX_LOG_ENTRIES_PER_MINUTE = 10;

  private static final Duration MIN_HINT_INTERVAL = Duration.ofSeconds(1);

  private final QueueStore queueStore;
  private final WebhookStore webhooks;
  private final Outbox outbox;
  private final ActivityLog log;
  private final Changes changes;
  private final Consumer<EndpointQueue> inactiveWithPending;
  private final Clock clock;
  private final Cache<UUID, AtomicInteger> arrivals =
      Caffeine.newBuilder().maximumSize(10_000).expireAfterWrite(Duration.ofMinutes(1)).build();
  private final Cache<UUID, Instant> told =
      Caffeine.newBuilder().maximumSize(10_000).expireAfterWrite(MIN_HINT_INTERVAL).build();

  /**
   * @param inactiveWithPending told when a webhook was switched off and nothing waits for it any
   *     more; must return at once
   */
  Outcomes(
      QueueStore queueStore,
      WebhookStore webhooks,
      Outbox outbox,
      ActivityLog log,
      Changes changes,
      Consumer<EndpointQueue> inactiveWithPending,
      Clock clock) {
    this.inactiveWithPending = inactiveWithPending;
    this.queueStore = queueStore;
    this.webhooks = webhooks;
    this.outbox = outbox;
    this.log = log;
    this.changes = changes;
    this.clock = clock;
  }

  /**
   * An outcome and the webhook as it was when it was sent to; a test changes nothing of it.
   *
   * @param requestId the call that waits for it, or null
   */
  record Completion(Outcome outcome, Webhook webhook, boolean test, @Nullable String requestId) {
    Completion(Outcome outcome, Webhook webhook, boolean test) {
      this(outcome, webhook, test, null);
    }

    Completion withoutResponse() {
      return new Completion(outcome.withoutResponse(), webhook, test, requestId);
    }

    Completion under(Claim claim) {
      var renamed = new Outcome(claim, outcome.attempt(), outcome.retryAt());
      return new Completion(renamed, webhook, test, requestId);
    }
  }

  /**
   * @return the deliveries whose claim still held
   */
  Set<UUID> write(Handle tx, List<Completion> batch) {
    var now = clock.instant().truncatedTo(ChronoUnit.MICROS);
    var held = queueStore.finish(tx, batch.stream().map(Completion::outcome).toList(), now);
    // in the order of their ids, so that two nodes never wait for each other
    var byWebhook = new TreeMap<UUID, List<Completion>>();
    var news = new ArrayList<ActivityLog.Entry>();
    for (var ended : batch) {
      if (held.contains(ended.outcome().claim().id())) {
        byWebhook.computeIfAbsent(ended.webhook().id(), _ -> new ArrayList<>()).add(ended);
        if (ended.outcome().retryAt() == null && isNews(ended)) {
          news.add(entry(ended));
        }
      }
    }
    log.recordAll(tx, news);
    var organizers = new TreeSet<UUID>();
    var arrived = new ArrayList<Webhook>();
    for (var endings : byWebhook.values()) {
      var webhook = endings.getFirst().webhook();
      organizers.add(webhook.organizerId());
      var sent = endings.stream().filter(ended -> !ended.test()).map(Completion::outcome).toList();
      if (sent.stream().anyMatch(Outcome::delivered)) {
        arrived.add(webhook);
      }
      judge(tx, webhook, sent, now);
    }
    if (!arrived.isEmpty()) {
      webhooks.arrived(tx, arrived);
    }
    organizers.forEach(organizer -> hint(tx, organizer, now));
    return held;
  }

  /**
   * What the outcomes say about the webhook itself. It may have been changed since it was sent to,
   * and others may have written more of it: only what is stored decides.
   */
  private void judge(Handle tx, Webhook webhook, List<Outcome> sent, Instant now) {
    var tried = sent.stream().map(Outcome::attempt).filter(Objects::nonNull).toList();
    if (tried.stream().anyMatch(Attempt::gone)) {
      disable(tx, webhook, Webhook.GONE, null, now);
    } else if (!tried.isEmpty() && tried.stream().noneMatch(Attempt::succeeded)) {
      var since = webhook.failingSince();
      var before = now.minus(DISABLE_AFTER);
      if (since == null) {
        webhooks.failed(tx, webhook, now);
      } else if (!since.isAfter(before)) {
        disable(tx, webhook, Webhook.FAILING, before, now);
      }
    }
  }

  private void disable(
      Handle tx, Webhook webhook, String reason, @Nullable Instant failingSince, Instant now) {
    if (!webhooks.disable(tx, webhook, reason, failingSince, now)) {
      return;
    }
    // the address stays out of it: it may be a secret, and other webhooks hear of this
    var details =
        Map.<String, Object>of(
            "webhook_id", webhook.id(), "name", webhook.name(), "reason", reason);
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
    tx.afterCommit(
        () -> inactiveWithPending.accept(new EndpointQueue(webhook.organizerId(), webhook.id())));
  }

  /**
   * Failures and tests are news; of what arrives some is told, and the list of deliveries has all.
   */
  private boolean isNews(Completion ended) {
    return !ended.outcome().delivered() || ended.test() || mayTell(ended.webhook().id());
  }

  private static ActivityLog.Entry entry(Completion ended) {
    var outcome = ended.outcome();
    var webhook = ended.webhook();
    var claim = outcome.claim();
    var attempt = outcome.attempt();
    String what = claim.eventType() + " to " + webhook.name();
    return new ActivityLog.Entry(
        webhook.organizerId(),
        "webhook_sent",
        "webhook",
        webhook.id(),
        outcome.delivered()
            ? "Sent " + what + "."
            : "Could not send "
                + what
                + ". "
                + (attempt == null ? unsent(claim, webhook) : attempt.error()),
        Map.of("delivery_id", claim.id(), "event_id", claim.eventId(), "event", claim.eventType()),
        outcome.delivered(),
        ended.requestId());
  }

  private static String unsent(Claim claim, Webhook webhook) {
    if (claim.test()) {
      return "The server stopped before the answer to the test came.";
    }
    return webhook.active()
        ? "The event is older than what is kept."
        : "The webhook is switched off.";
  }

  private boolean mayTell(UUID webhookId) {
    return arrivals.get(webhookId, _ -> new AtomicInteger()).incrementAndGet()
        <= MAX_LOG_ENTRIES_PER_MINUTE;
  }

  /** Once a second is often enough for a screen. */
  private void hint(Handle tx, UUID organizerId, Instant now) {
    var last = told.getIfPresent(organizerId);
    if (last == null || !now.isBefore(last.plus(MIN_HINT_INTERVAL))) {
      told.put(organizerId, now);
      changes.changed(tx, organizerId, "deliveries", null, Change.UPDATED);
    }
  }

  /** Removes what waits for a webhook that is no more. */
  void clear(Handle tx, EndpointQueue queue) {
    queueStore.clear(tx, queue);
  }
}
