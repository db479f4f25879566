package io.linkspan.calendar;

import io.linkspan.availability.CalendarFreshness.StalePolicy;
import io.linkspan.calendar.Calendars.Choice;
import io.linkspan.connection.AccountProvider.Form;
import io.linkspan.connection.Credentials;
import io.linkspan.platform.crypto.Secret;
import io.linkspan.platform.db.Database;
import io.linkspan.platform.http.Call;
import io.linkspan.platform.http.Cursor;
import io.linkspan.platform.http.Json;
import io.linkspan.platform.http.Operations;
import io.linkspan.platform.http.Problem;
import io.linkspan.platform.http.Reply;
import io.linkspan.platform.http.Routes;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Connections to calendars over HTTP. */
public final class CalendarRoutes implements Routes {
  private final Calendars calendars;
  private final Database database;

  public CalendarRoutes(Calendars calendars, Database database) {
    this.calendars = calendars;
    this.database = database;
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
    return Reply.ok(database.query(handle -> calendars.list(handle, call.organizerId())));
  }

  private Reply get(Call call) {
    var integration =
        database.query(handle -> calendars.get(handle, call.organizerId(), call.id("id")));
    return Reply.ok(integration).version(tag(integration));
  }

  private Reply connect(Call call) {
    var form = form(call.body());
    var found =
        calendars.discover(call.organizerId(), call.body().get("provider").asString(), form);
    var reply =
        call.transact(
            tx -> {
              var connected = calendars.connect(tx, found, call.requestId());
              var answer =
                  connected.created()
                      ? Reply.created(connected.integration())
                      : Reply.ok(connected.integration());
              return answer.version(tag(connected.integration()));
            });
    calendars.worker().wake();
    return reply;
  }

  private Reply reconnect(Call call) {
    var id = call.id("id");
    var integration = database.query(handle -> calendars.get(handle, call.organizerId(), id));
    var account =
        calendars
            .open(call.organizerId(), integration)
            .orElseThrow(() -> Problem.notFound("connection"));
    var form = completed(form(call.body()), account.credentials());
    var found = calendars.discover(call.organizerId(), integration.provider(), form);
    var reply =
        call.transact(
            tx -> {
              var renewed = calendars.reconnect(tx, integration, account, found, call.requestId());
              return Reply.ok(renewed).version(tag(renewed));
            });
    calendars.worker().wake();
    return reply;
  }

  private Reply update(Call call) {
    var body = call.body();
    var id = call.id("id");
    var updated =
        database.inTransaction(
            tx -> {
              call.requireMatch(tag(calendars.get(tx, call.organizerId(), id)));
              if (body.has("calendar_id")) {
                calendars.setDestination(tx, call.organizerId(), id, uuid(body.get("calendar_id")));
              }
              return calendars.update(
                  tx, call.organizerId(), id, flag(body, "is_active"), flag(body, "sync_enabled"));
            });
    calendars.worker().wake();
    calendars.blocksChanged(call.organizerId());
    return Reply.ok(updated).version(tag(updated));
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
    calendars.worker().wake();
    calendars.blocksChanged(call.organizerId());
    return Reply.ok(Map.of("updated", updated));
  }

  private Reply delete(Call call) {
    database.useTransaction(
        tx -> {
          call.requireMatch(tag(calendars.get(tx, call.organizerId(), call.id("id"))));
          calendars.disconnect(tx, call.organizerId(), call.id("id"), call.requestId());
        });
    calendars.blocksChanged(call.organizerId());
    return Reply.noContent();
  }

  private Reply deleteMany(Call call) {
    var ids = call.ids("ids").stream().distinct().toList();
    database.useTransaction(
        tx ->
            ids.forEach(id -> calendars.disconnect(tx, call.organizerId(), id, call.requestId())));
    calendars.blocksChanged(call.organizerId());
    return Reply.ok(Map.of("deleted", ids.size()));
  }

  private Reply impact(Call call) {
    return Reply.ok(
        database.query(handle -> calendars.impact(handle, call.organizerId(), call.id("id"))));
  }

  /** What force-sync answers: one pass for each calendar. */
  private record Asked(String message, List<AskedSync> syncs) {}

  private record AskedSync(UUID id, UUID calendarId) {}

  private Reply forceSync(Call call) {
    var full = call.flag("full").orElse(false);
    var reply =
        call.transact(
            tx -> {
              var runs = calendars.forceSync(tx, call.organizerId(), call.id("id"), full);
              return Reply.accepted(
                  new Asked(
                      "Calendars that are read now%2$s: %1$d."
                          .formatted(runs.size(), full ? ", from the beginning" : ""),
                      runs.stream()
                          .map(run -> new AskedSync(run.id(), run.calendarId()))
                          .toList()));
            });
    calendars.worker().wake();
    return reply;
  }

  private Reply listCalendars(Call call) {
    return Reply.ok(
        database.query(handle -> calendars.calendars(handle, call.organizerId(), call.id("id"))));
  }

  private Reply getCalendar(Call call) {
    var calendar =
        database.query(
            handle ->
                calendars.calendar(handle, call.organizerId(), call.id("id"), call.id("cid")));
    return Reply.ok(calendar).version(tag(calendar));
  }

  private Reply updateCalendar(Call call) {
    var body = call.body();
    var updated =
        database.inTransaction(
            tx -> {
              var before =
                  calendars.calendar(tx, call.organizerId(), call.id("id"), call.id("cid"));
              call.requireMatch(tag(before));
              return calendars.choose(tx, call.organizerId(), before, choice(before, body));
            });
    calendars.blocksChanged(call.organizerId());
    return Reply.ok(updated).version(tag(updated));
  }

  private Reply listSyncs(Call call) {
    var runs =
        database.query(
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
        database.query(
            handle -> calendars.sync(handle, call.organizerId(), call.id("id"), call.id("sid"))));
  }

  /**
   * Names what is shown. A pass changes a connection's state without anyone's edit, so the number
   * of edits alone would call an answer unchanged that is not.
   */
  private static long tag(Object shown) {
    var crc = new CRC32C();
    crc.update(Json.bytes(shown));
    return crc.getValue();
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

  /** What a person leaves out when reconnecting is as it was. */
  private static Form completed(Form form, Credentials before) {
    return switch (before) {
      case Credentials.Password p ->
          new Form(
              form.serverUrl() == null ? p.serverUrl().toString() : form.serverUrl(),
              form.username() == null ? p.username() : form.username(),
              form.password() == null ? p.password() : form.password(),
              null,
              null);
      case Credentials.FeedAddress f ->
          new Form(
              null, null, null, form.url() == null ? f.url().reveal() : form.url(), form.name());
    };
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
