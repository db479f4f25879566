package io.linkspan.calendar;

import io.linkspan.availability.SyncedBlocks.Counts;
import io.linkspan.calendar.BlockExpansion.Expanded;
import io.linkspan.calendar.CalendarProvider.Change;
import io.linkspan.calendar.CalendarProvider.PageSink;
import io.linkspan.calendar.SyncStore.Target;
import io.linkspan.calendar.recurrence.Window;
import io.linkspan.calendar.recurrence.WorkBudget;
import io.linkspan.platform.db.Database;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/**
 * The writing side of one pass over a calendar. Each page is one transaction; the last one waits
 * for the end of the pass, so that it is stored together with the token that says it was read.
 */
final class SyncPass implements PageSink {
  /** Computing time of one pass; beyond it only simple series are still expanded exactly. */
  private static final Duration COMPUTING_TIME = Duration.ofSeconds(20);

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

  private final Database database;
  private final BlockWriter writer;
  private final SyncStore syncs = new SyncStore();
  private final ResourceStore resources = new ResourceStore();
  private final SyncRunStore runs = new SyncRunStore();
  private final Target target;
  private final UUID runId;
  private final Window window;
  private final Set<String> mentioned = new HashSet<>();
  private Duration computed = Duration.ZERO;
  private List<Change> waiting = List.of();

  SyncPass(Database database, BlockWriter writer, Target target, UUID runId, Window window) {
    this.database = database;
    this.writer = writer;
    this.target = target;
    this.runId = runId;
    this.window = window;
  }

  Window window() {
    return window;
  }

  @Override
  public void page(List<Change> changes) {
    storeWaiting();
    waiting = List.copyOf(changes);
  }

  /** Stores what was handed over, though the pass did not reach its end. */
  void storeWaiting() {
    var prepared = prepare();
    if (!prepared.isEmpty()) {
      database.useTransaction(tx -> store(tx, prepared));
    }
  }

  /** The number of requests counts from here again: everything will be mentioned once more. */
  void startOver() {
    storeWaiting();
    mentioned.clear();
  }

  /**
   * What is to be written of the waiting page. Expanded before the transaction begins, so that
   * computing holds no lock.
   */
  Prepared prepare() {
    var upserts = new ArrayList<Change.Upsert>();
    var removed = new ArrayList<String>();
    for (var change : waiting) {
      switch (change) {
        case Change.Upsert upsert -> {
          upserts.add(upsert);
          mentioned.add(upsert.resource());
        }
        case Change.Removed gone -> removed.add(gone.resource());
        case Change.Unchanged same -> mentioned.add(same.resource());
      }
    }
    waiting = List.of();
    return new Prepared(upserts, expand(target, upserts), removed);
  }

  /** A page that can be written. */
  record Prepared(List<Change.Upsert> upserts, List<Expanded> expanded, List<String> removed) {
    boolean isEmpty() {
      return upserts.isEmpty() && removed.isEmpty();
    }
  }

  /**
   * @throws TakenAway if the pass may not write any more
   */
  Target store(Handle tx, Prepared page) {
    var current = syncs.lock(tx, target).orElseThrow(() -> new TakenAway(target.calendarId()));
    // a policy, a zone or the window has changed since: what was prepared is not what is wanted now
    var expanded = current.expandsLike(target) ? page.expanded() : expand(current, page.upserts());
    var changes =
        writer.write(tx, current, expanded).plus(writer.remove(tx, current, page.removed()));
    note(tx, page.upserts().size() + page.removed().size(), changes);
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
    var started = System.nanoTime();
    var left = COMPUTING_TIME.minus(computed);
    var share =
        new WorkBudget.Share(
            WorkBudget.PER_RUN.steps(),
            WorkBudget.PER_RUN.occurrences(),
            left.isNegative() ? Duration.ZERO : left);
    var budget = WorkBudget.of(share, WorkBudget.PER_SERIES, System::nanoTime);
    var stretch = as.window().orElse(window);
    var expanded =
        upserts.stream()
            .map(upsert -> writer.expansion().expand(as, stretch, upsert, budget))
            .toList();
    computed = computed.plusNanos(System.nanoTime() - started);
    return expanded;
  }
}
