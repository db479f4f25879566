package io.linkspan.webhook.subscription;

import io.linkspan.activity.ActivityLog;
import io.linkspan.activity.Changes;
import io.linkspan.activity.Changes.Change;
import io.linkspan.platform.crypto.Secret;
import io.linkspan.platform.db.Database;
import io.linkspan.platform.egress.BadAddress;
import io.linkspan.platform.egress.Egress;
import io.linkspan.platform.egress.OutboundRequest.Trust;
import io.linkspan.platform.egress.WebAddress;
import io.linkspan.platform.http.Call;
import io.linkspan.platform.http.Operations;
import io.linkspan.platform.http.OrganizerLimit;
import io.linkspan.platform.http.OrganizerLimits;
import io.linkspan.platform.http.Problem;
import io.linkspan.platform.http.Reply;
import io.linkspan.platform.http.Routes;
import io.linkspan.platform.time.Ids;
import io.linkspan.webhook.EndpointQueue;
import io.linkspan.webhook.EventTypes;
import io.linkspan.webhook.WebhookParts;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Subscriptions over HTTP. */
public final class WebhookRoutes implements Routes {
  private static final int DEFAULT_OVERLAP_HOURS = 24;

  /** Clocks of nodes may differ by so much. */
  private static final Duration MAX_CLOCK_SKEW = Duration.ofMinutes(1);

  private final Database database;
  private final WebhookStore store;
  private final DeliveryEngine deliveries;
  private final WebhookSecrets secrets;
  private final Egress egress;
  private final int maxRetries;
  private final OrganizerLimits limits;
  private final ActivityLog log;
  private final Changes changes;
  private final Ids ids;
  private final Clock clock;

  /**
   * @param maxRetries of webhooks that say nothing else
   */
  public WebhookRoutes(
      WebhookParts parts,
      WebhookStore store,
      WebhookSecrets secrets,
      DeliveryEngine deliveries,
      int maxRetries) {
    this.database = parts.database();
    this.store = store;
    this.deliveries = deliveries;
    this.secrets = secrets;
    this.egress = parts.egress();
    this.maxRetries = maxRetries;
    this.limits = parts.limits();
    this.log = parts.log();
    this.changes = parts.changes();
    this.ids = parts.ids();
    this.clock = parts.clock();
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
      @Nullable List<String> signatures,
      @Nullable Boolean replayMissed,
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
    return database.snapshot(
        handle -> {
          var webhooks = store.list(handle, organizer);
          var stats =
              deliveries.stats(
                  handle, organizer, webhooks.stream().map(Webhook::id).toList(), clock.instant());
          return Reply.ok(
              webhooks.stream()
                  .map(
                      webhook ->
                          WebhookView.of(
                              webhook,
                              secrets.keys(webhook),
                              secrets.headers(webhook),
                              stats.get(webhook.id()),
                              clock.instant()))
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
    boolean asymmetric = or(body.signatures(), List.of()).contains(WebhookView.ED25519);
    var keys = Keyring.of(secret, asymmetric);
    var webhook =
        new Webhook(
            organizer,
            id,
            String.valueOf(body.name()),
            url,
            or(body.events(), List.of()),
            secrets.headers(organizer, id, headers),
            or(body.isActive(), true),
            or(body.retryFailed(), true),
            or(body.maxRetries(), maxRetries),
            secrets.keys(organizer, id, keys),
            SigningSecret.hint(secret),
            asymmetric,
            null,
            or(body.isActive(), true) ? null : now,
            null,
            body.orderingKey(),
            body.rateLimit(),
            1,
            now,
            now);
    return call.transact(
        tx -> {
          limits.requireRoom(tx, organizer, OrganizerLimit.WEBHOOKS, store::count);
          store.insert(tx, webhook);
          changes.changed(tx, organizer, "webhook", id, Change.CREATED);
          return Reply.created(WebhookView.of(webhook, keys, headers, null, now).with(secret))
              .version(1);
        });
  }

  private Reply get(Call call) {
    return database.snapshot(
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
          String url = body.webhookUrl() == null ? old.url() : checkedUrl(body.webhookUrl());
          var headers = body.headers();
          boolean elsewhere = !origin(url).equals(origin(old.url()));
          if (elsewhere) {
            requireCredentialsAnew(headers, old);
          } else if (body.secretKey() != null) {
            throw Problem.badField(
                    "/secret_key", "The secret is given anew only with another origin's address.")
                .fix("Use rotate-secret, which lets the old one sign beside it for a while.");
          }
          // what the old receiver knows must not vouch for what goes to the new one
          var secret =
              !elsewhere
                  ? null
                  : body.secretKey() == null
                      ? SigningSecret.make()
                      : SigningSecret.parse(body.secretKey());
          boolean asymmetric =
              body.signatures() == null
                  ? old.asymmetric()
                  : body.signatures().contains(WebhookView.ED25519);
          var changed =
              new Webhook(
                  old.organizerId(),
                  old.id(),
                  or(body.name(), old.name()),
                  url,
                  or(body.events(), old.events()),
                  headers == null
                      ? old.headers()
                      : secrets.headers(
                          old.organizerId(),
                          old.id(),
                          CustomHeaders.checked(headers, secrets.headers(old))),
                  active,
                  or(body.retryFailed(), old.retryFailed()),
                  or(body.maxRetries(), old.maxRetries()),
                  keys(old, secret, asymmetric, now),
                  secret == null ? old.secretHint() : SigningSecret.hint(secret),
                  asymmetric,
                  active ? null : old.disabledReason(),
                  active ? null : old.active() ? now : old.offSince(),
                  revived || !url.equals(old.url()) ? null : old.failingSince(),
                  call.body().has("ordering_key") ? body.orderingKey() : old.orderingKey(),
                  call.body().has("rate_limit") ? body.rateLimit() : old.rateLimit(),
                  old.version(),
                  old.createdAt(),
                  now);
          store.update(tx, changed, now);
          if (or(body.replayMissed(), false)) {
            replayMissed(tx, changed, revived ? missedSince(old) : null, now);
          }
          if (!active && old.active()) {
            tx.afterCommit(
                () -> deliveries.discardPending(new EndpointQueue(old.organizerId(), old.id())));
          }
          if (elsewhere) {
            log.record(tx, moved(changed, old.url(), call.requestId()));
          }
          changes.changed(tx, old.organizerId(), "webhook", old.id(), Change.UPDATED);
          return answer(tx, store.find(tx, old.organizerId(), old.id()).orElseThrow(), secret);
        });
  }

  private static String origin(String url) {
    try {
      return WebAddress.parse(url, Trust.USER).origin();
    } catch (BadAddress e) {
      // stored before its kind was refused
      return url;
    }
  }

  /**
   * @throws Problem while hidden values stand that were stored for another origin
   */
  private void requireCredentialsAnew(@Nullable Map<String, String> given, Webhook old) {
    var kept = CustomHeaders.keptCredentials(given, secrets.headers(old));
    if (!kept.isEmpty()) {
      throw Problem.badField(
              "/headers",
              "The values of "
                  + String.join(", ", kept)
                  + " were stored for "
                  + origin(old.url())
                  + " and are not sent elsewhere.")
          .fix("Give headers with their values anew, or without them.");
    }
  }

  private byte[] keys(Webhook old, @Nullable Secret anew, boolean asymmetric, Instant now) {
    if (anew == null && (!asymmetric || old.asymmetric())) {
      return old.keys();
    }
    var keys = secrets.keys(old);
    if (anew != null) {
      // from now on only the new one signs
      keys = keys.rotated(anew, now, now);
    }
    return secrets.keys(old.organizerId(), old.id(), asymmetric ? keys.withKey() : keys);
  }

  private static ActivityLog.Entry moved(Webhook webhook, String from, String requestId) {
    return new ActivityLog.Entry(
        webhook.organizerId(),
        "integration_disconnected",
        "webhook",
        webhook.id(),
        "Moved the webhook "
            + webhook.name()
            + " from "
            + origin(from)
            + " to "
            + origin(webhook.url())
            + "; it signs with a new secret.",
        Map.of("webhook_id", webhook.id(), "from", origin(from), "to", origin(webhook.url())),
        true,
        requestId);
  }

  /**
   * What failed before it was switched off is missed too, and so is what was published in the
   * moment before, in a transaction that saw it switched off.
   */
  private static @Nullable Instant missedSince(Webhook off) {
    var since = off.failingSince() == null ? off.offSince() : off.failingSince();
    if (since == null) {
      return null;
    }
    var settled = since.minus(MAX_CLOCK_SKEW);
    return settled.isBefore(off.createdAt()) ? off.createdAt() : settled;
  }

  private void replayMissed(Handle tx, Webhook webhook, @Nullable Instant since, Instant now) {
    if (since == null) {
      throw Problem.badField(
          "/replay_missed",
          "Replaying what was missed is possible only while a webhook that was off is switched on.");
    }
    deliveries.replayMissed(tx, webhook, since, now);
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
    var overlap = Duration.ofHours(or(body.overlapHours(), DEFAULT_OVERLAP_HOURS));
    return call.transact(
        tx -> {
          var old = locked(tx, call);
          call.requireMatch(old.version());
          var now = now();
          var keys = rotated(secrets.keys(old), secret, now.plus(overlap), now);
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
                  secrets.keys(old.organizerId(), old.id(), keys),
                  SigningSecret.hint(secret),
                  old.asymmetric(),
                  old.disabledReason(),
                  old.offSince(),
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
                  WebhookView.of(changed, keys, secrets.headers(changed), stats.get(old.id()), now)
                      .with(secret))
              .version(changed.version());
        });
  }

  /** Nothing that still signs is dropped silently: a receiver may rely on it. */
  private static Keyring rotated(Keyring keys, Secret secret, Instant until, Instant now) {
    var rotated = keys.rotated(secret, until, now);
    if (rotated.keys().size() > Keyring.MAX_KEYS) {
      throw Problem.conflict(
              "too_many_secrets",
              Keyring.MAX_KEYS + " secrets sign already, each until its overlap ends.")
          .fix(
              "Wait until "
                  + keys.roomAt(now)
                  + ", or rotate with overlap_hours 0, which ends all the older ones at once.");
    }
    return rotated;
  }

  private Webhook locked(Handle tx, Call call) {
    return store
        .lock(tx, call.organizerId(), call.id("id"))
        .orElseThrow(() -> Problem.notFound("webhook"));
  }

  private Reply answer(Handle handle, Webhook webhook) {
    return answer(handle, webhook, null);
  }

  /**
   * @param secret to be shown, this once
   */
  private Reply answer(Handle handle, Webhook webhook, @Nullable Secret secret) {
    var now = clock.instant();
    var stats = deliveries.stats(handle, webhook.organizerId(), List.of(webhook.id()), now);
    var view =
        WebhookView.of(
            webhook, secrets.keys(webhook), secrets.headers(webhook), stats.get(webhook.id()), now);
    return Reply.ok(secret == null ? view : view.with(secret)).version(webhook.version());
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MICROS);
  }

  private String checkedUrl(String url) {
    try {
      var address = WebAddress.parse(url, Trust.USER);
      egress
          .refusal(address)
          .ifPresent(
              kind -> {
                throw Problem.badField(
                        "/webhook_url", "The address cannot be used: it is " + kind + ".")
                    .fix(
                        "Use a public address, or have the operator name its network in"
                            + " LINKSPAN_EGRESS_ALLOW.");
              });
      return address.uri().toString();
    } catch (BadAddress e) {
      throw Problem.badField(
          "/webhook_url", "The address cannot be used: it " + e.getMessage() + ".");
    }
  }

  private static <T> T or(@Nullable T given, T otherwise) {
    return given == null ? otherwise : given;
  }
}
