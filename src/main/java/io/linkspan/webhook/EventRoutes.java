package io.linkspan.webhook;

import io.linkspan.platform.http.Call;
import io.linkspan.platform.http.Json;
import io.linkspan.platform.http.Operations;
import io.linkspan.platform.http.OrganizerLimit;
import io.linkspan.platform.http.OrganizerLimits;
import io.linkspan.platform.http.Reply;
import io.linkspan.platform.http.Routes;
import io.linkspan.platform.time.Ids;
import io.linkspan.webhook.OutboxStore.Event;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import tools.jackson.databind.JsonNode;

/** Events of integrators, over HTTP. */
final class EventRoutes implements Routes {
  private final OutboxStore outbox;
  private final OrganizerLimits limits;
  private final Ids ids;

  EventRoutes(OutboxStore outbox, OrganizerLimits limits, Ids ids) {
    this.outbox = outbox;
    this.limits = limits;
    this.ids = ids;
  }

  private record Published(String id, String type) {}

  private record PublishedEvents(List<Published> results) {}

  @Override
  public void register(Operations operations) {
    operations.on("publishEvents", this::publish);
  }

  private Reply publish(Call call) {
    JsonNode body = call.body(JsonNode.class);
    var events = new ArrayList<Event>();
    var given = new HashSet<String>();
    for (var node : body.isArray() ? body : List.of(body)) {
      String type = node.path("type").asString();
      String data = Json.text(node.path("data"));
      if (node.has("id")) {
        String id = node.path("id").asString();
        given.add(id);
        events.add(new Event(id, type, data));
      } else {
        events.add(new Event(ids.next().toString(), type, data));
      }
    }
    return call.transact(
        tx -> {
          var fresh = outbox.claimIds(tx, call.organizerId(), given);
          var seen = new HashSet<String>();
          var published =
              events.stream()
                  .filter(event -> !given.contains(event.id()) || fresh.contains(event.id()))
                  .filter(event -> seen.add(event.id()))
                  .toList();
          outbox.publish(tx, call.organizerId(), published);
          // last, because others of the same organizer wait for it until this commits
          use(tx, call.organizerId(), published);
          return Reply.accepted(
              new PublishedEvents(
                  events.stream().map(event -> new Published(event.id(), event.type())).toList()));
        });
  }

  private void use(Handle tx, UUID organizerId, List<Event> events) {
    if (events.isEmpty()) {
      return;
    }
    long bytes =
        events.stream()
            .mapToLong(event -> event.data().getBytes(StandardCharsets.UTF_8).length)
            .sum();
    limits.take(tx, organizerId, OrganizerLimit.EVENTS_PER_DAY, events.size());
    limits.take(tx, organizerId, OrganizerLimit.EVENT_BYTES_PER_DAY, bytes);
  }
}
