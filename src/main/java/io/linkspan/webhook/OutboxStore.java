package io.linkspan.webhook;

import io.linkspan.platform.db.Storable;
import io.linkspan.platform.http.Json;
import io.linkspan.platform.time.Ids;
import io.linkspan.webhook.subscription.Webhook;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * The outbox: events, and a pending delivery for each webhook that hears of them, in the
 * transaction of the change.
 */
public final class OutboxStore implements Outbox {
  private final Ids ids;
  private final Clock clock;
  private final Consumer<Set<EndpointQueue>> afterCommit;

  /**
   * @param afterCommit told when deliveries are waiting; must return at once
   */
  public OutboxStore(Ids ids, Clock clock, Runnable afterCommit) {
    this(ids, clock, _ -> afterCommit.run());
  }

  /**
   * @param afterCommit told where deliveries are waiting; must return at once
   */
  public OutboxStore(Ids ids, Clock clock, Consumer<Set<EndpointQueue>> afterCommit) {
    this.ids = ids;
    this.clock = clock;
    this.afterCommit = afterCommit;
  }

  /** An event to be: its data as JSON text. */
  public record Event(String id, String type, String data) {}

  private record Listener(UUID id, Set<String> events, @Nullable String orderingPath) {
    boolean hears(String type) {
      return events.contains("*") || events.contains(type);
    }
  }

  @Override
  public void publish(Handle tx, UUID organizerId, String type, Map<String, Object> data) {
    publishAll(tx, organizerId, type, List.of(data));
  }

  @Override
  public void publishAll(
      Handle tx, UUID organizerId, String type, List<Map<String, Object>> datas) {
    publish(
        tx,
        organizerId,
        datas.stream()
            .map(data -> new Event(ids.next().toString(), type, Json.text(data)))
            .toList());
  }

  /** Publishes events of any types, in their order. */
  void publish(Handle tx, UUID organizerId, List<Event> events) {
    if (events.isEmpty()) {
      return;
    }
    var now = clock.instant().truncatedTo(ChronoUnit.MICROS);
    insert(tx, organizerId, events, now, false);
    var listeners = listeners(tx, organizerId);
    var hearing = new ArrayList<Listener>();
    var heard = new ArrayList<Event>();
    for (var event : events) {
      for (var listener : listeners) {
        if (listener.hears(event.type())) {
          hearing.add(listener);
          heard.add(event);
        }
      }
    }
    queue(tx, organizerId, hearing, heard, now);
  }

  /**
   * Publishes one event to one webhook as a test, leased to the caller, who sends it at once and
   * once.
   *
   * @return the delivery
   */
  public UUID publishLeased(Handle tx, UUID organizerId, UUID webhookId, Event event, Instant now) {
    insert(tx, organizerId, List.of(event), now, true);
    var id = ids.next();
    tx.createUpdate(
            """
            INSERT INTO pending_deliveries (organizer_id, webhook_id, id, event_id, event_type, event_at, created_at,
                                            due_at, leased_until, fence, test)
            VALUES (:organizer, :webhook, :id, :event, :type, :now, :now, :now,
                    clock_timestamp() + interval '1 minute', 1, true)
            """)
        .bind("organizer", organizerId)
        .bind("webhook", webhookId)
        .bind("id", id)
        .bind("event", event.id())
        .bind("type", event.type())
        .bind("now", now)
        .execute();
    return id;
  }

  /** Remembers ids that integrators gave; answers those that are new. */
  Set<String> claimIds(Handle tx, UUID organizerId, Set<String> given) {
    if (given.isEmpty()) {
      return Set.of();
    }
    return new HashSet<>(
        tx.createQuery(
                """
                INSERT INTO event_ids (organizer_id, id, created_at)
                SELECT :organizer, id, :now FROM unnest(:ids) AS given (id) ORDER BY id
                ON CONFLICT DO NOTHING
                RETURNING id
                """)
            .bind("organizer", organizerId)
            .bind("now", clock.instant())
            .bind("ids", given.toArray(String[]::new))
            .mapTo(String.class)
            .list());
  }

  private static void insert(
      Handle tx, UUID organizerId, List<Event> events, Instant now, boolean test) {
    tx.createUpdate(
            """
            INSERT INTO events (organizer_id, id, type, data, created_at, test)
            SELECT :organizer, id, type, data::jsonb, :now, :test FROM unnest(:ids, :types, :datas) AS e (id, type, data)
            """)
        .bind("organizer", organizerId)
        .bind("ids", events.stream().map(Event::id).toArray(String[]::new))
        .bind("types", events.stream().map(Event::type).toArray(String[]::new))
        .bind(
            "datas",
            events.stream().map(event -> Storable.json(event.data())).toArray(String[]::new))
        .bind("now", now)
        .bind("test", test)
        .execute();
  }

  private void queue(
      Handle tx, UUID organizerId, List<Listener> listeners, List<Event> events, Instant now) {
    if (listeners.isEmpty()) {
      return;
    }
    tx.createUpdate(
            """
            INSERT INTO pending_deliveries (organizer_id, webhook_id, id, event_id, event_type, event_at, created_at,
                                            due_at, bytes, order_key)
            SELECT :organizer, webhook, id, event, type, :now, :now, :now, bytes,
            """
                + OutboxStore.orderKey("path", ":now", "event")
                + "FROM unnest(:webhooks, :ids, :paths, :events, :types, :bytes)"
                + " AS d (webhook, id, path, event, type, bytes)")
        .bind("organizer", organizerId)
        .bind("webhooks", listeners.stream().map(Listener::id).toArray(UUID[]::new))
        .bind("ids", listeners.stream().map(listener -> ids.next()).toArray(UUID[]::new))
        .bind("paths", listeners.stream().map(Listener::orderingPath).toArray(String[]::new))
        .bind("events", events.stream().map(Event::id).toArray(String[]::new))
        .bind("types", events.stream().map(Event::type).toArray(String[]::new))
        .bind("bytes", events.stream().map(event -> event.data().length()).toArray(Integer[]::new))
        .bind("now", now)
        .execute();
    var queues =
        listeners.stream()
            .map(listener -> new EndpointQueue(organizerId, listener.id()))
            .collect(Collectors.toSet());
    tx.afterCommit(() -> afterCommit.accept(queues));
  }

  /**
   * An event's key, as an expression: null without a path, or with nothing at it.
   *
   * @param path text, as {@link Webhook#orderingPath} gives it
   * @param at the event's time
   * @param id the event's id
   */
  public static String orderKey(String path, String at, String id) {
    return """
    CASE WHEN %1$s IS NOT NULL THEN (
      SELECT hashtextextended(keyed.data #>> string_to_array(%1$s, '.'), 0) FROM events keyed
      WHERE keyed.organizer_id = :organizer AND keyed.created_at = %2$s AND keyed.id = %3$s) END
    """
        .formatted(path, at, id);
  }

  private static List<Listener> listeners(Handle tx, UUID organizerId) {
    return tx.createQuery(
            """
            SELECT id, events, ordering_key FROM webhooks
            WHERE organizer_id = :organizer AND is_active ORDER BY id
            """)
        .bind("organizer", organizerId)
        .map(
            (rs, context) ->
                new Listener(
                    rs.getObject("id", UUID.class),
                    Set.copyOf(Rows.texts(rs, "events")),
                    Webhook.orderingPath(rs.getString("ordering_key"))))
        .list();
  }

  /** The body that receivers get; null when the event is older than what is kept. */
  public @Nullable String body(Handle handle, UUID organizerId, String id, Instant at) {
    return handle
        .createQuery(
            """
            SELECT type, data::text AS data FROM events
            WHERE organizer_id = :organizer AND created_at = :at AND id = :id
            """)
        .bind("organizer", organizerId)
        .bind("at", at)
        .bind("id", id)
        .map((rs, context) -> Payload.body(id, rs.getString("type"), at, rs.getString("data")))
        .findOne()
        .orElse(null);
  }
}
