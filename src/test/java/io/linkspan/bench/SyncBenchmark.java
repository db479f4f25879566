package io.linkspan.bench;

import io.linkspan.platform.http.ApiClient;
import io.linkspan.provider.caldav.RadicaleServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/**
 * The program with its own PostgreSQL and a heap of 512 MB, against Radicale with 10,000 events of
 * which 1,000 recur. The bare pass is a {@code sync-collection} and {@code calendar-multiget} of
 * 100 each whose answers are thrown away: what no client can do without.
 */
final class SyncBenchmark implements Benchmark {
  private static final int EVENTS = 10_000;
  private static final int MULTIGET = 100;
  private static final Pattern HREF = Pattern.compile("<(?:\\w+:)?href>([^<]+\\.ics)</");
  private static final String CALENDARS = "/api/v1/integrations/calendar/";

  @Override
  public String name() {
    return "sync";
  }

  @Override
  public String question() {
    return "first, unchanged and changed passes over 10,000 CalDAV events, against a bare one and vdirsyncer [EVENTS]";
  }

  @Override
  public Report run(List<String> arguments) throws Exception {
    int events = arguments.isEmpty() ? EVENTS : Integer.parseInt(arguments.getFirst());
    var temp = Files.createTempDirectory("linkspan-bench-sync");
    try (var radicale = new RadicaleServer()) {
      fill(radicale, events);
      // Radicale parses every file once and remembers it: nobody is to pay for that
      bare(radicale);
      double bareBefore = bare(radicale);
      try (var server = RunningServer.start(temp.resolve("data"))) {
        var report = measure(server.client(), radicale, bareBefore);
        double vdirsyncer = vdirsyncer(radicale, temp);
        return report
            .figure("vdirsyncer_s", vdirsyncer, "s")
            .figure("first_over_vdirsyncer", first / vdirsyncer, "ratio", 0.2);
      }
    }
  }

  private double first;

  private Report measure(ApiClient client, RadicaleServer radicale, double bareBefore)
      throws IOException {
    double egressBefore = egressSeconds(client);
    var connected =
        client.post(
            CALENDARS,
            Map.of(
                "provider", "caldav",
                "server_url", radicale.url().toString(),
                "username", radicale.username(),
                "password", radicale.password()));
    if (connected.status() != 201) {
      throw new IllegalStateException("not connected: " + connected.body());
    }
    var integration = CALENDARS + connected.json().at("/id").asString() + "/";
    var firstRun = ended(client, integration + "syncs/", "/results/0");
    first = seconds(firstRun);
    double firstOwn = first - (egressSeconds(client) - egressBefore);
    double bareAfter = bare(radicale);
    double bare = (bareBefore + bareAfter) / 2;

    var unchanged = new ArrayList<Double>();
    int requests = 0;
    for (int i = 0; i < 5; i++) {
      double egress = egressSeconds(client);
      var run = forced(client, integration);
      unchanged.add(1_000 * (seconds(run) - (egressSeconds(client) - egress)));
      requests = Math.max(requests, run.at("/requests").asInt());
    }
    radicale.putEvent("1.ics", recurring(1));
    double egress = egressSeconds(client);
    var changed = forced(client, integration);
    double changedOwn = 1_000 * (seconds(changed) - (egressSeconds(client) - egress));
    return new Report()
        .figure("events", firstRun.at("/events_seen").asInt(), "")
        .figure("blocks", firstRun.at("/created").asInt(), "")
        .figure("bare_s", bare, "s")
        .figure("first_s", first, "s")
        .figure("first_own_s", firstOwn, "s")
        .figure("first_over_bare", first / bare, "ratio", 1.5)
        .figure("unchanged_requests", requests, "", 2)
        .figure("unchanged_own_ms", unchanged.stream().sorted().toList().get(2), "ms", 50)
        .figure("one_changed_events", changed.at("/events_seen").asInt(), "", 1)
        .figure("one_changed_own_ms", changedOwn, "ms");
  }

  private static JsonNode forced(ApiClient client, String integration) {
    var asked = client.post(integration + "force-sync/").json();
    return ended(client, integration + "syncs/" + asked.at("/syncs/0/id").asString() + "/", "");
  }

  private static JsonNode ended(ApiClient client, String path, String pointer) {
    while (true) {
      var run = client.get(path).json().at(pointer);
      if (run.has("outcome") && !run.at("/outcome").asString().equals("running")) {
        if (!run.at("/outcome").asString().equals("succeeded")) {
          throw new IllegalStateException("the pass failed: " + run);
        }
        return run;
      }
      LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
    }
  }

  private static double seconds(JsonNode run) {
    return Duration.between(
                Instant.parse(run.at("/started_at").asString()),
                Instant.parse(run.at("/finished_at").asString()))
            .toMillis()
        / 1e3;
  }

  /** Time spent waiting for others so far. */
  private static double egressSeconds(ApiClient client) {
    return client
        .get("/metrics")
        .body()
        .lines()
        .filter(line -> line.startsWith("linkspan_egress_seconds_sum"))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  private static double bare(RadicaleServer radicale) {
    long begin = System.nanoTime();
    var listing =
        radicale
            .send(
                "REPORT",
                radicale.calendarUrl(),
                Map.of("Content-Type", "application/xml"),
                """
                <sync-collection xmlns="DAV:"><sync-token/><sync-level>1</sync-level><prop><getetag/></prop></sync-collection>
                """)
            .body();
    var hrefs = HREF.matcher(listing).results().map(match -> match.group(1)).toList();
    for (int from = 0; from < hrefs.size(); from += MULTIGET) {
      var wanted = new StringBuilder();
      hrefs
          .subList(from, Math.min(from + MULTIGET, hrefs.size()))
          .forEach(href -> wanted.append("<href xmlns=\"DAV:\">").append(href).append("</href>"));
      var answer =
          radicale.send(
              "REPORT",
              radicale.calendarUrl(),
              Map.of("Content-Type", "application/xml", "Depth", "1"),
              """
              <C:calendar-multiget xmlns:C="urn:ietf:params:xml:ns:caldav"><prop xmlns="DAV:"><getetag/><C:calendar-data/></prop>%s</C:calendar-multiget>
              """
                  .formatted(wanted));
      if (answer.statusCode() != 207) {
        throw new IllegalStateException("multiget answers " + answer.statusCode());
      }
    }
    return (System.nanoTime() - begin) / 1e9;
  }

  private static double vdirsyncer(RadicaleServer radicale, Path temp) throws Exception {
    var config = temp.resolve("vdirsyncer");
    Files.writeString(
        config,
        """
        [general]
        status_path = "%1$s/status"
        [pair bench]
        a = "remote"
        b = "local"
        collections = ["work"]
        [storage remote]
        type = "caldav"
        url = "%2$s"
        username = "%3$s"
        password = "%4$s"
        [storage local]
        type = "filesystem"
        path = "%1$s/local"
        fileext = ".ics"
        """
            .formatted(temp, radicale.homeUrl(), radicale.username(), radicale.password()));
    Files.createDirectories(temp.resolve("local/work"));
    command(temp, "yes | vdirsyncer -c " + config + " discover");
    long begin = System.nanoTime();
    command(temp, "vdirsyncer -c " + config + " sync");
    return (System.nanoTime() - begin) / 1e9;
  }

  private static void command(Path temp, String command) throws Exception {
    var log = temp.resolve("vdirsyncer.log");
    var process =
        new ProcessBuilder("sh", "-c", command)
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    if (!process.waitFor(20, TimeUnit.MINUTES) || process.exitValue() != 0) {
      process.destroyForcibly();
      throw new IllegalStateException(command + " failed: " + Files.readString(log));
    }
  }

  private static void fill(RadicaleServer radicale, int events) throws IOException {
    var folder = radicale.storageOf("work");
    for (int i = 0; i < events; i++) {
      Files.writeString(folder.resolve(i + ".ics"), i % 10 == 0 ? recurring(i) : single(i));
    }
  }

  private static String single(int i) {
    return event(i, "", 1 + i % 28);
  }

  private static String recurring(int i) {
    return event(
        i,
        i % 20 == 0 ? "RRULE:FREQ=WEEKLY;COUNT=60\r\n" : "RRULE:FREQ=MONTHLY;BYDAY=2TU\r\n",
        1 + i % 28);
  }

  private static String event(int i, String rule, int day) {
    var month = LocalDate.now(Clock.systemUTC()).plusMonths(1 + i % 10);
    var date = "%04d%02d%02d".formatted(month.getYear(), month.getMonthValue(), day);
    var hour = "%02d".formatted(7 + i % 10);
    return """
    BEGIN:VCALENDAR
    VERSION:2.0
    PRODID:-//linkspan//bench//EN
    BEGIN:VEVENT
    UID:%1$d@bench
    DTSTAMP:20260101T000000Z
    DTSTART;TZID=Europe/Berlin:%2$sT%3$s0000
    DTEND;TZID=Europe/Berlin:%2$sT%3$s3000
    %4$sSUMMARY:Meeting %1$d
    DESCRIPTION:What is to be talked about\\, and by whom\\, and for how long.
    LOCATION:Room %1$d
    END:VEVENT
    END:VCALENDAR
    """
        .formatted(i, date, hour, rule)
        .replace("\r\n", "\n")
        .replace("\n", "\r\n");
  }
}
