package io.linkspan.webhook;

import io.linkspan.activity.Changes;
import io.linkspan.activity.Changes.Change;
import io.linkspan.platform.crypto.Secret;
import io.linkspan.platform.db.Database;
import io.linkspan.platform.egress.BadAddress;
import io.linkspan.platform.egress.OutboundRequest.Trust;
import io.linkspan.platform.egress.WebAddress;
import io.linkspan.platform.http.Call;
import io.linkspan.platform.http.Operations;
import io.linkspan.platform.http.Problem;
import io.linkspan.platform.http.Reply;
import io.linkspan.platform.http.Routes;
import io.linkspan.platform.time.Ids;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Subscriptions over HTTP. */
final class WebhookRoutes implements Routes {
  private static final int MOST = 200;
  private static final int OVERLAP_HOURS = 24;

  private final Database database;
  private final WebhookStore store;
  private final DeliveryStore deliveries;
  private final QueueStore queue;
  private final Seals seals;
  private final RetrySchedule schedule;
  private final Changes changes;
  private final Ids ids;
  private final Clock clock;

  WebhookRoutes(
      Database database,
      WebhookStore store,
      DeliveryStore deliveries,
      QueueStore queue,
      Seals seals,
      RetrySchedule schedule,
      Changes changes,
      Ids ids,
      Clock clock) {
    this.database = database;
    this.store = store;
    this.deliveries = deliveries;
    this.queue = queue;
    this.seals = seals;
    this.schedule = schedule;
    this.changes = changes;
    this.ids = ids;
    this.clock = clock;
  }

  private record Body(
      @Nullable String name,
      @Nullable String webhookUrl,
      @Nullable List<String> events,
      @Nullable Map<String, String> headers,
      @Nullable Boolean isActive,
      @Nullable Boolean retryFailed,
      @Nullable Integer maxRetries,
      @Nullable String orderingKey,
      @Nullable Integer rateLimit,
      @Nullable String secretKey) {}

  private record Rotation(@Nullable Integer overlapHours, @Nullable String secretKey) {}

  @Override
  public void register(Operations operations) {
    operations.on("listWebhooks", this::list);
    operations.on("createWebhook", this::create);
    operations.on("getWebhook", this::get);
    operations.on("updateWebhook", this::update);
    operations.on("deleteWebhook", this::delete);
    operations.on("listWebhookEventTypes", _ -> Reply.ok(EventTypes.all()));
    operations.on("rotateWebhookSecret", this::rotate);
  }

  private Reply list(Call call) {
    var organizer = call.organizerId();
    return database.query(
        handle -> {
          var webhooks = store.list(handle, organizer);
          var stats =
              deliveries.stats(
                  handle, organizer, webhooks.stream().map(Webhook::id).toList(), clock.instant());
          return Reply.ok(
              webhooks.stream()
                  .map(
                      webhook ->
                          WebhookAnswer.of(
                              webhook, seals.headers(webhook), stats.get(webhook.id())))
                  .toList());
        });
  }

  private Reply create(Call call) {
    var body = call.body(Body.class);
    var organizer = call.organizerId();
    var id = ids.next();
    var url = checkedUrl(String.valueOf(body.webhookUrl()));
    var headers = CustomHeaders.checked(or(body.headers(), Map.of()), Map.of());
    var secret =
        body.secretKey() == null ? SigningSecret.make() : SigningSecret.parse(body.secretKey());
    var now = now();
    var webhook =
        new Webhook(
            organizer,
            id,
            String.valueOf(body.name()),
            url,
            or(body.events(), List.of()),
            seals.headers(organizer, id, headers),
            or(body.isActive(), true),
            or(body.retryFailed(), true),
            or(body.maxRetries(), schedule.steps()),
            seals.secret(organizer, id, secret),
            SigningSecret.hint(secret),
            null,
            null,
            null,
            null,
            body.orderingKey(),
            body.rateLimit(),
            1,
            now,
            now);
    return call.transact(
        tx -> {
          if (store.list(tx, organizer).size() >= MOST) {
            throw Problem.conflict("too_many_webhooks", "There are " + MOST + " webhooks already.")
                .fix("Delete one, or let one webhook hear of more types.");
          }
          store.insert(tx, webhook);
          changes.changed(tx, organizer, "webhook", id, Change.CREATED);
          return Reply.created(WebhookAnswer.of(webhook, headers, null).with(secret)).version(1);
        });
  }

  private Reply get(Call call) {
    return database.query(
        handle ->
            answer(
                handle,
                store
                    .find(handle, call.organizerId(), call.id("id"))
                    .orElseThrow(() -> Problem.notFound("webhook"))));
  }

  private Reply update(Call call) {
    var body = call.body(Body.class);
    return call.transact(
        tx -> {
          var old = locked(tx, call);
          call.requireMatch(old.version());
          var now = now();
          boolean active = or(body.isActive(), old.active());
          boolean revived = active && !old.active();
          var headers = body.headers();
          var changed =
              new Webhook(
                  old.organizerId(),
                  old.id(),
                  or(body.name(), old.name()),
                  body.webhookUrl() == null ? old.url() : checkedUrl(body.webhookUrl()),
                  or(body.events(), old.events()),
                  headers == null
                      ? old.headers()
                      : seals.headers(
                          old.organizerId(),
                          old.id(),
                          CustomHeaders.checked(headers, seals.headers(old))),
                  active,
                  or(body.retryFailed(), old.retryFailed()),
                  or(body.maxRetries(), old.maxRetries()),
                  old.secret(),
                  old.secretHint(),
                  old.oldSecret(),
                  old.oldSecretUntil(),
                  active ? null : old.disabledReason(),
                  revived ? null : old.failingSince(),
                  call.body().has("ordering_key") ? body.orderingKey() : old.orderingKey(),
                  call.body().has("rate_limit") ? body.rateLimit() : old.rateLimit(),
                  old.version(),
                  old.createdAt(),
                  now);
          store.update(tx, changed, now);
          if (!active && old.active()) {
            queue.abandon(tx, old.organizerId(), old.id(), now);
          }
          changes.changed(tx, old.organizerId(), "webhook", old.id(), Change.UPDATED);
          return answer(tx, store.find(tx, old.organizerId(), old.id()).orElseThrow());
        });
  }

  private Reply delete(Call call) {
    return call.transact(
        tx -> {
          var webhook = locked(tx, call);
          call.requireMatch(webhook.version());
          store.delete(tx, webhook.organizerId(), webhook.id());
          changes.changed(tx, webhook.organizerId(), "webhook", webhook.id(), Change.DELETED);
          return Reply.noContent();
        });
  }

  private Reply rotate(Call call) {
    var body = call.body(Rotation.class);
    Secret secret =
        body.secretKey() == null ? SigningSecret.make() : SigningSecret.parse(body.secretKey());
    var overlap = Duration.ofHours(or(body.overlapHours(), OVERLAP_HOURS));
    return call.transact(
        tx -> {
          var old = locked(tx, call);
          var now = now();
          var changed =
              new Webhook(
                  old.organizerId(),
                  old.id(),
                  old.name(),
                  old.url(),
                  old.events(),
                  old.headers(),
                  old.active(),
                  old.retryFailed(),
                  old.maxRetries(),
                  seals.secret(old.organizerId(), old.id(), secret),
                  SigningSecret.hint(secret),
                  old.secret(),
                  now.plus(overlap),
                  old.disabledReason(),
                  old.failingSince(),
                  old.orderingKey(),
                  old.rateLimit(),
                  old.version() + 1,
                  old.createdAt(),
                  now);
          store.update(tx, changed, now);
          changes.changed(tx, old.organizerId(), "webhook", old.id(), Change.UPDATED);
          var stats = deliveries.stats(tx, old.organizerId(), List.of(old.id()), now);
          return Reply.ok(
                  WebhookAnswer.of(changed, seals.headers(changed), stats.get(old.id()))
                      .with(secret))
              .version(changed.version());
        });
  }

  private Webhook locked(Handle tx, Call call) {
    return store
        .lock(tx, call.organizerId(), call.id("id"))
        .orElseThrow(() -> Problem.notFound("webhook"));
  }

  private Reply answer(Handle handle, Webhook webhook) {
    var stats =
        deliveries.stats(handle, webhook.organizerId(), List.of(webhook.id()), clock.instant());
    return Reply.ok(WebhookAnswer.of(webhook, seals.headers(webhook), stats.get(webhook.id())))
        .version(webhook.version());
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MICROS);
  }

  private static String checkedUrl(String url) {
    try {
      return WebAddress.parse(url, Trust.USER).uri().toString();
    } catch (BadAddress e) {
      throw Problem.badField("/webhook_url", "cannot be used: it " + e.getMessage());
    }
  }

  private static <T> T or(@Nullable T given, T otherwise) {
    return given == null ? otherwise : given;
  }
}
