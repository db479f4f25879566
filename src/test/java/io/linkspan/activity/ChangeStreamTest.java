package io.linkspan.activity;

import static org.assertj.core.api.Assertions.assertThat;

import io.linkspan.activity.Changes.Change;
import io.linkspan.availability.BlockedTimeRows;
import io.linkspan.contract.Contract;
import io.linkspan.platform.db.Database;
import io.linkspan.platform.db.Notifications;
import io.linkspan.platform.http.Json;
import io.linkspan.platform.http.TestServer;
import io.linkspan.platform.postgres.TestDatabase;
import io.linkspan.platform.time.Ids;
import io.linkspan.platform.time.SteeredClock;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.JsonNode;

/**
 * The live stream over two nodes on one database: what is written through one is heard on the
 * other.
 */
@Timeout(60)
class ChangeStreamTest {
  private static final SteeredClock CLOCK = SteeredClock.at("2026-03-01T00:00:00Z");

  private static TestDatabase postgres;
  private static Database database;
  private static Node here;
  private static Node there;

  private UUID organizer;

  /** A server with its own signals. */
  private record Node(Notifications notifications, ChangeStore changes, TestServer server)
      implements AutoCloseable {
    static Node start() {
      var notifications = new Notifications(postgres.dataSource());
      var signals = new ChangeSignals(notifications);
      var changes = new ChangeStore(CLOCK, signals::changed);
      notifications.start();
      var log = new ActivityLogStore(changes, new Ids(CLOCK), CLOCK);
      var server =
          TestServer.over(postgres)
              .clock(CLOCK)
              .routes(new ActivityRoutes(database, log, changes, signals, CLOCK))
              .start();
      return new Node(notifications, changes, server);
    }

    @Override
    public void close() {
      server.close();
      notifications.close();
    }
  }

  private record Event(String id, JsonNode data) {
    String kind() {
      return data.get("kind").asString();
    }
  }

  /** What a browser's EventSource does. */
  private static final class Stream implements AutoCloseable {
    private final BufferedReader reader;
    private String id = "";

    Stream(HttpResponse<InputStream> response) {
      assertThat(response.statusCode()).isEqualTo(200);
      reader = new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8));
    }

    /** The id that it would come back with, once it has one. */
    String place() throws IOException {
      while (id.isEmpty()) {
        line();
      }
      return id;
    }

    private String line() throws IOException {
      String line = reader.readLine();
      if (line == null) {
        throw new IOException("the stream has ended");
      }
      if (line.startsWith("id: ")) {
        id = line.substring(4);
      }
      return line;
    }

    Event next() throws IOException {
      String event = "";
      String data = "";
      while (true) {
        String line = line();
        if (line.startsWith("event: ")) {
          event = line.substring(7);
        } else if (line.startsWith("data: ") && event.equals("change")) {
          data = line.substring(6);
        } else if (line.isEmpty() && !data.isEmpty()) {
          return new Event(id, Json.mapper().readTree(data));
        }
      }
    }

    @Override
    public void close() throws IOException {
      reader.close();
    }
  }

  @BeforeAll
  static void start() {
    postgres = TestDatabase.fresh();
    database = postgres.database();
    here = Node.start();
    there = Node.start();
  }

  @AfterAll
  static void stop() {
    here.close();
    there.close();
    postgres.close();
  }

  @BeforeEach
  void signIn() {
    organizer = BlockedTimeRows.organizer(database, "UTC");
  }

  @Test
  void aNewClientIsToldToReadEverythingAndThenWhatChanges() throws Exception {
    try (var stream = open(here, null)) {
      var reset = stream.next();
      assertThat(reset.kind()).isEqualTo("reset");
      var calendar = UUID.randomUUID();
      change(here, "calendar", calendar, Change.UPDATED);
      var event = stream.next();
      assertThat(event.kind()).isEqualTo("calendar");
      assertThat(event.data().get("id").asString()).isEqualTo(calendar.toString());
      assertThat(event.data().get("change").asString()).isEqualTo("updated");
      var schema = JsonPointer.compile("/components/schemas/ChangeEvent");
      assertThat(Contract.violations(schema, reset.data())).isEmpty();
      assertThat(Contract.violations(schema, event.data())).isEmpty();
    }
  }

  @Test
  void whatChangesThroughAnotherNodeIsHeard() throws Exception {
    try (var stream = open(there, null)) {
      stream.next();
      change(here, "sync", null, Change.CREATED);
      assertThat(stream.next().kind()).isEqualTo("sync");
    }
  }

  @Test
  void aClientThatComesBackGetsWhatItMissed() throws Exception {
    String last;
    try (var stream = open(here, null)) {
      stream.next();
      change(here, "calendar", null, Change.UPDATED);
      last = stream.next().id();
    }
    change(here, "conflict", null, Change.UPDATED);
    change(here, "log", null, Change.CREATED);
    try (var stream = open(there, last)) {
      assertThat(stream.next().kind()).isEqualTo("conflict");
      assertThat(stream.next().kind()).isEqualTo("log");
    }
  }

  @Test
  void aClientThatComesBackTooLateOrWithNonsenseReadsEverything() throws Exception {
    for (var id : List.of("1-1", "nonsense", "999999999999999999-1", "5-99999999999999999999")) {
      try (var stream = open(here, id)) {
        assertThat(stream.next().kind()).as(id).isEqualTo("reset");
      }
    }
  }

  @Test
  void aClientThatHasJustReadEverythingGetsWhatChangedMeanwhile() throws Exception {
    change(here, "calendar", null, Change.UPDATED);
    CLOCK.advance(Duration.ofMinutes(2));
    change(here, "conflict", null, Change.UPDATED);
    CLOCK.advance(Duration.ofSeconds(3));
    try (var stream = open(there, null, "?since_seconds=4")) {
      assertThat(stream.next().kind())
          .as("no reset, and not what is long over")
          .isEqualTo("conflict");
      change(here, "sync", null, Change.UPDATED);
      assertThat(stream.next().kind()).isEqualTo("sync");
    }
  }

  @Test
  void aClientThatHasJustReadEverythingIsToldNothingWhenNothingChanged() throws Exception {
    change(here, "calendar", null, Change.UPDATED);
    CLOCK.advance(Duration.ofMinutes(2));
    try (var stream = open(here, null, "?since_seconds=4")) {
      change(here, "sync", null, Change.UPDATED);
      assertThat(stream.next().kind()).isEqualTo("sync");
    }
  }

  @Test
  void aClientThatWasToldNothingComesBackToWhereItWas() throws Exception {
    change(here, "calendar", null, Change.UPDATED);
    CLOCK.advance(Duration.ofMinutes(2));
    String place;
    try (var stream = open(here, null, "?since_seconds=4")) {
      place = stream.place();
    }
    CLOCK.advance(Duration.ofMinutes(10));
    change(here, "conflict", null, Change.UPDATED);
    CLOCK.advance(Duration.ofMinutes(10));
    try (var stream = open(there, place, "?since_seconds=4")) {
      assertThat(stream.next().kind()).isEqualTo("conflict");
    }
  }

  private Thread changeThatCommitsLate(CountDownLatch written, CountDownLatch mayCommit) {
    return Thread.ofVirtual()
        .start(
            () ->
                database.useTransaction(
                    tx -> {
                      here.changes().changed(tx, organizer, "calendar", null, Change.UPDATED);
                      written.countDown();
                      awaitQuietly(mayCommit);
                    }));
  }

  @Test
  void whatWasWrittenBeforeTheReadingAndCommittedAfterItIsTold() throws Exception {
    var mayCommit = new CountDownLatch(1);
    var written = new CountDownLatch(1);
    var slow = changeThatCommitsLate(written, mayCommit);
    written.await();
    CLOCK.advance(Duration.ofMinutes(2));
    change(here, "sync", null, Change.UPDATED);
    try (var stream = open(here, null, "?since_seconds=1")) {
      assertThat(stream.place()).isNotEmpty();
      mayCommit.countDown();
      slow.join();
      assertThat(List.of(stream.next().kind(), stream.next().kind()))
          .containsExactly("calendar", "sync");
    }
  }

  @Test
  void whereAClientWasGoesBeforeWhenItBeganToRead() throws Exception {
    try (var stream = open(here, "1-1", "?since_seconds=4")) {
      assertThat(stream.next().kind()).isEqualTo("reset");
    }
  }

  @Test
  void whatIsRolledBackIsNotTold() throws Exception {
    try (var stream = open(here, null)) {
      stream.next();
      try {
        database.useTransaction(
            tx -> {
              here.changes().changed(tx, organizer, "calendar", null, Change.UPDATED);
              throw new IllegalStateException("rolled back");
            });
      } catch (IllegalStateException expected) {
        // as meant
      }
      change(here, "sync", null, Change.UPDATED);
      assertThat(stream.next().kind()).isEqualTo("sync");
    }
  }

  @Test
  void aTransactionThatCommitsLateIsNotSkipped() throws Exception {
    try (var stream = open(here, null)) {
      stream.next();
      var written = new CountDownLatch(1);
      var mayCommit = new CountDownLatch(1);
      var slow = changeThatCommitsLate(written, mayCommit);
      written.await();
      change(here, "sync", null, Change.UPDATED);
      mayCommit.countDown();
      slow.join();
      assertThat(List.of(stream.next().kind(), stream.next().kind()))
          .as("in the order of their beginning, none missing")
          .containsExactly("calendar", "sync");
    }
  }

  @Test
  void anotherOrganizersChangesAreNotTold() throws Exception {
    var other = BlockedTimeRows.organizer(database, "UTC");
    try (var stream = open(here, null)) {
      stream.next();
      database.useTransaction(
          tx -> here.changes().changed(tx, other, "calendar", null, Change.UPDATED));
      change(here, "sync", null, Change.UPDATED);
      assertThat(stream.next().kind()).isEqualTo("sync");
    }
  }

  @Test
  void anOrganizerHasOnlySoManyStreams() throws Exception {
    var open = new ArrayList<Stream>();
    try {
      for (int i = 0; i < ChangeFeed.MOST_FOR_ONE; i++) {
        var stream = open(here, null);
        stream.next();
        open.add(stream);
      }
      var refused = send(here, null, "");
      assertThat(refused.statusCode()).isEqualTo(429);
      assertThat(refused.headers().firstValue("Retry-After")).isPresent();
    } finally {
      for (var stream : open) {
        stream.close();
      }
    }
  }

  @Test
  void entriesOfTheLogAreHeardOnceForAllOfATransaction() throws Exception {
    var log = new ActivityLogStore(there.changes(), new Ids(CLOCK), CLOCK);
    var entry =
        new ActivityLog.Entry(organizer, "error", null, null, "Something.", Map.of(), false, null);
    try (var stream = open(here, null)) {
      stream.next();
      database.useTransaction(
          tx -> {
            log.record(tx, entry);
            log.recordAll(tx, List.of(entry, entry));
          });
      change(here, "sync", null, Change.UPDATED);
      assertThat(List.of(stream.next().kind(), stream.next().kind()))
          .containsExactly("log", "sync");
    }
  }

  @Test
  void whatNobodyComesBackForIsForgotten() {
    change(here, "calendar", null, Change.UPDATED);
    database.<Integer>query(handle -> here.changes().purge(handle, CLOCK.instant().plusSeconds(1)));
    assertThat(
            database.<List<ChangeStore.Row>>query(
                handle -> here.changes().after(handle, organizer, ChangeStore.Place.START, 10)))
        .isEmpty();
  }

  private void change(Node node, String kind, UUID id, Change change) {
    database.useTransaction(tx -> node.changes().changed(tx, organizer, kind, id, change));
  }

  private Stream open(Node node, String lastEventId) {
    return open(node, lastEventId, "");
  }

  private Stream open(Node node, String lastEventId, String query) {
    return new Stream(send(node, lastEventId, query));
  }

  private HttpResponse<InputStream> send(Node node, String lastEventId, String query) {
    var client = node.server().as(organizer);
    return (lastEventId == null ? client : client.with("Last-Event-ID", lastEventId))
        .open("/api/v1/stream/" + query);
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
