package io.linkspan.activity;

import io.linkspan.platform.db.Database;
import io.linkspan.platform.http.Call;
import io.linkspan.platform.http.Cursor;
import io.linkspan.platform.http.Operations;
import io.linkspan.platform.http.Problem;
import io.linkspan.platform.http.Reply;
import io.linkspan.platform.http.RequestedRange;
import io.linkspan.platform.http.Routes;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** The activity log and the live stream over HTTP. */
public final class ActivityRoutes implements Routes {
  private static final int EXPORT_BATCH = 500;

  private final Database database;
  private final ActivityLogStore log;
  private final ChangeFeed feed;

  public ActivityRoutes(
      Database database,
      ActivityLogStore log,
      ChangeStore changes,
      ChangeSignals signals,
      Clock clock) {
    this.database = database;
    this.log = log;
    this.feed = new ChangeFeed(database, changes, signals, clock);
  }

  @Override
  public void register(Operations operations) {
    operations.on("listLogs", this::list);
    operations.on("getLog", this::get);
    operations.on("exportLogs", this::export);
    operations.on("streamChanges", this::stream);
  }

  private Reply list(Call call) {
    var filter = filter(call);
    var rows = read(call.organizerId(), filter, call.cursor(), call.limit() + 1);
    return Reply.ok(call.page(rows, ActivityRoutes::position));
  }

  private Reply get(Call call) {
    return database
        .query(handle -> log.find(handle, call.organizerId(), call.id("id")))
        .map(Reply::ok)
        .orElseThrow(() -> Problem.notFound("log entry"));
  }

  /** In parts, so that a slow client holds no connection to the database. */
  private Reply export(Call call) {
    var filter = filter(call);
    var export = LogExport.of(call.text("format").orElse("csv"));
    var organizerId = call.organizerId();
    return Reply.download(export.mediaType(), out -> export(organizerId, filter, export, out))
        .with("Content-Disposition", "attachment; filename=\"" + export.fileName() + "\"");
  }

  private void export(UUID organizerId, LogFilter filter, LogExport export, OutputStream out)
      throws IOException {
    var writer = new BufferedWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8));
    export.begin(writer);
    Optional<Cursor> last = Optional.empty();
    List<LogEntry> rows;
    do {
      rows = read(organizerId, filter, last, EXPORT_BATCH);
      for (var row : rows) {
        export.entry(row, writer);
      }
      writer.flush();
      last = rows.isEmpty() ? last : Optional.of(position(rows.getLast()));
    } while (rows.size() == EXPORT_BATCH);
  }

  private Reply stream(Call call) {
    var organizerId = call.organizerId();
    if (feed.full(organizerId)) {
      throw Problem.of(
              429,
              "too_many_streams",
              "Too many streams",
              "There are %d open streams for this organizer already."
                  .formatted(ChangeFeed.MOST_FOR_ONE))
          .fix("Close some of them, or read the lists instead.")
          .retryAfter(Duration.ofSeconds(10));
    }
    var lastEventId = call.header("Last-Event-ID");
    var since = call.number("since_seconds").map(Duration::ofSeconds);
    return Reply.events(sink -> feed.run(organizerId, lastEventId, since, sink));
  }

  private List<LogEntry> read(
      UUID organizerId, LogFilter filter, Optional<Cursor> after, int limit) {
    return database.query(handle -> log.list(handle, organizerId, filter, after, limit));
  }

  private static Cursor position(LogEntry entry) {
    return new Cursor(entry.createdAt(), entry.id());
  }

  private static LogFilter filter(Call call) {
    RequestedRange.check(call);
    return LogFilter.of(call);
  }
}
