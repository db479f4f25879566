package io.linkspan.webhook.delivery;

import io.linkspan.platform.db.Database;
import io.linkspan.platform.http.Call;
import io.linkspan.platform.http.Cursor;
import io.linkspan.platform.http.Json;
import io.linkspan.platform.http.Operations;
import io.linkspan.platform.http.Problem;
import io.linkspan.platform.http.Reply;
import io.linkspan.platform.http.RequestedRange;
import io.linkspan.platform.http.Routes;
import io.linkspan.platform.time.Ids;
import io.linkspan.webhook.EndpointQueue;
import io.linkspan.webhook.EventTypes;
import io.linkspan.webhook.OutboxStore;
import io.linkspan.webhook.OutboxStore.Event;
import io.linkspan.webhook.delivery.QueueStore.Claim;
import io.linkspan.webhook.delivery.QueueStore.Outcome;
import io.linkspan.webhook.subscription.Webhook;
import io.linkspan.webhook.subscription.WebhookStore;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Predicate;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Deliveries over HTTP: seen, tried, sent again. */
final class DeliveryRoutes implements Routes {
  private final Database database;
  private final WebhookStore webhooks;
  private final DeliveryStore deliveries;
  private final OutboxStore outbox;
  private final Sender sender;
  private final Outcomes outcomes;
  private final Runnable wake;
  private final Predicate<EndpointQueue> responsive;
  private final Ids ids;
  private final Clock clock;

  DeliveryRoutes(
      Database database,
      WebhookStore webhooks,
      DeliveryStore deliveries,
      OutboxStore outbox,
      Sender sender,
      Outcomes outcomes,
      Runnable wake,
      Predicate<EndpointQueue> responsive,
      Ids ids,
      Clock clock) {
    this.database = database;
    this.webhooks = webhooks;
    this.deliveries = deliveries;
    this.outbox = outbox;
    this.sender = sender;
    this.outcomes = outcomes;
    this.wake = wake;
    this.responsive = responsive;
    this.ids = ids;
    this.clock = clock;
  }

  private record TestBody(
      @Nullable String message, @Nullable String event, @Nullable JsonNode data) {}

  private record TestAnswer(
      boolean success,
      String message,
      UUID deliveryId,
      Request request,
      @Nullable Response response,
      int durationMs,
      @Nullable String error) {}

  private record Request(String url, Map<String, String> headers, String body) {}

  private record Response(int status, Map<String, String> headers, String body) {}

  @Override
  public void register(Operations operations) {
    operations.on("testWebhook", this::test);
    operations.on("listDeliveries", this::list);
    operations.on("getDelivery", this::get);
    operations.on("redeliverDelivery", this::redeliver);
  }

  private Reply test(Call call) {
    var body = call.body(TestBody.class);
    var webhook = database.query(handle -> required(handle, call));
    String type = body.event() == null ? "test" : body.event();
    var event = new Event(ids.next().toString(), type, Json.text(data(body, type)));
    var now = clock.instant().truncatedTo(ChronoUnit.MICROS);
    // committed before it is sent: nothing goes out that this server does not know of
    UUID delivery =
        database.inTransaction(
            tx -> outbox.publishLeased(tx, webhook.organizerId(), webhook.id(), event, now));
    // as it is read back: the database has its own order of an object's members
    String sent =
        database.query(
            handle ->
                Objects.requireNonNull(
                    outbox.body(handle, webhook.organizerId(), event.id(), now)));
    var queue = new EndpointQueue(webhook.organizerId(), webhook.id());
    var attempt = sender.send(webhook, event.id(), sent, responsive.test(queue));
    var claim =
        new Claim(queue, delivery, event.id(), type, now, 0, 0, 1, null, true, sent.length(), sent);
    return call.transact(
        tx -> {
          var outcome = new Outcome(claim, attempt, null);
          outcomes.write(
              tx, List.of(new Outcomes.Completion(outcome, webhook, true, call.requestId())));
          return Reply.ok(answer(webhook, delivery, sent, attempt));
        });
  }

  private static JsonNode data(TestBody body, String type) {
    if (body.data() != null && !body.data().isNull()) {
      return body.data();
    }
    if (body.message() == null) {
      return EventTypes.example(type).orElseGet(() -> Json.tree(Map.of()));
    }
    return Json.tree(Map.of("message", body.message()));
  }

  private static TestAnswer answer(Webhook webhook, UUID delivery, String sent, Attempt attempt) {
    var answer = attempt.answer();
    return new TestAnswer(
        attempt.succeeded(),
        attempt.error() != null
            ? attempt.error()
            : "The receiver answered " + (answer == null ? "" : answer.status()) + ".",
        delivery,
        new Request(webhook.url(), attempt.requestHeaders(), sent),
        answer == null ? null : new Response(answer.status(), answer.headers(), answer.body()),
        attempt.durationMs(),
        attempt.error());
  }

  private Reply list(Call call) {
    RequestedRange.check(call);
    var filter =
        new DeliveryStore.Filter(
            call.text("status").orElse(null),
            call.text("event").orElse(null),
            call.instant("from").orElse(null),
            call.instant("to").orElse(null));
    return database.snapshot(
        handle -> {
          var webhook = required(handle, call);
          var rows =
              deliveries.list(
                  handle,
                  webhook.organizerId(),
                  webhook.id(),
                  filter,
                  call.cursor(),
                  call.limit() + 1);
          return Reply.ok(
              call.page(rows, delivery -> new Cursor(delivery.createdAt(), delivery.id())));
        });
  }

  private Reply get(Call call) {
    return database.snapshot(
        handle -> {
          var webhook = required(handle, call);
          var found = required(handle, webhook, call.id("deliveryId"));
          var delivery = found.delivery();
          return Reply.ok(
              delivery.with(
                  outbox.body(handle, webhook.organizerId(), delivery.eventId(), found.eventAt()),
                  deliveries.attempts(handle, webhook.organizerId(), webhook.id(), delivery.id())));
        });
  }

  private Reply redeliver(Call call) {
    return call.transact(
        tx -> {
          var webhook = active(tx, call);
          var found = required(tx, webhook, call.id("deliveryId"));
          var delivery = found.delivery();
          if (outbox.body(tx, webhook.organizerId(), delivery.eventId(), found.eventAt()) == null) {
            throw Problem.conflict("event_gone", "Its event is older than what is kept.")
                .fix("Publish it again, or raise LINKSPAN_LOG_RETENTION_DAYS for the next ones.");
          }
          deliveries.again(tx, webhook, delivery.id(), clock.instant());
          tx.afterCommit(wake::run);
          return Reply.accepted(required(tx, webhook, delivery.id()).delivery());
        });
  }

  private Webhook required(Handle handle, Call call) {
    return webhooks
        .find(handle, call.organizerId(), call.id("id"))
        .orElseThrow(() -> Problem.notFound("webhook"));
  }

  private Webhook active(Handle tx, Call call) {
    var webhook =
        webhooks
            .lock(tx, call.organizerId(), call.id("id"))
            .orElseThrow(() -> Problem.notFound("webhook"));
    if (!webhook.active()) {
      throw Problem.conflict("webhook_disabled", "The webhook is switched off.")
          .fix("Switch it on first: PATCH with is_active true.");
    }
    return webhook;
  }

  private DeliveryStore.Found required(Handle handle, Webhook webhook, UUID id) {
    return deliveries
        .find(handle, webhook.organizerId(), webhook.id(), id)
        .orElseThrow(() -> Problem.notFound("delivery"));
  }
}
