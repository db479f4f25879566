package io.linkspan.calendar.settings;

import io.linkspan.availability.CalendarFreshness.StalePolicy;
import io.linkspan.calendar.BusyPolicy;
import io.linkspan.calendar.Calendar;
import io.linkspan.calendar.Integration;
import io.linkspan.calendar.settings.CalendarConnections.Found;
import io.linkspan.calendar.settings.Calendars.Choice;
import io.linkspan.calendar.sync.CalendarSync;
import io.linkspan.connection.Account;
import io.linkspan.connection.Connections;
import io.linkspan.connection.Connector.Form;
import io.linkspan.connection.Credentials;
import io.linkspan.platform.crypto.Sealer.SealBroken;
import io.linkspan.platform.crypto.Secret;
import io.linkspan.platform.db.Database;
import io.linkspan.platform.http.Call;
import io.linkspan.platform.http.Cursor;
import io.linkspan.platform.http.Json;
import io.linkspan.platform.http.Operations;
import io.linkspan.platform.http.Problem;
import io.linkspan.platform.http.Reply;
import io.linkspan.platform.http.Routes;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Connections to calendars over HTTP. */
final class CalendarRoutes implements Routes {
  private static final Logger LOG = LoggerFactory.getLogger(CalendarRoutes.class);

  /** How long a person waits for a provider before they are told that it takes too long. */
  static final Duration PATIENCE = Duration.ofSeconds(30);

  private static final List<String> OF_PASSWORDS = List.of("server_url", "username", "password");
  private static final List<String> OF_FEEDS = List.of("url");

  private final Calendars calendars;
  private final CalendarConnections connections;
  private final CalendarListing listing;
  private final CalendarSync sync;
  private final Connections accounts;
  private final Database database;
  private final BoundedDiscovery discovery;

  CalendarRoutes(
      CalendarFeature feature, Database database, Connections accounts, Duration patience) {
    this.calendars = feature.calendars();
    this.connections = feature.connections();
    this.listing = feature.listing();
    this.sync = feature.sync();
    this.accounts = accounts;
    this.database = database;
    this.discovery = new BoundedDiscovery(accounts, connections, patience);
  }

  @Override
  public void register(Operations operations) {
    operations.on("listCalendarIntegrations", this::list);
    operations.on("connectCalendar", this::connect);
    operations.on("updateCalendarIntegrations", this::updateMany);
    operations.on("deleteCalendarIntegrations", this::deleteMany);
    operations.on("getCalendarIntegration", this::get);
    operations.on("updateCalendarIntegration", this::update);
    operations.on("deleteCalendarIntegration", this::delete);
    operations.on("getCalendarIntegrationImpact", this::impact);
    operations.on("reconnectCalendarIntegration", this::reconnect);
    operations.on("forceSync", this::forceSync);
    operations.on("listCalendars", this::listCalendars);
    operations.on("getCalendar", this::getCalendar);
    operations.on("updateCalendar", this::updateCalendar);
    operations.on("listSyncs", this::listSyncs);
    operations.on("getSync", this::getSync);
  }

  private Reply list(Call call) {
    return Reply.ok(database.snapshot(handle -> calendars.list(handle, call.organizerId())));
  }

  private Reply get(Call call) {
    var integration =
        database.snapshot(handle -> calendars.get(handle, call.organizerId(), call.id("id")));
    return Reply.ok(integration).version(integration.version());
  }

  private Reply connect(Call call) {
    var form = form(call.body());
    var found = discovery.of(call.organizerId(), call.body().get("provider").asString(), form);
    var reply =
        call.transact(
            tx -> {
              var connected = connections.connect(tx, found, call.requestId());
              var answer =
                  connected.created()
                      ? Reply.created(connected.integration())
                      : Reply.ok(connected.integration());
              return answer.version(connected.integration().version());
            });
    sync.worker().wake();
    return reply;
  }

  private Reply reconnect(Call call) {
    var id = call.id("id");
    var integration = database.snapshot(handle -> calendars.get(handle, call.organizerId(), id));
    requireFitting(integration, call.body());
    var stored = stored(call.organizerId(), integration);
    var form = form(call.body());
    var found =
        discovery.of(
            call.organizerId(),
            integration.provider(),
            stored
                .map(account -> completed(form, account, integration, call))
                .orElseGet(() -> whole(integration, call.body())));
    var reply =
        call.transact(
            tx -> {
              var before = calendars.lockWithCalendars(tx, call.organizerId(), id);
              var account = stored.orElseGet(() -> withoutKey(call.organizerId(), before, found));
              var renewed = connections.reconnect(tx, before, account, found, call.requestId());
              return Reply.ok(renewed).version(renewed.version());
            });
    sync.worker().wake();
    return reply;
  }

  private void requireFitting(Integration integration, ObjectNode body) {
    boolean feed = accounts.card(integration.provider()).connect().method().equals("feed");
    for (var name : feed ? OF_PASSWORDS : OF_FEEDS) {
      if (body.has(name)) {
        throw Problem.badRequest(
                "invalid_field",
                "%s does not go with %s.".formatted(name, integration.providerDisplay()))
            .field("/" + name, "does not go with this kind of account");
      }
    }
  }

  /** Empty when its credentials were sealed with a key that is gone. */
  private Optional<Account> stored(UUID organizerId, Integration integration) {
    try {
      return Optional.of(
          accounts
              .open(organizerId, integration.accountId())
              .orElseThrow(() -> Problem.notFound("connection")));
    } catch (SealBroken gone) {
      LOG.warn(
          "connection {}: its credentials do not open any more; it is reconnected with all of them",
          integration.id());
      return Optional.empty();
    }
  }

  private static Account withoutKey(UUID organizerId, Integration integration, Found found) {
    return new Account(
        organizerId,
        integration.accountId(),
        integration.provider(),
        integration.providerUserId(),
        found.verified().credentials(),
        found.verified().attributes());
  }

  private Reply update(Call call) {
    var body = call.body();
    var id = call.id("id");
    var updated =
        database.inTransaction(
            tx -> {
              call.requireMatch(calendars.lock(tx, call.organizerId(), id).version());
              if (body.has("calendar_id")) {
                calendars.setDestination(tx, call.organizerId(), id, uuid(body.get("calendar_id")));
              }
              return calendars.update(
                  tx, call.organizerId(), id, flag(body, "is_active"), flag(body, "sync_enabled"));
            });
    sync.worker().wake();
    calendars.blocksChanged(call.organizerId());
    return Reply.ok(updated).version(updated.version());
  }

  private Reply updateMany(Call call) {
    var body = call.body();
    var ids = Json.mapper().convertValue(body.get("ids"), UUID[].class);
    var updated =
        database.inTransaction(
            tx ->
                List.of(ids).stream()
                    .distinct()
                    .map(
                        id ->
                            calendars.update(
                                tx,
                                call.organizerId(),
                                id,
                                flag(body, "is_active"),
                                flag(body, "sync_enabled")))
                    .toList());
    sync.worker().wake();
    calendars.blocksChanged(call.organizerId());
    return Reply.ok(Map.of("updated", updated));
  }

  private Reply delete(Call call) {
    database.useTransaction(
        tx -> {
          call.requireMatch(
              calendars.lockWithBlocks(tx, call.organizerId(), call.id("id")).version());
          connections.disconnect(tx, call.organizerId(), call.id("id"), call.requestId());
        });
    calendars.blocksChanged(call.organizerId());
    return Reply.noContent();
  }

  private Reply deleteMany(Call call) {
    var ids = call.ids("ids").stream().distinct().toList();
    database.useTransaction(
        tx -> {
          ids.forEach(id -> calendars.lockWithBlocks(tx, call.organizerId(), id));
          ids.forEach(id -> connections.disconnect(tx, call.organizerId(), id, call.requestId()));
        });
    calendars.blocksChanged(call.organizerId());
    return Reply.ok(Map.of("deleted", ids.size()));
  }

  private Reply impact(Call call) {
    return Reply.ok(
        database.snapshot(handle -> connections.impact(handle, call.organizerId(), call.id("id"))));
  }

  /** What force-sync answers: one pass for each calendar. */
  private record Asked(String message, List<AskedSync> syncs) {}

  private record AskedSync(UUID id, UUID calendarId) {}

  private Reply forceSync(Call call) {
    var full = call.flag("full").orElse(false);
    var reply =
        call.transact(
            tx -> {
              var integration = calendars.get(tx, call.organizerId(), call.id("id"));
              var runs = calendars.forceSync(tx, call.organizerId(), integration.id(), full);
              tx.afterCommit(() -> listing.listSoon(call.organizerId(), integration));
              return Reply.accepted(
                  new Asked(
                      "Calendars that are read now%2$s: %1$d."
                          .formatted(runs.size(), full ? ", from the beginning" : ""),
                      runs.stream()
                          .map(run -> new AskedSync(run.id(), run.calendarId()))
                          .toList()));
            });
    sync.worker().wake();
    return reply;
  }

  private Reply listCalendars(Call call) {
    return Reply.ok(
        database.snapshot(
            handle -> calendars.calendars(handle, call.organizerId(), call.id("id"))));
  }

  private Reply getCalendar(Call call) {
    var calendar =
        database.snapshot(
            handle ->
                calendars.calendar(
                    handle, call.organizerId(), call.id("id"), call.id("calendarId")));
    return Reply.ok(calendar).version(calendar.version());
  }

  private Reply updateCalendar(Call call) {
    var body = call.body();
    var updated =
        database.inTransaction(
            tx -> {
              var before =
                  calendars.lockCalendar(
                      tx, call.organizerId(), call.id("id"), call.id("calendarId"));
              call.requireMatch(before.version());
              return calendars.choose(tx, call.organizerId(), before, choice(before, body));
            });
    calendars.blocksChanged(call.organizerId());
    return Reply.ok(updated).version(updated.version());
  }

  private Reply listSyncs(Call call) {
    var runs =
        database.snapshot(
            handle ->
                calendars.syncs(
                    handle,
                    call.organizerId(),
                    call.id("id"),
                    call.cursor().map(Cursor::id),
                    call.limit() + 1));
    return Reply.ok(call.page(runs, run -> new Cursor(run.requestedAt(), run.id())));
  }

  private Reply getSync(Call call) {
    return Reply.ok(
        database.snapshot(
            handle ->
                calendars.sync(handle, call.organizerId(), call.id("id"), call.id("syncId"))));
  }

  private static Choice choice(Calendar before, ObjectNode body) {
    return new Choice(
        flag(body, "blocks_time"),
        flag(body, "is_destination"),
        body.has("busy_policy") ? merged(before.busyPolicy(), body.get("busy_policy")) : null,
        body.has("stale_policy")
            ? Json.mapper().convertValue(body.get("stale_policy"), StalePolicy.class)
            : null);
  }

  private static BusyPolicy merged(BusyPolicy before, JsonNode change) {
    ObjectNode all = Json.mapper().valueToTree(before);
    change.properties().forEach(member -> all.set(member.getKey(), member.getValue()));
    return Json.mapper().treeToValue(all, BusyPolicy.class);
  }

  private static Form form(ObjectNode body) {
    var password = text(body, "password");
    return new Form(
        text(body, "server_url"),
        text(body, "username"),
        password == null ? null : Secret.of(password),
        text(body, "url"),
        text(body, "name"));
  }

  /**
   * @throws Problem 400 if the stored password is not for the server that is entered now
   */
  private Form completed(Form form, Account stored, Integration integration, Call call) {
    var completed = accounts.completed(form, stored);
    if (stored.credentials() instanceof Credentials.Password && completed.password() == null) {
      database.useTransaction(
          tx ->
              connections.recordPasswordKept(
                  tx, call.organizerId(), integration, call.requestId()));
      var why =
          "The stored password belongs to another server address and is not sent to this one.";
      throw Problem.badRequest("password_required", why)
          .field("/password", why)
          .fix("Enter the password for the new address too.");
    }
    return completed;
  }

  /**
   * The form alone, when what was stored cannot complete it.
   *
   * @throws Problem 400 naming what it lacks
   */
  private Form whole(Integration integration, ObjectNode body) {
    var lacking =
        accounts.card(integration.provider()).connect().fields().stream()
            .filter(field -> field.required() && !body.has(field.name()))
            .toList();
    if (lacking.isEmpty()) {
      return form(body);
    }
    var problem =
        Problem.badRequest(
                "invalid_field",
                "The stored credentials cannot be opened with this server's encryption keyset, so"
                    + " that nothing may be left out.")
            .fix(
                "Give all of the credentials, or start the server with the keyset that sealed them.");
    for (var field : lacking) {
      problem = problem.field("/" + field.name(), "is required");
    }
    throw problem;
  }

  private static @Nullable String text(ObjectNode body, String member) {
    return Optional.ofNullable(body.get(member))
        .filter(JsonNode::isString)
        .map(JsonNode::asString)
        .orElse(null);
  }

  private static @Nullable Boolean flag(ObjectNode body, String member) {
    return body.has(member) ? body.get(member).asBoolean() : null;
  }

  private static @Nullable UUID uuid(JsonNode node) {
    return node.isNull() ? null : Json.mapper().convertValue(node, UUID.class);
  }
}
