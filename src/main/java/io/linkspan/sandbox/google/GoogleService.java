package io.linkspan.sandbox.google;

import io.linkspan.platform.http.Reply;
import io.linkspan.sandbox.world.Account;
import io.linkspan.sandbox.world.Accounts;
import io.linkspan.sandbox.world.Answers;
import io.linkspan.sandbox.world.Ask;
import io.linkspan.sandbox.world.CalendarBox;
import io.linkspan.sandbox.world.CalendarBox.Access;
import io.linkspan.sandbox.world.Client;
import io.linkspan.sandbox.world.Grant;
import io.linkspan.sandbox.world.Grants;
import io.linkspan.sandbox.world.Journal;
import io.linkspan.sandbox.world.Notifier;
import io.linkspan.sandbox.world.PlainEvent;
import io.linkspan.sandbox.world.Service;
import io.linkspan.sandbox.world.Tokens;
import io.linkspan.sandbox.world.Vendor;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import tools.jackson.databind.node.ObjectNode;

/** Google: OAuth, userinfo and the Calendar API v3. */
public final class GoogleService implements Service {
  private static final Grants.Terms TERMS =
      new Grants.Terms(
          Duration.ofMinutes(10), Duration.ofSeconds(3599), Duration.ofDays(180), false, "g-");

  private final Grants grants;
  private final GoogleOAuth oauth;
  private final GoogleEvents events;
  private final GoogleSync sync;
  private final GoogleChannels channels;

  public GoogleService(Client client, Accounts accounts, Notifier notifier, Clock clock) {
    this.grants = new Grants(clock, TERMS);
    this.oauth = new GoogleOAuth(client, accounts, grants);
    this.events = new GoogleEvents(clock);
    this.sync = new GoogleSync(clock);
    this.channels = new GoogleChannels(clock, notifier);
  }

  @Override
  public Vendor vendor() {
    return Vendor.GOOGLE;
  }

  @Override
  public Grants grants() {
    return grants;
  }

  @Override
  public Reply failing(int status) {
    return GoogleError.of(status).reply();
  }

  @Override
  public Reply answer(Ask ask) {
    try {
      return switch (ask.pathText()) {
        case "/o/oauth2/v2/auth" -> oauth.authorize(ask);
        case "/token" -> posted(ask, () -> oauth.token(ask));
        case "/revoke" -> posted(ask, () -> oauth.revoke(ask));
        case "/v1/userinfo" -> oauth.userinfo(ask);
        default -> calendarApi(ask);
      };
    } catch (GoogleError error) {
      return error.reply();
    } catch (Ask.Unreadable unreadable) {
      return GoogleError.badRequest("parseError", "Parse Error").reply();
    }
  }

  private static Reply posted(Ask ask, Supplier<Reply> work) {
    if (!ask.method().equals("POST")) {
      throw new GoogleError(405, "httpMethodNotAllowed", "Method Not Allowed");
    }
    return work.get();
  }

  private Reply calendarApi(Ask ask) {
    List<String> path = ask.path();
    if (path.size() < 4 || !path.get(0).equals("calendar") || !path.get(1).equals("v3")) {
      throw GoogleError.notFound();
    }
    Grant grant = ask.bearer().flatMap(grants::holder).orElseThrow(() -> GoogleError.of(401));
    List<String> below = path.subList(2, path.size());
    String route = ask.method() + " " + below.getFirst() + " " + below.size();
    Account account = grant.account();
    return switch (route) {
      case "GET users 3" -> {
        require(grant, "", ".readonly", ".calendarlist", ".calendarlist.readonly");
        yield Answers.json(GoogleCalendars.list(account, ask));
      }
      case "GET users 4" -> {
        require(grant, "", ".readonly", ".calendarlist", ".calendarlist.readonly");
        yield Answers.json(GoogleCalendars.entry(account, calendar(account, below.get(3))));
      }
      case "POST channels 2" -> {
        channels.stop(account, ask.json());
        yield Answers.empty(204);
      }
      default -> events(ask, grant, below, route);
    };
  }

  private Reply events(Ask ask, Grant grant, List<String> below, String route) {
    if (!below.getFirst().equals("calendars")
        || below.size() < 3
        || !below.get(2).equals("events")) {
      throw GoogleError.notFound();
    }
    boolean reads = ask.method().equals("GET") || route.equals("POST calendars 4");
    if (reads) {
      require(grant, "", ".readonly", ".events", ".events.readonly");
    } else {
      require(grant, "", ".events");
    }
    Account account = grant.account();
    CalendarBox calendar = calendar(account, below.get(1));
    if (!reads && !calendar.writable()) {
      throw new GoogleError(
          403, "requiredAccessLevel", "You need to have writer access to this calendar.");
    }
    synchronized (account) {
      return switch (route) {
        case "GET calendars 3" -> Answers.json(sync.list(account, calendar, ask));
        case "POST calendars 3" -> {
          ObjectNode made = events.insert(account, calendar, ask.json());
          yield changed(account, calendar, made);
        }
        case "GET calendars 4" ->
            Answers.json(events.find(calendar, below.get(3)).orElseThrow(GoogleError::notFound));
        case "POST calendars 4" -> {
          if (!below.get(3).equals("watch")) {
            throw GoogleError.notFound();
          }
          String uri = ask.address("/calendar/v3/calendars/" + calendar.id() + "/events?alt=json");
          yield Answers.json(channels.watch(account, calendar, ask.json(), uri));
        }
        case "PATCH calendars 4" -> {
          requireMatch(ask, calendar, below.get(3));
          yield changed(account, calendar, events.patch(calendar, below.get(3), ask.json()));
        }
        case "PUT calendars 4" -> {
          requireMatch(ask, calendar, below.get(3));
          yield changed(account, calendar, events.patch(calendar, below.get(3), ask.json()));
        }
        case "DELETE calendars 4" -> {
          requireMatch(ask, calendar, below.get(3));
          events.delete(calendar, below.get(3));
          channels.changed(account, calendar);
          yield Answers.empty(204);
        }
        default -> throw GoogleError.notFound();
      };
    }
  }

  private Reply changed(Account account, CalendarBox calendar, ObjectNode event) {
    channels.changed(account, calendar);
    return Answers.json(event);
  }

  private void requireMatch(Ask ask, CalendarBox calendar, String id) {
    Optional<String> expected = ask.header("If-Match").filter(tag -> !tag.equals("*"));
    if (expected.isPresent()
        && events
            .find(calendar, id)
            .filter(event -> !expected.get().equals(event.path("etag").asString("")))
            .isPresent()) {
      throw new GoogleError(412, "conditionNotMet", "Precondition Failed");
    }
  }

  private static void require(Grant grant, String... scopes) {
    if (!GoogleScopes.allow(grant.scopes(), scopes)) {
      throw new GoogleError(
          403, "insufficientPermissions", "Request had insufficient authentication scopes.");
    }
  }

  private static CalendarBox calendar(Account account, String id) {
    return id.equals("primary")
        ? account.primary()
        : account.calendar(id).orElseThrow(GoogleError::notFound);
  }

  @Override
  public Account newAccount(String id, String email, String name, String zone) {
    String subject =
        "1"
            + Tokens.digest(id)
                .replaceAll("[a-f]", "")
                .concat("0000000000000000000000")
                .substring(0, 20);
    var account = new Account(id, Vendor.GOOGLE, subject, email, name);
    account.add(CalendarBox.of(email, name, ZoneId.of(zone), "#9fe1e7", Access.OWNER, true));
    return account;
  }

  @Override
  public List<ObjectNode> events(CalendarBox calendar) {
    return calendar.journal().since(0).stream()
        .filter(entry -> !entry.deleted())
        .map(Journal.Entry::item)
        .toList();
  }

  @Override
  public ObjectNode create(Account account, CalendarBox calendar, PlainEvent event) {
    ObjectNode asked = GooglePlain.of(event, account, calendar);
    synchronized (account) {
      try {
        ObjectNode made = events.insert(account, calendar, asked);
        channels.changed(account, calendar);
        return made;
      } catch (GoogleError error) {
        throw new PlainEvent.Unfit(String.valueOf(error.getMessage()));
      }
    }
  }

  @Override
  public Optional<ObjectNode> change(
      Account account, CalendarBox calendar, String eventId, PlainEvent event) {
    ObjectNode asked = GooglePlain.of(event, account, calendar);
    synchronized (account) {
      if (events.find(calendar, eventId).isEmpty()) {
        return Optional.empty();
      }
      try {
        ObjectNode made = events.patch(calendar, eventId, asked);
        channels.changed(account, calendar);
        return Optional.of(made);
      } catch (GoogleError error) {
        throw new PlainEvent.Unfit(String.valueOf(error.getMessage()));
      }
    }
  }

  @Override
  public boolean delete(Account account, CalendarBox calendar, String eventId) {
    synchronized (account) {
      try {
        events.delete(calendar, eventId);
      } catch (GoogleError gone) {
        return false;
      }
      channels.changed(account, calendar);
      return true;
    }
  }
}
