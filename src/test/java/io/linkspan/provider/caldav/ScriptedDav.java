package io.linkspan.provider.caldav;

import io.linkspan.connection.Account;
import io.linkspan.connection.Credentials;
import io.linkspan.platform.crypto.Secret;
import io.linkspan.provider.ScriptedServer;
import io.linkspan.provider.ScriptedServer.Answer;
import io.linkspan.provider.ScriptedServer.Request;
import java.net.URI;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A small CalDAV server whose faults and missing features a test chooses. */
final class ScriptedDav implements AutoCloseable {
  static final String CALENDAR = "/dav/cal/";
  private static final String NAMESPACES =
      "xmlns=\"DAV:\" xmlns:C=\"urn:ietf:params:xml:ns:caldav\" xmlns:S=\"http://calendarserver.org/ns/\"";
  private static final Pattern HREF = Pattern.compile("<href>([^<]*)</href>");
  private static final Pattern TOKEN = Pattern.compile("<sync-token>([^<]*)</sync-token>");

  private record Stored(String content, int version) {}

  private final Map<String, Stored> events = new TreeMap<>();
  private final List<String> history = new ArrayList<>();
  private final ScriptedServer server = new ScriptedServer(this::answer);

  boolean syncCollection = true;
  boolean ctag = true;

  /** Whether the calendar tells its own {@code DAV:sync-token}. */
  boolean ownToken;

  /** The time zone that only the calendar itself tells. */
  @Nullable String zone;

  boolean etags = true;
  boolean multiget = true;
  boolean depthOne = true;

  /** An unknown token is answered with everything, as DAViCal and SOGo do. */
  boolean everythingForUnknownTokens;

  /** Entries in a part of a {@code sync-collection} answer; then 507. */
  int partSize = Integer.MAX_VALUE;

  /** Looks at each request first; what it answers is answered. */
  Function<Request, Optional<Answer>> fault = _ -> Optional.empty();

  void put(String name, String content) {
    history.add(name);
    events.put(name, new Stored(content, history.size()));
  }

  /** As it was after so many changes, which is what a backup knows. */
  void restore(int changes, Map<String, String> contents) {
    history.subList(changes, history.size()).clear();
    events.clear();
    contents.forEach((name, content) -> events.put(name, new Stored(content, 1)));
  }

  void putHour(String uid, String summary) {
    put(uid + ".ics", Events.hour(uid, summary));
  }

  void delete(String name) {
    history.add(name);
    events.remove(name);
  }

  URI url(String path) {
    return server.url(path);
  }

  List<Request> requests() {
    return server.requests();
  }

  long count(String inBody) {
    return requests().stream().filter(r -> r.body().contains(inBody)).count();
  }

  Account account() {
    return new Account(
        new UUID(0, 1),
        new UUID(0, 2),
        "caldav",
        "alice@127.0.0.1",
        new Credentials.Password(url("/"), "alice", Secret.of("secret")),
        Map.of("places", "1 " + url("/dav/")));
  }

  private synchronized Answer answer(Request request) {
    var faulty = fault.apply(request);
    if (faulty.isPresent()) {
      return faulty.get();
    }
    var basic = Base64.getEncoder().encodeToString("alice:secret".getBytes());
    if (!request.header("authorization").equals(Optional.of("Basic " + basic))) {
      return Answer.of(401).with("WWW-Authenticate", "Basic realm=\"x\"");
    }
    var depth = request.header("depth").orElse("");
    return switch (request.method()) {
      case "PROPFIND" ->
          depth.equals("1") && request.path().equals(CALENDAR)
              ? depthOne ? members() : Answer.of(403)
              : properties(request, depth);
      case "REPORT" -> report(request);
      case "GET" -> get(request);
      default -> Answer.of(405);
    };
  }

  private Answer properties(Request request, String depth) {
    return switch (request.path()) {
      case "/" ->
          multistatus(
              found(
                  "/",
                  "<resourcetype><collection/></resourcetype><current-user-principal><href>/me/</href></current-user-principal>"));
      case "/me/" ->
          multistatus(
              found(
                  "/me/",
                  "<resourcetype><principal/></resourcetype><displayname>Alice A.</displayname><C:calendar-home-set><href>/dav/</href></C:calendar-home-set>"
                      + "<C:calendar-user-address-set><href>mailto:Alice@Example.org</href><href>/me/</href></C:calendar-user-address-set>"));
      case "/dav/" ->
          multistatus(
              found("/dav/", "<resourcetype><collection/></resourcetype>")
                  + (depth.equals("1") ? calendar("") : ""));
      case CALENDAR ->
          multistatus(
              calendar(
                  zone == null
                      ? ""
                      : "<C:calendar-timezone>BEGIN:VTIMEZONE\nTZID:%s\n</C:calendar-timezone>"
                          .formatted(zone)));
      default -> Answer.of(404);
    };
  }

  private String calendar(String more) {
    return found(
        CALENDAR,
        "<resourcetype><collection/><C:calendar/></resourcetype><displayname>Cal</displayname>"
            + more
            + (ownToken ? "<sync-token>t" + history.size() + "</sync-token>" : "")
            + (ctag ? "<S:getctag>" + history.size() + "</S:getctag>" : ""));
  }

  private Answer members() {
    var body = new StringBuilder(found(CALENDAR, "<resourcetype><collection/></resourcetype>"));
    events.forEach((name, stored) -> body.append(entry(name, stored)));
    return multistatus(body.toString());
  }

  private String entry(String name, Stored stored) {
    return found(CALENDAR + name, "<resourcetype/>" + etag(stored));
  }

  private String etag(Stored stored) {
    return etags ? "<getetag>\"" + stored.version() + "\"</getetag>" : "";
  }

  private Answer report(Request request) {
    var body = request.body();
    if (body.contains("sync-collection")) {
      return syncCollection ? sync(TOKEN.matcher(body)) : Answer.of(501);
    }
    if (body.contains("calendar-multiget")) {
      return multiget ? multiget(HREF.matcher(body)) : Answer.of(501);
    }
    var found = new StringBuilder();
    events.forEach((name, stored) -> found.append(entry(name, stored)));
    return multistatus(found.toString());
  }

  private Answer sync(java.util.regex.Matcher token) {
    var text = token.find() ? token.group(1) : "";
    var known = text.matches("t[0-9]+");
    if (!known && !text.isEmpty() && !everythingForUnknownTokens) {
      return Answer.of(
          403, "<?xml version=\"1.0\"?><error xmlns=\"DAV:\"><valid-sync-token/></error>");
    }
    var from = known ? Integer.parseInt(text.substring(1)) : 0;
    var names = new LinkedHashMap<String, Boolean>();
    var to = from;
    while (to < history.size() && names.size() < partSize) {
      names.put(history.get(to++), true);
    }
    var body = new StringBuilder();
    for (var name : names.keySet()) {
      var stored = events.get(name);
      if (stored != null) {
        body.append(entry(name, stored));
      } else if (known) {
        body.append(
            "<response><href>"
                + CALENDAR
                + name
                + "</href><status>HTTP/1.1 404 Not Found</status></response>");
      }
    }
    if (to < history.size()) {
      body.append(
          "<response><href>"
              + CALENDAR
              + "</href><status>HTTP/1.1 507 Insufficient Storage</status></response>");
    }
    return multistatus(body + "<sync-token>t" + to + "</sync-token>");
  }

  private Answer multiget(java.util.regex.Matcher hrefs) {
    var body = new StringBuilder();
    while (hrefs.find()) {
      var href = hrefs.group(1);
      body.append(multigetEntry(href, events.get(href.substring(CALENDAR.length()))));
    }
    return multistatus(body.toString());
  }

  private String multigetEntry(String href, @Nullable Stored stored) {
    return stored == null
        ? "<response><href>" + href + "</href><status>HTTP/1.1 404 Not Found</status></response>"
        : found(
            href,
            etag(stored) + "<C:calendar-data>" + escape(stored.content()) + "</C:calendar-data>");
  }

  private Answer get(Request request) {
    var stored = events.get(request.path().substring(CALENDAR.length()));
    return stored == null
        ? Answer.of(404)
        : Answer.of(200, stored.content()).with("Content-Type", "text/calendar");
  }

  static String found(String href, String properties) {
    return "<response><href>"
        + href
        + "</href><propstat><prop>"
        + properties
        + "</prop><status>HTTP/1.1 200 OK</status></propstat></response>";
  }

  static Answer multistatus(String content) {
    return Answer.xml(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?><multistatus "
            + NAMESPACES
            + ">"
            + content
            + "</multistatus>");
  }

  static String escape(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace("\r", "&#13;");
  }

  @Override
  public void close() {
    server.close();
  }
}
