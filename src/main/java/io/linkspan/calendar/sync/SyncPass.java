package io.linkspan.calendar.sync;

import io.linkspan.availability.SyncedBlocks.Counts;
import io.linkspan.calendar.CalendarReader.Change;
import io.linkspan.calendar.CalendarReader.PageSink;
import io.linkspan.calendar.sync.BlockExpansion.Expanded;
import io.linkspan.calendar.sync.SyncStore.Target;
import io.linkspan.event.recurrence.Window;
import io.linkspan.platform.db.Database;
import io.linkspan.platform.db.DatabaseFailed;
import io.linkspan.platform.db.SqlStates;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import org.jdbi.v3.core.Handle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The writing side of one pass over a calendar. Each page is one transaction, or several where it
 * has very many occurrences; the last one waits for the end of the pass, so that it is stored
 * together with the token that says it was read.
 */
final class SyncPass implements PageSink {
  private static final Logger LOG = LoggerFactory.getLogger(SyncPass.class);

  /** So long may a pass take in all: a slow server must not hold a place for hours. */
  static final Duration LONGEST = Duration.ofMinutes(10);

  /** Another pass works on this calendar now, or it is gone: nothing more may be written. */
  static final class TakenAway extends RuntimeException {
    private static final long serialVersionUID = 1L;

    TakenAway(UUID calendarId) {
      super(
          "the pass over calendar "
              + calendarId
              + " was taken away; whoever took it reads from the last page stored");
    }
  }

  /** The pass has taken {@link #LONGEST}. */
  static final class Overdue extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  /** What all passes share. */
  record Shared(Database database, BlockWriter writer, Semaphore writing, Clock clock) {}

  private final Database database;
  private final BlockWriter writer;
  private final Semaphore writing;
  private final Clock clock;
  private final SyncStore syncs = new SyncStore();
  private final ResourceStore resources = new ResourceStore();
  private final SyncRunStore runs = new SyncRunStore();
  private final UUID runId;
  private final Window window;
  private final Instant deadline;
  private final Set<String> mentioned = new HashSet<>();
  private final Map<String, String> refused = new LinkedHashMap<>();

  /** Counted by whichever thread makes them. */
  private final AtomicInteger requests = new AtomicInteger();

  private Target target;
  private final CalendarBudget budget = new CalendarBudget();
  private List<Change> waiting = List.of();
  private boolean leftOut;

  SyncPass(Shared shared, Target target, UUID runId, Window window) {
    this.database = shared.database();
    this.writer = shared.writer();
    this.writing = shared.writing();
    this.clock = shared.clock();
    this.target = target;
    this.runId = runId;
    this.window = window;
    this.deadline = clock.instant().plus(LONGEST);
  }

  /** What the provider is asked for. */
  Window window() {
    return window;
  }

  /** Resources that the database does not take, and its SQLSTATE: they are as they were before. */
  Map<String, String> refused() {
    return refused;
  }

  /** Whether something that was stored was not understood entirely. */
  boolean leftOut() {
    return leftOut;
  }

  @Override
  public void page(List<Change> changes) {
    storeWaiting();
    waiting = List.copyOf(changes);
    requireTime();
  }

  /** How many requests were announced. */
  int requests() {
    return requests.get();
  }

  @Override
  public void beforeRequest() {
    requests.incrementAndGet();
    requireTime();
  }

  private void requireTime() {
    if (clock.instant().isAfter(deadline)) {
      throw new Overdue();
    }
  }

  /** Stores what was handed over, though the pass did not reach its end. */
  void storeWaiting() {
    if (!waiting.isEmpty()) {
      storeWaiting((tx, current) -> {});
    }
  }

  /** The number of requests counts from here again: everything will be mentioned once more. */
  void startOver() {
    storeWaiting();
    mentioned.clear();
  }

  /**
   * Stores what was handed over.
   *
   * @param last done in the transaction of the last part, with the calendar as it is then
   * @throws TakenAway if the pass may not write any more
   */
  void storeWaiting(BiConsumer<Handle, Target> last) {
    var upserts = new ArrayList<Change.Upsert>();
    var removed = new ArrayList<String>();
    int same = 0;
    for (var change : waiting) {
      switch (change) {
        case Change.Upsert upsert -> {
          upserts.add(upsert);
          mentioned.add(upsert.resource());
        }
        case Change.Removed gone -> removed.add(gone.resource());
        case Change.Unchanged known -> {
          mentioned.add(known.resource());
          same++;
        }
      }
    }
    waiting = List.of();
    int from = 0;
    do {
      // what is expanded and not yet stored takes memory: few passes hold some at a time
      writing.acquireUninterruptibly();
      try {
        var part = part(upserts, from);
        from += part.upserts().size();
        if (from < upserts.size()) {
          write(part, (tx, current) -> {});
        } else {
          write(new Part(part.upserts(), part.expanded(), removed, same), last);
        }
      } finally {
        writing.release();
      }
    } while (from < upserts.size());
  }

  /**
   * What is written in one transaction.
   *
   * @param same how many were said to be as stored
   */
  private record Part(
      List<Change.Upsert> upserts, List<Expanded> expanded, List<String> removed, int same) {
    List<Part> each() {
      var each = new ArrayList<Part>();
      for (int i = 0; i < upserts.size(); i++) {
        each.add(new Part(List.of(upserts.get(i)), List.of(expanded.get(i)), List.of(), 0));
      }
      return each;
    }

    Part withoutUpserts() {
      return new Part(List.of(), List.of(), removed, same);
    }
  }

  /** Expanded before the transaction begins, so that computing holds no lock. */
  private Part part(List<Change.Upsert> upserts, int from) {
    var expanded =
        budget.spend(
            work -> {
              var done = new ArrayList<Expanded>();
              var size = new CalendarBudget.Part();
              for (int at = from; at < upserts.size() && (at == from || !size.isFull()); at++) {
                var upsert = upserts.get(at);
                var one = writer.expansion().expand(target, stretch(target), upsert, work);
                done.add(one);
                size.add(one);
              }
              return done;
            });
    return new Part(upserts.subList(from, from + expanded.size()), expanded, List.of(), 0);
  }

  private void write(Part part, BiConsumer<Handle, Target> last) {
    try {
      database.useTransaction(tx -> last.accept(tx, store(tx, part)));
    } catch (DatabaseFailed e) {
      if (!BlockWriter.refusesData(e)) {
        throw e;
      }
      writeEach(part);
      database.useTransaction(tx -> last.accept(tx, store(tx, part.withoutUpserts())));
    }
  }

  /** One that the database does not take must not keep the others out. */
  private void writeEach(Part part) {
    for (var one : part.each()) {
      try {
        database.useTransaction(tx -> store(tx, one));
      } catch (DatabaseFailed e) {
        if (!BlockWriter.refusesData(e)) {
          throw e;
        }
        var name = one.upserts().getFirst().resource();
        LOG.error(
            "calendar {}: {} cannot be stored ({}); what was known of it stays",
            target.calendarId(),
            name,
            e.getMessage());
        refused.put(name, SqlStates.of(e));
      }
    }
  }

  private Target store(Handle tx, Part part) {
    var current = syncs.lock(tx, target).orElseThrow(() -> new TakenAway(target.calendarId()));
    // a policy, a zone or the window has changed since: what was prepared is not what is wanted now
    var expanded = current.expandsLike(target) ? part.expanded() : expand(current, part.upserts());
    target = current;
    leftOut |= expanded.stream().anyMatch(one -> one.row().leftOut() > 0);
    var changes =
        writer.write(tx, current, expanded).plus(writer.remove(tx, current, part.removed()));
    note(tx, part.upserts().size() + part.removed().size() + part.same(), changes);
    syncs.wrote(tx, current);
    return current;
  }

  /** Removes what a full pass did not mention. */
  void sweep(Handle tx, Target current) {
    var gone =
        resources.names(tx, current.key()).stream()
            .filter(name -> !mentioned.contains(name))
            .toList();
    note(tx, 0, writer.remove(tx, current, gone));
  }

  private void note(Handle tx, int seen, Counts changes) {
    if (seen > 0 || changes.any()) {
      runs.addProgress(tx, target.organizerId(), runId, seen, changes);
    }
  }

  private List<Expanded> expand(Target as, List<Change.Upsert> upserts) {
    return budget.spend(
        work ->
            upserts.stream()
                .map(upsert -> writer.expansion().expand(as, stretch(as), upsert, work))
                .toList());
  }

  /** What is expanded: the stored window, or this sync's where the provider told only that. */
  Window stretch(Target as) {
    return as.coveredUntil().isPresent() ? window : as.window().orElse(window);
  }
}
