package io.linkspan.provider.ics;

import io.linkspan.connection.Account;
import io.linkspan.connection.Credentials;
import io.linkspan.platform.crypto.Secret;
import io.linkspan.platform.egress.Egress;
import io.linkspan.provider.ScriptedServer;
import io.linkspan.provider.ScriptedServer.Answer;
import io.linkspan.provider.ScriptedServer.Request;
import io.linkspan.provider.caldav.Events;
import java.net.URI;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Function;

/** A feed on a loopback port whose content and faults a test chooses. */
final class ScriptedFeed implements AutoCloseable {
  static final String PATH = "/calendar/private-8f3a91c2d4e5f607/basic.ics";

  private final Map<String, String> events = new TreeMap<>();
  private final ScriptedServer server = new ScriptedServer(this::answer);

  /** Properties of the calendar itself, a line each. */
  String head = "";

  /** Whether the server knows versions. */
  boolean conditional = true;

  /** Looks at each request first; what it answers is answered. */
  Function<Request, Optional<Answer>> fault = _ -> Optional.empty();

  static IcsProvider provider(Egress egress, Clock clock) {
    return new IcsProvider(egress, clock, "1.2", URI.create("https://linkspan.example"));
  }

  void put(String uid, String components) {
    events.put(uid, components);
  }

  void putHour(String uid, String summary) {
    var text = Events.hour(uid, summary).replace("\r\n", "\n");
    events.put(uid, text.substring(text.indexOf("BEGIN:VEVENT"), text.indexOf("END:VCALENDAR")));
  }

  void delete(String uid) {
    events.remove(uid);
  }

  String text() {
    return Events.calendar(head + String.join("", events.values()));
  }

  URI url() {
    return server.url(PATH);
  }

  List<Request> requests() {
    return server.requests();
  }

  Account account() {
    return account(url().toString());
  }

  static Account account(String url) {
    return new Account(
        new UUID(0, 1),
        new UUID(0, 2),
        "ics",
        "feed",
        new Credentials.FeedAddress(Secret.of(url)),
        Map.of("name", "Feed"));
  }

  private Answer answer(Request request) {
    var faulty = fault.apply(request);
    if (faulty.isPresent()) {
      return faulty.get();
    }
    if (!request.path().startsWith(PATH)) {
      return Answer.of(404);
    }
    var text = text();
    var etag = "\"" + text.hashCode() + "\"";
    if (!conditional) {
      return Answer.of(200, text).with("Content-Type", "text/calendar");
    }
    return request.header("if-none-match").equals(Optional.of(etag))
        ? Answer.of(304)
        : Answer.of(200, text).with("Content-Type", "text/calendar").with("ETag", etag);
  }

  @Override
  public void close() {
    server.close();
  }
}
