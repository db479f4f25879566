package io.linkspan.webhook.delivery;

import io.linkspan.platform.db.Database;
import io.linkspan.platform.http.Call;
import io.linkspan.platform.http.Operations;
import io.linkspan.platform.http.Problem;
import io.linkspan.platform.http.Reply;
import io.linkspan.platform.http.RequestedRange;
import io.linkspan.platform.http.Routes;
import io.linkspan.platform.time.Ids;
import io.linkspan.webhook.subscription.Webhook;
import io.linkspan.webhook.subscription.WebhookStore;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Replays over HTTP. */
final class ReplayRoutes implements Routes {
  /** What a receiver takes as long as nothing is known of it, in milliseconds. */
  private static final int DEFAULT_RESPONSE_MS = 200;

  private final Database database;
  private final WebhookStore webhooks;
  private final DeliveryStore deliveries;
  private final ReplayStore store;
  private final Replays replays;
  private final Ids ids;
  private final Clock clock;

  ReplayRoutes(
      Database database,
      WebhookStore webhooks,
      DeliveryStore deliveries,
      ReplayStore store,
      Replays replays,
      Ids ids,
      Clock clock) {
    this.database = database;
    this.webhooks = webhooks;
    this.deliveries = deliveries;
    this.store = store;
    this.replays = replays;
    this.ids = ids;
    this.clock = clock;
  }

  private record Body(Instant from, Instant to, @Nullable String status) {}

  private record Cancelled(int count) {}

  @Override
  public void register(Operations operations) {
    operations.on("replayDeliveries", this::begin);
    operations.on("estimateReplay", this::estimate);
    operations.on("listReplays", this::list);
    operations.on("getReplay", this::get);
    operations.on("cancelReplay", this::cancel);
  }

  private Reply begin(Call call) {
    var body = call.body(Body.class);
    RequestedRange.ofBody(body.from(), body.to());
    return call.transact(
        tx -> {
          var webhook =
              webhooks
                  .lock(tx, call.organizerId(), call.id("id"))
                  .orElseThrow(() -> Problem.notFound("webhook"));
          if (!webhook.active()) {
            throw Problem.conflict("webhook_disabled", "The webhook is switched off.")
                .fix("Switch it on first: PATCH with is_active true.");
          }
          var replay =
              replays.begin(tx, webhook, asked(webhook, body.status(), body.from(), body.to()));
          return Reply.accepted(new Replay.Started(replay.id(), replay.total(), false));
        });
  }

  private Reply estimate(Call call) {
    RequestedRange.check(call);
    var to = call.instant("to").orElseGet(clock::instant);
    var from = call.instant("from").orElse(Instant.EPOCH);
    return database.snapshot(
        handle -> {
          var webhook = required(handle, call);
          int count =
              store.count(
                  handle, webhook, asked(webhook, call.text("status").orElse(null), from, to));
          var stats =
              deliveries
                  .stats(handle, webhook.organizerId(), List.of(webhook.id()), clock.instant())
                  .get(webhook.id());
          Integer took = stats == null ? null : stats.p50Ms();
          double rate =
              EndpointThrottle.MAX_CONCURRENT
                  * 1000.0
                  / Math.max(1, took == null ? DEFAULT_RESPONSE_MS : took);
          if (webhook.rateLimit() != null) {
            rate = Math.min(rate, webhook.rateLimit());
          }
          int before = stats == null ? 0 : stats.pending();
          return Reply.ok(
              new Replay.Estimate(
                  count, count == 0 ? 0 : (long) Math.ceil((count + before) / rate)));
        });
  }

  private Replay asked(Webhook webhook, @Nullable String what, Instant from, Instant to) {
    return Replay.of(
        webhook.organizerId(),
        webhook.id(),
        ids.next(),
        what == null ? "failed" : what,
        from,
        to,
        clock.instant().truncatedTo(ChronoUnit.MICROS));
  }

  private Reply list(Call call) {
    return database.snapshot(
        handle -> {
          var webhook = required(handle, call);
          return Reply.ok(store.list(handle, webhook.organizerId(), webhook.id()));
        });
  }

  private Reply get(Call call) {
    return database.snapshot(
        handle -> {
          var webhook = required(handle, call);
          return Reply.ok(
              store
                  .find(handle, webhook.organizerId(), webhook.id(), call.id("replayId"))
                  .orElseThrow(() -> Problem.notFound("replay")));
        });
  }

  private Reply cancel(Call call) {
    var replay =
        database.inTransaction(
            tx ->
                store
                    .lock(tx, call.organizerId(), call.id("id"), call.id("replayId"))
                    .orElseThrow(() -> Problem.notFound("replay")));
    int count = replays.cancel(replay);
    return call.transact(_ -> Reply.ok(new Cancelled(count)));
  }

  private Webhook required(Handle handle, Call call) {
    return webhooks
        .find(handle, call.organizerId(), call.id("id"))
        .orElseThrow(() -> Problem.notFound("webhook"));
  }
}
