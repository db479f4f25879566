package io.linkspan.sandbox;

import io.linkspan.platform.http.Json;
import io.linkspan.platform.http.Problem;
import io.linkspan.platform.http.Reply;
import io.linkspan.sandbox.world.Account;
import io.linkspan.sandbox.world.Accounts;
import io.linkspan.sandbox.world.Answers;
import io.linkspan.sandbox.world.Ask;
import io.linkspan.sandbox.world.CalendarBox;
import io.linkspan.sandbox.world.Fault;
import io.linkspan.sandbox.world.Faults;
import io.linkspan.sandbox.world.PlainEvent;
import io.linkspan.sandbox.world.Service;
import io.linkspan.sandbox.world.Vendor;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.node.ObjectNode;

/** The sandbox's own API: accounts, their events and grants, and faults. */
final class SandboxApi {
  private static final Pattern ID = Pattern.compile("[a-z0-9-]{1,60}");
  private static final int LONGEST_DELAY_MS = 120_000;

  private final Accounts accounts;
  private final Map<Vendor, Service> services;
  private final Faults faults;

  SandboxApi(Accounts accounts, Map<Vendor, Service> services, Faults faults) {
    this.accounts = accounts;
    this.services = services;
    this.faults = faults;
  }

  /**
   * @param timeZone IANA name of its calendar's zone; UTC without one
   */
  record NewAccount(
      String provider,
      String email,
      @Nullable String name,
      @Nullable String id,
      @Nullable String timeZone) {}

  Reply answer(Ask ask) {
    List<String> path = ask.path();
    String route =
        ask.method() + " " + String.join("/", path.isEmpty() ? List.of("") : path.subList(0, 1));
    try {
      return switch (route) {
        case "GET accounts", "POST accounts", "PATCH accounts", "DELETE accounts" ->
            ofAccounts(ask, path);
        case "GET faults" -> Reply.ok(faults.all());
        case "PUT faults" -> {
          faults.set(readFaults(ask));
          yield Reply.ok(faults.all());
        }
        default -> throw nothing();
      };
    } catch (Ask.Unreadable | JacksonException unreadable) {
      throw Problem.badRequest("malformed_body", "The body does not fit: " + firstLine(unreadable));
    } catch (PlainEvent.Unfit unfit) {
      throw Problem.badRequest("invalid_event", unfit.getMessage());
    }
  }

  private static String firstLine(Exception e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
  }

  private static Problem nothing() {
    return Problem.of(404, "unknown_path", "Not found", "The sandbox has nothing at this path.");
  }

  private Reply ofAccounts(Ask ask, List<String> path) {
    if (path.size() == 1) {
      return switch (ask.method()) {
        case "GET" -> Reply.ok(accounts.all().stream().map(this::shown).toList());
        case "POST" -> Reply.created(shown(add(Json.read(ask.body(), NewAccount.class))));
        default -> throw nothing();
      };
    }
    Account account = accounts.find(path.get(1)).orElseThrow(() -> Problem.notFound("account"));
    Service service = service(account.vendor());
    String rest = ask.method() + " " + (path.size() > 2 ? path.get(2) : "") + " " + path.size();
    return switch (rest) {
      case "POST revoke 3" -> Reply.ok(Map.of("revoked", service.grants().revokeAll(account)));
      case "POST expire 3" -> Reply.ok(Map.of("expired", service.grants().expireAll(account)));
      case "GET events 3" ->
          Reply.ok(account.calendars().stream().flatMap(c -> events(service, c).stream()).toList());
      case "POST events 3" -> {
        PlainEvent event = Json.read(ask.body(), PlainEvent.class);
        CalendarBox calendar = calendar(account, event.calendarId());
        yield Reply.created(event(calendar, service.create(account, calendar, event)));
      }
      case "PATCH events 4" -> {
        PlainEvent event = Json.read(ask.body(), PlainEvent.class);
        CalendarBox calendar = calendar(account, event.calendarId());
        yield Reply.ok(
            event(
                calendar,
                service
                    .change(account, calendar, path.get(3), event)
                    .orElseThrow(() -> Problem.notFound("event"))));
      }
      case "DELETE events 4" -> {
        CalendarBox calendar = calendar(account, ask.query("calendar_id").orElse(null));
        if (!service.delete(account, calendar, path.get(3))) {
          throw Problem.notFound("event");
        }
        yield Reply.noContent();
      }
      default -> throw nothing();
    };
  }

  private Service service(Vendor vendor) {
    Service service = services.get(vendor);
    if (service == null) {
      throw new IllegalStateException(vendor + " is not simulated");
    }
    return service;
  }

  private static CalendarBox calendar(Account account, @Nullable String id) {
    return id == null
        ? account.primary()
        : account.calendar(id).orElseThrow(() -> Problem.notFound("calendar"));
  }

  private Account add(NewAccount wish) {
    Service service =
        Vendor.of(wish.provider())
            .map(services::get)
            .orElseThrow(() -> Problem.badField("/provider", "This provider is not simulated."));
    String id = wish.id() == null ? wish.provider() + "-" + accounts.all().size() : wish.id();
    if (!ID.matcher(id).matches()) {
      throw Problem.badField("/id", "An id has lower-case letters, digits and hyphens.");
    }
    String zone = wish.timeZone() == null ? "UTC" : wish.timeZone();
    try {
      ZoneId.of(zone);
    } catch (DateTimeException e) {
      throw Problem.badField("/time_zone", "This is no IANA time zone.");
    }
    String name = wish.name() == null ? wish.email() : wish.name();
    Account account = service.newAccount(id, wish.email(), name, zone);
    if (!accounts.add(account)) {
      throw Problem.conflict("account_exists", "There is an account with this id or address.");
    }
    return account;
  }

  private Map<String, Object> shown(Account account) {
    var shown = new LinkedHashMap<String, Object>();
    shown.put("id", account.id());
    shown.put("provider", account.vendor().id());
    shown.put("email", account.email());
    shown.put("name", account.name());
    shown.put("grants", service(account.vendor()).grants().living(account).size());
    shown.put("calendars", account.calendars().stream().map(c -> calendar(c)).toList());
    return shown;
  }

  private static Map<String, Object> calendar(CalendarBox calendar) {
    return Map.of(
        "id", calendar.id(),
        "name", calendar.name(),
        "time_zone", calendar.zone().getId(),
        "access", calendar.access(),
        "primary", calendar.primary());
  }

  private static List<ObjectNode> events(Service service, CalendarBox calendar) {
    return service.events(calendar).stream().map(resource -> event(calendar, resource)).toList();
  }

  /** The vendor's resource with the calendar that it is in. */
  private static ObjectNode event(CalendarBox calendar, ObjectNode resource) {
    ObjectNode event = Answers.object();
    event.set("id", resource.path("id"));
    event.put("calendar_id", calendar.id());
    event.set("resource", resource);
    return event;
  }

  private List<Fault> readFaults(Ask ask) {
    List<Fault> all = List.of(Json.read(ask.body(), Fault[].class));
    for (int i = 0; i < all.size(); i++) {
      check(all.get(i), "/" + i);
    }
    return all;
  }

  private void check(Fault fault, String at) {
    if (Vendor.of(fault.provider()).map(services::get).isEmpty()) {
      throw Problem.badField(at + "/provider", "This provider is not simulated.");
    }
    if (fault.failing().filter(status -> status < 300 || status > 599).isPresent()) {
      throw Problem.badField(at + "/status", "A status that fails is between 300 and 599.");
    }
    if (fault.delay().isNegative() || fault.delay().toMillis() > LONGEST_DELAY_MS) {
      throw Problem.badField(at + "/delay_ms", "A delay has up to " + LONGEST_DELAY_MS + " ms.");
    }
  }
}
