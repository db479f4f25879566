package io.linkspan.activity;

import io.linkspan.activity.ChangeStore.ChangeEvent;
import io.linkspan.activity.ChangeStore.Place;
import io.linkspan.activity.ChangeStore.Row;
import io.linkspan.platform.db.Database;
import io.linkspan.platform.http.EventSource.Sink;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/** Sends an organizer's changes to one client, from where it was the last time. */
final class ChangeFeed {
  /** As many windows as a person has open. */
  static final int MOST_FOR_ONE = 16;

  private static final int BATCH = 200;
  private static final Duration POLL = Duration.ofSeconds(10);
  private static final Duration UNSETTLED = Duration.ofMillis(100);
  // so that whoever was signed out meanwhile is refused when the client comes back
  private static final Duration LONGEST = Duration.ofMinutes(30);
  // a change is dated when it is written, and can be read once its transaction has ended; nodes'
  // clocks differ a little, too
  private static final Duration COMMITTED_WITHIN = Duration.ofSeconds(30);
  private static final Pattern ID = Pattern.compile("(\\d{1,18})-(\\d{1,19})");

  private final Database database;
  private final ChangeStore store;
  private final ChangeSignals signals;
  private final Clock clock;

  ChangeFeed(Database database, ChangeStore store, ChangeSignals signals, Clock clock) {
    this.database = database;
    this.store = store;
    this.signals = signals;
    this.clock = clock;
  }

  boolean full(UUID organizerId) {
    return signals.count(organizerId) >= MOST_FOR_ONE;
  }

  /**
   * @param lastEventId as the client sent it
   * @param readSince how long ago the client began to read what it shows
   */
  void run(UUID organizerId, Optional<String> lastEventId, Optional<Duration> readSince, Sink sink)
      throws IOException, InterruptedException {
    try (var subscription = signals.subscribe(organizerId)) {
      var end = clock.instant().plus(LONGEST);
      var place = begin(organizerId, lastEventId, readSince, sink);
      while (clock.instant().isBefore(end)) {
        var from = place;
        var rows = read(organizerId, from);
        boolean unsettled = false;
        for (var row : rows) {
          unsettled = !row.settled();
          if (unsettled) {
            break;
          }
          sink.send(row.place().id(), "change", row.event());
          place = row.place();
        }
        if (unsettled) {
          // a transaction that began earlier still runs and may yet put something before this
          Thread.sleep(UNSETTLED);
        } else if (rows.size() < BATCH) {
          subscription.await(POLL);
        }
      }
    }
  }

  private List<Row> read(UUID organizerId, Place from) throws InterruptedException {
    try {
      return database.query(handle -> store.after(handle, organizerId, from, BATCH));
    } catch (RuntimeException e) {
      // asked to end while it waited for the database
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      throw e;
    }
  }

  private Place begin(
      UUID organizerId, Optional<String> lastEventId, Optional<Duration> readSince, Sink sink)
      throws IOException {
    var known =
        lastEventId
            .flatMap(ChangeFeed::place)
            .filter(place -> database.query(handle -> store.reaches(handle, organizerId, place)));
    if (known.isPresent()) {
      return known.get();
    }
    if (lastEventId.isEmpty() && readSince.isPresent()) {
      var since = clock.instant().minus(readSince.get()).minus(COMMITTED_WITHIN);
      var place = database.query(handle -> store.before(handle, organizerId, since));
      // without it a client that loses the connection before the first change would ask with the
      // same seconds again; some browsers keep the id only of an event that has data
      sink.send(place.id(), "place", Map.of());
      return place;
    }
    var now = database.query(store::now);
    sink.send(now.id(), "change", new ChangeEvent("reset", null, "updated", clock.instant()));
    return now;
  }

  private static Optional<Place> place(String id) {
    var match = ID.matcher(id);
    if (!match.matches()) {
      return Optional.empty();
    }
    try {
      return Optional.of(new Place(Long.parseLong(match.group(1)), Long.parseLong(match.group(2))));
    } catch (NumberFormatException tooLarge) {
      return Optional.empty();
    }
  }
}
